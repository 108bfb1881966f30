package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/demo/devidp"
)

func TestSigningInLeadsBackToWhereOneWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, options{})
		b := w.browser()
		b.signIn("/lugar?x=1&y=%C3%A3", ana).want(t, 200, "/lugar?x=1&y=%C3%A3", "Ana Ribeiro silver")
		b.get("/painel").want(t, 200, "/painel", "Ana Ribeiro")
	})
}

func TestWhoHasNoPlaceToGoBackToGoesWhereTheirWorkIs(t *testing.T) {
	w := one(t)
	w.grant(elisa)
	for _, path := range []string{"/entrar", "/entrar?volta=/", "/entrar?volta=//evil.example/"} {
		w.browser().signIn(path, ana).want(t, 200, "/painel", "Ana Ribeiro")
	}
	w.browser().signIn("/entrar", elisa).want(t, 200, "/servidor/fila", "Elisa Prates")
	w.browser().signIn("/entrar?volta=/lugar", elisa).want(t, 200, "/lugar", "Elisa Prates")
}

func TestTheSocialNameIsUsedAndAnAbsentEmailIsNoObstacle(t *testing.T) {
	b := one(t).browser()
	b.signIn("/lugar", dandara).want(t, 200, "/lugar", "Dandara silver")
	p := b.get("/conta")
	p.want(t, 200, "/conta", "Dandara", `name="email"`)
	if strings.Contains(p.body, "Diego") {
		t.Error("the civil name is shown")
	}
}

func TestNoRedirectLeavesTheSite(t *testing.T) { // Q section 3
	w := one(t)
	for _, c := range []struct{ name, back, want string }{
		{"another host without scheme", "//evil.example", "/painel"},
		{"backslash", `/\evil.example`, "/painel"},
		{"backslash, encoded", "/%5cevil.example", "/painel"},
		{"https", "https://evil.example/", "/painel"},
		{"scheme without slashes", "https:evil.example", "/painel"},
		{"javascript", "javascript:alert(1)", "/painel"},
		{"encoded slashes", "%2f%2fevil.example", "/painel"},
		{"a slash and encoded slashes", "/%2f%2fevil.example", "/painel"},
		{"slashes later", "/x//evil.example", "/painel"},
		{"a tab among the slashes", "/\t/evil.example", "/painel"},
		{"a line end", "/x\r\nSet-Cookie: a=b", "/painel"},
		{"a line end, encoded", "/x%0d%0aSet-Cookie:%20a=b", "/painel"},
		{"a NUL", "/x%00", "/painel"},
		{"not UTF-8", "/\xff", "/painel"},
		{"nothing before the path", "evil.example", "/painel"},
		{"user information", "/@evil.example", "/@evil.example"},
		{"round in circles", "/entrar?volta=/entrar", "/painel"},
		{"out again", "/sair", "/painel"},
		{"endless", "/" + strings.Repeat("a", 3000), "/painel"},
		{"a good place with a query", "/lugar?q=%2F%2Fevil", "/lugar?q=%2F%2Fevil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := w.browser().signIn("/entrar?volta="+url.QueryEscape(c.back), ana)
			if p.at != c.want {
				t.Errorf("ends at %s", p.at)
			}
		})
	}
}

func TestTheTokenIsNewAfterSigningIn(t *testing.T) { // Q section 3: session fixation
	w := one(t)
	b := w.browser()
	start := b.get("/entrar?volta=/lugar")
	before := w.cookie(b)
	b.fill(start, "cpf", ana).want(t, 200, "/lugar")
	if before == "" || w.cookie(b) == before {
		t.Fatal("the token of before the sign-in is still the session's")
	}
	thief := w.browser()
	r, err := http.NewRequest(http.MethodGet, w.url+"/painel", nil)
	w.must(err)
	r.AddCookie(&http.Cookie{Name: "guiche", Value: before})
	p := thief.read(thief.http.Do(r))
	if !strings.HasPrefix(p.at, devidp.DefaultPath) {
		t.Errorf("who knew the old token is at %s", p.at)
	}
}

func TestTwoTabsSignInAtOnce(t *testing.T) {
	b := one(t).browser()
	first, second := b.get("/entrar?volta=/lugar?tab=1"), b.get("/entrar?volta=/lugar?tab=2")
	b.fill(first, "cpf", ana).want(t, 200, "/lugar?tab=1", "Ana Ribeiro")
	b.fill(second, "cpf", ana).want(t, 200, "/lugar?tab=2", "Ana Ribeiro")
}

func TestOfManySignInsUnderWayTheOldestIsForgotten(t *testing.T) { // Q section 3
	b := one(t).browser()
	var tabs []page
	for range 6 {
		tabs = append(tabs, b.get("/entrar?volta=/lugar"))
	}
	if p := b.fill(tabs[0], "cpf", ana); p.status != 422 || !strings.Contains(p.body, "Tentar de novo") {
		t.Errorf("the oldest: %d %s", p.status, p.body)
	}
	b.fill(tabs[1], "cpf", ana).want(t, 200, "/lugar", "Ana Ribeiro")
}

func TestTheSameAnswerTwiceIsNoFault(t *testing.T) { // back button, reload
	w := one(t)
	b := w.browser()
	answer := b.answer("/entrar?volta=/lugar", ana)
	b.get(answer).want(t, 200, "/lugar")
	b.get(answer).want(t, 200, "/painel", "Ana Ribeiro")
	p := w.browser().get(answer)
	if p.status != 422 || strings.Contains(p.body, "Ana") {
		t.Errorf("someone else with the same answer: %d %s", p.status, p.body)
	}
}

func TestEveryRefusalIsAPageThatSaysWhatToDo(t *testing.T) { // R-9, Q section 3
	for _, c := range []struct {
		name   string
		fault  devidp.Fault
		status int
		words  string
	}{
		{"the clock is ahead", devidp.ClockAhead, 403, "entre de novo"},
		{"the token has expired", devidp.ExpiredIDToken, 403, "entre de novo"},
		{"another nonce", devidp.WrongNonce, 403, "entre de novo"},
		{"another audience", devidp.WrongAudience, 403, "entre de novo"},
		{"one audience more", devidp.ExtraAudience, 403, "entre de novo"},
		{"another issuer", devidp.WrongIssuer, 403, "entre de novo"},
		{"a forged signature", devidp.ForgedSignature, 403, "entre de novo"},
		{"no signature", devidp.NoSignature, 403, "entre de novo"},
		{"another subject", devidp.OtherSubject, 403, "entre de novo"},
		{"a wrong CPF", devidp.WrongCPF, 403, "CPF"},
		{"another state", devidp.WrongState, 422, "Nada se perdeu"},
		{"the secret is refused", devidp.RefusedSecret, 503, "fora do ar"},
		{"no token", devidp.NoIDToken, 503, "fora do ar"},
		{"the token endpoint fails", devidp.Breaks(devidp.TokenEndpoint), 503, "fora do ar"},
		{"the token endpoint hangs up", devidp.Drops(devidp.TokenEndpoint), 503, "fora do ar"},
		{"userinfo fails", devidp.Breaks(devidp.UserInfoEndpoint), 503, "fora do ar"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := one(t)
			w.idp.SetFaults(c.fault)
			b := w.browser()
			p := b.signIn("/entrar?volta=/lugar", ana)
			if p.status != c.status || !strings.Contains(p.body, c.words) || !strings.Contains(p.body, `<a class="btn btn-primary" href="/entrar?volta=`) {
				t.Fatalf("got %d: %s", p.status, p.body)
			}
			if (p.status == 503) != (p.header.Get("Retry-After") != "") {
				t.Errorf("Retry-After %q with %d", p.header.Get("Retry-After"), p.status)
			}
			w.wantQuietLog(p)
			w.idp.SetFaults()
			b.signIn("/entrar?volta=/lugar", ana).want(t, 200, "/lugar", "Ana Ribeiro")
		})
	}
}

var referenceOn = regexp.MustCompile(`Código desta página: <strong class="num">([A-Z0-9]+)</strong>`)

// wantQuietLog wants the reason in the log and nothing of the person.
func (w *world) wantQuietLog(p page) {
	w.Helper()
	text := w.log.String()
	if reference := referenceOn.FindStringSubmatch(p.body); reference == nil || !strings.Contains(text, "reference="+reference[1]) {
		w.Errorf("page and log do not share a reference: %s", text)
	}
	if !strings.Contains(text, `msg="sign-in refused"`) || !strings.Contains(text, "reason=") {
		w.Errorf("the reason is not in the log: %s", text)
	}
	for _, personal := range []string{ana, "Ana", "example.com", "code=", "/lugar"} {
		if strings.Contains(text, personal) {
			w.Errorf("the log holds %q: %s", personal, text)
		}
	}
}

func TestAProviderThatIsDownIsSaidAtOnce(t *testing.T) { // Q section 2
	w := one(t)
	w.idp.SetFaults(devidp.Breaks(devidp.MetadataEndpoint))
	p := w.browser().get("/entrar?volta=/lugar")
	p.want(t, 503, "/entrar?volta=/lugar", "fora do ar", `href="/entrar?volta=%2Flugar"`, "/presencial")
	w.wantQuietLog(p)
}

func TestRefusedConsentIsRespectedAndMayBeGivenLater(t *testing.T) {
	b := one(t).browser()
	consent := b.signIn("/entrar?volta=/lugar", lia)
	p := b.fill(consent, "cpf", lia, "decisao", "recusar")
	if p.status != 422 || !strings.Contains(p.body, "não autorizou") || !strings.Contains(p.body, "Tentar de novo") {
		t.Fatalf("got %d: %s", p.status, p.body)
	}
	consent = b.signIn("/entrar?volta=/lugar", lia)
	b.fill(consent, "cpf", lia, "decisao", "aceitar").want(t, 200, "/lugar", "Lia Prado")
}

func TestWhoIsSentHomeByTheProviderCanContinue(t *testing.T) { // govbr: issue 45
	w := one(t)
	b := w.browser()
	b.get("/").want(t, 200, "/", "capa: ")
	w.idp.SetFaults(devidp.HomeReturn)
	b.signIn("/entrar?volta=/lugar", ana).want(t, 200, "/", "capa: /entrar?volta=%2Flugar")
	w.idp.SetFaults()
	b.signIn("/entrar?volta=%2Flugar", ana).want(t, 200, "/lugar")
	if p := b.get("/"); p.body != "capa: " {
		t.Errorf("still pending after signing in: %s", p.body)
	}
}

func TestAReturnWithoutAnAnswerBeginsAgainOrGoesHome(t *testing.T) { // govbr: issue 22
	w := one(t)
	w.browser().get("/entrar/govbr/retorno").want(t, 200, "/")
	b := w.browser()
	b.get("/entrar?volta=/lugar")
	b.signIn("/entrar/govbr/retorno", ana).want(t, 200, "/lugar", "Ana Ribeiro")
}

func TestSeveralProvidersAreAQuestionAndAnUnknownOneIsNotFound(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t), options{second: true})
	b := w.browser()
	b.get("/entrar?volta=/lugar").want(t, 200, "/entrar?volta=/lugar", "Entrar com gov.br", "Entrar com Login do Estado", "/entrar?volta=%2Flugar&amp;provedor=estado")
	b.signIn("/entrar?volta=/lugar&provedor=govbr", ana).want(t, 200, "/lugar", "Ana Ribeiro")
	b.get("/entrar?provedor=outro").want(t, 404, "/entrar?provedor=outro", "não existe")
	b.get("/entrar?provedor=estado").want(t, 503, "/entrar?provedor=estado", "Login do Estado")
}

func TestOneProvidersAnswerIsNotTakenForAnothers(t *testing.T) { // Q section 3: mix-up
	w := newWorld(t, dbtest.SQLite(t), options{second: true})
	b := w.browser()
	answer := b.answer("/entrar?volta=/lugar&provedor=govbr", ana)
	other := strings.Replace(answer, "/entrar/govbr/", "/entrar/estado/", 1)
	b.get(other).want(t, 422, other, "Login do Estado")
	b.get(answer).want(t, 200, "/lugar", "Ana Ribeiro") // and the refusal did not use the flow up
}

func TestAFormTypedWithoutASessionIsBackAfterSigningIn(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.fill(b.post("/lugar", "relato", "digitado"), "cpf", ana).want(t, 200, "/lugar", "Ana Ribeiro silver digitado")
}

func TestAnotherPersonInTheSameBrowserFindsNothingOfTheFirst(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/painel", ana).want(t, 200, "/painel")
	b.get("/guarda")
	p := b.signIn("/entrar?volta=/lugar", dandara)
	p.want(t, 200, "/lugar", "Dandara")
	if strings.Contains(p.body, "segredo-de-ana") {
		t.Error("what Ana typed is shown to Dandara")
	}
}

func TestRolesMayAskForASecondFactor(t *testing.T) { // Q section 3
	w := newWorld(t, dbtest.SQLite(t), options{secondFactor: true})
	w.grant(ana)
	b := w.browser()
	b.signIn("/entrar", ana).want(t, 200, "/painel")
	b.get("/conta").want(t, 200, "/conta", "verificação em duas etapas")
	b.get("/servidor/fila").want(t, 404, "/servidor/fila")
	factor := b.fill(b.get("/entrar"), "cpf", ana, "pedir_segundo_fator", "1")
	b.fill(factor, "cpf", ana, "codigo", "123456").want(t, 200, "/servidor/fila", "Ana Ribeiro")
}

func TestSigningInTooOftenIsSlowedDown(t *testing.T) { // Q section 3
	b := one(t).browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range 60 {
		if p := b.get("/entrar"); p.status != 303 {
			t.Fatalf("within the allowance: %d", p.status)
		}
	}
	if p := b.get("/entrar"); p.status != 429 || p.header.Get("Retry-After") == "" {
		t.Errorf("beyond it: %d, Retry-After %q", p.status, p.header.Get("Retry-After"))
	}
}

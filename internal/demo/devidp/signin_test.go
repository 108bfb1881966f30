package devidp_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
)

const (
	site      = "http://site.example"
	returnTo  = site + "/entrar/govbr/retorno"
	otherBack = site + "/outro?x=1"
	verifier  = "um-verificador-com-quarenta-e-tres-letras-ou-mais"
	challenge = "OBXpRQ3DBH2XUNyrPC5FFQVrpy-Hlpct4dznEYQeYMI"
)

// bench is a provider, its clock and one browser.
type bench struct {
	*devidptest.Browser
	t        *testing.T
	provider *devidp.Provider
	ahead    *atomic.Int64
}

func newBench(t *testing.T, faults ...devidp.Fault) *bench {
	t.Helper()
	b := &bench{t: t, ahead: &atomic.Int64{}}
	b.provider = devidptest.Start(t, site, func() time.Time {
		return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(b.ahead.Load()))
	}, returnTo, otherBack)
	b.provider.SetFaults(faults...)
	b.Browser = devidptest.NewBrowser(t, b.provider.Issuer())
	return b
}

func (b *bench) url(path string) string { return b.provider.Issuer() + path }

// request is a good authorization request; changes are name, value; an empty value removes.
func request(changes ...string) url.Values {
	query := url.Values{
		"response_type": {"code"}, "client_id": {devidptest.ClientID}, "redirect_uri": {returnTo}, "state": {"estado"}, "nonce": {"nonce"},
		"scope":          {"openid email phone profile govbr_confiabilidades govbr_confiabilidades_idtoken govbr_empresa govbr_recupera_certificadox509"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			query.Del(changes[i])
		}
	}
	return query
}

func (b *bench) authorize(changes ...string) string {
	return b.url("authorize?" + request(changes...).Encode())
}

func TestARequestThatCannotBeTrustedGoesBackNowhere(t *testing.T) {
	b := newBench(t)
	for name, changes := range map[string][]string{
		"unknown client":                {"client_id", "outro"},
		"no client":                     {"client_id", ""},
		"address not registered":        {"redirect_uri", "https://ladrao.example/"},
		"a registered address, longer":  {"redirect_uri", returnTo + "/"},
		"a registered address, queried": {"redirect_uri", returnTo + "?x=1"},
		"no address":                    {"redirect_uri", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if page := b.Get(b.authorize(changes...)); page.Left || page.Status != http.StatusBadRequest || !strings.Contains(page.Body, "não está cadastrado") {
				t.Errorf("status %d, left %v to %v", page.Status, page.Left, page.URL)
			}
		})
	}
}

func TestAFaultyRequestGoesBackWithItsError(t *testing.T) {
	for name, c := range map[string]struct {
		fault   devidp.Fault
		changes []string
		want    string
	}{
		"another response type":             {"", []string{"response_type", "token"}, "unsupported_response_type"},
		"no openid among the scopes":        {"", []string{"scope", "email"}, "invalid_scope"},
		"an unknown scope":                  {"", []string{"scope", "openid cor_dos_olhos"}, "invalid_scope"},
		"no PKCE":                           {"", []string{"code_challenge", ""}, "invalid_request"},
		"plain PKCE":                        {"", []string{"code_challenge_method", "plain"}, "invalid_request"},
		"a short challenge":                 {"", []string{"code_challenge", "curto"}, "invalid_request"},
		"no nonce":                          {"", []string{"nonce", ""}, "invalid_request"},
		"no state where it is strict":       {devidp.StrictState, []string{"state", ""}, "invalid_request"},
		"no state as deployed, which is ok": {"", []string{"state", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.fault)
			page := b.Get(b.authorize(c.changes...))
			if got := page.URL.Query().Get("error"); page.Left != (c.want != "") || (page.Left && got != c.want) {
				t.Errorf("left %v to %v", page.Left, page.URL)
			}
			if sent := request(c.changes...).Get("state"); page.Left && page.URL.Query().Get("state") != sent {
				t.Errorf("state %q came back as %q", sent, page.URL.Query().Get("state"))
			}
		})
	}
}

func TestTheSignInPage(t *testing.T) {
	b := newBench(t)
	page := b.Get(b.authorize())
	for _, want := range []string{`<html lang="pt-BR">`, "Isto não é o gov.br", "<main", `<label for="campo">CPF</label>`, "Ana Ribeiro", "111.444.777-35", "Dandara", "nível prata", "Casos difíceis"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("missing: %s", want)
		}
	}
	for _, unwanted := range []string{"<script", "style=", "<style", "onclick", "Diego"} {
		if strings.Contains(page.Body, unwanted) {
			t.Errorf("present: %s", unwanted)
		}
	}
	if n := strings.Count(page.Body, "<form"); n != 1 {
		t.Errorf("%d forms", n)
	}
}

func TestWhoSignsIn(t *testing.T) { // interface.md, "Demo people"
	for name, c := range map[string]struct {
		fill []string
		want string // what the page says; empty: signed in
	}{
		"eleven digits":                {[]string{"cpf", "11144477735"}, ""},
		"with the mask":                {[]string{"cpf", " 111.444.777-35 "}, ""},
		"a button of the list":         {[]string{"cpf", "", "pessoa", "11144477735"}, ""},
		"a button wins over the field": {[]string{"cpf", "lixo", "pessoa", "11144477735"}, ""},
		"nothing":                      {[]string{"cpf", ""}, "Digite os 11 números"},
		"ten digits":                   {[]string{"cpf", "1114447773"}, "Digite os 11 números"},
		"letters among the digits":     {[]string{"cpf", "1114447773a"}, "Digite os 11 números"},
		"a right CPF nobody has":       {[]string{"cpf", "39939939904"}, "Ninguém desta demonstração"},
		"markup":                       {[]string{"cpf", `"><b>oi`}, `value="&#34;&gt;&lt;b&gt;oi"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			page := b.Fill(b.Get(b.authorize()), c.fill...)
			if c.want == "" {
				if !page.Left || page.URL.Query().Get("code") == "" || page.URL.Query().Get("state") != "estado" {
					t.Errorf("status %d, left %v to %v", page.Status, page.Left, page.URL)
				}
				return
			}
			if page.Left || page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, c.want) || !strings.Contains(page.Body, "<title>Erro: ") {
				t.Errorf("status %d: %s", page.Status, page.Body)
			}
			if again := b.Fill(page, "cpf", "11144477735"); !again.Left {
				t.Error("the corrected form does not sign in")
			}
		})
	}
}

func TestConsent(t *testing.T) {
	const consentPage = "Autorização de uso de dados pessoais"
	b := newBench(t)

	asked := b.Fill(b.Get(b.authorize()), "cpf", "11144477735", "pedir_consentimento", "1")
	if asked.Left || !strings.Contains(asked.Body, consentPage) || !strings.Contains(asked.Body, "seu e-mail confirmado") {
		t.Fatalf("the page was not shown: %s", asked.Body)
	}
	refused := b.Fill(asked, "decisao", "recusar")
	want := url.Values{"error": {"access_denied"}, "state": {"estado"}}
	if !refused.Left || !maps.EqualFunc(refused.URL.Query(), want, func(a, b []string) bool { return a[0] == b[0] }) {
		t.Errorf("refused: %v", refused.URL)
	}
	if accepted := b.Fill(asked, "decisao", "aceitar"); accepted.URL.Query().Get("code") == "" {
		t.Errorf("accepted: %v", accepted.URL)
	}

	first := b.Fill(b.Get(b.authorize()), "cpf", "70080090036")
	if first.Left || !strings.Contains(first.Body, consentPage) {
		t.Fatal("somebody who never consented was not asked")
	}
	b.Fill(first, "decisao", "aceitar")
	if second := b.Fill(b.Get(b.authorize()), "cpf", "70080090036"); !second.Left {
		t.Error("the consent was not remembered")
	}
	if more := b.Fill(b.Get(b.authorize("scope", "openid")), "cpf", "70080090036"); more.Left {
		t.Error("a consent for some scopes was used for others")
	}
}

func TestSecondFactor(t *testing.T) {
	b := newBench(t)
	for name, ask := range map[string][]string{
		"asked for by the checkbox":        {"cpf", "11144477735", "pedir_segundo_fator", "1"},
		"always for the person who has it": {"cpf", "70580590550"},
	} {
		t.Run(name, func(t *testing.T) {
			page := b.Fill(b.Get(b.authorize()), ask...)
			if page.Left || page.Status != http.StatusOK || !strings.Contains(page.Body, `name="codigo"`) {
				t.Fatalf("status %d, left %v", page.Status, page.Left)
			}
			wrong := b.Fill(page, "codigo", "12345")
			if wrong.Left || wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, "Digite os 6 números") {
				t.Errorf("five digits: status %d", wrong.Status)
			}
			right := b.Fill(wrong, "codigo", "123456")
			if !right.Left && !strings.Contains(right.Body, "decisao") {
				t.Errorf("six digits: status %d: %s", right.Status, right.Body)
			}
		})
	}
}

func TestTheNextSignInIsSilentOnlyWhenTheSessionSurvives(t *testing.T) {
	b := newBench(t)
	b.SignIn(b.authorize(), "11144477735")
	if page := b.Get(b.authorize()); page.Left {
		t.Error("a session was kept")
	}
	b.provider.SetFaults(devidp.SessionSurvives)
	b.Get(b.url("logout?post_logout_redirect_uri=" + url.QueryEscape(site+"/")))
	if page := b.Get(b.authorize()); !page.Left {
		t.Error("the session did not survive the logout")
	}
	b.provider.SetFaults()
	b.Get(b.url("logout?post_logout_redirect_uri=" + url.QueryEscape(site+"/")))
	b.provider.SetFaults(devidp.SessionSurvives)
	if page := b.Get(b.authorize()); page.Left {
		t.Error("an ordinary logout kept the session")
	}
}

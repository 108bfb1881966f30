package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guiche/internal/mail"
	"guiche/internal/oidc"
	"guiche/internal/web"
)

// readsChange are the only addresses that store something when they are read, each with its reason.
var readsChange = map[string]string{
	"GET /reclamacoes/nova": "the form begins, or goes on with, the draft that the front door led to (R-5, R-15)",
}

// notActs are tables that reading may touch: who is signed in, who read what, what the front door counted.
var notActs = []string{"session", "event", "route_count", "schedule"}

func TestReadingChangesNothing(t *testing.T) { // quality 3: no state change by GET
	t.Parallel()
	w := newWalk(t, "")
	done := func() string { return w.text(`SELECT CAST(count(*) AS TEXT) FROM event WHERE act <> 'read'`) }
	for _, route := range w.routes() {
		if !strings.HasPrefix(route, "GET ") {
			continue
		}
		for _, object := range objectsOf(route) {
			path := w.address(route, object)
			if _, allowed := readsChange[route]; allowed && object == "-" {
				continue
			}
			before := w.fingerprint(w.tables(notActs...)...) + done()
			for _, name := range []string{"visitor", "ana", "elisa", "gilda", "heitor"} {
				w.ask(name, route, path)
			}
			if w.fingerprint(w.tables(notActs...)...)+done() != before {
				t.Errorf("%s %s changes something", route, object)
			}
		}
	}
}

func TestTheFingerprintSeesEachAct(t *testing.T) { // the test above could not fail otherwise
	t.Parallel()
	w := newWalk(t, "")
	protocol := w.cases["ana"]["protocolo"]
	for _, act := range []struct {
		name, path string
		form       url.Values
	}{
		{"ana", "/reclamacoes/" + protocol + "/mensagem", url.Values{"mensagem": {"oi"}}},
		{"ana", "/rascunhos", nil},
		{"ana", "/conta", url.Values{"email": {"outra@example.com"}}},
		{"elisa", "/servidor/proximo", nil},
	} {
		before := w.fingerprint(w.tables(notActs...)...)
		if w.browsers[act.name].post(act.path, act.form); w.fingerprint(w.tables(notActs...)...) == before {
			t.Errorf("%s is not seen", act.path)
		}
	}
}

func TestFormsOfOtherSitesDoNothing(t *testing.T) { // quality 3: CSRF
	t.Parallel()
	w := newWalk(t, "")
	for _, route := range w.routes() {
		if !strings.HasPrefix(route, "POST ") {
			continue
		}
		path := w.address(route, objectsOf(route)[0])
		before := w.fingerprint(w.tables("schedule")...)
		for _, foreign := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://mau.example"}, {"Origin", "null"}} {
			for _, name := range []string{"ana", "elisa"} {
				r := w.browsers[name].send("POST", path, "mensagem=x&motivo=x", append(foreign, "Content-Type", formType)...)
				if r.status != http.StatusForbidden {
					t.Errorf("%s with %s answers %d", route, foreign, r.status)
				}
			}
		}
		if w.fingerprint(w.tables("schedule")...) != before {
			t.Errorf("%s from another site changed something", route)
		}
	}
}

func TestAWrongMethodIsSaidSo(t *testing.T) { // interface.md "Manners"
	t.Parallel()
	w := newWalk(t, "")
	patterns := w.routes()
	for _, route := range patterns {
		method, pattern, _ := strings.Cut(route, " ")
		if strings.HasPrefix(pattern, "/saude/") || strings.HasPrefix(pattern, "/demo/govbr/") || pattern == "/static/" || pattern == "/nao-existe" {
			continue
		}
		other := map[string]string{"GET": "POST", "POST": "GET"}[method]
		wrong := []string{"PUT", "DELETE", "PATCH"}
		if !slices.Contains(patterns, other+" "+pattern) && !shadowed(patterns, other, pattern) {
			wrong = append(wrong, other)
		}
		for _, method := range wrong {
			r := w.browsers["ana"].send(method, w.address(route, objectsOf(route)[0]), "")
			if r.status != http.StatusMethodNotAllowed || !strings.Contains(r.header.Get("Allow"), strings.Fields(route)[0]) || !strings.Contains(r.body, "<h1>") {
				t.Errorf("%s to %s answers %d, Allow %q", method, pattern, r.status, r.header.Get("Allow"))
			}
		}
	}
}

// shadowed tells whether another pattern answers the other method at the same place.
func shadowed(patterns []string, method, pattern string) bool {
	shape := regexp.MustCompile("^" + regexp.QuoteMeta(method) + " " + placeholder.ReplaceAllString(regexp.QuoteMeta(pattern), ".*") + "$")
	return slices.ContainsFunc(patterns, func(p string) bool {
		return shape.MatchString(p) || strings.HasPrefix(p, method+" ") && placeholderFits(p, method+" "+pattern)
	})
}

func placeholderFits(general, special string) bool {
	a, b := strings.Split(general, "/"), strings.Split(special, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}

func TestEveryFormRefusesTooMuchAndBrokenParts(t *testing.T) { // interface.md "Manners": 413; no 5xx
	t.Parallel()
	w := newWalk(t, "")
	big := "mensagem=" + strings.Repeat("x", 600<<10)
	whole, multipartType := multipartOf(url.Values{"mensagem": {"meia"}}, paper{"anexos", "a.txt", "conteudo"})
	readsNothing := []string{"POST /sair", "POST /rascunhos", "POST /conta/confirmar-email/enviar", "POST /empresa/cadastro/govbr",
		"POST /demo/correio/{id}"} // a whole mail of 30 MB goes there
	for _, route := range w.routes() {
		if !strings.HasPrefix(route, "POST ") {
			continue
		}
		for _, object := range objectsOf(route) {
			for _, name := range []string{"ana", "elisa", "heitor"} {
				b := w.browsers[name]
				path := w.address(route, object)
				if route == "POST /sair" {
					continue
				}
				for what, body := range map[string][2]string{
					"too much": {big, formType}, "half a part": {whole[:len(whole)/2], multipartType}, "no boundary": {whole, "multipart/form-data"},
					"another boundary": {whole, "multipart/form-data; boundary=x"}, "broken escapes": {"mensagem=%zz&motivo=%", formType},
					"JSON": {`{"mensagem":1}`, "application/json"}, "no type": {"mensagem", ""},
				} {
					r := b.send("POST", path, body[0], "Content-Type", body[1])
					if r.status >= 500 || what == "too much" && r.status < 400 && !slices.Contains(readsNothing, route) && !bodiless(route) {
						t.Errorf("%s %s as %s: %s answers %d", route, object, name, what, r.status)
					}
				}
			}
		}
	}
	if r := w.browsers["ana"].send("POST", "/conta", big, "Content-Type", formType); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("600 kB of account answer %d", r.status)
	}
}

// bodiless forms are a button alone; what else is sent is not read.
func bodiless(route string) bool {
	return strings.HasSuffix(route, "/encerrar") && strings.Contains(route, "/sessoes/") || strings.HasSuffix(route, "/descartar") || strings.HasSuffix(route, "/remover")
}

func TestNoAddressLeadsToAnotherSite(t *testing.T) { // quality 3: no open redirect
	t.Parallel()
	s := openSite(t, "")
	for _, evil := range []string{"https://mau.example/", "//mau.example", `/\mau.example`, `\\mau.example`, "/%2f%2fmau.example", "/\t/mau.example", "javascript:alert(1)", "/%5cmau.example", "http:mau.example", "/..//mau.example", "@mau.example"} {
		q := url.QueryEscape(evil)
		b := newBrowser(t, s.BaseURL)
		b.get("/entrar?volta=" + q)
		b.signIn(cpfOf()["elisa"])
		for _, path := range []string{
			"/entrar?volta=" + q, "/conta/nivel?volta=" + q, "/servidor/fila?fila=" + q + "&depois=" + q, "/servidor/fila?q=" + q, "/atendimento/destino?fornecedor=" + q, "/atendimento/municipio?fornecedor=nao-listado&cidade=acegua&volta=" + q,
			"/reclamacoes/nova?fornecedor=nao-listado&depois=" + q + "&volta=" + q, "/entrar/govbr/retorno?volta=" + q + "&iss=" + q,
			"/" + strings.TrimLeft(evil, "/"), "//mau.example/painel", "/painel//mau.example/..", "/reclamacoes/" + url.PathEscape(evil),
		} {
			r, err := b.try("GET", path, "")
			if err != nil {
				continue // an address that no browser could ask for
			}
			stays(t, s, path, r)
		}
		for _, path := range []string{"/servidor/proximo", "/sair"} {
			stays(t, s, path, b.post(path, url.Values{"fila": {evil}, "volta": {evil}, "depois": {evil}}))
		}
		stays(t, s, "lost session", newBrowser(t, s.BaseURL).post("/conta", url.Values{"volta": {evil}}))
		for _, from := range []string{evil, s.BaseURL + evil, s.BaseURL + "/" + evil, "https://mau.example/painel"} {
			r, err := newBrowser(t, s.BaseURL).try("POST", "/conta/sessoes/x/encerrar", "", "Content-Type", formType, "Referer", from)
			if err == nil { // a browser sends no line breaks in a header
				stays(t, s, "lost session, sent from "+from, r)
			}
		}
		fresh := newBrowser(t, s.BaseURL)
		at := fresh.get("/entrar?volta=" + q)
		for range 6 {
			if at.status != http.StatusSeeOther && at.status != http.StatusFound {
				break
			}
			stays(t, s, "sign-in back to "+evil, at)
			at = fresh.get(strings.TrimPrefix(at.to, s.BaseURL))
		}
		action, form := firstForm(t, at.body)
		form.Set("cpf", cpfOf()["ana"])
		for at = fresh.post(action, form); at.status == http.StatusSeeOther || at.status == http.StatusFound; at = fresh.get(strings.TrimPrefix(at.to, s.BaseURL)) {
			stays(t, s, "signed in, back to "+evil, at)
		}
	}
}

// stays fails when an answer, or a link or form on its page, leads to the stranger's site.
func stays(t *testing.T, s *wholeSite, at string, r reply) {
	t.Helper()
	base, err := url.Parse(s.BaseURL)
	s.must(err)
	to, err := base.Parse(r.to)
	if err != nil || to.Host != base.Host || strings.HasPrefix(r.to, `/\`) || strings.ContainsAny(r.to, "\t\r\n\\") {
		t.Errorf("%s leads to %q", at, r.to)
	}
	for n := range parse(t, r.body).Descendants() {
		for _, name := range []string{"href", "action", "src", "formaction"} {
			link, err := base.Parse(attribute(n, name))
			if err != nil || link.Host == "mau.example" || strings.HasPrefix(attribute(n, name), `/\`) {
				t.Errorf("%s has <%s %s=%q>", at, n.Data, name, attribute(n, name))
			}
		}
	}
}

func TestOverHTTPSTheCookieIsBoundToTheHost(t *testing.T) { // quality 3: session
	t.Parallel()
	s := openData(t, "https://procon.exemplo.rs.gov.br", func(*program) {})
	door, err := s.site(parts{sender: mail.NewOutbox(s.now), signIn: oidc.New(nil, s.BaseURL, nil, s.now)})
	s.must(err)
	b := atDoor(t, door)
	r := b.post("/conta", url.Values{"email": {"a@example.com"}})
	cookies := (&http.Response{Header: r.header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	c := cookies[0]
	if c.Name != "__Host-guiche" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("cookie %s", c)
	}
	if got := r.header.Get("Strict-Transport-Security"); !strings.Contains(got, "max-age=31536000") {
		t.Errorf("HSTS %q", got)
	}
	for _, only := range []string{"/demo", "/demo/correio", "/demo/govbr/", "/demo/govbr/authorize"} {
		if r := b.get(only); r.status != http.StatusNotFound {
			t.Errorf("%s is open in production: %d", only, r.status)
		}
	}
}

// atDoor is a browser that asks a server by its handler, whatever address the server believes to have.
func atDoor(t *testing.T, door *web.Server) *browser {
	t.Helper()
	b := newBrowser(t, "https://procon.exemplo.rs.gov.br")
	b.http.Transport = doorTransport{door}
	return b
}

type doorTransport struct{ door http.Handler }

func (d doorTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RemoteAddr, r.RequestURI = "203.0.113.9:1", r.URL.RequestURI()
	d.door.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	_, err := io.Copy(io.Discard, r.Body)
	return answer, err
}

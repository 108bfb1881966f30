package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web"
	"guiche/internal/web/ui"
)

// site is a server with a few routes, and its log.
type site struct {
	*testing.T
	web.Options
	log  syncBuffer
	door *web.Server
}

// syncBuffer is written by requests that run at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func says(text string) ui.Handler {
	return func(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, err := io.WriteString(w, text)
		return err
	}
}

func newSite(t *testing.T, routes ...ui.Route) *site {
	t.Helper()
	s := &site{T: t}
	sessions := scs.New()
	log := slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	actor := func(r *http.Request) (person.Actor, error) {
		return person.Actor{AccountID: sessions.GetString(r.Context(), "account"), Name: "Ana Ribeiro"}, nil
	}
	view, err := ui.New(ui.Options{Log: log, Now: time.Now, Sessions: sessions, Actor: actor})
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("https://procon.exemplo")
	s.Options = web.Options{UI: view, Log: log, Now: time.Now, Base: base, Ready: func(context.Context) error { return nil }}
	s.Routes = append(routes, ui.Route{Pattern: "GET /entre", Who: ui.Anyone, Handler: func(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
		sessions.Put(r.Context(), "account", "a1")
		return ui.SeeOther(w, r, "/")
	}})
	return s
}

func (s *site) open() *site {
	s.Helper()
	door, err := web.New(s.Options)
	if err != nil {
		s.Fatal(err)
	}
	s.door = door
	return s
}

func (s *site) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	return w
}

func (s *site) get(path string) *httptest.ResponseRecorder {
	return s.ask(httptest.NewRequest("GET", path, nil))
}

var home = ui.Route{Pattern: "GET /{$}", Who: ui.Anyone, Handler: says("início")}

func TestEveryAnswerTellsTheBrowserWhatItMayNotDo(t *testing.T) { // quality 3, headers
	s := newSite(t, home)
	s.FormTargets = []string{"https://sso.acesso.gov.br/", "https://sso.acesso.gov.br/logout", "https://login.exemplo"}
	s.open()
	for _, path := range []string{"/", "/nada", "/saude/vivo", "/static/nada.css"} {
		h := s.get(path).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
				"form-action 'self' https://sso.acesso.gov.br https://login.exemplo; frame-ancestors 'none'; base-uri 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
			"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestOnlyHTTPSIsPromisedForHTTPS(t *testing.T) {
	s := newSite(t, home)
	s.Base, _ = url.Parse("http://127.0.0.1:8080")
	if got := s.open().get("/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("a plain http site promises %q", got)
	}
}

func TestPersonalPagesAreNotKeptByBrowsers(t *testing.T) { // quality 3: no-store
	s := newSite(t, home, ui.Route{Pattern: "GET /painel", Who: ui.SignedIn, Handler: says("meus casos")}).open()
	cookie := s.get("/entre").Result().Cookies()[0]
	tests := []struct {
		name, path string
		signedIn   bool
		want       string
	}{
		{"a public page for a visitor", "/", false, "private, no-cache"},
		{"a public page that greets somebody", "/", true, "no-store"},
		{"a personal page", "/painel", true, "no-store"},
		{"the way to sign in", "/painel", false, "no-store"},
		{"an address that does not exist", "/nada", false, "no-store"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", test.path, nil)
			if test.signedIn {
				r.AddCookie(cookie)
			}
			if got := s.ask(r).Header().Get("Cache-Control"); got != test.want {
				t.Errorf("Cache-Control is %q, want %q", got, test.want)
			}
		})
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) { // quality 3, CSRF
	s := newSite(t, home, ui.Route{Pattern: "POST /agir", Who: ui.Anyone, Handler: says("feito")}).open()
	tests := []struct {
		name, header, value string
		want                int
	}{
		{"from our page", "Sec-Fetch-Site", "same-origin", 200},
		{"from another site", "Sec-Fetch-Site", "cross-site", 403},
		{"from a neighbour below the same name", "Sec-Fetch-Site", "same-site", 403},
		{"from another site, in an older browser", "Origin", "https://mal.exemplo", 403},
		{"from our address, in an older browser", "Origin", "https://procon.exemplo", 200},
		{"from a program, which has no cookies of others", "Accept", "*/*", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/agir", nil)
			r.Header.Set(test.header, test.value)
			w := s.ask(r)
			if w.Code != test.want {
				t.Errorf("answered %d, want %d", w.Code, test.want)
			}
			if w.Code == 403 && !strings.Contains(w.Body.String(), "Este envio veio de outro site") {
				t.Error("the page does not say why")
			}
		})
	}
}

func TestAnAddressWithoutARouteGetsAPage(t *testing.T) { // interface.md, manners
	s := newSite(t, home, ui.Route{Pattern: "POST /agir", Who: ui.Anyone, Handler: says("feito")}).open()
	tests := []struct {
		name, method, path string
		want               int
		allow, words       string
	}{
		{"an address nobody has", "GET", "/nada", 404, "", "Página não encontrada"},
		{"a form's address typed in", "GET", "/agir", 405, "POST", "use o botão"},
		{"a page that takes no form", "POST", "/", 405, "GET", "use o botão"},
		{"a method nobody uses", "BREW", "/", 405, "GET", "use o botão"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := s.ask(httptest.NewRequest(test.method, test.path, nil))
			if w.Code != test.want || w.Header().Get("Allow") != test.allow || !strings.Contains(w.Body.String(), test.words) {
				t.Errorf("answered %d, Allow %q: %.200s", w.Code, w.Header().Get("Allow"), w.Body)
			}
		})
	}
}

func TestRoutesThatCannotBeAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		routes []ui.Route
		says   string
	}{
		{"nobody said who may", []ui.Route{{Pattern: "GET /x", Handler: says("x")}}, "who may use it"},
		{"nothing answers", []ui.Route{{Pattern: "GET /x", Who: ui.Anyone}}, "who may use it, or how"},
		{"two for one address", []ui.Route{home, home}, "conflicts"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := web.New(newSite(t, test.routes...).Options)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("said %v, want %q", err, test.says)
			}
		})
	}
}

func TestThePageAndTheLogShareAReference(t *testing.T) {
	broken := ui.Route{Pattern: "GET /casos/{protocolo}", Who: ui.Anyone, Handler: func(http.ResponseWriter, *http.Request, person.Actor) error {
		return errors.New("o disco sumiu")
	}}
	panics := ui.Route{Pattern: "GET /panico/{protocolo}", Who: ui.Anyone, Handler: func(http.ResponseWriter, *http.Request, person.Actor) error {
		panic("ninguém esperava")
	}}
	for _, path := range []string{"/casos/2026-SEGREDO", "/panico/2026-SEGREDO"} {
		s := newSite(t, broken, panics).open()
		w := s.get(path)
		reference := w.Header().Get("X-Request-Id")
		if w.Code != 500 || len(reference) < 8 || !strings.Contains(w.Body.String(), reference) {
			t.Errorf("%s: %d, reference %q is not on the page", path, w.Code, reference)
		}
		if strings.Contains(w.Body.String(), "ninguém esperava") || strings.Contains(w.Body.String(), "disco") {
			t.Errorf("%s: the page tells what the log should", path)
		}
		if log := s.log.String(); strings.Count(log, reference) < 2 || strings.Contains(log, "SEGREDO") {
			t.Errorf("%s: the log must have the reference and never the path:\n%s", path, log)
		}
	}
}

func TestTheLogSaysThePatternNeverThePath(t *testing.T) { // quality 3: nothing personal in logs
	s := newSite(t, ui.Route{Pattern: "GET /casos/{protocolo}", Who: ui.Anyone, Handler: says("caso")}).open()
	w := s.get("/casos/2026-SEGREDO?cpf=11144477735")
	var line struct {
		Msg, Route, Method, Reference string
		Status                        int
		Bytes                         int64
	}
	if err := json.Unmarshal([]byte(s.log.String()), &line); err != nil {
		t.Fatalf("%v in %s", err, s.log.String())
	}
	if line.Msg != "request" || line.Route != "GET /casos/{protocolo}" || line.Method != "GET" || line.Status != 200 || line.Bytes != 4 || line.Reference != w.Header().Get("X-Request-Id") {
		t.Errorf("the line is %s", s.log.String())
	}
	if strings.Contains(s.log.String(), "SEGREDO") || strings.Contains(s.log.String(), "11144477735") {
		t.Errorf("the log has the path: %s", s.log.String())
	}
}

func TestPagesAreZippedForBrowsersThatCan(t *testing.T) {
	long := strings.Repeat("reclamação ", 500)
	pdf := func(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
		w.Header().Set("Content-Type", "application/pdf")
		_, err := io.WriteString(w, long)
		return err
	}
	s := newSite(t, ui.Route{Pattern: "GET /longa", Who: ui.Anyone, Handler: says(long)}, ui.Route{Pattern: "GET /pdf", Who: ui.Anyone, Handler: pdf},
		ui.Route{Pattern: "GET /curta", Who: ui.Anyone, Handler: says("curta")}).open()
	tests := []struct {
		name, path, accept string
		zipped             bool
	}{
		{"a long page", "/longa", "gzip, br", true},
		{"a long page for a browser that cannot", "/longa", "", false},
		{"a short page", "/curta", "gzip", false},
		{"a document", "/pdf", "gzip", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", test.path, nil)
			r.Header.Set("Accept-Encoding", test.accept)
			w := s.ask(r)
			body := w.Body.String()
			if (w.Header().Get("Content-Encoding") == "gzip") != test.zipped {
				t.Fatalf("Content-Encoding is %q", w.Header().Get("Content-Encoding"))
			}
			if test.zipped {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				whole, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				if len(body) > len(long)/4 {
					t.Errorf("%d bytes of %d is not zipped", len(body), len(long))
				}
				body = string(whole)
			}
			if test.path != "/curta" && body != long {
				t.Errorf("the page arrived as %.100q", body)
			}
		})
	}
}

func TestHealthAnswersWhileNothingElseDoes(t *testing.T) { // quality 2, overload
	inside, leave := make(chan bool), make(chan bool)
	s := newSite(t, ui.Route{Pattern: "GET /lenta", Who: ui.Anyone, Handler: func(http.ResponseWriter, *http.Request, person.Actor) error {
		inside <- true
		<-leave
		return nil
	}})
	s.Crowd = 1
	s.open()
	var first sync.WaitGroup
	first.Go(func() { s.get("/lenta") })
	<-inside
	w := s.get("/")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "muita gente") {
		t.Errorf("the crowd got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	for _, path := range []string{"/saude/vivo", "/saude/pronto"} {
		if w := s.get(path); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	leave <- true
	first.Wait()
	if w := s.get("/nada"); w.Code != 404 {
		t.Errorf("after the crowd: %d", w.Code)
	}
}

func TestReadinessAsksWhatTheWorkNeeds(t *testing.T) {
	s := newSite(t)
	s.Ready = func(context.Context) error { return errors.New("o disco encheu") }
	w := s.open().get("/saude/pronto")
	if w.Code != 503 || strings.Contains(w.Body.String(), "disco") || !strings.Contains(s.log.String(), "o disco encheu") {
		t.Errorf("%d %q; the log has %s", w.Code, w.Body, s.log.String())
	}
	if w := s.get("/saude/vivo"); w.Code != 200 {
		t.Errorf("a node that cannot work is still alive, but got %d", w.Code)
	}
}

func TestReadinessTellsATroubleAndServes(t *testing.T) { // quality.md 2: what was lost is not hidden
	s := newSite(t)
	s.Trouble = "faltam 2 protocolos"
	if w := s.open().get("/saude/pronto"); w.Code != 200 || w.Body.String() != "pronto\natenção: faltam 2 protocolos\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// readBody is a handler that reads all that is sent and says how much.
func readBody(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return fault.Wrap(fault.Invalid, "O envio parou no meio.", err)
	}
	_, err = io.WriteString(w, strconv.FormatInt(n, 10))
	return err
}

func TestAnEnormousRequestIsRefusedBeforeItIsSent(t *testing.T) { // interface.md: 413
	s := newSite(t, ui.Route{Pattern: "POST /arquivos", Who: ui.Anyone, Handler: readBody}).open()
	r := httptest.NewRequest("POST", "/arquivos", io.LimitReader(neverEnding{}, 1<<40))
	r.ContentLength = 700 << 20
	if w := s.ask(r); w.Code != 413 {
		t.Errorf("answered %d", w.Code)
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

func TestAClientThatSendsNothingIsCutOff(t *testing.T) { // quality 3: slow clients
	s := newSite(t, ui.Route{Pattern: "POST /arquivos", Who: ui.Anyone, Handler: readBody})
	s.Now = func() time.Time { return time.Now().Add(-28 * time.Second) } // patience ends in two seconds
	server := httptest.NewServer(s.open().door)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /arquivos HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsó isto"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "422") || !strings.Contains(string(answer), "parou no meio") {
		t.Errorf("%v: %.300s", err, answer)
	}
}

func TestALongWorkAfterAnUploadIsNotCutOff(t *testing.T) {
	ended := make(chan error, 1)
	s := newSite(t, ui.Route{Pattern: "POST /arquivos", Who: ui.Anyone, Handler: func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		err := readBody(w, r, who)
		select {
		case <-r.Context().Done():
			ended <- r.Context().Err()
		case <-time.After(2500 * time.Millisecond): // longer than the deadline of the body
			ended <- nil
		}
		return err
	}})
	s.Now = func() time.Time { return time.Now().Add(-28 * time.Second) }
	server := httptest.NewServer(s.open().door)
	defer server.Close()
	r, err := http.Post(server.URL+"/arquivos", "text/plain", strings.NewReader("um envio inteiro"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := <-ended; err != nil || r.StatusCode != 200 {
		t.Errorf("%v, %d", err, r.StatusCode)
	}
}

// TestAConnectionLivesLongerThanOneAnswer: the deadline of an answer must not reach the next request, who asks whether to send.
func TestAConnectionLivesLongerThanOneAnswer(t *testing.T) {
	s := newSite(t, home, ui.Route{Pattern: "POST /arquivos", Who: ui.Anyone, Handler: readBody})
	s.Now = func() time.Time { return time.Now().Add(-28 * time.Second) }
	server := httptest.NewServer(s.open().door)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, ExpectContinueTimeout: time.Minute}}
	answer, err := client.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	time.Sleep(2100 * time.Millisecond) // longer than it had
	r, err := http.NewRequest("POST", server.URL+"/arquivos", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Expect", "100-continue")
	if answer, err = client.Do(r); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Errorf("the second answer: %d", answer.StatusCode)
	}
}

func TestTheDemonstrationHasOneAddress(t *testing.T) {
	tests := []struct {
		name, method, host, base string
		demo                     bool
		want                     string // Location
	}{
		{"localhost leads to the address cookies are for", "GET", "localhost:8080", "http://127.0.0.1:8080", true, "http://127.0.0.1:8080/?q=a%20b"},
		{"the address itself", "GET", "127.0.0.1:8080", "http://127.0.0.1:8080", true, ""},
		{"a form is not sent twice", "POST", "localhost:8080", "http://127.0.0.1:8080", true, ""},
		{"a demonstration on localhost", "GET", "localhost:8080", "http://localhost:8080", true, ""},
		{"another port, as of a tunnel", "GET", "localhost:9000", "http://127.0.0.1:8080", true, ""},
		{"in production the proxy decides", "GET", "localhost:8080", "http://127.0.0.1:8080", false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, home)
			s.Base, _ = url.Parse(test.base)
			s.UI.Demo = test.demo
			r := httptest.NewRequest(test.method, "/?q=a%20b", nil)
			r.Host = test.host
			if got := s.open().ask(r).Header().Get("Location"); got != test.want {
				t.Errorf("leads to %q, want %q", got, test.want)
			}
		})
	}
}

func TestLimitsCountVisitorsNotProxies(t *testing.T) {
	var seen string
	s := newSite(t, ui.Route{Pattern: "GET /quem", Who: ui.Anyone, Handler: func(_ http.ResponseWriter, r *http.Request, _ person.Actor) error {
		seen, _, _ = net.SplitHostPort(r.RemoteAddr)
		return nil
	}})
	s.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	s.open()
	tests := []struct{ name, peer, forwarded, want string }{
		{"no proxy", "203.0.113.9:1", "", "203.0.113.9"},
		{"a stranger who pretends", "203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		{"behind our proxy", "10.1.1.1:1", "198.51.100.1", "198.51.100.1"},
		{"a visitor who pretends, behind our proxy", "10.1.1.1:1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		{"behind two of our proxies", "10.1.1.1:1", "198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{"a proxy that says nothing", "10.1.1.1:1", "", "10.1.1.1"},
		{"nonsense", "10.1.1.1:1", "198.51.100.1, <x>", "10.1.1.1"},
		{"IPv6", "10.1.1.1:1", "2001:db8::1", "2001:db8::1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/quem", nil)
			r.RemoteAddr = test.peer
			if test.forwarded != "" {
				r.Header.Set("X-Forwarded-For", test.forwarded)
			}
			s.ask(r)
			if seen != test.want {
				t.Errorf("counted as %s, want %s", seen, test.want)
			}
		})
	}
}

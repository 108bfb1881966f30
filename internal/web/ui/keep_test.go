package ui_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// stranger is somebody not signed in, with one session, sending forms to a page that asks for that.
type stranger struct {
	t      *testing.T
	ui     *ui.UI
	site   http.Handler
	cookie *http.Cookie
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	sessions := scs.New()
	u, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: c.now, Sessions: sessions,
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	s := &stranger{t: t, ui: u}
	mux := http.NewServeMux()
	mux.Handle("POST /", u.Handle(ui.Route{Pattern: "POST /", Who: ui.SignedIn, Handler: nil}))
	mux.Handle("GET /", u.Handle(ui.Route{Pattern: "GET /", Who: ui.Anyone, Handler: s.back}))
	mux.Handle("GET /aviso", u.Handle(ui.Route{Pattern: "GET /aviso", Who: ui.Anyone, Handler: s.said}))
	s.site = sessions.LoadAndSave(mux)
	return s
}

// said is what the next page warns of.
func (s *stranger) said(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	_, err := io.WriteString(w, s.ui.Sessions.PopString(r.Context(), "warning"))
	return err
}

func (s *stranger) back(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	_, err := io.WriteString(w, s.ui.Kept(r.Context(), r.URL.RequestURI()).Get("relato"))
	return err
}

func (s *stranger) send(method, address, text string) *httptest.ResponseRecorder {
	return s.sendAs("", method, address, text)
}

// sendAs sends a form that stood on the page of an account; headers are pairs of name and value.
func (s *stranger) sendAs(account, method, address, text string, headers ...string) *httptest.ResponseRecorder {
	body := strings.NewReader(url.Values{"relato": {text}, "quem": {account}}.Encode())
	r, w := httptest.NewRequestWithContext(s.t.Context(), method, address, body), httptest.NewRecorder()
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	s.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		s.cookie = c
	}
	return w
}

func TestAStrangersSessionKeepsFewForms(t *testing.T) { // R-15, quality 3: sizes bounded everywhere
	s := newStranger(t)
	for i := range 20 {
		if w := s.send("POST", fmt.Sprintf("/lugar?n=%02d", i), "o que digitei"); w.Code != http.StatusSeeOther {
			t.Fatalf("%d", w.Code)
		}
	}
	if got := s.send("GET", "/lugar?n=19", "").Body.String(); got != "o que digitei" {
		t.Errorf("the last form is lost: %q", got)
	}
	kept := 0
	for i := range 20 {
		if s.send("GET", fmt.Sprintf("/lugar?n=%02d", i), "").Body.Len() > 0 {
			kept++
		}
	}
	if kept > 3 {
		t.Errorf("%d older forms are kept", kept)
	}
	if w := s.send("POST", "/grande", strings.Repeat("á", 30_000)); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
	if n := s.send("GET", "/grande", "").Body.Len(); n > 0 {
		t.Errorf("%d bytes are kept that no form takes", n)
	}
}

func TestFormsOfTwoPeopleAreNotKeptTogether(t *testing.T) { // R-15, quality 3
	s := newStranger(t)
	s.sendAs("ana", "POST", "/um", "de Ana")
	s.sendAs("bruno", "POST", "/dois", "de Bruno")
	if got := s.send("GET", "/um", "").Body.String() + s.send("GET", "/dois", "").Body.String(); got != "de Bruno" {
		t.Errorf("kept: %q", got)
	}
}

func TestOnlyWhatAPersonSentIsSaidToBeLost(t *testing.T) { // drafts save themselves every few seconds
	s := newStranger(t)
	for mode, want := range map[string]bool{"cors": false, "navigate": true, "": true} {
		s.sendAs("ana", "POST", "/lugar", "texto", "Sec-Fetch-Mode", mode)
		if got := s.send("GET", "/aviso", "").Body.String(); strings.Contains(got, "o envio não chegou") != want {
			t.Errorf("mode %q: %q", mode, got)
		}
	}
}

func TestAQueryInAnotherOrderIsTheSameAddress(t *testing.T) {
	s := newStranger(t)
	s.send("POST", "/lugar?passo=relato&rascunho=x", "texto")
	if got := s.send("GET", "/lugar?rascunho=x&passo=relato", "").Body.String(); got != "texto" {
		t.Errorf("%q", got)
	}
}

func TestAnAddressThatSendsFormsWithoutSigningInIsSlowedDown(t *testing.T) { // interface.md manners: 429
	s := newStranger(t)
	for range 1000 {
		s.cookie = nil
		if w := s.send("POST", "/lugar", "x"); w.Code == http.StatusTooManyRequests {
			if w.Header().Get("Retry-After") == "" {
				t.Error("it does not say when")
			}
			return
		}
	}
	t.Error("a thousand sessions were filled")
}

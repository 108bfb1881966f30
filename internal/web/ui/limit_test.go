package ui_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestALimiterLetsABurstPassAndThenOneAtATime(t *testing.T) { // Q section 3
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	l := ui.NewLimiter(30, 3, c.now)
	for range 3 {
		if wait := l.Take("a"); wait != 0 {
			t.Fatalf("within the burst: wait %s", wait)
		}
	}
	for range 5 {
		if wait := l.Take("a"); wait != 2*time.Second {
			t.Fatalf("after the burst: wait %s", wait)
		}
	}
	if l.Take("b") != 0 {
		t.Error("one key pays for another")
	}
	c.t = c.t.Add(2 * time.Second)
	if l.Take("a") != 0 || l.Take("a") == 0 {
		t.Error("two seconds later exactly one more passes")
	}
	c.t = c.t.Add(time.Hour)
	for range 3 {
		if l.Take("a") != 0 {
			t.Fatal("a quiet hour did not restore the burst")
		}
	}
}

func TestALimiterUnderManyAddressesStaysSmall(t *testing.T) { // Q section 3
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	l := ui.NewLimiter(30, 1, c.now)
	l.Take("first")
	for i := range 250_000 {
		l.Take(fmt.Sprint(i))
	}
	if n := l.Size(); n > 100_000 {
		t.Errorf("%d keys held", n)
	}
	c.t = c.t.Add(time.Minute)
	l.Take("last")
	if n := l.Size(); n != 1 {
		t.Errorf("%d keys held after a quiet minute", n)
	}
}

func TestTooManyRequestsAreAnsweredByAPageThatSaysWhen(t *testing.T) { // interface.md manners: 429
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	u, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: c.now, Sessions: scs.New(),
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ok := func(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	h := u.Handle(ui.Route{Pattern: "GET /", Who: ui.Anyone, Handler: u.Limit(ui.NewLimiter(30, 1, c.now), ok)})
	ask := func(remote string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.RemoteAddr = remote
		h.ServeHTTP(w, r)
		return w
	}
	for _, pair := range []struct {
		name, first, second string
		want                int
	}{
		{"one address, two ports", "203.0.113.1:1000", "203.0.113.1:2000", http.StatusTooManyRequests},
		{"two addresses", "203.0.113.2:1000", "203.0.113.3:1000", http.StatusNoContent},
		{"one customer's IPv6 network", "[2001:db8:0:1::1]:1000", "[2001:db8:0:1::ffff]:1000", http.StatusTooManyRequests},
		{"two IPv6 networks", "[2001:db8:0:2::1]:1000", "[2001:db8:0:3::1]:1000", http.StatusNoContent},
	} {
		t.Run(pair.name, func(t *testing.T) {
			if w := ask(pair.first); w.Code != http.StatusNoContent {
				t.Fatalf("first: %d", w.Code)
			}
			w := ask(pair.second)
			if w.Code != pair.want {
				t.Fatalf("second: %d", w.Code)
			}
			if w.Code == http.StatusTooManyRequests && (w.Header().Get("Retry-After") != "2" || !strings.Contains(w.Body.String(), "Muitas tentativas")) {
				t.Errorf("Retry-After %q, body %s", w.Header().Get("Retry-After"), w.Body)
			}
		})
	}
}

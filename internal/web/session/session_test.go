package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/secret/secrettest"
	"guiche/internal/web/session"
)

type site struct {
	*testing.T
	db    *db.DB
	store *session.Store
	m     *scs.SessionManager
	mu    sync.Mutex
	clock time.Time
}

func each(t *testing.T, f func(s *site)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &site{T: t, db: d, clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		s.store = &session.Store{DB: d, Now: s.now, Secrets: secrettest.Ring(t)}
		s.m = session.NewManager(s.store, true)
		s.m.ErrorFunc = func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) }
		f(s)
	})
}

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *site) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
}

// request runs f as one request of the browser whose cookie is given, and gives the cookie it has afterwards.
func (s *site) request(cookie string, f func(ctx context.Context)) string {
	r := httptest.NewRequest("GET", "/", nil)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-guiche", Value: cookie})
	}
	w := httptest.NewRecorder()
	s.m.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { f(r.Context()) })).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		cookie = c.Value
	}
	return cookie
}

func (s *site) put(cookie, key, value string) string {
	return s.request(cookie, func(ctx context.Context) { s.m.Put(ctx, key, value) })
}

func (s *site) get(cookie, key string) (value string) {
	s.request(cookie, func(ctx context.Context) { value = s.m.GetString(ctx, key) })
	return value
}

func (s *site) scalar(query string, args ...any) (v string) {
	s.Helper()
	err := s.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		v, err = db.Scalar[string](tx, query, args...)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return v
}

func (s *site) sessions() string { return s.scalar(`SELECT CAST(count(*) AS TEXT) FROM session`) }

func TestTheCookieIsAsStrictAsTheAddressAllows(t *testing.T) { // Q section 3
	each(t, func(s *site) {
		for _, c := range []struct {
			secure bool
			name   string
		}{{true, "__Host-guiche"}, {false, "guiche"}} {
			m := session.NewManager(s.store, c.secure)
			w := httptest.NewRecorder()
			m.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { m.Put(r.Context(), "a", "b") })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			got := w.Result().Cookies()
			if len(got) != 1 {
				t.Fatalf("cookies %v", got)
			}
			k := got[0]
			if k.Name != c.name || k.Secure != c.secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.MaxAge != 0 || !k.Expires.IsZero() {
				t.Errorf("cookie %s", k)
			}
		}
	})
}

func TestAVisitorWithNothingToKeepCostsNothing(t *testing.T) {
	each(t, func(s *site) {
		before := s.db.Queries()
		cookie := s.request("", func(ctx context.Context) { _ = s.m.PopString(ctx, "flash") })
		if cookie != "" || s.db.Queries() != before {
			t.Errorf("cookie %q, %d queries", cookie, s.db.Queries()-before)
		}
		if got := s.get("nobody-made-this", "a"); got != "" || s.sessions() != "0" {
			t.Errorf("an invented cookie found %q", got)
		}
	})
}

func TestTheDatabaseHoldsNoCookie(t *testing.T) { // Q section 3
	each(t, func(s *site) {
		cookie := s.put("", "a", "b")
		if s.get(cookie, "a") != "b" {
			t.Fatal("not kept")
		}
		id := s.scalar(`SELECT token FROM session`)
		if strings.Contains(s.scalar(`SELECT token || data FROM session`), cookie) || s.get(id, "a") != "" {
			t.Error("who reads the table can be the person")
		}
		s.request(cookie, func(ctx context.Context) {
			if session.ID(ctx, s.m) != id {
				t.Error("ID is not the row's")
			}
		})
	})
}

func TestAChangeKeepsTheCookie(t *testing.T) {
	each(t, func(s *site) {
		first := s.put("", "a", "1")
		if second := s.put(first, "b", "2"); second != first {
			t.Errorf("the cookie became %q", second)
		}
	})
}

func TestASessionEndsAfterNoUseAndAfterItsWholeTime(t *testing.T) {
	each(t, func(s *site) {
		idle := s.put("", "a", "b")
		s.later(29 * time.Minute)
		if s.get(idle, "a") != "b" {
			t.Fatal("29 minutes without use ended it")
		}
		s.later(30 * time.Minute)
		if s.get(idle, "a") != "" {
			t.Fatal("30 minutes without use did not end it")
		}
		busy := s.put("", "a", "b")
		for range 11*3 + 2 {
			s.later(20 * time.Minute)
			if s.get(busy, "a") != "b" {
				t.Fatal("used every 20 minutes and ended before 12 hours")
			}
		}
		s.later(20 * time.Minute)
		if s.get(busy, "a") != "" {
			t.Fatal("lives longer than 12 hours")
		}
		if err := s.store.Prune(context.Background()); err != nil || s.sessions() != "0" {
			t.Errorf("%s rows left, %v", s.sessions(), err)
		}
	})
}

func TestUseIsNotedAtMostOnceAMinute(t *testing.T) {
	each(t, func(s *site) {
		cookie := s.put("", "a", "b")
		cost := func() int64 {
			before := s.db.Queries()
			s.get(cookie, "a")
			return s.db.Queries() - before
		}
		s.later(59 * time.Second)
		if n := cost(); n != 1 {
			t.Errorf("%d statements within the minute", n)
		}
		s.later(time.Second)
		if n := cost(); n != 2 {
			t.Errorf("%d statements after the minute", n)
		}
		if n := cost(); n != 1 {
			t.Errorf("%d statements right after it", n)
		}
	})
}

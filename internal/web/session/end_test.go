package session_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
	"guiche/internal/web/session"
)

func TestSignInChangesTheToken(t *testing.T) { // Q section 3: session fixation
	each(t, func(s *site) {
		before := s.put("", "kept", "typed")
		s.later(20 * time.Minute)
		after := s.request(before, func(ctx context.Context) {
			if err := s.m.RenewToken(ctx); err != nil {
				t.Error(err)
			}
			s.m.Put(ctx, session.AccountKey, "ana")
			s.m.Put(ctx, session.AgentKey, "Firefox")
		})
		if after == before || s.get(before, "kept") != "" || s.get(after, "kept") != "typed" {
			t.Error("the old token lives, or what was typed is lost")
		}
		if got := s.scalar(`SELECT account_id || ' ' || agent FROM session`); got != "ana Firefox" || s.sessions() != "1" {
			t.Errorf("row %q of %s", got, s.sessions())
		}
	})
}

func TestASessionEndedElsewhereEndsAtOnceAndStaysEnded(t *testing.T) {
	each(t, func(s *site) {
		people := &person.Service{DB: s.db, Secrets: secrettest.Ring(t), Now: s.now}
		account, err := people.SignIn(context.Background(), person.Identity{Issuer: "i", Subject: "s", Name: "Ana"})
		if err != nil {
			t.Fatal(err)
		}
		cookie := s.put("", session.AccountKey, account.ID)
		id := s.scalar(`SELECT token FROM session`)
		s.request(cookie, func(ctx context.Context) { // a slow request, during which the session is ended
			if err := people.EndSession(ctx, account.ID, id); err != nil {
				t.Error(err)
			}
			s.m.Put(ctx, "late", "write")
		})
		if s.get(cookie, session.AccountKey) != "" || s.sessions() != "0" {
			t.Error("the slow request brought it back")
		}
	})
}

func TestRequestsAtOnceKeepEachOthersChanges(t *testing.T) { // two tabs
	each(t, func(s *site) {
		cookie := s.put("", "old", "1")
		const tabs = 8
		var loaded, done sync.WaitGroup
		loaded.Add(tabs)
		for i := range tabs {
			done.Go(func() {
				s.request(cookie, func(ctx context.Context) {
					loaded.Done()
					loaded.Wait() // every tab has read before any writes
					s.m.Put(ctx, "tab"+string(rune('0'+i)), "x")
					if i == 0 {
						s.m.Remove(ctx, "old")
					}
				})
			})
		}
		done.Wait()
		for i := range tabs {
			if s.get(cookie, "tab"+string(rune('0'+i))) != "x" {
				t.Errorf("tab %d lost its change", i)
			}
		}
		if s.get(cookie, "old") != "" {
			t.Error("a removed value came back")
		}
	})
}

func TestSignOutAndEmptyingEndWhatTheyShould(t *testing.T) {
	each(t, func(s *site) {
		cookie := s.put("", "a", "b")
		s.request(cookie, func(ctx context.Context) {
			if err := s.m.Clear(ctx); err != nil {
				t.Error(err)
			}
		})
		if s.get(cookie, "a") != "" || s.sessions() != "1" {
			t.Error("emptying keeps the session and nothing in it")
		}
		s.request(cookie, func(ctx context.Context) {
			if err := s.m.Destroy(ctx); err != nil {
				t.Error(err)
			}
		})
		if s.sessions() != "0" {
			t.Error("the session outlived its end")
		}
	})
}

func TestWhoActsIsReadAtEachRequest(t *testing.T) {
	each(t, func(s *site) {
		people := &person.Service{DB: s.db, Secrets: secrettest.Ring(t), Now: s.now}
		account, err := people.SignIn(context.Background(), person.Identity{Issuer: "i", Subject: "s", Name: "Ana"})
		if err != nil {
			t.Fatal(err)
		}
		actor := session.Actor(s.m, people, false)
		for cookie, want := range map[string]string{"": "", s.put("", session.AccountKey, account.ID): account.ID, s.put("", session.AccountKey, db.NewID()): ""} {
			s.request(cookie, func(ctx context.Context) {
				who, err := actor(httptest.NewRequest("GET", "/", nil).WithContext(ctx))
				if err != nil || who.AccountID != want {
					t.Errorf("got %+v, %v; want %q", who, err, want)
				}
			})
		}
	})
}

package session

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// Values every face may read. They are also columns, so that people can see and end their sessions.
const (
	AccountKey = "account" // id of the account that is signed in
	AgentKey   = "agent"   // what the browser called itself at sign-in
	// SecondFactorKey is true when a second factor was proved at sign-in.
	SecondFactorKey = "second_factor"
)

// NewManager is the session manager of a site; secure is false only for the demonstration on plain loopback http.
// Limits are the store's: scs would write at every request to know of idle ones.
func NewManager(store *Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store, m.Codec, m.HashTokenInStore = store, codec{}, true
	m.Lifetime = store.absolute()
	m.Cookie.Name, m.Cookie.Secure = "guiche", secure
	if secure {
		m.Cookie.Name = "__Host-guiche"
	}
	m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Path, m.Cookie.Persist = true, http.SameSiteLaxMode, "/", false
	return m
}

// Begin makes a session outside of any request, for whoever measures with very many people, and gives its cookie.
func Begin(ctx context.Context, m *scs.SessionManager, accountID string) (*http.Cookie, error) {
	ctx, err := m.Load(ctx, "")
	if err != nil {
		return nil, err
	}
	m.Put(ctx, AccountKey, accountID)
	token, _, err := m.Commit(ctx)
	return &http.Cookie{Name: m.Cookie.Name, Value: token}, err //nolint:gosec // for a client that measures: no browser gets it
}

// ID is how the table names the session of a request; empty for one that was never stored.
func ID(ctx context.Context, m *scs.SessionManager) string {
	token := m.Token(ctx)
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Actor tells who makes a request, for ui.Options. Someone whose account is gone is a visitor. With secondFactor,
// roles count only in a session that began with one.
func Actor(m *scs.SessionManager, people *person.Service, secondFactor bool) func(*http.Request) (person.Actor, error) {
	return func(r *http.Request) (person.Actor, error) {
		id := m.GetString(r.Context(), AccountKey)
		if id == "" {
			return person.Actor{}, nil
		}
		actor, err := people.Actor(r.Context(), id)
		if fault.Is(err, fault.NotFound) {
			return person.Actor{}, nil
		}
		if secondFactor && !m.GetBool(r.Context(), SecondFactorKey) {
			actor.Grants = nil
		}
		return actor, err
	}
}

package devidp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

const (
	codeLife        = time.Minute
	accessTokenLife = time.Hour
	idTokenLife     = time.Minute
)

// grant is one sign-in: first behind a code, then behind an access token.
type grant struct {
	person                                  Person
	clientID, redirectURI, challenge, nonce string
	scopes                                  []string
	at                                      time.Time
}

func (p *Provider) keepCode(code string, g grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	forget(p.codes, g.at.Add(-codeLife))
	p.codes[code] = g
}

// forget drops what is older than limit, so that a long demonstration does not grow.
func forget(grants map[string]grant, limit time.Time) {
	for key, g := range grants {
		if g.at.Before(limit) {
			delete(grants, key)
		}
	}
}

// spendCode gives what a code stands for, once.
func (p *Provider) spendCode(code string) (grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.codes[code]
	delete(p.codes, code)
	return g, ok
}

// token trades a code for tokens. Like gov.br's it also reads parameters from the address, and
// answers a wrong secret with an empty 401.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuseToken(w, "invalid_request", "the body cannot be read")
		return
	}
	client, ok := p.authenticate(r)
	if !ok || p.has(RefusedSecret) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch r.Form.Get("grant_type") {
	case "authorization_code":
	case "client_credentials":
		refuseToken(w, "unauthorized_client", "this client may not use client_credentials")
		return
	default:
		refuseToken(w, "unsupported_grant_type", "grant_type must be authorization_code")
		return
	}
	g, ok := p.spendCode(r.Form.Get("code"))
	if !ok || !g.redeemable(client, r.Form, p.now()) {
		refuseToken(w, "invalid_grant", "code, redirect_uri or code_verifier is wrong, spent or late")
		return
	}
	p.issue(w, g)
}

// authenticate accepts client_secret_basic and client_secret_post.
func (p *Provider) authenticate(r *http.Request) (Client, bool) {
	id, secret, basic := r.BasicAuth()
	if basic {
		id, secret = unescape(id), unescape(secret)
	} else {
		id, secret = r.Form.Get("client_id"), r.Form.Get("client_secret")
	}
	client, known := p.client(id)
	return client, known && subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) == 1
}

// unescape undoes the form encoding that RFC 6749 section 2.3.1 puts inside the Basic header.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (g grant) redeemable(client Client, form url.Values, now time.Time) bool {
	return g.clientID == client.ID && g.redirectURI == form.Get("redirect_uri") &&
		now.Sub(g.at) <= codeLife && matches(g.challenge, form.Get("code_verifier"))
}

// matches is PKCE S256 with the length that RFC 7636 sets for verifiers.
func matches(challenge, verifier string) bool {
	const shortest, longest = 43, 128
	sum := sha256.Sum256([]byte(verifier))
	computed := base64.RawURLEncoding.EncodeToString(sum[:])
	return len(verifier) >= shortest && len(verifier) <= longest && subtle.ConstantTimeCompare([]byte(computed), []byte(challenge)) == 1
}

func refuseToken(w http.ResponseWriter, code, why string) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": code, "error_description": why})
}

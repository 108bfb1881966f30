package devidp

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"sync"
)

const (
	keyID   = "rsa1" // the same in all of gov.br's environments
	keyBits = 2048
)

// RotateKey replaces the signing key under the same key id, as gov.br does. The key is made when it is first used: that
// takes longer than the rest of a start.
func (p *Provider) RotateKey() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) })
}

func (p *Provider) signingKey() (*rsa.PrivateKey, error) {
	p.mu.Lock()
	key := p.key
	p.mu.Unlock()
	return key()
}

// metadata has the members that gov.br publishes and lacks those that it does not.
func (p *Provider) metadata(w http.ResponseWriter, _ *http.Request) {
	issuer := p.issuer
	if p.has(WrongMetadata) {
		issuer = "https://outro-emissor.example/"
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                issuer,
		"authorization_endpoint":                p.issuer + "authorize",
		"token_endpoint":                        p.issuer + "token",
		"userinfo_endpoint":                     p.issuer + "userinfo",
		"jwks_uri":                              p.issuer + "jwk",
		"response_types_supported":              []string{"code"},
		"grant_types_supported":                 []string{"authorization_code", "client_credentials"},
		"subject_types_supported":               []string{"public", "pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256", "RS512"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"scopes_supported":                      knownScopes(),
		"claims_supported":                      []string{"sub", "name", "preferred_username", "profile", "picture", "email", "email_verified", "phone_number", "phone_number_verified"},
	})
}

func knownScopes() []string {
	return []string{
		"openid", "email", "phone", "profile", "govbr_confiabilidades", "govbr_confiabilidades_idtoken",
		"govbr_empresa", "govbr_recupera_certificadox509",
	}
}

// keys has no "use", which some libraries stumble over.
func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	key, err := p.signingKey()
	if err != nil {
		p.fail(w, http.StatusInternalServerError, "Não foi possível fazer a chave. Tente de novo.")
		return
	}
	public := key.PublicKey
	encode := base64.RawURLEncoding.EncodeToString
	writeJSON(w, http.StatusOK, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "kid": keyID, "alg": "RS256",
		"n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
	}}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.Warn("demo provider: answer not written", "error", err)
	}
}

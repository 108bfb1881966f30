package devidp

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// sign makes a token as gov.br does: RS256 (or RS512), key id rsa1.
func (p *Provider) sign(claims map[string]any) (string, error) {
	algorithm := jose.RS256
	if p.has(SignsRS512) {
		algorithm = jose.RS512
	}
	return p.signAs(algorithm, claims)
}

func (p *Provider) signAs(algorithm jose.SignatureAlgorithm, claims map[string]any) (string, error) {
	key, err := p.signingKey()
	if err != nil {
		return "", fmt.Errorf("signing key: %w", err)
	}
	return signWith(algorithm, key, keyID, claims)
}

// signIDToken signs, or does one of the things that must never be accepted.
func (p *Provider) signIDToken(claims map[string]any) (string, error) {
	switch {
	case p.has(NoSignature):
		return unsigned(claims)
	case p.has(WeakAlgorithm):
		return signWith(jose.HS256, p.sharedSecret(claims), keyID, claims)
	case p.has(OtherAlgorithm):
		return p.signAs(jose.RS384, claims)
	case p.has(UnknownKey):
		return p.forge("rsa2", claims)
	case p.has(ForgedSignature):
		return p.forge(keyID, claims)
	default:
		return p.sign(claims)
	}
}

func (p *Provider) forge(id string, claims map[string]any) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return "", fmt.Errorf("other key: %w", err)
	}
	return signWith(jose.RS256, key, id, claims)
}

// sharedSecret is the client's secret, made long enough for HS256.
func (p *Provider) sharedSecret(claims map[string]any) []byte {
	const least = 32
	id, _ := claims["aud"].(string)
	client, _ := p.client(id)
	key := []byte(client.Secret)
	return append(key, make([]byte, max(0, least-len(key)))...)
}

func signWith(algorithm jose.SignatureAlgorithm, key any, id string, claims map[string]any) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		return "", fmt.Errorf("signer: %w", err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed.CompactSerialize()
}

func unsigned(claims map[string]any) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","kid":"rsa1"}`)) + "." + encode(body) + ".", nil
}

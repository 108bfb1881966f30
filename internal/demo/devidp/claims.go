package devidp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// issue answers with both tokens.
func (p *Provider) issue(w http.ResponseWriter, g grant) {
	access, err := p.sign(p.accessClaims(g))
	if err != nil {
		refuseToken(w, "server_error", err.Error())
		return
	}
	p.mu.Lock()
	forget(p.tokens, p.now().Add(-accessTokenLife))
	p.tokens[access] = grant{person: g.person, clientID: g.clientID, scopes: g.scopes, at: p.now()}
	p.mu.Unlock()

	answer := map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(accessTokenLife.Seconds()) - 1,
		"scope": strings.Join(g.scopes, " "),
	}
	if !p.has(NoIDToken) {
		if answer["id_token"], err = p.signIDToken(p.idClaims(g)); err != nil {
			refuseToken(w, "server_error", err.Error())
			return
		}
	}
	writeJSON(w, http.StatusOK, answer)
}

// clock is the provider's own time, which may go wrong.
func (p *Provider) clock() time.Time {
	switch {
	case p.has(ClockAhead):
		return p.now().Add(clockFlaw)
	case p.has(ClockBehind):
		return p.now().Add(-clockFlaw)
	default:
		return p.now()
	}
}

func (p *Provider) subject(g grant) string {
	cpf := g.person.CPF
	switch {
	case g.person.Subject == PairwiseSubject:
		sum := sha256.Sum256([]byte(g.clientID + "|" + cpf))
		return hex.EncodeToString(sum[:16])
	case g.person.Subject == HyphenSubject || p.has(HyphenatedSubject):
		return cpf[:9] + "-" + cpf[9:]
	default:
		return cpf
	}
}

func (p *Provider) accessClaims(g grant) map[string]any {
	now := p.clock()
	claims := map[string]any{
		"iss": p.issuer, "aud": g.clientID, "sub": p.subject(g), "preferred_username": g.person.CPF,
		"scope": g.scopes, "amr": g.person.AMR, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(accessTokenLife).Unix(),
	}
	if g.person.CertificateCNPJ != "" {
		claims["cnpj"] = g.person.CertificateCNPJ
	}
	return claims
}

// idClaims are those of the manual: booleans as text, scopes as a list, a stray "kid".
func (p *Provider) idClaims(g grant) map[string]any {
	now := p.clock()
	claims := p.personClaims(g, textMark)
	for name, value := range map[string]any{
		"iss": p.issuer, "aud": g.clientID, "preferred_username": g.person.CPF, "nonce": g.nonce, "amr": g.person.AMR,
		"scope": g.scopes, "jti": rand.Text(), "kid": keyID,
		"auth_time": g.at.Unix(), "iat": now.Unix(), "exp": now.Add(idTokenLife).Unix(),
	} {
		claims[name] = value
	}
	if slices.Contains(g.scopes, "govbr_confiabilidades_idtoken") {
		claims["reliability_info"] = p.reliability(g.person)
	}
	if g.person.CertificateCNPJ != "" {
		claims["cnpj"], claims["cnpj_certificate_name"] = g.person.CertificateCNPJ, g.person.CertificateName
	}
	p.lie(claims, g)
	return claims
}

// textMark and plainMark are gov.br's two spellings of a boolean: ID token and userinfo.
func textMark(b bool) any  { return strconv.FormatBool(b) }
func plainMark(b bool) any { return b }

// personClaims are in both ID token and userinfo. An unverified e-mail or telephone is absent.
func (p *Provider) personClaims(g grant, mark func(bool) any) map[string]any {
	claims := map[string]any{}
	if !p.has(NoSubject) {
		claims["sub"] = p.subject(g)
	}
	put := func(scope, name string, value any) {
		if slices.Contains(g.scopes, scope) && value != "" {
			claims[name] = value
		}
	}
	put("profile", "name", g.person.Name)
	put("profile", "social_name", g.person.SocialName)
	put("profile", "profile", p.issuer+"catalogo/")
	put("profile", "picture", p.issuer+"userinfo/picture")
	put("email", "email", g.person.Email)
	put("email", "email_verified", mark(g.person.Email != ""))
	put("phone", "phone_number", g.person.Phone)
	put("phone", "phone_number_verified", mark(g.person.Phone != ""))
	return claims
}

// reliability has gov.br's English level names and offsets without a colon.
func (p *Provider) reliability(person Person) map[string]any {
	level := person.Level
	if p.has(UnknownLevel) {
		level = "platinum"
	}
	seals := []map[string]string{}
	for _, id := range person.Seals {
		seals = append(seals, map[string]string{"id": id, "updatedAt": sealDate()})
	}
	return map[string]any{"level": level, "reliabilities": seals}
}

// sealDate is when everybody got their seals.
func sealDate() string {
	return time.Date(2025, 8, 19, 16, 41, 24, 853e6, brasilia()).Format("2006-01-02T15:04:05.000-0700")
}

// lie applies the faults that live in the claims.
func (p *Provider) lie(claims map[string]any, g grant) {
	wrong := map[Fault]func(){
		ExpiredIDToken: func() {
			claims["iat"], claims["exp"] = p.now().Add(-2*time.Hour).Unix(), p.now().Add(-time.Hour).Unix()
		},
		WrongNonce:    func() { claims["nonce"] = rand.Text() },
		NoNonce:       func() { delete(claims, "nonce") },
		NoIssueTime:   func() { delete(claims, "iat") },
		NotYetValid:   func() { claims["nbf"] = p.now().Add(clockFlaw).Unix() },
		WrongAudience: func() { claims["aud"] = "outro-sistema" },
		ExtraAudience: func() { claims["aud"] = []string{g.clientID, "outro-sistema"} },
		WrongParty:    func() { claims["azp"] = "outro-sistema" },
		WrongIssuer:   func() { claims["iss"] = "https://outro-emissor.example/" },
		WrongCPF:      func() { claims["preferred_username"] = "11144477736" },
		NoCPF:         func() { delete(claims, "preferred_username") },
		WrongAccessToken: func() {
			sum := sha256.Sum256([]byte(rand.Text()))
			claims["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:16])
		},
	}
	for fault, tell := range wrong {
		if p.has(fault) {
			tell()
		}
	}
}

package oidc

import (
	"cmp"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"guiche/internal/cpfcnpj"
)

// Assurance levels as gov.br names them in its tokens.
const (
	Bronze = "bronze"
	Silver = "silver"
	Gold   = "gold"
)

// Identity is who signed in, as the provider vouches for it. An account is (Issuer, Subject); the
// CPF is an attribute, and e-mail is never used to recognise anybody.
type Identity struct {
	Provider string // name in our configuration
	Issuer   string
	Subject  string // as the provider spells it; not always a CPF
	CPF      string // eleven digits
	Name     string
	// SocialName is empty unless registered; when it is there, use it.
	SocialName    string
	Email         string // empty when the provider has no verified one
	EmailVerified bool
	Phone         string // empty when the provider has no verified one
	PhoneVerified bool
	Level         string    // Bronze, Silver or Gold; what is unknown is Bronze
	AMR           []string  // how the person authenticated; values grow with time
	AuthTime      time.Time // zero when not told
	CNPJ          string    // only with a company's certificate; fourteen characters

	Companies    []Company // only when asked for by BeginCompanies
	CompaniesErr error     // why they are not told; with words for the visitor
}

// SecondFactor says whether the person proved a second factor at this sign-in.
func (i Identity) SecondFactor() bool { return slices.Contains(i.AMR, "mfa") }

// identity takes each value from the ID token, else from userinfo.
func (r *remote) identity(t *gooidc.IDToken, signed, told claims) (Identity, error) {
	cpf := cpfcnpj.NormalizeCPF(cmp.Or(signed.text(r.CPFClaim), told.text(r.CPFClaim)))
	if !cpfcnpj.ValidCPF(cpf) {
		return Identity{}, refuse(r.Label, BadCPF, nil)
	}
	cnpj := cpfcnpj.NormalizeCNPJ(signed.CNPJ)
	if !cpfcnpj.ValidCNPJ(cnpj) {
		cnpj = ""
	}
	email, emailVerified := contact(signed.Email, signed.EmailVerified, told.Email, told.EmailVerified)
	phone, phoneVerified := contact(signed.Phone, signed.PhoneVerified, told.Phone, told.PhoneVerified)
	return Identity{
		Provider: r.Name, Issuer: t.Issuer, Subject: t.Subject, CPF: cpf, CNPJ: cnpj,
		Name:       cmp.Or(clean(signed.Name), clean(told.Name)),
		SocialName: cmp.Or(clean(signed.SocialName), clean(told.SocialName)),
		Email:      email, EmailVerified: emailVerified, Phone: phone, PhoneVerified: phoneVerified,
		Level: cmp.Or(signed.level(), told.level(), Bronze), AMR: signed.AMR, AuthTime: time.Time(signed.AuthTime),
	}, nil
}

// contact takes value and mark from the same answer, so that one answer's mark never vouches for
// the other's value.
func contact(signed string, signedMark looseBool, told string, toldMark looseBool) (string, bool) {
	if value := clean(signed); value != "" {
		return value, bool(signedMark)
	}
	value := clean(told)
	return value, value != "" && bool(toldMark)
}

// clean drops control characters and the spaces around: names end up in mails and letters.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s))
}

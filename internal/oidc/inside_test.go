package oidc

import (
	"encoding/json"
	"net/http"
	"testing"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
)

func TestRedirectsStayOnTheirHost(t *testing.T) {
	for name, c := range map[string]struct {
		method, from, to string
		hops             int
		want             bool
	}{
		"a slash more":    {http.MethodGet, "https://a.example/userinfo", "https://a.example/userinfo/", 1, true},
		"a second hop":    {http.MethodGet, "https://a.example/1", "https://a.example/3", 2, true},
		"a third hop":     {http.MethodGet, "https://a.example/1", "https://a.example/4", 3, false},
		"another host":    {http.MethodGet, "https://a.example/", "https://b.example/", 1, false},
		"another port":    {http.MethodGet, "https://a.example/", "https://a.example:444/", 1, false},
		"without TLS":     {http.MethodGet, "https://a.example/", "http://a.example/", 1, false},
		"a token request": {http.MethodPost, "https://a.example/token", "https://a.example/token/", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			from, err := http.NewRequest(c.method, c.from, nil)
			if err != nil {
				t.Fatal(err)
			}
			to, err := http.NewRequest(http.MethodGet, c.to, nil)
			if err != nil {
				t.Fatal(err)
			}
			done := make([]*http.Request, c.hops)
			done[0] = from
			if got := sameHost(to, done) == nil; got != c.want {
				t.Errorf("followed: %v", got)
			}
		})
	}
}

func TestTheCNPJOfACertificate(t *testing.T) {
	r := &remote{Provider: Provider{CPFClaim: defaultCPFClaim}}
	for told, want := range map[string]string{"11.222.333/0001-81": "11222333000181", "12abc34501de35": "12ABC34501DE35", "11.222.333/0001-82": "", "": ""} {
		signed := claims{CNPJ: told, all: map[string]json.RawMessage{defaultCPFClaim: json.RawMessage(`"11144477735"`)}}
		got, err := r.identity(&gooidc.IDToken{}, signed, claims{})
		if err != nil || got.CNPJ != want {
			t.Errorf("%q became %q, error %v", told, got.CNPJ, err)
		}
	}
}

func TestTheCPFMayComeFromAnotherClaimOrFromUserinfo(t *testing.T) { // the state's login has pairwise subjects
	member := map[string]json.RawMessage{"cpf": json.RawMessage(`"111.444.777-35"`)}
	r := &remote{Provider: Provider{CPFClaim: "cpf"}}
	for name, c := range map[string]struct{ signed, told claims }{
		"in the ID token": {claims{all: member}, claims{}},
		"in userinfo":     {claims{}, claims{all: member}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := r.identity(&gooidc.IDToken{}, c.signed, c.told); err != nil || got.CPF != "11144477735" {
				t.Errorf("got %q, error %v", got.CPF, err)
			}
		})
	}
}

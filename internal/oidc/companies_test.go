package oidc_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
	"guiche/internal/fault"
	"guiche/internal/oidc"
)

// withAPI is a desk whose provider has the service that tells companies.
func withAPI(t testing.TB, client *http.Client) *desk {
	t.Helper()
	d := newDesk(t)
	d.client = oidc.New([]oidc.Provider{{Name: "govbr", Label: "gov.br", Issuer: d.issuer, ClientID: devidptest.ClientID, ClientSecret: devidptest.ClientSecret,
		APIURL: d.issuer + "api/"}}, site, client, d.now)
	return d
}

func (d *desk) askCompanies(cpf string) oidc.Identity {
	d.t.Helper()
	address, flow, err := d.client.BeginCompanies(context.Background(), "govbr")
	if err != nil {
		d.t.Fatal(err)
	}
	if !strings.Contains(address, "govbr_empresa") {
		d.t.Fatalf("the scope is not asked for: %s", address)
	}
	identity, err := d.client.Finish(context.Background(), flow, devidptest.NewBrowser(d.t, d.issuer).SignIn(address, cpf))
	if err != nil || identity.CPF != cpf {
		d.t.Fatalf("the sign-in itself: %+v, %v", identity, err)
	}
	return identity
}

func TestCompaniesAreToldToWhoAsks(t *testing.T) {
	d := withAPI(t, nil)
	varejo := oidc.Company{CNPJ: "11222333000181", Name: "Varejo Exemplo S.A.", Role: "SOCIO"}
	telefonia := oidc.Company{CNPJ: "12ABC34501DE35", Name: "Telefonia Modelo Ltda.", Role: "REPRESENTANTE_LEGAL"}
	partner, collaborator := telefonia, telefonia
	partner.Role = "SOCIO"
	collaborator.Role, collaborator.Until = oidc.Collaborator, time.Date(2025, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3*3600))
	for name, c := range map[string]struct {
		cpf  string
		want []oidc.Company
	}{
		"a partner":                            {"12345678909", []oidc.Company{varejo}},
		"a representative, alphanumeric CNPJ":  {"60070080020", []oidc.Company{telefonia}},
		"a partner of two":                     {"70680690611", []oidc.Company{varejo, partner}},
		"a collaborator whose time is over":    {"70480490490", []oidc.Company{collaborator}},
		"somebody with no part in any company": {"11144477735", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.askCompanies(c.cpf)
			same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
			if diff := cmp.Diff(c.want, got.Companies, same); diff != "" || got.CompaniesErr != nil {
				t.Errorf("%s, %v", diff, got.CompaniesErr)
			}
		})
	}
}

func TestCompaniesAreNotAskedByDefault(t *testing.T) { // only when the person asks
	d := withAPI(t, nil)
	address, _, err := d.client.Begin(context.Background(), "govbr")
	if err != nil || strings.Contains(address, "empresa") {
		t.Errorf("%s, %v", address, err)
	}
	got, err := d.signIn("12345678909")
	if err != nil || got.Companies != nil || got.CompaniesErr != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if _, _, err := newDesk(t).client.BeginCompanies(context.Background(), "govbr"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a provider without the service: %v", err)
	}
}

func TestASignInIsGoodAlthoughCompaniesAreNotTold(t *testing.T) { // provider down, slow, lying
	for lie, want := range map[devidp.Fault]oidc.Reason{
		devidp.Breaks(devidp.CompanyEndpoint): oidc.CompaniesDown,
		devidp.Drops(devidp.CompanyEndpoint):  oidc.CompaniesDown,
		devidp.Hangs(devidp.CompanyEndpoint):  oidc.CompaniesDown,
		devidp.MissingScope:                   oidc.CompaniesRefused,
		devidp.OtherParticipant:               oidc.CompaniesLie,
		devidp.UnknownRole:                    oidc.CompaniesLie,
		devidp.WrongCNPJ:                      oidc.CompaniesLie,
	} {
		t.Run(string(lie), func(t *testing.T) {
			t.Parallel()
			d := withAPI(t, &http.Client{Timeout: 4 * time.Second}) // which the endpoints that answer keep, also on a busy machine
			d.provider.SetFaults(lie)
			got := d.askCompanies("12345678909")
			if len(got.Companies) != 0 || oidc.ReasonOf(got.CompaniesErr) != want || !fault.Is(got.CompaniesErr, fault.Unavailable) {
				t.Errorf("%+v, %v", got.Companies, got.CompaniesErr)
			}
			if text := fault.Text(got.CompaniesErr); !strings.Contains(text, "Você entrou normalmente") || !strings.Contains(text, "documento") {
				t.Errorf("the words: %q", text)
			}
			if strings.Contains(got.CompaniesErr.Error(), "12345678909") {
				t.Errorf("the error has the CPF: %v", got.CompaniesErr)
			}
		})
	}
}

package oidc_test

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
	"guiche/internal/oidc"
)

const site = "http://site.example"

// desk is a site and a provider that talk to each other.
type desk struct {
	t        testing.TB
	provider *devidp.Provider
	issuer   string
	client   *oidc.Client
	ahead    atomic.Int64 // how far the common clock was moved
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t}
	d.provider = devidptest.Start(t, site, d.now, site+"/entrar/govbr/retorno")
	d.issuer = d.provider.Issuer()
	d.client = d.newClient(nil)
	return d
}

func (d *desk) now() time.Time {
	return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(d.ahead.Load()))
}

func (d *desk) wait(time time.Duration) { d.ahead.Add(int64(time)) }

func (d *desk) newClient(http *http.Client) *oidc.Client {
	return oidc.New([]oidc.Provider{{
		Name: "govbr", Label: "gov.br", Issuer: d.issuer, ClientID: devidptest.ClientID, ClientSecret: devidptest.ClientSecret,
		LogoutURL: d.issuer + "logout", CatalogURL: d.issuer + "catalogo/",
	}}, site+"/", http, d.now)
}

// visit begins a sign-in and lets a fresh browser do its part.
func (d *desk) visit(cpf string) (oidc.Flow, url.Values) {
	d.t.Helper()
	address, flow, err := d.client.Begin(context.Background(), "govbr")
	if err != nil {
		d.t.Fatal(err)
	}
	return flow, devidptest.NewBrowser(d.t, d.issuer).SignIn(address, cpf)
}

func (d *desk) signIn(cpf string) (oidc.Identity, error) {
	d.t.Helper()
	flow, answer := d.visit(cpf)
	return d.client.Finish(context.Background(), flow, answer)
}

// providersOf is the desk's provider list with the secret, which Providers hides.
func providersOf(d *desk) []oidc.Provider {
	list := d.client.Providers()
	list[0].ClientSecret = devidptest.ClientSecret
	return list
}

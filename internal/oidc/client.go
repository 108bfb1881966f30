package oidc

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guiche/internal/fault"
)

// Client signs people in at the configured providers. It is safe for concurrent use.
type Client struct {
	baseURL string
	http    *http.Client
	now     func() time.Time
	remotes []*remote
}

// New makes a client for a site at baseURL. It talks to nobody yet. A nil httpClient means the
// usual one; either way answers are bounded in size and time, and redirects stay on their host.
func New(providers []Provider, baseURL string, httpClient *http.Client, now func() time.Time) *Client {
	c := &Client{baseURL: strings.TrimSuffix(baseURL, "/"), http: bounded(httpClient), now: now}
	for _, p := range providers {
		if len(p.Scopes) == 0 {
			p.Scopes = DefaultScopes()
		}
		if p.CPFClaim == "" {
			p.CPFClaim = defaultCPFClaim
		}
		if p.CompanyScope == "" {
			p.CompanyScope = defaultCompanyScope
		}
		c.remotes = append(c.remotes, &remote{Provider: p})
	}
	return c
}

// Providers are the places to sign in, in the order configured, without their secrets.
func (c *Client) Providers() []Provider {
	var list []Provider
	for _, r := range c.remotes {
		p := r.Provider
		p.ClientSecret = ""
		list = append(list, p)
	}
	return list
}

// RedirectURL is the address to register at the provider as "URL de retorno". Each provider has
// its own, so that one cannot answer in another's place.
func (c *Client) RedirectURL(provider string) string {
	return c.baseURL + "/entrar/" + provider + "/retorno"
}

// LogoutURL is where the browser ends the provider's session, after ours is gone. postLogout
// must be registered at the provider letter by letter. Empty when the provider has no such page.
func (c *Client) LogoutURL(provider, postLogout string) string {
	r, err := c.find(provider)
	if err != nil || r.LogoutURL == "" {
		return ""
	}
	return r.LogoutURL + "?" + url.Values{"post_logout_redirect_uri": {postLogout}}.Encode()
}

// RaiseURL is the provider's page that raises a person's assurance level to at least Silver or
// Gold; empty when there is none. The browser comes back to RedirectURL without an answer
// (see Answered): begin again then.
func (c *Client) RaiseURL(provider, level string) string {
	r, err := c.find(provider)
	if err != nil || r.CatalogURL == "" {
		return ""
	}
	query := url.Values{"client_id": {r.ClientID}, "niveis": {anyOf(level)}, "redirect_uri": {c.RedirectURL(provider)}}
	return r.CatalogURL + "?" + query.Encode()
}

// anyOf is gov.br's way to ask for one of several levels: 1 bronze, 2 silver, 3 gold.
func anyOf(level string) string {
	if level == Gold {
		return "3"
	}
	return "(2/3)"
}

func (c *Client) find(provider string) (*remote, error) {
	for _, r := range c.remotes {
		if r.Name == provider {
			return r, nil
		}
	}
	return nil, fault.New(fault.NotFound, "Esta forma de entrar não existe. Volte e escolha outra.")
}

// scope carries the bounded HTTP client to the libraries and limits the whole exchange.
func (c *Client) scope(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(withClient(ctx, c.http), exchangeTimeout)
}

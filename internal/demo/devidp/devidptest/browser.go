// Package devidptest drives the embedded provider from tests as a person with a browser would: it
// keeps cookies, follows redirects and posts the forms it is shown.
package devidptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"guiche/internal/demo/devidp"
)

// The clients that Start registers: the site, and a stranger with the same addresses.
const (
	ClientID       = "procon.exemplo.rs.gov.br"
	ClientSecret   = "segredo: só de teste+&"
	StrangerID     = "outro-sistema"
	StrangerSecret = "outro-segredo"
)

// Start runs a provider for a site at siteURL until the test ends. Any of redirectURIs may be
// returned to; the home and the only logout address are siteURL + "/".
func Start(t testing.TB, siteURL string, now func() time.Time, redirectURIs ...string) *devidp.Provider {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	provider, err := devidp.New(devidp.Options{
		Issuer: "http://" + server.Listener.Addr().String() + devidp.DefaultPath, Now: now,
		Clients: []devidp.Client{{
			ID: ClientID, Secret: ClientSecret, RedirectURIs: redirectURIs,
			LogoutURIs: []string{siteURL + "/"}, HomeURL: siteURL + "/",
		}, {ID: StrangerID, Secret: StrangerSecret, RedirectURIs: redirectURIs}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = provider
	server.Start()
	t.Cleanup(server.Close)
	return provider
}

// Page is what the browser shows. Left is true when it was sent away from the provider; URL is
// then where to.
type Page struct {
	Status int
	URL    *url.URL
	Left   bool
	Body   string
}

// Browser keeps cookies and stops where it would leave the provider.
type Browser struct {
	t    testing.TB
	http *http.Client
}

// NewBrowser is a browser without any cookie, for the provider with this issuer.
func NewBrowser(t testing.TB, issuer string) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), issuer) {
			return nil
		}
		return http.ErrUseLastResponse
	}
	return &Browser{t: t, http: &http.Client{Jar: jar, CheckRedirect: stay, Timeout: 10 * time.Second}}
}

// Get opens an address.
func (b *Browser) Get(address string) Page {
	b.t.Helper()
	answer, err := b.http.Get(address)
	return b.read(answer, err)
}

// Post sends a form.
func (b *Browser) Post(address string, form url.Values) Page {
	b.t.Helper()
	answer, err := b.http.PostForm(address, form)
	return b.read(answer, err)
}

// Fill posts the page's form: its hidden inputs and what is given as name, value, name, value.
func (b *Browser) Fill(p Page, values ...string) Page {
	b.t.Helper()
	action, form := b.form(p)
	for i := 0; i+1 < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return b.Post(action, form)
}

// SignIn opens the authorization address, gives the CPF, consents when asked, and returns what the
// provider sends to the site.
func (b *Browser) SignIn(authorizeURL, cpf string) url.Values {
	b.t.Helper()
	page := b.Get(authorizeURL)
	if !page.Left {
		page = b.Fill(page, "cpf", cpf)
	}
	if !page.Left && strings.Contains(page.Body, `name="codigo"`) {
		page = b.Fill(page, "codigo", "123456")
	}
	if !page.Left && strings.Contains(page.Body, `name="decisao"`) {
		page = b.Fill(page, "decisao", "aceitar")
	}
	if !page.Left {
		b.t.Fatalf("sign-in of %s ends on the provider with %d: %s", cpf, page.Status, page.Body)
	}
	return page.URL.Query()
}

func (b *Browser) read(answer *http.Response, err error) Page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	page := Page{Status: answer.StatusCode, URL: answer.Request.URL, Body: string(body)}
	if target, err := answer.Location(); err == nil {
		page.Left, page.URL = true, target
	}
	return page
}

// form finds the page's only form.
func (b *Browser) form(p Page) (action string, values url.Values) {
	b.t.Helper()
	document, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		b.t.Fatal(err)
	}
	values = url.Values{}
	forms := 0
	for n := range document.Descendants() {
		switch {
		case n.Data == "form":
			forms++
			action = attribute(n, "action")
		case n.Data == "input" && attribute(n, "type") == "hidden":
			values.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	if forms != 1 {
		b.t.Fatalf("%d forms on the page (status %d): %s", forms, p.Status, p.Body)
	}
	target, err := p.URL.Parse(action)
	if err != nil {
		b.t.Fatal(err)
	}
	return target.String(), values
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

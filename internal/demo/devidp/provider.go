package devidp

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// DefaultPath is where the demonstration mounts the provider.
const DefaultPath = "/demo/govbr/"

// Options say who the provider is and whom it serves.
type Options struct {
	// Issuer is the complete address with its trailing slash; its path is where to mount.
	Issuer  string
	Clients []Client
	// People who can sign in; nil means People().
	People []Person
	Now    func() time.Time
	Faults []Fault
}

// Client is a system that may send people here. Addresses match letter by letter.
type Client struct {
	ID, Secret   string
	RedirectURIs []string
	LogoutURIs   []string
	HomeURL      string // where gov.br sends people after registering; see HomeReturn
}

// Provider is the embedded OpenID provider, an http.Handler to mount at Path. It is safe for
// concurrent use.
type Provider struct {
	issuer, base string
	clients      []Client
	people       []Person
	now          func() time.Time
	mux          *http.ServeMux

	mu       sync.Mutex
	key      func() (*rsa.PrivateKey, error) // made once
	faults   []Fault
	codes    map[string]grant
	tokens   map[string]grant
	levels   map[string]string // by CPF, where the catalogue changed it
	consents map[string]bool   // by person, client and scopes
}

// New makes a provider with a fresh signing key.
func New(o Options) (*Provider, error) {
	u, err := url.Parse(o.Issuer)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	if u.Host == "" || !strings.HasSuffix(u.Path, "/") || o.Now == nil {
		return nil, errors.New("the provider needs a clock and an issuer with host and trailing slash")
	}
	if o.People == nil {
		o.People = People()
	}
	p := &Provider{
		issuer: o.Issuer, base: u.Path, clients: o.Clients, people: o.People, now: o.Now, faults: slices.Clone(o.Faults),
		codes: map[string]grant{}, tokens: map[string]grant{}, levels: map[string]string{}, consents: map[string]bool{},
	}
	p.mux = p.routes()
	p.RotateKey()
	return p, nil
}

// Path is where to mount the provider, without stripping anything.
func (p *Provider) Path() string { return p.base }

// Issuer is the provider's complete address, with its trailing slash.
func (p *Provider) Issuer() string { return p.issuer }

// ServeHTTP answers everything below Path. Nothing of it may be cached.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const maxForm = 64 << 10
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	w.Header().Set("Cache-Control", "no-store")
	p.mux.ServeHTTP(w, r)
}

func (p *Provider) routes() *http.ServeMux {
	mux := http.NewServeMux()
	route := func(method, path string, h http.HandlerFunc) { mux.HandleFunc(method+" "+p.base+path, h) }

	route("GET", ".well-known/openid-configuration", p.failing(MetadataEndpoint, p.metadata))
	route("GET", "jwk", p.failing(KeysEndpoint, p.keys))
	route("POST", "jwk", p.failing(KeysEndpoint, p.keys))
	route("GET", "authorize", p.authorize)
	route("POST", "authorize", p.authorize)
	route("POST", "token", p.failing(TokenEndpoint, p.token))
	route("GET", "userinfo", p.failing(UserInfoEndpoint, p.userInfo))
	route("GET", "userinfo/{$}", p.failing(UserInfoEndpoint, p.userInfo))
	route("GET", "userinfo/picture", p.picture)
	route("GET", "logout", p.logout)
	route("POST", "logout", p.logout)

	route("GET", "api/confiabilidades/v3/contas/{cpf}/niveis", p.levelList)
	route("GET", "api/confiabilidades/v3/contas/{cpf}/confiabilidades", p.sealList)
	route("GET", "api/empresas/v2/empresas", p.failing(CompanyEndpoint, p.companyList))
	route("GET", "api/empresas/v2/empresas/{cnpj}/participantes/{cpf}", p.failing(CompanyEndpoint, p.participant))
	route("GET", "api/x509/info", p.certificate)

	route("GET", "catalogo/{$}", p.showCatalog)
	route("POST", "catalogo/{$}", p.raise)
	route("GET", "falhas", p.showFaults)
	route("POST", "falhas", p.changeFaults)
	route("GET", "estilo.css", stylesheet)
	route("GET", "{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, p.base+"falhas", http.StatusSeeOther)
	})
	return mux
}

func (p *Provider) client(id string) (Client, bool) {
	i := slices.IndexFunc(p.clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return Client{}, false
	}
	return p.clients[i], true
}

// person finds somebody by CPF, with their level of now.
func (p *Provider) person(cpf string) (Person, bool) {
	i := slices.IndexFunc(p.people, func(person Person) bool { return person.CPF == cpf })
	if i < 0 {
		return Person{}, false
	}
	found := p.people[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	if level, raised := p.levels[cpf]; raised {
		found.Level = level
	}
	return found, true
}

// brasilia has no daylight saving time since 2019.
func brasilia() *time.Location { return time.FixedZone("-03", -3*60*60) }

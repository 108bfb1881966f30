package oidc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Provider is one place where people can sign in.
type Provider struct {
	// Name stands in our addresses and in RedirectURL: small letters, digits, hyphens.
	Name string
	// Label is what people read on the button, as "gov.br".
	Label string
	// Issuer must equal the provider's own spelling; gov.br's ends in a slash.
	Issuer       string
	ClientID     string
	ClientSecret string `json:"-"`
	// Scopes asked for. Empty means DefaultScopes.
	Scopes []string
	// CPFClaim names the claim that holds the CPF. Empty means "preferred_username".
	CPFClaim string
	// LogoutURL is configured because gov.br does not publish it; empty means none.
	LogoutURL string
	// CatalogURL is where a person raises the assurance level; empty means nowhere.
	CatalogURL string
	// APIURL is the base of the provider's other services (companies); empty: it has none.
	APIURL string
	// CompanyScope lets us ask for a person's companies. Empty means "govbr_empresa".
	CompanyScope string
}

const defaultCPFClaim = "preferred_username"

// DefaultScopes are those of gov.br's manual, with the telephone. The last one puts the
// assurance level into the ID token.
func DefaultScopes() []string {
	return []string{"openid", "email", "phone", "profile", "govbr_confiabilidades", "govbr_confiabilidades_idtoken"}
}

// String leaves the secret out, so that a Provider may be logged.
func (p Provider) String() string {
	return fmt.Sprintf("%s (%s, client %s)", p.Name, p.Issuer, p.ClientID)
}

// GoString leaves the secret out of %#v too.
func (p Provider) GoString() string { return p.String() }

// providerFile is one provider as the configuration file spells it.
type providerFile struct {
	Name             string   `json:"name"`
	Label            string   `json:"label"`
	Issuer           string   `json:"issuer"`
	ClientID         string   `json:"client_id"`
	ClientSecret     string   `json:"client_secret"`
	ClientSecretFile string   `json:"client_secret_file"`
	Scopes           []string `json:"scopes"`
	CPFClaim         string   `json:"cpf_claim"`
	LogoutURL        string   `json:"logout_url"`
	CatalogURL       string   `json:"catalog_url"`
	APIURL           string   `json:"api_url"`
	CompanyScope     string   `json:"company_scope"`
}

// LoadProviders reads a JSON list of providers. A "client_secret_file" is taken relative to the
// folder of the list. Unknown members, missing values and repeated names are errors.
func LoadProviders(path string) ([]Provider, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read providers: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var entries []providerFile
	if err := decoder.Decode(&entries); err != nil {
		return nil, fmt.Errorf("providers in %s: %w", path, err)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("providers in %s: the list is empty", path)
	}
	return loadAll(entries, path)
}

func loadAll(entries []providerFile, path string) ([]Provider, error) {
	var providers []Provider
	for i, entry := range entries {
		provider, err := entry.load(filepath.Dir(path))
		if err == nil {
			err = provider.check()
		}
		if err == nil && slices.ContainsFunc(providers, func(p Provider) bool { return p.Name == provider.Name }) {
			err = errors.New("this name is taken by an earlier provider")
		}
		if err != nil {
			return nil, fmt.Errorf("providers in %s: number %d (%q): %w", path, i+1, entry.Name, err)
		}
		providers = append(providers, provider)
	}
	return providers, nil
}

func (f providerFile) load(folder string) (Provider, error) {
	secret, err := f.secret(folder)
	return Provider{
		Name: f.Name, Label: f.Label, Issuer: f.Issuer, ClientID: f.ClientID, ClientSecret: secret,
		Scopes: f.Scopes, CPFClaim: f.CPFClaim, LogoutURL: f.LogoutURL, CatalogURL: f.CatalogURL, APIURL: f.APIURL, CompanyScope: f.CompanyScope,
	}, err
}

func (f providerFile) secret(folder string) (string, error) {
	if f.ClientSecretFile == "" {
		return f.ClientSecret, nil
	}
	if f.ClientSecret != "" {
		return "", errors.New(`give "client_secret" or "client_secret_file", not both`)
	}
	path := f.ClientSecretFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("client_secret_file: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// check says what is missing or malformed, naming the member of the file.
func (p Provider) check() error {
	required := []struct{ member, value string }{
		{"label", p.Label}, {"client_id", p.ClientID}, {"client_secret", p.ClientSecret},
	}
	for _, r := range required {
		if strings.TrimSpace(r.value) == "" {
			return fmt.Errorf("%q is missing", r.member)
		}
	}
	if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(p.Name) {
		return errors.New(`"name" must be small letters, digits and single hyphens`)
	}
	if len(p.Scopes) > 0 && !slices.Contains(p.Scopes, "openid") {
		return errors.New(`"scopes" must contain "openid"`)
	}
	return p.checkAddresses()
}

func (p Provider) checkAddresses() error {
	addresses := []struct {
		member, value string
		optional      bool
	}{{"issuer", p.Issuer, false}, {"logout_url", p.LogoutURL, true}, {"catalog_url", p.CatalogURL, true}, {"api_url", p.APIURL, true}}
	for _, a := range addresses {
		if a.optional && a.value == "" {
			continue
		}
		if !safeAddress(a.value) {
			return fmt.Errorf("%q must be a complete https address (http only on this machine), not %q", a.member, a.value)
		}
	}
	return nil
}

// safeAddress wants https, except on the loopback, where the embedded provider lives.
func safeAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	return u.Scheme == "https" || (u.Scheme == "http" && local)
}

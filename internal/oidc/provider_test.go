package oidc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guiche/internal/oidc"
)

const goodProvider = `{"name":"govbr","label":"gov.br","issuer":"https://sso.acesso.gov.br/","client_id":"procon","client_secret":"s",
	"scopes":["openid","email"],"cpf_claim":"cpf","logout_url":"https://sso.acesso.gov.br/logout",
	"catalog_url":"https://confiabilidades.acesso.gov.br/","api_url":"https://api.acesso.gov.br/"}`

func load(t *testing.T, text string) ([]oidc.Provider, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "provedores.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "senha"), []byte("da-pasta\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return oidc.LoadProviders(path)
}

func TestLoadProviders(t *testing.T) { // providers are a configured list
	list, err := load(t, "["+goodProvider+","+strings.NewReplacer(`"govbr"`, `"rs"`, `"client_secret":"s"`, `"client_secret_file":"senha"`).Replace(goodProvider)+"]")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].ClientSecret != "s" || list[1].ClientSecret != "da-pasta" || list[1].Name != "rs" {
		t.Errorf("got %v, secrets right: %v %v", list, list[0].ClientSecret == "s", list[1].ClientSecret == "da-pasta")
	}
	if list[0].CPFClaim != "cpf" || list[0].CatalogURL == "" || list[0].APIURL == "" || list[0].LogoutURL == "" || len(list[0].Scopes) != 2 {
		t.Errorf("something was not read: %+v", list[0].Scopes)
	}
}

func TestLoadProvidersSaysWhatIsWrong(t *testing.T) {
	change := func(old, new string) string { return "[" + strings.Replace(goodProvider, old, new, 1) + "]" }
	for name, c := range map[string]struct{ text, want string }{
		"not JSON":                     {"provedores", "invalid character"},
		"an object, not a list":        {goodProvider, "cannot unmarshal object"},
		"an empty list":                {"[]", "empty"},
		"an unknown member":            {change(`"label"`, `"rotulo"`), `unknown field "rotulo"`},
		"no label":                     {change(`"gov.br"`, `" "`), `"label" is missing`},
		"no client":                    {change(`"procon"`, `""`), `"client_id" is missing`},
		"no secret":                    {change(`"client_secret":"s",`, ""), `"client_secret" is missing`},
		"both secrets":                 {change(`"client_secret":"s"`, `"client_secret":"s","client_secret_file":"senha"`), "not both"},
		"a secret file that is absent": {change(`"client_secret":"s"`, `"client_secret_file":"nada"`), "client_secret_file: open"},
		"a name with a slash":          {change(`"govbr"`, `"gov/br"`), `"name" must be`},
		"a name twice":                 {"[" + goodProvider + "," + goodProvider + "]", "number 2"},
		"scopes without openid":        {change(`"openid",`, ""), `must contain "openid"`},
		"an issuer without TLS":        {change(`https://sso.acesso.gov.br/"`, `http://sso.acesso.gov.br/"`), `"issuer" must be`},
		"no issuer":                    {change(`"https://sso.acesso.gov.br/"`, `""`), `"issuer" must be`},
		"a logout with a password":     {change(`https://sso.acesso.gov.br/logout`, `https://a:b@sso.acesso.gov.br/logout`), `"logout_url" must be`},
		"a catalogue that is a path":   {change(`https://confiabilidades.acesso.gov.br/`, `/catalogo`), `"catalog_url" must be`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(t, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestLoadProvidersWithoutFile(t *testing.T) {
	if _, err := oidc.LoadProviders(filepath.Join(t.TempDir(), "nada.json")); err == nil {
		t.Error("no error")
	}
}

func TestPlainHTTPIsAllowedOnThisMachineOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:8080/demo/govbr/": true, "http://localhost/": true, "http://[::1]/": true,
		"http://127.0.0.1.example.com/": false, "http://10.0.0.1/": false, "ftp://127.0.0.1/": false,
	} {
		_, err := load(t, "["+strings.Replace(goodProvider, "https://sso.acesso.gov.br/", address, 1)+"]")
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"guiche/internal/config"
)

// complete are settings that may serve people.
func complete() config.Settings {
	return config.Settings{
		Addr: ":8080", BaseURL: "https://procon.exemplo.gov.br", OIDC: "providers.json",
		SMTPURL: "smtp://u:p@mail.exemplo:587", MailFrom: "nao-responda@procon.exemplo.gov.br",
	}
}

func TestWhatKeepsAnInstallationFromServing(t *testing.T) {
	tests := []struct {
		name   string
		change func(*config.Settings)
		says   string // empty: nothing is wrong
	}{
		{"a complete installation serves", func(*config.Settings) {}, ""},
		{"no address for people", func(s *config.Settings) { s.BaseURL = "" }, "base-url: falta"},
		{"nowhere to sign in", func(s *config.Settings) { s.OIDC = "" }, "oidc: falta"},
		{"no mail", func(s *config.Settings) { s.SMTPURL = "" }, "smtp-url: falta"},
		{"answers that nobody reads", func(s *config.Settings) { s.ReplyTo = "respostas@procon.exemplo.gov.br" }, "reply-to: sem imap-url"},
		{"nobody signs the mail", func(s *config.Settings) { s.MailFrom = "" }, "mail-from: falta"},
		{"sessions would travel readable", func(s *config.Settings) { s.BaseURL = "http://procon.exemplo.gov.br" }, "https://"},
		{"http on one's own machine is good", func(s *config.Settings) { s.BaseURL = "http://127.0.0.1:8080" }, ""},
		{"a site below a path", func(s *config.Settings) { s.BaseURL = "https://exemplo.gov.br/procon" }, "só o começo"},
		{"a closing slash is good", func(s *config.Settings) { s.BaseURL = "https://exemplo.gov.br/" }, ""},
		{"no host", func(s *config.Settings) { s.BaseURL = "procon" }, "só o começo"},
		{"a password in the public address", func(s *config.Settings) { s.BaseURL = "https://a:b@exemplo.gov.br" }, "só o começo"},
		{"a port without colon", func(s *config.Settings) { s.Addr = "8080" }, "addr: escreva"},
		{"figures at no port", func(s *config.Settings) { s.MetricsAddr = "9090" }, "metrics-addr: escreva"},
		{"figures for this machine", func(s *config.Settings) { s.MetricsAddr = "127.0.0.1:9090" }, ""},
		{"a proxy that is no network", func(s *config.Settings) { s.Proxies = []string{"proxy.local"} }, "proxies: escreva"},
		{"a database nobody knows", func(s *config.Settings) { s.DatabaseURL = "mysql://x" }, "database-url"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := complete()
			test.change(&s)
			tells(t, s.CheckServe(), test.says)
		})
	}
}

func TestItIsKnownWhoCanReadTheFigures(t *testing.T) {
	for addr, open := range map[string]bool{"": false, "127.0.0.1:9090": false, "localhost:9090": false, "[::1]:9090": false, ":9090": true, "10.0.0.4:9090": true} {
		if got := (config.Settings{MetricsAddr: addr}).MetricsOpen(); got != open {
			t.Errorf("%q: open %v", addr, got)
		}
	}
}

func TestEverythingMissingIsSaidAtOnce(t *testing.T) {
	err := config.Settings{Addr: ":80"}.CheckServe()
	for _, name := range []string{"base-url", "oidc", "smtp-url", "mail-from"} {
		tells(t, err, name)
	}
}

func TestTheDemonstrationStaysOnThisMachine(t *testing.T) {
	tests := []struct{ name, addr, says string }{
		{"loopback", "127.0.0.1:8080", ""},
		{"any loopback address", "127.0.0.2:8080", ""},
		{"by name", "localhost:0", ""},
		{"IPv6", "[::1]:8080", ""},
		{"every interface", ":8080", "só atende nesta máquina"},
		{"every interface by number", "0.0.0.0:8080", "só atende nesta máquina"},
		{"a public address", "203.0.113.5:80", "só atende nesta máquina"},
		{"a name that may be anything", "example.com:80", "só atende nesta máquina"},
		{"no port", "127.0.0.1", "endereço e porta"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tells(t, config.Settings{Addr: test.addr}.CheckDemo(), test.says)
		})
	}
}

func tells(t *testing.T, err error, says string) {
	t.Helper()
	switch {
	case says == "" && err != nil:
		t.Errorf("refused: %v", err)
	case says != "" && err == nil:
		t.Errorf("accepted; want %q", says)
	case says != "" && !strings.Contains(err.Error(), says):
		t.Errorf("said %q; want %q in it", err, says)
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	tests := []struct{ name, url, shown string }{
		{"nothing set", "", ""},
		{"no password", "postgres://host/db", "postgres://host/db"},
		{"a password", "postgres://u:segredo@host/db", "postgres://u:xxxxx@host/db"},
		{"a password in the query", "postgres://host/db?password=segredo&sslmode=disable", "postgres://host/db?password=xxxxx&sslmode=disable"},
		{"an address that is none", "host=x password=segredo", "xxxxx"},
		{"an address that cannot be read", "postgres://u:segredo@host:x/%zz", "xxxxx"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, s := range (config.Settings{DatabaseURL: test.url, BlobsURL: test.url, SMTPURL: test.url, IMAPURL: test.url}).List() {
				if strings.HasSuffix(s.Name, "base-url") || !strings.HasSuffix(s.Name, "-url") {
					continue
				}
				if s.Value != test.shown {
					t.Errorf("%s is shown as %q, want %q", s.Name, s.Value, test.shown)
				}
			}
		})
	}
}

// TestEachSettingIsAFlagAndAVariable walks the flags as the command line knows them.
func TestEachSettingIsAFlagAndAVariable(t *testing.T) {
	var s config.Settings
	parser, err := kong.New(&s, kong.Groups{"settings": "Configuração"})
	if err != nil {
		t.Fatal(err)
	}
	var flags, listed []string
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		flags = append(flags, flag.Name)
		want := "GUICHE_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if !slices.Equal(flag.Envs, []string{want}) {
			t.Errorf("--%s is read from %v, want %s", flag.Name, flag.Envs, want)
		}
		if got := config.Unknown([]string{want + "=x"}); got != nil {
			t.Errorf("%v is taken for a mistake", got)
		}
	}
	for _, setting := range s.List() {
		listed = append(listed, setting.Name)
	}
	if !slices.Equal(flags, listed) {
		t.Errorf("flags are %v, listed are %v", flags, listed)
	}
}

func TestTheFlagWinsOverTheVariable(t *testing.T) {
	t.Setenv("GUICHE_DATA", "de-fora")
	for _, test := range []struct {
		name, want string
		args       []string
	}{{"only the variable", "de-fora", nil}, {"both", "opcao", []string{"--data", "opcao"}}} {
		t.Run(test.name, func(t *testing.T) {
			var s config.Settings
			parser, err := kong.New(&s, kong.Groups{"settings": "Configuração"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(test.args); err != nil {
				t.Fatal(err)
			}
			if s.Data != test.want {
				t.Errorf("data is %q, want %q", s.Data, test.want)
			}
		})
	}
}

func TestAMistypedVariableIsFound(t *testing.T) {
	got := config.Unknown([]string{"GUICHE_BASEURL=https://x", "PATH=/bin", "GUICHE_DATA=x", "GUICHE_ADR=:1"})
	if !slices.Equal(got, []string{"GUICHE_ADR", "GUICHE_BASEURL"}) {
		t.Errorf("found %v", got)
	}
}

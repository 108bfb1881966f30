package config

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Settings of an installation. Empty means the default that the help names.
type Settings struct {
	Data         string   `group:"settings" env:"GUICHE_DATA" placeholder:"PASTA" help:"Pasta dos dados. Sem ela: ./data (na demonstração, ./data/demo)."`
	Addr         string   `group:"settings" env:"GUICHE_ADDR" placeholder:"ENDEREÇO" help:"Endereço e porta em que o site atende. Sem ele: :8080 (na demonstração, 127.0.0.1:8080)."`
	BaseURL      string   `group:"settings" name:"base-url" env:"GUICHE_BASE_URL" placeholder:"URL" help:"Endereço público do site, como https://procon.exemplo.gov.br."`
	DatabaseURL  string   `group:"settings" name:"database-url" env:"GUICHE_DATABASE_URL" placeholder:"URL" help:"Banco de dados: postgres://usuario:senha@host/banco. Sem ele: SQLite na pasta dos dados."`
	BlobsURL     string   `group:"settings" name:"blobs-url" env:"GUICHE_BLOBS_URL" placeholder:"URL" help:"Onde ficam os arquivos: s3://balde?endpoint=https://servidor&region=regiao, com a chave em AWS_ACCESS_KEY_ID e AWS_SECRET_ACCESS_KEY. Sem ela: na pasta dos dados."`
	KeyFile      string   `group:"settings" name:"key-file" env:"GUICHE_KEY_FILE" placeholder:"ARQUIVO" help:"Chaves que cifram os dados pessoais e os arquivos. Sem ele: guiche.key na pasta dos dados, feito no primeiro início."`
	SMTPURL      string   `group:"settings" name:"smtp-url" env:"GUICHE_SMTP_URL" placeholder:"URL" help:"Servidor de e-mail: smtp://usuario:senha@host:587. Na demonstração, sem ele: os e-mails ficam em /demo/correio."`
	MailFrom     string   `group:"settings" name:"mail-from" env:"GUICHE_MAIL_FROM" placeholder:"E-MAIL" help:"Endereço que assina os e-mails."`
	IMAPURL      string   `group:"settings" name:"imap-url" env:"GUICHE_IMAP_URL" placeholder:"URL" help:"Caixa postal das respostas: imaps://usuario:senha@host:993/INBOX. Sem ela: respostas aos e-mails não entram nos casos."`
	ReplyTo      string   `group:"settings" name:"reply-to" env:"GUICHE_REPLY_TO" placeholder:"E-MAIL" help:"Endereço da caixa de imap-url, para onde vão as respostas. Sem ele: o de mail-from."`
	Clamd        string   `group:"settings" env:"GUICHE_CLAMD" placeholder:"ENDEREÇO" help:"Antivírus clamd: unix:/caminho ou tcp:host:porta. Sem ele: arquivos não são verificados."`
	OIDC         string   `group:"settings" name:"oidc" env:"GUICHE_OIDC" placeholder:"ARQUIVO" help:"Arquivo com a lista de provedores de entrada (gov.br)."`
	FilingLevel  string   `group:"settings" name:"filing-level" env:"GUICHE_FILING_LEVEL" enum:"bronze,silver,gold" default:"silver" placeholder:"NÍVEL" help:"Nível da conta gov.br para reclamar: bronze, silver ou gold. Sem ele: silver."`
	SecondFactor bool     `group:"settings" name:"second-factor" env:"GUICHE_SECOND_FACTOR" help:"Quem trabalha no órgão precisa entrar com segundo fator."`
	Proxies      []string `group:"settings" env:"GUICHE_PROXIES" placeholder:"REDE" help:"Redes dos proxies diante do site, como 10.0.0.0/8, que informam o endereço de quem visita. Sem elas: só esta máquina."`
	MetricsAddr  string   `group:"settings" name:"metrics-addr" env:"GUICHE_METRICS_ADDR" placeholder:"ENDEREÇO" help:"Endereço e porta das medidas para o Prometheus, como 127.0.0.1:9090. Sem ele: não há."`
	LogLevel     string   `group:"settings" name:"log-level" env:"GUICHE_LOG_LEVEL" enum:"debug,info,warn,error," default:"" placeholder:"NÍVEL" help:"O que vai para o registro: debug, info, warn ou error. Sem ele: info (na demonstração, warn)."`
}

// ForServe fills what was left empty with the defaults of an installation.
func (s Settings) ForServe() Settings { return s.or("data", ":8080", "info") }

// ForDemo fills what was left empty with the defaults of the demonstration.
func (s Settings) ForDemo() Settings { return s.or("data/demo", "127.0.0.1:8080", "warn") }

func (s Settings) or(data, addr, level string) Settings {
	s.Data, s.Addr, s.LogLevel = cmp.Or(s.Data, data), cmp.Or(s.Addr, addr), cmp.Or(s.LogLevel, level)
	if len(s.Proxies) == 0 {
		s.Proxies = []string{"127.0.0.0/8", "::1/128"}
	}
	return s
}

// Level is the log level; unknown words were refused when the settings were read.
func (s Settings) Level() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// ProxyNetworks reads Proxies.
func (s Settings) ProxyNetworks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range s.Proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("proxies: escreva redes como 10.0.0.0/8, não %q", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// CheckDemo finds what a demonstration must not be: one process for one person, on this machine.
func (s Settings) CheckDemo() error {
	_, proxies := s.ProxyNetworks()
	return errors.Join(s.checkDatabase(), s.checkLoopback(), s.checkMetrics(), proxies)
}

func (s Settings) checkLoopback() error {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return errors.New("addr: escreva endereço e porta, como 127.0.0.1:8080")
	}
	if !loopback(host) {
		return errors.New("addr: a demonstração só atende nesta máquina (127.0.0.1), porque nela qualquer um pode ser qualquer pessoa. Para atender na rede, use guiche serve")
	}
	return nil
}

// CheckServe finds everything that keeps an installation from serving people, all at once.
func (s Settings) CheckServe() error {
	var missing []error
	need := func(value, name, text string) {
		if value == "" {
			missing = append(missing, errors.New(name+": falta. "+text))
		}
	}
	need(s.BaseURL, "base-url", "É o endereço público do site, como https://procon.exemplo.gov.br")
	need(s.OIDC, "oidc", "É o arquivo com o provedor em que as pessoas entram (gov.br)")
	need(s.SMTPURL, "smtp-url", "Sem e-mail as pessoas não sabem que o caso andou")
	need(s.MailFrom, "mail-from", "É o endereço que assina os e-mails, como nao-responda@procon.exemplo.gov.br")
	if s.ReplyTo != "" && s.IMAPURL == "" {
		missing = append(missing, errors.New("reply-to: sem imap-url ninguém leria as respostas"))
	}
	_, proxies := s.ProxyNetworks()
	missing = append(missing, s.checkBase(), s.checkDatabase(), s.checkAddr(), s.checkMetrics(), proxies)
	return errors.Join(missing...)
}

func (s Settings) checkAddr() error {
	if _, _, err := net.SplitHostPort(s.Addr); err != nil {
		return errors.New("addr: escreva endereço e porta, como :8080")
	}
	return nil
}

func (s Settings) checkMetrics() error {
	if _, _, err := net.SplitHostPort(s.MetricsAddr); s.MetricsAddr != "" && err != nil {
		return errors.New("metrics-addr: escreva endereço e porta, como 127.0.0.1:9090")
	}
	return nil
}

// MetricsOpen tells whether other machines can read the metrics.
func (s Settings) MetricsOpen() bool {
	host, _, err := net.SplitHostPort(s.MetricsAddr)
	return err == nil && !loopback(host)
}

// checkBase wants https, because sessions would travel readable without it; http is for trying on one's own machine.
func (s Settings) checkBase() error {
	if s.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(s.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("base-url: escreva só o começo do endereço, como https://procon.exemplo.gov.br")
	case u.Scheme == "https" || (u.Scheme == "http" && loopback(u.Hostname())):
		return nil
	}
	return errors.New("base-url: precisa começar com https:// (http:// só nesta máquina)")
}

func (s Settings) checkDatabase() error {
	if s.DatabaseURL == "" || strings.HasPrefix(s.DatabaseURL, "postgres://") || strings.HasPrefix(s.DatabaseURL, "postgresql://") {
		return nil
	}
	return errors.New("database-url: precisa começar com postgres://")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

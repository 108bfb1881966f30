package config

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Setting is one setting as it may be shown.
type Setting struct {
	Name, Value string
}

const hidden = "xxxxx"

// List is every setting, in the order of the help, passwords hidden.
func (s Settings) List() []Setting {
	return []Setting{
		{"data", s.Data}, {"addr", s.Addr}, {"base-url", s.BaseURL}, {"database-url", hide(s.DatabaseURL)}, {"blobs-url", hide(s.BlobsURL)}, {"key-file", s.KeyFile}, {"smtp-url", hide(s.SMTPURL)},
		{"mail-from", s.MailFrom}, {"imap-url", hide(s.IMAPURL)}, {"reply-to", s.ReplyTo}, {"clamd", s.Clamd}, {"oidc", s.OIDC}, {"filing-level", s.FilingLevel},
		{"second-factor", strconv.FormatBool(s.SecondFactor)}, {"proxies", strings.Join(s.Proxies, ",")}, {"metrics-addr", s.MetricsAddr}, {"log-level", s.LogLevel},
	}
}

// hide takes passwords out of an address, and everything out of what is not an address.
func hide(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return hidden
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), hidden)
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(name, "pass") || strings.Contains(name, "secret") || strings.Contains(name, "key") {
			query.Set(name, hidden)
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// Unknown lists the variables of an environment that look like settings and are none, so that a typing mistake or a
// setting of another version is told instead of silently ignored.
func Unknown(environ []string) []string {
	known := []string{"GUICHE_REQUIRE_ALL", "GUICHE_MAIL_SERVERS", "GUICHE_FAULT_ROUNDS", "GUICHE_PICTURES", "GUICHE_BIN"} // of the tests
	for _, setting := range (Settings{}).List() {
		known = append(known, "GUICHE_"+strings.ToUpper(strings.ReplaceAll(setting.Name, "-", "_")))
	}
	var unknown []string
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "GUICHE_") && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

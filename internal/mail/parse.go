package mail

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ParseSMTP reads a setting such as smtp://user:password@host:587 (encrypted by
// STARTTLS, which is required unless the host is this machine) or
// smtps://user:password@host:465. Ports may be left out. Errors never repeat the
// setting, which holds a password.
func ParseSMTP(setting string, from Address, now func() time.Time) (*SMTP, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return nil, errors.New("mail: the SMTP address is not a URL")
	}
	port, ok := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if !ok {
		return nil, errors.New("mail: the SMTP address must begin with smtp:// or smtps://")
	}
	if u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("mail: the SMTP address must be smtp://user:password@host:port")
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, errors.New("mail: the SMTP port must be between 1 and 65535")
		}
	}
	if !validAddress(from.Address) {
		return nil, fmt.Errorf("mail: %w: the sender's address", ErrInvalid)
	}
	s := &SMTP{From: Address{oneLine(from.Name), from.Address}, Now: now, host: u.Hostname(), port: port}
	s.implicit, s.loopback, s.user = u.Scheme == "smtps", isLoopback(u.Hostname()), u.User.Username()
	s.password, _ = u.User.Password()
	return s, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

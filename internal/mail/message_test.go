package mail

import (
	"errors"
	"strings"
	"testing"
)

func TestAStrangerCannotAddAHeader(t *testing.T) { // quality 3: no header injection
	srv := &server{}
	s := sender(t, "smtp://"+start(t, srv, nil, false))
	for name, evil := range map[string]string{
		"CR LF":            "Oi\r\nBcc: todos@exemplo.test\r\n\r\ncorpo",
		"LF":               "Oi\nBcc: todos@exemplo.test",
		"CR":               "Oi\rBcc: todos@exemplo.test",
		"NEL":              "Oi\u0085Bcc: todos@exemplo.test",
		"line separator":   "Oi\u2028Bcc: todos@exemplo.test",
		"a quoted address": `Oi" <todos@exemplo.test>, "x`,
		"an encoded word":  "=?utf-8?q?Oi=0D=0ABcc:_todos@exemplo.test?=",
	} {
		t.Run(name, func(t *testing.T) {
			m := toAna()
			m.Subject, m.To.Name, m.From = evil, evil, evil
			before := len(srv.kept())
			if err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			got := read(t, srv.kept()[before])
			if got.Header.Get("Bcc") != "" {
				t.Errorf("Bcc: %q", got.Header.Get("Bcc"))
			}
			to, err := got.Header.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != "ines@exemplo.test" {
				t.Errorf("To: %v (%v)", to, err)
			}
			from, err := got.Header.AddressList("From")
			if err != nil || len(from) != 1 || from[0].Address != "nao-responda@procon.test" {
				t.Errorf("From: %v (%v)", from, err)
			}
		})
	}
}

func TestOneLine(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain text stays":                 {"Olá, Inês – 50%", "Olá, Inês – 50%"},
		"line ends become a space":         {"a\r\n\tb", "a b"},
		"controls become a space":          {"a\x00b\x1b[31mc\x7f", "a b [31mc"},
		"text direction marks vanish":      {"a\u202egpj", "agpj"},
		"zero-width characters vanish":     {"a\u200bb\ufeff", "ab"},
		"bytes that are no text are shown": {"a\xffb", "a\ufffdb"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := oneLine(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAMessageIsRefusedWhen(t *testing.T) {
	for name, spoil := range map[string]func(*Message){
		"it has no ID":               func(m *Message) { m.ID = "" },
		"the ID has a space":         func(m *Message) { m.ID = "a b" },
		"the ID has a line end":      func(m *Message) { m.ID = "a\r\nBcc: x@y.test" },
		"the ID closes its brackets": func(m *Message) { m.ID = "a@b>" },
		"the ID has an accent":       func(m *Message) { m.ID = "ação" },
		"the ID has two dots":        func(m *Message) { m.ID = "a..b" },
		"the ID is endless":          func(m *Message) { m.ID = strings.Repeat("a", 129) },
		"nobody is addressed":        func(m *Message) { m.To.Address = "" },
		"the address has a line end": func(m *Message) { m.To.Address = "a@b.test\r\nRCPT TO:<c@d.test>" },
		"there are two addresses":    func(m *Message) { m.To.Address = "a@b.test, c@d.test" },
		"the address has a name":     func(m *Message) { m.To.Address = "Ana <a@b.test>" },
		"the address is too long":    func(m *Message) { m.To.Address = strings.Repeat("a", 250) + "@b.test" },
		"the reply address is none":  func(m *Message) { m.ReplyTo = "caso" },
		"the subject is empty":       func(m *Message) { m.Subject = " \r\n" },
		"the text is empty":          func(m *Message) { m.Text = "\n" },
	} {
		t.Run(name, func(t *testing.T) {
			m := toAna()
			spoil(&m)
			if err := NewOutbox(noon).Send(t.Context(), m); !errors.Is(err, ErrInvalid) || Temporary(err) {
				t.Errorf("outbox: %v", err)
			}
			if err := sender(t, "smtp://127.0.0.1:1").Send(t.Context(), m); !errors.Is(err, ErrInvalid) {
				t.Errorf("smtp: %v", err)
			}
		})
	}
}

func TestParseSMTP(t *testing.T) {
	for setting, want := range map[string]SMTP{
		"smtp://u:p%40ss@mail.test:2525": {host: "mail.test", port: 2525, user: "u", password: "p@ss"},
		"smtp://mail.test":               {host: "mail.test", port: 587},
		"smtps://u:p@mail.test/":         {host: "mail.test", port: 465, implicit: true, user: "u", password: "p"},
		"smtp://localhost:25":            {host: "localhost", port: 25, loopback: true},
		"smtp://[::1]:25":                {host: "::1", port: 25, loopback: true},
		"smtp://localhost.exemplo.test":  {host: "localhost.exemplo.test", port: 587},
	} {
		t.Run(setting, func(t *testing.T) {
			got := sender(t, setting)
			if got.host != want.host || got.port != want.port || got.implicit != want.implicit ||
				got.loopback != want.loopback || got.user != want.user || got.password != want.password {
				t.Errorf("got %+v", *got)
			}
		})
	}
}

func TestAWrongSettingIsRefusedWithoutShowingThePassword(t *testing.T) {
	for name, setting := range map[string]string{
		"empty":               "",
		"another scheme":      "http://u:segredo@mail.test",
		"no host":             "smtp://u:segredo@",
		"a path":              "smtp://u:segredo@mail.test/x",
		"a question":          "smtp://u:segredo@mail.test?tls=no",
		"port zero":           "smtp://u:segredo@mail.test:0",
		"a port too large":    "smtp://u:segredo@mail.test:70000",
		"a port of letters":   "smtp://u:segredo@mail.test:abc",
		"a password unquoted": "smtp://u:segredo%zz@mail.test",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseSMTP(setting, Address{Address: "a@procon.test"}, noon)
			if err == nil || strings.Contains(err.Error(), "segredo") {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := ParseSMTP("smtp://mail.test", Address{Address: "procon"}, noon); !errors.Is(err, ErrInvalid) {
		t.Errorf("a sender without a domain: %v", err)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("id-1", "a@b.test", "Assunto", "Nome")
	f.Add("a\r\nb", "a@b.test\nBcc: x", "x\u2028y", "\"<>,")
	f.Fuzz(func(t *testing.T, id, address, subject, name string) {
		m, err := Message{ID: id, To: Address{name, address}, Subject: subject, Text: "x"}.checked()
		if err != nil {
			return
		}
		if header := m.ID + m.To.Address + m.To.Name + m.Subject; strings.ContainsAny(header, "\r\n\x00\u0085\u2028") {
			t.Errorf("a line end passed: %q", header)
		}
	})
}

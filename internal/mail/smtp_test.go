package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func toAna() Message {
	return Message{
		ID:      "0193-abc.1",
		From:    "Procon do Estado",
		To:      Address{"Inês Conceição", "ines@exemplo.test"},
		ReplyTo: "caso+abc@procon.test",
		Subject: "Recebemos a sua reclamação – próximo passo",
		Text:    "Olá, Inês.\n\nAté sexta.\n",
		HTML:    "<p>Olá, Inês.</p>",
	}
}

func sender(t *testing.T, setting string) *SMTP {
	t.Helper()
	s, err := ParseSMTP(setting, Address{"Procon", "nao-responda@procon.test"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	s.Timeout = 10 * time.Second
	return s
}

func read(t *testing.T, raw string) *netmail.Message {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMailArrivesWhole(t *testing.T) {
	srv := &server{}
	if err := sender(t, "smtp://"+start(t, srv, nil, false)).Send(t.Context(), toAna()); err != nil {
		t.Fatal(err)
	}
	m := read(t, srv.kept()[0])
	for header, want := range map[string]string{
		"Message-Id":     "<0193-abc.1@procon.test>",
		"Auto-Submitted": "auto-generated",
		"Date":           "Mon, 23 Nov 2026 12:00:00 +0000",
		"Subject":        "Recebemos a sua reclamação – próximo passo",
		"From":           `"Procon do Estado" <nao-responda@procon.test>`,
		"To":             `Inês Conceição <ines@exemplo.test>`,
		"Reply-To":       "<caso+abc@procon.test>",
		"Precedence":     "", "List-Id": "", "X-Mailer": "", "User-Agent": "",
	} {
		got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(header))
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", header, got, want, err)
		}
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"text/plain; charset=UTF-8", "text/html; charset=UTF-8", "Ol=C3=A1, In=C3=AAs."} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the body lacks %q", want)
		}
	}
	if kept := srv.from[0] + " " + srv.to[0]; kept != "nao-responda@procon.test ines@exemplo.test" {
		t.Errorf("envelope: %s", kept)
	}
}

func TestARefusalSaysWhetherToRetryAndNamesNobody(t *testing.T) {
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "ines@exemplo.test: later"}
	gone := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "ines@exemplo.test: no such box"}
	locked := &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	for name, c := range map[string]struct {
		srv       *server
		temporary bool
		code      int
	}{
		"the box does not exist":         {&server{rcptErr: gone}, false, 550},
		"the box is busy":                {&server{rcptErr: busy}, true, 451},
		"the content is refused":         {&server{dataErr: gone}, false, 550},
		"the disk is full after DATA":    {&server{dataErr: busy}, true, 451},
		"the server wants us to sign in": {&server{mailErr: locked}, true, 530},
	} {
		t.Run(name, func(t *testing.T) {
			err := sender(t, "smtp://"+start(t, c.srv, nil, false)).Send(t.Context(), toAna())
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Code != c.code || Temporary(err) != c.temporary {
				t.Fatalf("got %v, temporary %v", err, Temporary(err))
			}
			if strings.Contains(err.Error(), "exemplo.test") {
				t.Errorf("the error names the recipient: %v", err)
			}
			if n := len(c.srv.kept()); n != 0 {
				t.Errorf("%d mails were kept", n)
			}
		})
	}
}

func TestADeadServerIsWorthARetry(t *testing.T) {
	l := listen(t)
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sender(t, "smtp://"+address).Send(t.Context(), toAna()); err == nil || !Temporary(err) {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatNeverGreetsTimesOut(t *testing.T) {
	s := sender(t, "smtp://"+listen(t).Addr().String())
	s.Timeout = 100 * time.Millisecond
	if err := s.Send(t.Context(), toAna()); !errors.Is(err, context.DeadlineExceeded) || !Temporary(err) {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatStallsInTheMiddleIsLeftWhenTheCallerGivesUp(t *testing.T) {
	srv := &server{stall: make(chan struct{})}
	defer close(srv.stall)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	s := sender(t, "smtp://"+start(t, srv, nil, false))
	s.Timeout = time.Hour
	result := make(chan error, 1)
	go func() { result <- s.Send(ctx, toAna()) }()
	select {
	case err := <-result:
		if !errors.Is(err, context.DeadlineExceeded) || !Temporary(err) {
			t.Errorf("got %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("Send goes on after its caller gave up")
	}
}

// A filter looks at the mail, longer than any other answer may take. Who hangs up meanwhile delivers it again and again.
func TestAServerMayThinkAboutAMailItHasWhole(t *testing.T) { // RFC 5321, 4.5.3.2.6; every mail happens once
	srv := &server{thinks: 2 * time.Second}
	s := sender(t, "smtp://"+start(t, srv, nil, false))
	s.Timeout = time.Second
	if err := s.Send(t.Context(), toAna()); err != nil || len(srv.kept()) != 1 {
		t.Errorf("got %v, %d mails were kept", err, len(srv.kept()))
	}
}

func TestAServerThatNeverAcceptsIsLeft(t *testing.T) {
	srv := &server{stall: make(chan struct{})}
	defer close(srv.stall)
	s := sender(t, "smtp://"+start(t, srv, nil, false))
	s.Acceptance = 200 * time.Millisecond
	if err := s.Send(t.Context(), toAna()); !errors.Is(err, context.DeadlineExceeded) || !Temporary(err) {
		t.Errorf("got %v", err)
	}
}

// script answers each line it is sent with the next of its lines, then hangs up.
func script(t *testing.T, answers ...string) string {
	t.Helper()
	l := listen(t)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		talk(conn, answers)
	}()
	return l.Addr().String()
}

func talk(conn net.Conn, answers []string) {
	lines := bufio.NewReader(conn)
	for i, answer := range answers {
		if _, err := fmt.Fprintf(conn, "%s\r\n", answer); err != nil || i == len(answers)-1 {
			return
		}
		for line := ""; ; {
			line, _ = lines.ReadString('\n')
			if line == "" || !strings.HasPrefix(answer, "354") || line == ".\r\n" {
				break
			}
		}
	}
}

func TestAMailAcceptedBeforeTheLineBreaksIsSent(t *testing.T) { // every mail happens once
	address := script(t, "220 hi", "250 hi", "250 ok", "250 ok", "354 go", "250 accepted")
	if err := sender(t, "smtp://"+address).Send(t.Context(), toAna()); err != nil {
		t.Errorf("the server had accepted it: %v", err)
	}
}

func TestNonsenseFromTheServerIsWorthARetry(t *testing.T) {
	for name, answers := range map[string][]string{
		"another protocol":         {"HTTP/1.1 400 Bad Request"},
		"a greeting that refuses":  {"554 not now"},
		"silence after the sender": {"220 hi", "250 hi", "250 ok"},
		"nonsense to the sender":   {"220 hi", "250 hi", "what?"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := sender(t, "smtp://"+script(t, answers...)).Send(t.Context(), toAna()); err == nil || !Temporary(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAWrongPasswordIsWorthARetryAndIsNotShown(t *testing.T) {
	srv := &server{}
	err := sender(t, "smtp://procon:errada123@"+start(t, srv, nil, false)).Send(t.Context(), toAna())
	if err == nil || !Temporary(err) || strings.Contains(err.Error(), "errada123") {
		t.Errorf("got %v", err)
	}
}

func TestSignInOnLoopback(t *testing.T) {
	srv := &server{}
	if err := sender(t, "smtp://procon:segredo@"+start(t, srv, nil, false)).Send(t.Context(), toAna()); err != nil {
		t.Fatal(err)
	}
	if srv.signedIn != "procon" {
		t.Errorf("signed in as %q", srv.signedIn)
	}
}

func TestEncryption(t *testing.T) {
	serverSide, clientSide := certificate(t)
	for name, c := range map[string]struct {
		starttls, implicit, trusted, wantSent bool
	}{
		"STARTTLS with a good certificate":          {starttls: true, trusted: true, wantSent: true},
		"STARTTLS with a certificate of a stranger": {starttls: true},
		"a server that offers no STARTTLS":          {trusted: true},
		"smtps with a good certificate":             {implicit: true, trusted: true, wantSent: true},
		"smtps with a certificate of a stranger":    {implicit: true},
	} {
		t.Run(name, func(t *testing.T) {
			srv := &server{}
			config := serverSide
			if !c.starttls && !c.implicit {
				config = nil
			}
			scheme := map[bool]string{true: "smtps", false: "smtp"}[c.implicit]
			s := sender(t, scheme+"://procon:segredo@"+start(t, srv, config, c.implicit))
			s.loopback = false // behave as with a server elsewhere
			if c.trusted {
				s.roots = clientSide
			}
			err := s.Send(t.Context(), toAna())
			if sent := err == nil; sent != c.wantSent || len(srv.kept()) == 1 != c.wantSent {
				t.Errorf("sent %v (%v), want %v", sent, err, c.wantSent)
			}
			if !c.wantSent && srv.signedIn != "" {
				t.Error("the password went over an untrusted line")
			}
		})
	}
}

func TestWithoutEncryptionNothingLeavesTheMachine(t *testing.T) {
	srv := &server{}
	s := sender(t, "smtp://"+start(t, srv, nil, false))
	s.loopback = false // behave as with a server elsewhere
	if err := s.Send(t.Context(), toAna()); err == nil || !Temporary(err) || len(srv.from) != 0 {
		t.Errorf("got %v, envelope %v", err, srv.from)
	}
}

func TestTemporary(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"no error":                 {nil, false},
		"an invalid message":       {fmt.Errorf("x: %w", ErrInvalid), false},
		"a refusal for good":       {fmt.Errorf("x: %w", &Refusal{Code: 552}), false},
		"a refusal for now":        {fmt.Errorf("x: %w", &Refusal{Code: 421}), true},
		"a network that is broken": {io.ErrUnexpectedEOF, true},
		"a cancelled send":         {context.Canceled, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Temporary(c.err); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	connectTimeout = time.Minute
	// acceptTimeout is what RFC 5321, 4.5.3.2.6, asks for: who leaves a server earlier that has the whole mail, because it
	// thinks about it, sends the same mail again to somebody who gets it each time.
	acceptTimeout = 10 * time.Minute
)

// SMTP is a Sender that hands mails to a server, one connection each.
type SMTP struct {
	From       Address          // mailbox of all mails; its domain is that of the Message-IDs
	Now        func() time.Time // date of the mails
	Timeout    time.Duration    // until the server is ready for a mail; zero: one minute
	Acceptance time.Duration    // from then until it has accepted it; zero: ten minutes

	host     string
	port     int
	implicit bool // TLS from the first byte (smtps)
	loopback bool // plain text is allowed, nothing leaves the machine
	user     string
	password string
	roots    *tls.Config // tests trust their own certificate; nil: the system's
}

// Send implements Sender. It returns nil as soon as the server has accepted the
// mail, whatever happens to the connection afterwards.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	letter := s.compose(m)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit := time.AfterFunc(s.timeout(), func() { cancel(context.DeadlineExceeded) })
	defer limit.Stop()
	client, err := s.client(ctx)
	if err != nil {
		return fmt.Errorf("mail: settings: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail: connect to %s: %w", s.host, notAddressed(ctx, err))
	}
	limit.Reset(s.acceptance())
	err = client.Send(letter)
	if letter.IsDelivered() {
		limit.Reset(s.timeout())
		_ = client.Close() // a lost goodbye must not send the mail twice
		return nil
	}
	return fmt.Errorf("mail: %w", notAddressed(ctx, err))
}

func (s *SMTP) timeout() time.Duration    { return cmp.Or(s.Timeout, connectTimeout) }
func (s *SMTP) acceptance() time.Duration { return cmp.Or(s.Acceptance, acceptTimeout) }

func (s *SMTP) compose(m Message) *gomail.Msg {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	name := m.From
	if name == "" {
		name = s.From.Name
	}
	letter.FromMailAddress(&netmail.Address{Name: name, Address: s.From.Address})
	letter.ToMailAddress(&netmail.Address{Name: m.To.Name, Address: m.To.Address})
	if m.ReplyTo != "" {
		letter.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	letter.SetMessageIDWithValue(m.ID + "@" + domain(s.From.Address))
	letter.SetDateWithValue(s.Now())
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetGenHeader("Content-Language", "pt-BR")
	letter.Subject(m.Subject)
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return letter
}

func (s *SMTP) client(ctx context.Context) (*gomail.Client, error) {
	policy := gomail.TLSMandatory
	if s.loopback || s.implicit {
		policy = gomail.NoTLS
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(s.tlsConfig()),
		gomail.WithHELO(domain(s.From.Address)),
		gomail.WithTimeout(max(s.timeout(), s.acceptance()) + time.Second), // ctx ends first
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithDialContextFunc(s.dialer(ctx)),
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), s.signIn())
	}
	return gomail.NewClient(s.host, options...)
}

// signIn allows plain passwords where the library cannot see that the line is
// safe: on this machine, and inside the TLS that dialer has set up.
func (s *SMTP) signIn() gomail.Option {
	if s.loopback || s.implicit {
		return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
	}
	return gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover)
}

func (s *SMTP) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.roots != nil {
		config = s.roots.Clone()
	}
	config.ServerName = s.host
	return config
}

// dialer ties the connection to ctx: when ctx ends, so does the conversation.
func (s *SMTP) dialer(ctx context.Context) gomail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		if !s.implicit {
			return conn, nil
		}
		return tls.Client(conn, s.tlsConfig()), nil
	}
}

// Refusal is a server's answer that the mail was not accepted. The server's own
// words are left out: they usually repeat the address.
type Refusal struct {
	Code     int    // SMTP code, 400 to 599
	Enhanced string // RFC 3463 code such as "5.1.1"; may be empty
	Stage    string // the command that was refused
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("refused with %d %s while %s", r.Code, r.Enhanced, r.Stage)
}

var errInterrupted = errors.New("the conversation with the server broke off")

// notAddressed turns the library's error into one without personal data.
func notAddressed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var refused *gomail.SendError
	if !errors.As(err, &refused) {
		return err
	}
	if refused.ErrorCode() == 0 {
		return errInterrupted
	}
	return &Refusal{refused.ErrorCode(), refused.EnhancedStatusCode(), refused.Reason.String()}
}

// Temporary reports whether sending the same message again may succeed. A
// message that is invalid or was refused for good (5xx) is not worth a retry;
// everything else is: a busy, unreachable, misconfigured or broken server.
func Temporary(err error) bool {
	if err == nil || errors.Is(err, ErrInvalid) {
		return false
	}
	var refused *Refusal
	if !errors.As(err, &refused) {
		return true
	}
	const signInFirst = 530 // the server's word on our settings, not on this mail
	return refused.Code < 500 || refused.Code == signInFirst
}

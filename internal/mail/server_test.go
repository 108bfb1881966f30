package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real SMTP server in this process that keeps what it accepts.
type server struct {
	mu       sync.Mutex
	accepted []string
	from, to []string
	signedIn string

	rcptErr, dataErr, mailErr error
	stall                     chan struct{} // DATA waits for it to close
	thinks                    time.Duration // between storing a mail and accepting it
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }

type session struct{ *server }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "segredo" {
			return errors.New("wrong password")
		}
		s.signedIn = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = append(s.from, from)
	return s.mailErr
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return s.rcptErr
}

func (s *session) Data(r io.Reader) error {
	if s.stall != nil {
		<-s.stall
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.dataErr != nil {
		return s.dataErr
	}
	s.keep(string(content))
	time.Sleep(s.thinks)
	return nil
}

func (s *server) keep(content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted = append(s.accepted, content)
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// kept returns the mails accepted so far.
func (s *server) kept() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.accepted...)
}

// start serves s on loopback until the test ends and returns its address.
func start(t *testing.T, s *server, config *tls.Config, implicit bool) string {
	t.Helper()
	l := listen(t)
	address := l.Addr().String()
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.TLSConfig, srv.EnableSMTPUTF8 = "localhost", true, config, true
	srv.ErrorLog = silent{}
	if implicit {
		l = tls.NewListener(l, config)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return address
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// certificate returns a server's settings and a client's that trusts it for 127.0.0.1.
func certificate(t *testing.T) (serverSide, clientSide *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}

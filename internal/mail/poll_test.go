package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"guiche/internal/fault"
)

// post is a real IMAP server in this process with the mailbox of the Procon.
type post struct {
	*imapmemserver.User
	address string
	caps    imap.CapSet
	flagged bool          // keeps no flags of ours and makes no folders
	raced   bool          // another node makes each folder a moment before us
	stuck   chan struct{} // not nil: who fetches a mail waits until it is closed
}

// poor is a session of a server that knows little.
type poor struct{ imapserver.Session }

func (p poor) Select(name string, o *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := p.Session.Select(name, o)
	if data != nil {
		data.PermanentFlags = []imap.Flag{imap.FlagSeen}
	}
	return data, err
}

func (p poor) Create(string, *imap.CreateOptions) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Text: "ana@exemplo.test may not"}
}

// raced is a session in which another node was quicker to make a folder.
type raced struct{ imapserver.SessionIMAP4rev2 }

func (r raced) Create(name string, o *imap.CreateOptions) error {
	if err := r.SessionIMAP4rev2.Create(name, o); err != nil {
		return err
	}
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAlreadyExists, Text: "Mailbox already exists"}
}

// stuck is a session of a server that has lost its disk: it takes the question and says nothing.
type stuck struct {
	imapserver.SessionIMAP4rev2
	until chan struct{}
}

func (s stuck) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	<-s.until
	return s.SessionIMAP4rev2.Fetch(w, set, o)
}

func openPost(t *testing.T, change func(*post)) *post {
	t.Helper()
	p := &post{User: imapmemserver.NewUser("procon", "segredo"), caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapUIDPlus: {}}}
	change(p)
	if err := p.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(p.User)
	server := imapserver.New(&imapserver.Options{InsecureAuth: true, Caps: p.caps, Logger: silent{},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			if p.flagged {
				return poor{memory.NewSession()}, nil, nil
			}
			if session, whole := memory.NewSession().(imapserver.SessionIMAP4rev2); whole && p.raced {
				return raced{session}, nil, nil
			} else if whole && p.stuck != nil {
				return stuck{session, p.stuck}, nil, nil
			}
			return memory.NewSession(), nil, nil
		}})
	l := listen(t)
	p.address = l.Addr().String()
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return p
}

func usual(*post) {}

type literal struct {
	*strings.Reader
}

func (l literal) Size() int64 { return l.Reader.Size() }

func (p *post) deliver(t *testing.T, mails ...string) {
	t.Helper()
	for _, mail := range mails {
		if _, err := p.Append("INBOX", literal{strings.NewReader("From: ana@exemplo.test\r\n\r\n" + mail)}, &imap.AppendOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// count is how many mails a folder has, or -1 when there is none.
func (p *post) count(folder string) int {
	data, err := p.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		return -1
	}
	return int(*data.NumMessages)
}

func (p *post) reader(t *testing.T) *IMAP {
	t.Helper()
	b, err := ParseIMAP("imap://procon:segredo@" + p.address + "/INBOX")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// clerk takes mails and remembers what they said.
type clerk struct {
	mu   sync.Mutex
	said []string
	fail map[string]error
}

func (c *clerk) take(_ context.Context, r io.Reader) error {
	all, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, body, _ := strings.Cut(string(all), "\r\n\r\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, body)
	if body == "panic" {
		panic("ana@exemplo.test")
	}
	return c.fail[body]
}

func TestEachMailIsTakenOnceAndPutAway(t *testing.T) {
	for name, change := range map[string]func(*post){
		"a server that moves":     usual,
		"a server that copies":    func(p *post) { p.caps = imap.CapSet{imap.CapIMAP4rev1: {}} },
		"a server of today":       func(p *post) { p.caps = imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}} },
		"a server that only sees": func(p *post) { p.flagged, p.caps = true, imap.CapSet{imap.CapIMAP4rev1: {}} },
	} {
		t.Run(name, func(t *testing.T) {
			p, c := openPost(t, change), &clerk{fail: map[string]error{"b": fmt.Errorf("x: %w", ErrInvalid)}}
			p.deliver(t, "a", "b", "panic", "c")
			b := p.reader(t)
			for range maxTries + 2 {
				if err := b.Look(t.Context(), c.take); err != nil {
					t.Fatal(err)
				}
			}
			slices.Sort(c.said)
			if want := []string{"a", "b", "c", "panic", "panic", "panic", "panic", "panic"}; !slices.Equal(c.said, want) {
				t.Errorf("taken %v", c.said)
			}
			inbox, taken, refused := p.count("INBOX"), p.count("Guiche/Tratadas"), p.count("Guiche/Recusadas")
			if !p.flagged && (inbox != 0 || taken != 2 || refused != 2) || p.flagged && inbox != 4 {
				t.Errorf("%d in the inbox, %d taken, %d refused", inbox, taken, refused)
			}
			p.deliver(t, "d")
			if err := b.Look(t.Context(), c.take); err != nil || !slices.Contains(c.said, "d") {
				t.Errorf("%v, %v", c.said, err)
			}
		})
	}
}

func TestAMailThatSomebodyReadIsTakenToo(t *testing.T) {
	p, c := openPost(t, usual), &clerk{}
	if _, err := p.Append("INBOX", literal{strings.NewReader("From: a@x.test\r\n\r\nlida")}, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}}); err != nil {
		t.Fatal(err)
	}
	if err := p.reader(t).Look(t.Context(), c.take); err != nil || !slices.Equal(c.said, []string{"lida"}) {
		t.Errorf("%v, %v", c.said, err)
	}
}

func TestAFolderThatAnotherNodeMadeMeanwhileIsOurs(t *testing.T) { // R-19; quality 2: two nodes
	p := openPost(t, func(p *post) { p.raced = true })
	p.deliver(t, "From: ana@exemplo.test\nMessage-ID: <1@x.test>\n\nUm.\n")
	if err := p.reader(t).Look(t.Context(), (&clerk{}).take); err != nil {
		t.Fatal(err)
	}
	if n, elsewhere := p.count("Guiche/Tratadas"), p.count("INBOX/Guiche/Tratadas"); n != 1 || elsewhere > 0 {
		t.Errorf("%d in the folder, %d in another of the same name", n, elsewhere)
	}
}

func TestWhileTheDatabaseIsDownNoMailIsPutAside(t *testing.T) { // quality 2
	p, c := openPost(t, usual), &clerk{fail: map[string]error{"a": fault.New(fault.Unavailable, "x")}}
	p.deliver(t, "a", "b")
	b := p.reader(t)
	for range 3 * maxTries {
		if err := b.Look(t.Context(), c.take); err != nil {
			t.Fatal(err)
		}
	}
	if p.count("INBOX") != 1 || p.count("Guiche/Tratadas") != 1 || p.count("Guiche/Recusadas") != -1 {
		t.Error("a mail was put aside")
	}
	c.fail = nil
	if err := b.Look(t.Context(), c.take); err != nil || p.count("INBOX") != 0 {
		t.Errorf("not taken afterwards: %v", err)
	}
}

func TestAnEnormousMailIsNotFetchedWhole(t *testing.T) { // quality 3: sizes bounded everywhere
	p := openPost(t, usual)
	p.deliver(t, strings.Repeat("a", IncomingLimit+1000))
	var got int64
	err := p.reader(t).Look(t.Context(), func(_ context.Context, r io.Reader) error {
		var err error
		got, err = io.Copy(io.Discard, r)
		return errors.Join(err, ErrTooLarge)
	})
	if err != nil || got != IncomingLimit+1 || p.count("Guiche/Recusadas") != 1 {
		t.Errorf("%d bytes, %v", got, err)
	}
}

func TestAServerThatRefusesIsNamedWithoutItsWords(t *testing.T) {
	p := openPost(t, usual)
	for name, setting := range map[string]string{
		"a wrong password": "imap://procon:errada123@" + p.address, "no such folder": "imap://procon:segredo@" + p.address + "/ana@exemplo.test", "nobody there": "imap://procon:segredo@127.0.0.1:1",
	} {
		b, err := ParseIMAP(setting)
		if err != nil {
			t.Fatal(err)
		}
		err = b.Look(t.Context(), (&clerk{}).take)
		if err == nil || strings.Contains(err.Error(), "errada123") || strings.Contains(err.Error(), "ana@") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAServerThatIsDownIsAskedLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		var log bytes.Buffer
		b := &IMAP{host: "127.0.0.1", port: "1", user: "x", password: "x", folder: "INBOX", Log: slog.New(slog.NewTextHandler(&log, nil))}
		b.Run(ctx, (&clerk{}).take)
		if n := strings.Count(log.String(), "mailbox not read"); n != 9 || ctx.Err() == nil { // after 1, 3, 7, 15, 25, 35, 45, 55 minutes
			t.Errorf("asked %d times", n)
		}
	})
}

func TestAServerThatFallsSilentIsLeftAndVisitedAgain(t *testing.T) { // quality 2: mail slow
	p, c := openPost(t, func(p *post) { p.stuck = make(chan struct{}) }), &clerk{}
	p.deliver(t, "a")
	b := p.reader(t)
	b.patience = 200 * time.Millisecond
	if err := b.Look(t.Context(), c.take); !errors.Is(err, errSilent) || len(c.said) > 0 {
		t.Errorf("%v, taken %v", err, c.said)
	}
	close(p.stuck)
	b.patience = 0 // the usual five minutes
	if err := b.Look(t.Context(), c.take); err != nil || !slices.Equal(c.said, []string{"a"}) {
		t.Errorf("afterwards %v, taken %v", err, c.said)
	}
}

func TestAVisitEndsWithItsCaller(t *testing.T) {
	l := listen(t)
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	b, err := ParseIMAP("imap://a:b@" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.Look(ctx, (&clerk{}).take) }()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a server that never greets was visited")
		}
	case <-time.After(20 * time.Second):
		t.Error("the visit goes on after its caller gave up")
	}
}

func TestTheMailboxSetting(t *testing.T) { // interface.md "Settings"
	for setting, want := range map[string]string{
		"imaps://procon:s@mail.test":                  "mail.test:993 INBOX true",
		"imaps://procon%40x.test:s@mail.test:1993/Um": "mail.test:1993 Um true",
		"imap://procon:s@127.0.0.1/INBOX":             "127.0.0.1:143 INBOX false",
		"imap://procon:s@localhost:10143":             "localhost:10143 INBOX false",
		"imap://procon:s3gr3do@mail.test":             "", "imaps://mail.test": "", "imaps://procon@mail.test": "", "pop3://procon:s3gr3do@mail.test": "", "imaps://procon:s3gr3do@": "",
		"imaps://procon:s3gr3do@mail.test:99999": "", "imaps://procon:s3gr3do@mail.test?x=1": "", "%zz": "",
	} {
		b, err := ParseIMAP(setting)
		if got := ""; err == nil {
			if got = fmt.Sprint(net.JoinHostPort(b.host, b.port), " ", b.folder, " ", b.implicit); got != want {
				t.Errorf("%s: %s", setting, got)
			}
		} else if want != "" || strings.Contains(err.Error(), "s3gr3do") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

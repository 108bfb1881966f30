package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/mail"
)

// newest is the last mail that left, and can be answered.
func (s *wholeSite) newest() mail.Sent {
	s.Helper()
	s.doJobs()
	all := s.outbox.All()
	if len(all) == 0 || all[len(all)-1].ReplyTo == "" {
		s.Fatal("no mail to answer")
	}
	return all[len(all)-1]
}

func TestAnAnswerInTheDemonstrationLandsInTheCase(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			visitor, ana, elisa := newBrowser(t, s.BaseURL), newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
			protocol := s.complain(s.actor("ana"), nil)
			at := "/demo/correio/" + s.newest().ID
			if page := visitor.get(at); !strings.Contains(page.body, "Responder a este e-mail") {
				t.Fatal("the mail cannot be answered")
			}
			if r := visitor.upload(at, url.Values{"mensagem": {"Achei a nota."}}, paper{"anexos", "nota.txt", "a nota fiscal"}, paper{"anexos", "x.html", "<html><body>x</body></html>"}); r.status != http.StatusSeeOther {
				t.Fatalf("%d %s", r.status, r.body)
			}
			if page := visitor.get(at); !strings.Contains(page.body, "Entrou no caso.") {
				t.Errorf("the demonstration does not say what became of the answer: %s", page.body)
			}
			for _, page := range []reply{ana.get("/reclamacoes/" + protocol), elisa.get("/servidor/casos/" + protocol)} {
				if !strings.Contains(page.body, "Achei a nota.") || !strings.Contains(page.body, "nota.txt") || strings.Contains(page.body, "escreveu:") {
					t.Errorf("the answer is not in the case, or with its quote: %s", page.body)
				}
			}
			if told := s.newest(); !strings.Contains(told.Text, "x.html") || !strings.Contains(told.Subject, "não entrou inteira") {
				t.Errorf("the refused file is not told: %s", told.Text)
			}
			if r := visitor.post(at, url.Values{"ato": {"devolver"}}); r.status != http.StatusSeeOther {
				t.Fatalf("%d %s", r.status, r.body)
			}
			if page := elisa.get("/servidor/casos/" + protocol); !strings.Contains(page.body, "um e-mail voltou") {
				t.Error("the officer does not see that a mail came back")
			}
		})
	}
}

func TestAnAnswerFromAnotherSiteIsRefused(t *testing.T) { // quality 3: CSRF
	s := openSite(t, "")
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	s.complain(s.actor("ana"), nil)
	b := newBrowser(t, s.BaseURL)
	r, err := b.try("POST", "/demo/correio/"+s.newest().ID, "mensagem=Oi", "Content-Type", formType, "Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site")
	if err != nil || r.status != http.StatusForbidden {
		t.Errorf("%d, %v", r.status, err)
	}
}

// literal is a mail on its way into a mailbox.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// openMailServer is a real IMAP server in this process with one mailbox; deliver puts a mail into it.
func openMailServer(t *testing.T) (setting string, deliver func(mail string), count func(folder string) uint32) {
	t.Helper()
	user, memory := imapmemserver.NewUser("procon", "segredo"), imapmemserver.New()
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{InsecureAuth: true, Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapUIDPlus: {}}, Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	deliver = func(mail string) {
		if _, err := user.Append("INBOX", literal{strings.NewReader(strings.ReplaceAll(mail, "\n", "\r\n"))}, &imap.AppendOptions{}); err != nil {
			t.Error(err)
		}
	}
	count = func(folder string) uint32 {
		data, err := user.Status(folder, &imap.StatusOptions{NumMessages: true})
		if err != nil {
			return 0
		}
		return *data.NumMessages
	}
	return "imap://procon:segredo@" + l.Addr().String(), deliver, count
}

func TestTwoNodesReadOneMailbox(t *testing.T) { // R-19; quality 2: once, with two nodes
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			protocol := s.complain(s.actor("ana"), nil)
			told := s.newest()
			setting, deliver, count := openMailServer(t)
			for _, text := range []string{"um", "dois", "três"} {
				deliver("From: Ana <" + told.To.Address + ">\nTo: " + told.ReplyTo + "\nMessage-ID: <" + text + "@x.test>\nContent-Type: text/plain; charset=utf-8\n\nResposta " + text + "\n\n-- \nAna\n")
			}
			deliver("From: Ana <" + told.To.Address + ">\nTo: " + told.ReplyTo + "\nMessage-ID: <um@x.test>\nContent-Type: text/plain; charset=utf-8\n\nResposta um\n")
			deliver("From: spam@x.test\nTo: procon@demo.invalid\n\ncompre\n")
			deliver("isto não é um e-mail")
			deliver("From: " + told.To.Address + "\nTo: " + told.ReplyTo + "\nAuto-Submitted: auto-replied\n\nEstou de férias.\n")
			s.readAtOnce(setting)
			page := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"]).get("/reclamacoes/" + protocol)
			for _, text := range []string{"Resposta um", "Resposta dois", "Resposta três"} {
				if n := strings.Count(page.body, text); n != 1 {
					t.Errorf("%q stands %d times in the case", text, n)
				}
			}
			if strings.Contains(page.body, "férias") || count("INBOX") != 0 || count("Guiche/Tratadas") < 5 || count("Guiche/Recusadas") < 2 {
				t.Errorf("%d wait, %d taken, %d put aside", count("INBOX"), count("Guiche/Tratadas"), count("Guiche/Recusadas"))
			}
		})
	}
}

// readAtOnce visits the mailbox from two nodes at the same moment, until nothing waits.
func (s *wholeSite) readAtOnce(setting string) {
	s.Helper()
	box, err := mail.NewReplyBox(demoMailbox, demoMailbox)
	s.must(err)
	var nodes sync.WaitGroup
	for range 2 {
		nodes.Go(func() {
			mailbox, err := mail.ParseIMAP(setting)
			if err != nil {
				s.Error(err)
				return
			}
			mailbox.Log = s.installation.log
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			for range 20 { // this server hangs up when both move the same mail; the next visit goes on
				if mailbox.Look(ctx, s.takeFrom(box)) == nil {
					return
				}
			}
			s.Error("the mailbox cannot be read")
		})
	}
	nodes.Wait()
}

func TestAMailboxThatIsDownStopsNothing(t *testing.T) { // quality 2: mail down, filing goes on
	s := openSite(t, "")
	box, err := mail.NewReplyBox(demoMailbox, demoMailbox)
	s.must(err)
	mailbox, err := mail.ParseIMAP("imap://procon:segredo@127.0.0.1:1")
	s.must(err)
	mailbox.Log = s.installation.log
	ctx, stop := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	reading.Go(func() { s.readMail(ctx, box, mailbox) })
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	s.complain(s.actor("ana"), complainttest.Answers())
	stop()
	reading.Wait()
	if !strings.Contains(s.log.String(), "mailbox not read") || strings.Contains(s.log.String(), "segredo") {
		t.Errorf("the log: %s", s.log)
	}
}

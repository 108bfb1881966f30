package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/seed"
	"guiche/internal/supplier"
)

// sending is a mail server in one function.
type sending func(ctx context.Context, m mail.Message) error

func (s sending) Send(ctx context.Context, m mail.Message) error { return s(ctx, m) }

// outside is an installation whose mails and scans go to the given parts, with all its jobs. Its clock is moved by wait.
func outside(t *testing.T, databaseURL, clamd string, sender mail.Sender) (s *wholeSite, wait func(time.Duration)) {
	var later atomic.Int64
	s = openData(t, "http://procon.test", func(p *program) {
		p.DatabaseURL, p.Clamd = databaseURL, clamd
		p.now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	s.register(parts{sender: sender}, s.BaseURL)
	return s, func(d time.Duration) { later.Add(int64(d)) }
}

// signedIn is somebody's account with a confirmed address.
func (s *wholeSite) signedIn(name, cpf string) person.Account {
	s.Helper()
	account, err := s.people.SignIn(context.Background(), person.Identity{Issuer: "https://sso.test/", Subject: cpf, CPF: cpf, Name: name,
		Email: cpf + "@exemplo.test", EmailVerified: true, Level: person.Gold})
	s.must(err)
	return account
}

// filesOf puts n files into somebody's draft.
func (s *wholeSite) filesOf(by person.Account, n int) {
	s.Helper()
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO draft (id, account_id, data, created_at, touched_at) VALUES ('d', $1, '', 0, $2) ON CONFLICT DO NOTHING`, by.ID, s.now().UnixMicro())
		return err
	}))
	for range n {
		_, err := s.files.Receive(context.Background(), attachment.Upload{Kind: attachment.Other, Name: "nota.txt", By: by.ID, DraftID: "d", Reader: strings.NewReader("Nota " + rand.Text())})
		s.must(err)
	}
}

// confirmations queues n mails to somebody.
func (s *wholeSite) confirmations(to person.Account, n int) {
	s.Helper()
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) (err error) {
		for range n {
			err = errors.Join(err, s.jobs.Enqueue(tx, confirmationJob, confirmation{to.Name, to.Email, "segredo"}, job.Options{}))
		}
		return err
	}))
}

// Ten mails or ten files wait for a part that takes connections and says nothing. Deadlines are kept, and the other part works.
func TestOneSilentPartStopsNothingElse(t *testing.T) { // R-30, quality 2
	for name, c := range map[string]struct {
		mails, files int
		want         []string // what is done
	}{
		"the mail server": {10, 0, []string{complaint.DeadlineJob}},
		"the scanner":     {1, 10, []string{complaint.DeadlineJob, confirmationJob}},
	} {
		for engine, open := range engines() {
			t.Run(name+" "+engine, func(t *testing.T) {
				deaf, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				over := make(chan struct{})
				s, _ := outside(t, open(t), "tcp:"+deaf.Addr().String(), sending(func(context.Context, mail.Message) error {
					if c.files == 0 {
						<-over
					}
					return nil
				}))
				ana := s.signedIn("Ana", "11144477735")
				s.filesOf(ana, c.files)
				s.confirmations(ana, c.mails)
				s.must(s.db.Transact(t.Context(), func(tx *db.Tx) error { return s.jobs.Enqueue(tx, complaint.DeadlineJob, struct{}{}, job.Options{}) }))
				running, stop := context.WithCancel(t.Context())
				var work sync.WaitGroup
				work.Go(func() { s.jobs.Run(running) })
				defer work.Wait()
				defer deaf.Close() // hangs up
				defer close(over)
				defer stop()
				for _, kind := range c.want {
					for end := time.Now().Add(20 * time.Second); len(s.column(`SELECT id FROM job WHERE state = 'done' AND kind = $1`, kind)) == 0; {
						if time.Now().After(end) {
							t.Fatalf("%s waits for it", kind)
						}
						time.Sleep(20 * time.Millisecond)
					}
				}
			})
		}
	}
}

// Mails and scans waited for hours. Once their part does new ones, they are done within a minute.
func TestWhatWaitedForAPartFollowsSoon(t *testing.T) { // quality 2
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			var failure error
			socket := filepath.Join(t.TempDir(), "clamd")
			s, wait := outside(t, open(t), "unix:"+socket, sending(func(context.Context, mail.Message) error { return failure }))
			ana := s.signedIn("Ana", "11144477735")
			work := func(after time.Duration) (done int) {
				wait(after)
				_ = s.jobs.Drain(t.Context()) // what fails comes back
				return len(s.column(`SELECT id FROM job WHERE state = 'done' AND kind IN ($1, $2)`, confirmationJob, attachment.ScanJob))
			}
			failure = errors.New("no answer")
			s.filesOf(ana, 3)
			s.confirmations(ana, 3)
			for range 8 {
				if done := work(80 * time.Minute); done > 0 {
					t.Fatalf("%d done while all is away", done)
				}
			}
			clamd, err := net.Listen("unix", socket)
			s.must(err)
			defer clamd.Close()
			go allClean(clamd)
			failure = nil
			s.filesOf(ana, 1)
			s.confirmations(ana, 1)
			if done := work(0); done != 2 {
				t.Fatalf("%d of the two new ones done", done)
			}
			if done := work(time.Minute); done != 8 {
				t.Errorf("after a minute %d are done, not 8", done)
			}
		})
	}
}

// allClean is a clamd that finds nothing.
func allClean(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.WriteString(conn, "stream: OK\x00")
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}()
	}
}

// A server that answers, and refuses one recipient for now, was not away: the refused mail is not tried with each mail that leaves.
func TestARefusedMailWaitsItsTime(t *testing.T) {
	tried := 0
	s, wait := outside(t, "", "", sending(func(_ context.Context, m mail.Message) error {
		if m.To.Address == "cheia@exemplo.test" {
			tried++
			return &mail.Refusal{Code: 452}
		}
		return nil
	}))
	for range 4 {
		s.confirmations(person.Account{Name: "Cheia", Email: "cheia@exemplo.test"}, 1)
	}
	for range 30 {
		s.confirmations(person.Account{Name: "Ana", Email: "ana@exemplo.test"}, 1)
		wait(time.Minute)
		_ = s.jobs.Drain(t.Context())
	}
	if tried > 4*6 {
		t.Errorf("tried %d times in half an hour", tried)
	}
}

// One manager's mailbox is full for an hour, and another manager comes meanwhile. Nobody gets the same mail twice, or under another's id.
func TestOneBusyRecipientDoesNotRepeatTheMailsOfOthers(t *testing.T) { // R-45; every mail happens once
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			got, full := map[string][]string{}, true // ids of mails by address
			s, wait := outside(t, open(t), "", sending(func(_ context.Context, m mail.Message) error {
				if full && strings.HasPrefix(m.To.Address, cpfOf()["ana"]) {
					return &mail.Refusal{Code: 452}
				}
				got[m.To.Address] = append(got[m.To.Address], m.ID)
				return nil
			}))
			s.must(seed.Demo(t.Context(), s.people, s.suppliers))
			manager := func(name string) string {
				s.must(s.people.Grant(t.Context(), "test", cpfOf()[name], person.Manager, "0001"))
				return s.signedIn(name, cpfOf()[name]).Email
			}
			ana, bruno := manager("ana"), manager("bruno")
			company := s.text(`SELECT id FROM supplier WHERE cnpj = $1`, "11222333000181")
			s.must(s.db.Transact(t.Context(), func(tx *db.Tx) error {
				return s.jobs.Enqueue(tx, supplier.MailJob, supplier.Mail{News: supplier.LeaderLeft, About: company}, job.Options{})
			}))
			for range 3 {
				_ = s.jobs.Drain(t.Context()) // the refusal
				wait(20 * time.Minute)
			}
			manager("dandara")
			full = false
			s.doJobs()
			if len(got[ana]) != 1 || len(got[bruno]) != 1 || got[ana][0] == got[bruno][0] {
				t.Errorf("Ana got %q, Bruno %q", got[ana], got[bruno])
			}
		})
	}
}

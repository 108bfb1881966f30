package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/person"
)

// sending is a mail server in one function.
type sending func(ctx context.Context, m mail.Message) error

func (s sending) Send(ctx context.Context, m mail.Message) error { return s(ctx, m) }

// outside is an installation whose mails and scans go to the given parts, with all its jobs.
func outside(t *testing.T, databaseURL, clamd string, sender mail.Sender) *wholeSite {
	s := openData(t, "http://procon.test", func(p *program) { p.DatabaseURL, p.Clamd = databaseURL, clamd })
	s.register(parts{sender: sender}, s.BaseURL)
	return s
}

// signedIn is somebody's account with a confirmed address.
func (s *wholeSite) signedIn(name, cpf string) person.Account {
	s.Helper()
	account, err := s.people.SignIn(context.Background(), person.Identity{Issuer: "https://sso.test/", Subject: cpf, CPF: cpf, Name: name,
		Email: cpf + "@exemplo.test", EmailVerified: true, Level: person.Gold})
	s.must(err)
	return account
}

// filesOf puts n files into a draft of somebody's.
func (s *wholeSite) filesOf(by person.Account, n int) {
	s.Helper()
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO draft (id, account_id, data, created_at, touched_at) VALUES ('d', $1, '', 0, $2)`, by.ID, s.now().UnixMicro())
		return err
	}))
	for i := range n {
		_, err := s.files.Receive(context.Background(), attachment.Upload{Kind: attachment.Other, Name: "nota.txt", By: by.ID, DraftID: "d", Reader: strings.NewReader(fmt.Sprint("Nota ", i))})
		s.must(err)
	}
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
				s := outside(t, open(t), "tcp:"+deaf.Addr().String(), sending(func(context.Context, mail.Message) error {
					if c.files == 0 {
						<-over
					}
					return nil
				}))
				ana := s.signedIn("Ana", "11144477735")
				s.filesOf(ana, c.files)
				s.must(s.db.Transact(t.Context(), func(tx *db.Tx) error {
					errs := []error{s.jobs.Enqueue(tx, complaint.DeadlineJob, struct{}{}, job.Options{})}
					for range c.mails {
						errs = append(errs, s.jobs.Enqueue(tx, confirmationJob, confirmation{"Ana", ana.Email, "segredo"}, job.Options{At: s.now().Add(-time.Minute)}))
					}
					return errors.Join(errs...)
				}))
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

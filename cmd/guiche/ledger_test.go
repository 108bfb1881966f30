package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/config"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/ledger"
)

// damage is something that befell the data while the program was stopped, and what the operator reads then.
type damage struct {
	does  func(w *wholeSite, protocol string)
	lost  bool   // the protocol is named
	other string // what audit verify prints besides
}

func TestWhatTheDatabaseForgotIsToldAtTheStartAndByVerify(t *testing.T) { // quality.md 2, R-57
	for engine, open := range engines() {
		for name, d := range map[string]damage{
			"nothing":                {does: func(*wholeSite, string) {}},
			"a case is gone":         {does: (*wholeSite).forget, lost: true},
			"another has its number": {does: (*wholeSite).forgetAndGoOn, lost: true},
			"the ledger was changed": {does: (*wholeSite).scratchLedger, other: "ledger protocols.1 byte 0"},
		} {
			t.Run(engine+" "+name, func(t *testing.T) {
				t.Parallel()
				address, data := open(t), t.TempDir()
				settings := func(p *program) { p.DatabaseURL, p.Data = address, data }
				var protocols []string
				t.Run("before", func(t *testing.T) {
					s := openSiteWith(t, settings)
					newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
					for range 3 {
						protocols = append(protocols, s.complain(s.actor("ana"), nil))
					}
					d.does(s, protocols[2])
				})
				s := openSiteWith(t, settings)
				s.wantTold(d, protocols)
			})
		}
	}
}

// A disk that changes what it holds: the rows may still look well, and the file is none any more.
func TestADamagedDatabaseIsFoundByVerify(t *testing.T) { // quality.md 2
	data := t.TempDir()
	t.Run("before", func(t *testing.T) { openSiteWith(t, func(p *program) { p.Data = data }) })
	name := filepath.Join(data, "guiche.db")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Settings: config.Settings{Data: data}, Context: t.Context(), out: io.Discard, now: time.Now}
	if err := (auditVerifyCmd{}).Run(p); err != nil {
		t.Fatalf("a whole one: %v", err)
	}
	const page = 4096
	for at := len(content) - 8*page; at < len(content); at += page {
		copy(content[at:], bytes.Repeat([]byte{0xff}, 16)) // where a page says what it is
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (auditVerifyCmd{}).Run(p); err == nil || !strings.Contains(err.Error(), "danificado") {
		t.Errorf("a damaged one: %v", err)
	}
}

// wantTold checks what the start, the health page and audit verify say, and that the site serves all the same.
func (s *wholeSite) wantTold(d damage, protocols []string) {
	s.Helper()
	harmed := d.lost || d.other != ""
	if told := strings.Contains(s.log.String(), "guiche audit verify names what is missing"); told != harmed {
		s.Errorf("the start says so: %v", told)
	}
	ready := newBrowser(s, s.BaseURL).get("/saude/pronto")
	if told := strings.Contains(ready.body, "Veja: guiche audit verify"); ready.status != http.StatusOK || told != harmed {
		s.Errorf("ready: %d %q", ready.status, ready.body)
	}
	var out bytes.Buffer
	s.out = &out
	err := auditVerifyCmd{}.Run(s.program)
	if (err != nil) != harmed || strings.Contains(out.String(), "lost "+protocols[2]) != d.lost || strings.Count(out.String(), "lost") > 1 || !strings.Contains(out.String(), d.other) {
		s.Errorf("verify: %v\n%s", err, out.String())
	}
	next := s.complain(s.actor("ana"), nil)
	for _, before := range protocols {
		if next == before {
			s.Errorf("%s was given twice", next)
		}
	}
}

// forget takes a case out of the database with all that belongs to it, and its number, as if they had never been written.
func (s *wholeSite) forget(protocol string) {
	s.Helper()
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) error {
		id, err := db.Scalar[string](tx, `SELECT id FROM complaint WHERE protocol = $1`, protocol)
		if err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM verification WHERE complaint_id = $1`, `DELETE FROM attachment WHERE complaint_id = $1`, `DELETE FROM complaint_search WHERE id = $1`,
			`DELETE FROM draft WHERE complaint_id = $1`, `DELETE FROM complaint WHERE id = $1`,
		} {
			if _, err := tx.Exec(statement, id); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE protocol_counter SET last = last - 1`)
		return err
	}))
}

// forgetAndGoOn also gives its number to the next case.
func (s *wholeSite) forgetAndGoOn(protocol string) {
	s.Helper()
	s.forget(protocol)
	if again := s.complain(s.actor("ana"), nil); again != protocol {
		s.Fatalf("%s was given instead of %s: this test proves nothing", again, protocol)
	}
}

func (s *wholeSite) scratchLedger(string) {
	s.Helper()
	name := filepath.Join(s.ledgerFolder(), "protocols.1")
	text, err := os.ReadFile(name)
	s.must(err)
	text[20] ^= 1
	s.must(os.WriteFile(name, text, 0o600))
}

// After a restore more may be missing than the start looks at; what it looks at is another agency's.
func TestANumberLostFurtherBackIsNotGivenAgain(t *testing.T) {
	data, lost := t.TempDir(), ""
	settings := func(p *program) { p.Data = data }
	t.Run("before", func(t *testing.T) {
		s := openSiteWith(t, settings)
		newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
		lost = s.complain(s.actor("ana"), nil)
		s.forget(lost)
		var writers sync.WaitGroup
		for writer := range 50 { // they share the writing to the disk
			writers.Go(func() {
				for n := range 60 {
					e := ledger.Entry{At: s.now(), CaseID: db.NewID(), Protocol: complaint.FormatProtocol(2026, "0002", int64(writer*60+n+1))}
					if err := s.ledger.Append(context.Background(), e); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		if info, err := os.Stat(filepath.Join(s.ledgerFolder(), "protocols.1")); err != nil || info.Size() < 3*ledger.Tail/2 {
			t.Fatalf("%v, %v: this test proves nothing", info, err)
		}
	})
	s := openSiteWith(t, settings)
	if next := s.complain(s.actor("ana"), nil); next == lost {
		t.Errorf("%s was given twice", next)
	}
}

// The program is killed between the last case's commit and its line. Its mail may have left all the same, and the panel
// shows it: the next start gives it the line, once.
func TestACaseThatWasKilledBeforeItsLineGetsIt(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			data, address, last := t.TempDir(), open(t), ""
			settings := func(p *program) { p.Data, p.DatabaseURL = data, address }
			t.Run("before", func(t *testing.T) {
				s := openSiteWith(t, settings)
				newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
				for range 3 {
					last = s.complain(s.actor("ana"), nil)
				}
			})
			file := filepath.Join(data, "ledger", "protocols.1")
			lines, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, lines[:bytes.LastIndexByte(lines[:len(lines)-1], '\n')+1], 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				t.Run("start", func(t *testing.T) { openSiteWith(t, settings) })
			}
			if lines, err = os.ReadFile(file); err != nil || bytes.Count(lines, []byte(last)) != 1 || bytes.Count(lines, []byte("\n")) != 3 {
				t.Errorf("%v: %s is not in\n%s", err, last, lines)
			}
		})
	}
}

// A protocol that got into the database and not into the ledger, since the program was killed between them, was never
// shown; the form sent again puts it there.
func TestWhoSendsAgainAfterAKillBetweenDatabaseAndLedgerIsInBoth(t *testing.T) {
	data := t.TempDir()
	settings := func(p *program) { p.Data = data }
	var draft, protocol string
	t.Run("before", func(t *testing.T) {
		s := openSiteWith(t, settings)
		newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
		draft = s.draft(s.actor("ana"), nil)
		var err error
		protocol, err = s.complaints.File(t.Context(), s.actor("ana"), draft, nil)
		s.must(err)
	})
	if err := os.Truncate(filepath.Join(data, "ledger", "protocols.1"), 0); err != nil {
		t.Fatal(err)
	}
	s := openSiteWith(t, settings)
	for range 2 {
		again, err := s.complaints.File(t.Context(), s.actor("ana"), draft, nil)
		if err != nil || again != protocol {
			t.Errorf("%s, %v", again, err)
		}
	}
	if given := s.given(); len(given) != 1 || given[0].Protocol != protocol {
		t.Errorf("the ledger has %v", given)
	}
}

// given are the entries of the installation's ledger.
func (p *program) given() (all []ledger.Entry) {
	broken, err := ledger.Walk(context.Background(), p.ledgerFolder(), 0, func(e ledger.Entry) error { all = append(all, e); return nil })
	if err != nil || len(broken) > 0 {
		return nil
	}
	return all
}

// The disk under the ledger fails: nothing is shown as filed from then on, what was typed stays, and all else is read.
func TestAfterAFailedSyncOfTheLedgerNothingIsAcknowledgedAndReadingGoesOn(t *testing.T) { // quality.md 2
	t.Parallel()
	s := openSite(t, "")
	ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	filed := s.complain(s.actor("ana"), nil)
	drafts := []string{s.draft(s.actor("ana"), nil), s.draft(s.actor("ana"), nil)}
	_ = dbtest.BreakSync(t, filepath.Join(s.ledgerFolder(), "protocols.1")) // it is not mended
	for _, draft := range []string{drafts[0], drafts[0], drafts[1], drafts[1]} {
		r := ana.post(review(draft), url.Values{"declaracao": {"1"}})
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "está guardado") {
			t.Errorf("sent: %d to %s %s", r.status, r.to, r.body)
		}
	}
	if n := s.text(`SELECT CAST(count(*) AS TEXT) FROM complaint`); n != "2" {
		t.Errorf("%s complaints: once the sync failed there is none to be stored", n)
	}
	for _, page := range []string{"/", "/painel", "/reclamacoes/" + filed} {
		if r := ana.get(page); r.status != http.StatusOK {
			t.Errorf("%s answers %d", page, r.status)
		}
	}
	if r := ana.get("/reclamacoes/nova?rascunho=" + drafts[1] + "&passo=relato"); r.status != http.StatusOK || !strings.Contains(r.body, "nunca chegou") {
		t.Errorf("what was typed: %d", r.status)
	}
	if r := ana.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", r.status)
	}
}

// The disk under the ledger fails to sync once. What the disk holds is unknown then, so nothing is acknowledged any more, also
// nothing that the ledger has no part in, until somebody has looked at it and starts the program again. Pages go on.
func TestAfterAFailedSyncOfTheLedgerNothingIsTaken(t *testing.T) { // quality 2
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			address, data := open(t), t.TempDir()
			settings := func(p *program) { p.DatabaseURL, p.Data = address, data }
			t.Run("before", func(t *testing.T) {
				s := openSiteWith(t, settings)
				ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
				page := "/reclamacoes/" + s.complain(s.actor("ana"), nil)
				form := formAt(t, ana.get(page).body, page+"/mensagem")
				form.Set("mensagem", "Há novidade?")
				draft := s.draft(s.actor("ana"), nil)
				mend := dbtest.BreakSync(t, filepath.Join(s.ledgerFolder(), "protocols.1"))
				sent := ana.post(review(draft), url.Values{"declaracao": {"1"}})
				mend()
				for what, r := range map[string]reply{"the complaint": sent, "the same again": ana.post(review(draft), url.Values{"declaracao": {"1"}}), "a message": ana.post(page+"/mensagem", form)} {
					if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
						t.Errorf("%s is answered %d", what, r.status)
					}
				}
				if r := ana.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
					t.Errorf("ready: %d", r.status)
				}
				if r := ana.get(page); r.status != http.StatusOK {
					t.Errorf("the case is answered %d", r.status)
				}
			})
			s := openSiteWith(t, settings)
			s.complain(s.actor("ana"), nil)
		})
	}
}

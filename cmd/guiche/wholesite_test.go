package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/config"
	"guiche/internal/db"
	"guiche/internal/demo"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/seed"
	"guiche/internal/web"
)

// wholeSite is the demonstration as the binary wires it, on a real listener. Jobs run when a test says so.
type wholeSite struct {
	testing.TB
	*installation
	*web.Server
	outbox *mail.Outbox
	log    *record
}

// openSite starts a whole site with an empty database; databaseURL is empty for SQLite. What it logs is checked at the
// end: no test here may leave anything personal in it.
func openSite(t testing.TB, databaseURL string) *wholeSite {
	t.Helper()
	return openSiteWith(t, func(p *program) { p.DatabaseURL = databaseURL })
}

// openSiteWith is openSite with settings of its own.
func openSiteWith(t testing.TB, settings func(*program)) *wholeSite {
	t.Helper()
	listener := httptest.NewUnstartedServer(nil)
	s := openData(t, "http://"+listener.Listener.Addr().String(), settings)
	s.must(seed.Demo(t.Context(), s.people, s.suppliers))
	o, err := s.demoParts()
	s.must(err)
	s.outbox = o.outbox
	s.Server, err = s.site(o)
	s.must(err)
	listener.Config = s.HTTP()
	listener.Start()
	t.Cleanup(func() { listener.Close(); s.log.check(t) })
	return s
}

// openData is an installation whose site is not open yet.
func openData(t testing.TB, baseURL string, settings func(*program)) *wholeSite {
	t.Helper()
	s := &wholeSite{TB: t, log: &record{}}
	p := &program{Settings: config.Settings{Data: t.TempDir(), FilingLevel: "silver", BaseURL: baseURL}.ForDemo(), Context: t.Context(),
		out: io.Discard, now: time.Now, log: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	settings(p)
	var err error
	s.installation, err = p.install()
	s.must(err)
	t.Cleanup(func() { s.must(s.close()) })
	return s
}

func (s *wholeSite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// cpfOf are the demonstration's people by first name in small letters, and the visitor, who has none.
func cpfOf() map[string]string {
	out := map[string]string{"visitor": ""}
	for _, p := range demo.People() {
		first, _, _ := strings.Cut(strings.ToLower(p.Name), " ")
		out[first] = p.CPF
	}
	return out
}

// actor is somebody who has signed in before.
func (s *wholeSite) actor(name string) person.Actor {
	s.Helper()
	id := s.text(`SELECT id FROM account WHERE cpf = $1`, s.keys.Index(cpfOf()[name]))
	who, err := s.people.Actor(context.Background(), id)
	s.must(err)
	return who
}

// text is one value of the database.
func (s *wholeSite) text(query string, args ...any) (value string) {
	s.Helper()
	s.must(s.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		value, err = db.Scalar[string](tx, query, args...)
		return err
	}))
	return value
}

func (s *wholeSite) column(query string, args ...any) (values []string) {
	s.Helper()
	s.must(s.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		values, err = db.Column[string](tx, query, args...)
		return err
	}))
	return values
}

// draft is a whole draft with its three documents, ready to be sent.
func (s *wholeSite) draft(by person.Actor, more complaint.Answers) string {
	s.Helper()
	answers := complainttest.Answers()
	answers["data_compra"] = "2026-02-02"
	maps.Copy(answers, more)
	d, _, err := s.complaints.StartDraft(context.Background(), by, answers, true)
	s.must(err)
	for _, kind := range complaint.RequiredKinds {
		_, err := s.files.Receive(context.Background(), attachment.Upload{Kind: kind, Name: kind.Field() + ".txt", By: by.AccountID, DraftID: d.ID,
			Reader: strings.NewReader(kind.Label() + " " + d.ID)})
		s.must(err)
	}
	return d.ID
}

// complain files a complaint and gives its protocol.
func (s *wholeSite) complain(by person.Actor, more complaint.Answers) string {
	s.Helper()
	protocol, err := s.complaints.File(context.Background(), by, s.draft(by, more), nil)
	s.must(err)
	return protocol
}

// doJobs does what waits in the queue, as the program does in the background.
func (s *wholeSite) doJobs() { s.Helper(); s.must(s.jobs.Drain(context.Background())) }

// record is what was logged.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// typedMarker is a word in everything that these tests type.
const typedMarker = "zebrinha"

// personal is what no line of a log may have: CPFs, addresses of people, protocols, queries, names and stories.
func personal() map[string]*regexp.Regexp {
	all := map[string]*regexp.Regexp{
		"an e-mail address": regexp.MustCompile(`[\w.]+@[\w-]+\.\w`),
		"a protocol":        regexp.MustCompile(`20\d\d\.\d{4}\.\d{7}-\d\d`),
		"a query":           regexp.MustCompile(`[/\w]\?\w+=`),
		"a CPF":             regexp.MustCompile(`\d{3}\.\d{3}\.\d{3}-\d\d`),
		"what was typed":    regexp.MustCompile(`(?i)` + typedMarker + `|estante|Rua das Flores|Ferragem`),
		"a cookie or code":  regexp.MustCompile(`(?i)cookie|guiche=|codigo=|bearer`),
	}
	for _, p := range demo.People() {
		first, _, _ := strings.Cut(p.Name, " ")
		all["the CPF or name of "+first] = regexp.MustCompile(`(?i)` + p.CPF + `|\b` + first + `\b`)
	}
	return all
}

// check fails when something personal was logged, or nothing at all.
func (r *record) check(t testing.TB) {
	t.Helper()
	for _, fault := range findPersonal(r.String()) {
		t.Error("the log has " + fault)
	}
}

func findPersonal(log string) (faults []string) {
	for what, shape := range personal() {
		if at := shape.FindStringIndex(log); at != nil {
			faults = append(faults, fmt.Sprintf("%s: …%s…", what, log[max(0, at[0]-200):min(len(log), at[1]+100)]))
		}
	}
	return faults
}

func TestPersonalDataInALogIsFound(t *testing.T) {
	for _, line := range []string{
		"panic for 11144477735", "cpf=111.444.777-35", "mail to ana.ribeiro@example.com", "GET /reclamacoes/2026.0001.0000001-12", "/atendimento?q=loja",
		"hello Heitor", `"story":"` + typedMarker + `"`, "Cookie: x",
	} {
		if len(findPersonal(line)) == 0 {
			t.Errorf("%q passes", line)
		}
	}
	if faults := findPersonal(`{"msg":"request","reference":"ABC","route":"GET /reclamacoes/{protocolo}","status":200}`); len(faults) > 0 {
		t.Error(faults)
	}
}

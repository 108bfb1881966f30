package main

import (
	"context"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/job"
	"guiche/internal/person"
)

// postOffice is a real mail server in this process that counts each mail by its Message-ID and by reader and subject.
type postOffice struct {
	sync.Mutex
	ids    map[string]int
	copies map[string]map[string]bool // Message-IDs by reader and subject
}

func (o *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &postman{office: o}, nil }

type postman struct {
	office *postOffice
	to     string
}

func (p *postman) Mail(string, *smtp.MailOptions) error      { return nil }
func (p *postman) Rcpt(to string, _ *smtp.RcptOptions) error { p.to = to; return nil }
func (p *postman) Reset()                                    {}
func (p *postman) Logout() error                             { return nil }
func (p *postman) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	time.Sleep(20 * time.Millisecond) // as servers take, so that some are under way at any moment
	o := p.office
	o.Lock()
	defer o.Unlock()
	id, news := m.Header.Get("Message-ID"), p.to+" "+m.Header.Get("Subject")
	o.ids[id]++
	if o.copies[news] == nil {
		o.copies[news] = map[string]bool{}
	}
	o.copies[news][id] = true
	return nil
}

// openPostOffice gives the office and its smtp-url.
func openPostOffice(t *testing.T) (*postOffice, string) {
	o := &postOffice{ids: map[string]int{}, copies: map[string]map[string]bool{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(o)
	server.Domain = "localhost"
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return o, "smtp://" + l.Addr().String()
}

// TestADayOfExpiriesOnThreeNodesOneOfWhichDies is a storm of deadlines (R-30; quality 2): every case moves once, every
// mail is one to its reader, although the node that moves them is killed when some have moved and some have not.
func TestADayOfExpiriesOnThreeNodesOneOfWhichDies(t *testing.T) {
	t.Parallel()
	const cases = 1000 // several times what moves in one transaction
	url, keys := dbtest.PostgresURL(t), sharedKeys(t)
	office, smtpURL := openPostOffice(t)
	s := openSiteWith(t, func(p *program) { p.DatabaseURL, p.KeyFile = url, keys })

	node := func() *process {
		p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: url, more: []string{"--key-file", keys, "--smtp-url", smtpURL, "--mail-from", "procon@example.com"}}
		p.start()
		return p
	}
	first, second, third := node(), node(), node()
	second.signal(syscall.SIGSTOP) // so that it is the first that finds the cases
	third.signal(syscall.SIGSTOP)
	s.loadUnanswered(cases)
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) error {
		return s.jobs.Enqueue(tx, complaint.DeadlineJob, struct{}{}, job.Options{Unique: complaint.DeadlineJob})
	}))
	moved := s.waitForSome(cases)
	first.kill()
	second.signal(syscall.SIGCONT)
	third.signal(syscall.SIGCONT)
	t.Logf("killed when %d of %d cases had moved", moved, cases)
	s.waitForJobs(4 * time.Minute)
	s.checkExpiredOnce(cases)
	office.check(t, 2*cases)
}

// waitForSome waits until some cases have moved and some have not.
func (s *wholeSite) waitForSome(cases int) (moved int) {
	s.Helper()
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end) && moved == 0; time.Sleep(5 * time.Millisecond) {
		moved = cases - len(s.column(`SELECT id FROM complaint WHERE state = 'awaiting_supplier'`))
	}
	if moved == 0 || moved == cases {
		s.Errorf("%d of %d had moved: this proves nothing", moved, cases)
	}
	return moved
}

func (p *process) signal(sent syscall.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(sent); err != nil {
		p.Fatal(err)
	}
}

// loadUnanswered stores cases of the direct channel whose company let its time pass weeks ago.
func (s *wholeSite) loadUnanswered(n int) {
	s.Helper()
	newBrowser(s, s.BaseURL).signIn(cpfOf()["ana"])
	newBrowser(s, s.BaseURL).signIn(cpfOf()["inês"])
	ana, long := s.actor("ana"), time.Now().AddDate(0, 0, -25)
	of, err := s.suppliers.ByCNPJ(context.Background(), complainttest.Varejo)
	s.must(err)
	s.must(s.db.Transact(context.Background(), func(tx *db.Tx) error {
		return s.people.GrantMandate(tx, person.Actor{}, cpfOf()["inês"], of.ID, person.Lead, "seed", "9999-12-31")
	}))
	list := make([]complaint.Complaint, n)
	for i := range list {
		list[i] = complaint.Complaint{AgencyID: "procon-rs", Route: complaint.Direct, State: complaint.AwaitingSupplier, FiledAt: long, UpdatedAt: long, SupplierID: of.ID,
			Purchase: complaint.Purchase{SupplierName: of.TradeName, SupplierCNPJ: of.CNPJ, Narrative: "Nunca chegou."},
			Consumer: complaint.Consumer{AccountID: ana.AccountID, Name: ana.Name, CPF: ana.CPF, Level: ana.Level, Address: complaint.Address{Municipality: complainttest.Acegua}}}
	}
	s.must(s.complaints.Load(context.Background(), list))
}

// waitForJobs waits until the nodes have nothing left to do but what comes back by itself.
func (s *wholeSite) waitForJobs(most time.Duration) {
	s.Helper()
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if left := s.column(`SELECT id FROM complaint WHERE state = 'awaiting_supplier' UNION ALL SELECT id FROM job WHERE kind = 'case_notice' AND state <> 'done' LIMIT 1`); len(left) == 0 {
			return
		}
	}
	s.Errorf("after %s jobs are left: %v", most, s.column(`SELECT state || ' ' || last_error FROM job WHERE kind = 'case_notice' AND state <> 'done' LIMIT 5`))
}

func (s *wholeSite) checkExpiredOnce(n int) {
	s.Helper()
	if got := len(s.column(`SELECT stream FROM event WHERE act = 'expire'`)); got != n {
		s.Errorf("%d expiries of %d cases", got, n)
	}
	if twice := s.column(`SELECT stream FROM event WHERE act = 'expire' GROUP BY stream HAVING count(*) > 1`); len(twice) > 0 {
		s.Errorf("%d cases expired twice", len(twice))
	}
	if _, err := audit.Verify(context.Background(), s.db); err != nil {
		s.Error(err)
	}
}

// check wants each piece of news once at each reader. A mail that was under way when its node died may come a second
// time: it has the same Message-ID, by which mail programs show it once.
func (o *postOffice) check(t *testing.T, want int) {
	t.Helper()
	o.Lock()
	defer o.Unlock()
	again := 0
	for _, n := range o.ids {
		again += n - 1
	}
	if len(o.ids) != want || again > 8 {
		t.Errorf("%d mails, want %d; %d came again, at most the 8 that were under way may", len(o.ids), want, again)
	}
	for news, ids := range o.copies {
		if len(ids) != 1 {
			t.Errorf("%d different mails say %q", len(ids), strings.ToValidUTF8(news, "?"))
		}
	}
}

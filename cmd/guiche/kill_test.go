package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/simulate"
	"guiche/internal/web/session"
)

// process is the binary under test, as an operator runs it.
type process struct {
	testing.TB
	data, addr string
	database   string              // address of a PostgreSQL; empty: SQLite in data
	more       []string            // settings
	program    string              // path of another build; empty: the one under test
	socket     *os.File            // held for it by another; nil: it listens itself
	user       *syscall.Credential // nil: who runs the tests
	cmd        *exec.Cmd
	log        record
}

// start runs the program and says how long it took until it was ready.
func (p *process) start() time.Duration {
	p.Helper()
	cmd := exec.Command(cmp.Or(p.program, "guiche"), append([]string{"demo", "--addr", p.addr, "--data", p.data, "--log-level", "debug", "--database-url", p.database}, p.more...)...) // TestMain put it on the path
	// as systemd hands it over; the shell knows its own number, which the program then has
	if p.socket != nil {
		cmd = exec.Command("sh", append([]string{"-c", `export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"`, "sh"}, cmd.Args...)...)
		cmd.ExtraFiles = []*os.File{p.socket}
	}
	return p.run(cmd)
}

// run starts a program that serves, and says how long it took until it was ready. It ends with the test at the latest.
func (p *process) run(cmd *exec.Cmd) time.Duration {
	p.Helper()
	p.cmd = cmd
	p.cmd.Stderr = &p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.user}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { end(cmd) })
	for time.Since(began) < 20*time.Second {
		if answer, err := http.Get("http://" + p.addr + "/saude/pronto"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return time.Since(began)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.Fatalf("not ready: %s", p.log.String())
	return 0
}

// kill ends it as a power cut of the machine's programs would: nothing is finished.
func (p *process) kill() {
	p.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.Error(err)
	}
	_ = p.cmd.Wait() // it says that it was killed
}

// end kills what a test left running.
func end(cmd *exec.Cmd) {
	if cmd.ProcessState == nil {
		_, _ = cmd.Process.Kill(), cmd.Wait()
	}
}

// crowd starts the program with so many people signed in.
func (p *process) crowd(n int) []*browser {
	p.Helper()
	p.start() // which makes database and keys
	p.kill()
	people := p.residents(n)
	p.start()
	return people
}

// residents are so many people with accounts and sessions, written beside a PostgreSQL's program or a stopped one.
func (p *process) residents(n int) []*browser {
	p.Helper()
	d, err := db.Open(p.Context(), db.Options{Dir: p.data, URL: p.database})
	if err != nil {
		p.Fatal(err)
	}
	file := filepath.Join(p.data, "guiche.key")
	if at := slices.Index(p.more, "--key-file"); at >= 0 {
		file = p.more[at+1]
	}
	keys, err := secret.Load(file)
	if err != nil {
		p.Fatal(err)
	}
	history := simulate.History{People: &person.Service{DB: d, Now: time.Now, Secrets: keys, Mail: func(*db.Tx, person.Account, string) error { return nil }}}
	people, err := history.Consumers(p.Context(), n)
	if err != nil {
		p.Fatal(err)
	}
	sessions := session.NewManager(&session.Store{DB: d, Now: time.Now, Secrets: keys}, false)
	browsers := make([]*browser, n)
	for i, account := range people {
		cookie, err := session.Begin(p.Context(), sessions, account.ID)
		if err != nil {
			p.Fatal(err)
		}
		browsers[i] = newBrowser(p, "http://"+p.addr).holding(cookie)
	}
	if err := d.Close(); err != nil {
		p.Fatal(err)
	}
	return browsers
}

// ready is a draft that lacks only its sending, made as people do.
func (p *process) ready(b *browser) string {
	p.Helper()
	return p.readyAbout(b, "estante de Ana que nunca chegou")
}

// readyAbout is ready with words of its own in every field.
func (p *process) readyAbout(b *browser, text string) string {
	p.Helper()
	draft := p.begun(b)
	for _, a := range (&journey{text: text}).answers() {
		if r := b.post("/reclamacoes/nova?rascunho="+draft+"&passo="+a.step, a.fields); r.status != http.StatusSeeOther {
			p.Fatalf("%s: %d %s", a.step, r.status, r.body)
		}
	}
	var papers []paper
	for _, field := range []string{"comprovante_endereco", "documento_identidade", "comprovante_relacao"} {
		papers = append(papers, paper{field, field + ".txt", field + " " + draft})
	}
	if r := b.upload("/reclamacoes/nova?rascunho="+draft+"&passo=documentos", nil, papers...); r.status != http.StatusSeeOther {
		p.Fatalf("documents: %d %s", r.status, r.body)
	}
	return draft
}

// begun is a draft in which nothing is written.
func (p *process) begun(b *browser) string {
	p.Helper()
	to, err := url.Parse(b.post("/rascunhos", nil).to)
	if err != nil {
		p.Fatal(err)
	}
	return to.Query().Get("rascunho")
}

// rounds is how often a fault is tried: once, and as often as make faults says.
func rounds() int {
	n, err := strconv.Atoi(os.Getenv("GUICHE_FAULT_ROUNDS"))
	if err != nil {
		return 1
	}
	return n
}

func TestWhatWasShownSurvivesAKill(t *testing.T) { // R-57, quality 2
	for engine, open := range engines() {
		for round := range rounds() {
			t.Run(fmt.Sprint(engine, " ", round), func(t *testing.T) {
				senders := 100
				if rounds() == 1 { // the short form
					t.Parallel()
					senders = 16
				}
				p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: open(t)}
				p.survive(senders, 10)
			})
		}
	}
}

// survive kills the program while so many people send so many complaints each, and looks what is there afterwards.
func (p *process) survive(clients, each int) {
	p.Helper()
	browsers, drafts := p.crowd(clients), make([][]string, clients)
	atOnce(clients, func(i int) {
		for range each {
			drafts[i] = append(drafts[i], p.ready(browsers[i]))
		}
	})
	shown := p.killWhileSending(browsers, drafts)
	p.checkOrphans()
	if took := p.start(); took > 5*time.Second {
		p.Errorf("ready again after %s", took)
	}
	p.checkWhole(shown, drafts)
	p.checkLedger(shown)
	p.sendAgain(browsers, drafts, shown)
}

// killWhileSending sends every draft while a few people go on adding files to others, ends the program after a third, and gives the protocols that were shown, by draft.
func (p *process) killWhileSending(people []*browser, drafts [][]string) map[string]string {
	p.Helper()
	var mu sync.Mutex
	shown, all := map[string]string{}, len(drafts)*len(drafts[0])
	show := func(draft, to string) (nth int) {
		mu.Lock()
		defer mu.Unlock()
		shown[draft], _, _ = strings.Cut(strings.TrimPrefix(to, "/reclamacoes/"), "?")
		return len(shown)
	}
	var adding sync.WaitGroup
	for _, b := range people[:4] {
		to := "/reclamacoes/nova?passo=documentos&rascunho=" + p.begun(b)
		adding.Go(func() {
			for err := error(nil); err == nil; { // until the program is gone
				body, contentType := multipartOf(nil, paper{"outros", "a.txt", strings.Repeat("conteúdo ", 5000)})
				_, err = b.try("POST", to, body, "Content-Type", contentType)
			}
		})
	}
	atOnce(len(people), func(i int) {
		for _, draft := range drafts[i] {
			r, err := people[i].try("POST", review(draft), "declaracao=1", "Content-Type", formType)
			if err != nil {
				return // the program is gone
			}
			if !strings.HasPrefix(r.to, "/reclamacoes/2") {
				p.Errorf("sending answers %d to %s", r.status, r.to)
			}
			if show(draft, r.to) == all/3 {
				p.kill()
			}
		}
	})
	adding.Wait()
	if n := len(shown); n < all/3 || n == all {
		p.Errorf("killed after %d sendings: too early or too late to prove anything", n)
	}
	return shown
}

// checkWhole reads the database and the folder behind the program's back.
func (p *process) checkWhole(shown map[string]string, drafts [][]string) {
	p.Helper()
	d, err := db.Open(context.Background(), db.Options{Dir: p.data, URL: p.database, ReadOnly: true})
	if err != nil {
		p.Fatal(err)
	}
	defer d.Close()
	count := func(query string, args ...any) (n int) {
		p.Helper()
		err := d.Read(context.Background(), func(tx *db.Tx) (err error) { n, err = db.Scalar[int](tx, query, args...); return err })
		if err != nil {
			p.Fatal(err)
		}
		return n
	}
	for draft, protocol := range shown {
		if count(`SELECT count(*) FROM complaint c JOIN draft d ON d.complaint_id = c.id WHERE d.id = $1 AND c.protocol = $2`, draft, protocol) != 1 {
			p.Errorf("%s was shown and is gone", protocol)
		}
	}
	for what, query := range map[string]string{
		"counted elsewhere": `SELECT count(*) FROM (SELECT agency_id, state, officer_id, count(*) AS n FROM complaint GROUP BY agency_id, state, officer_id) AS c
			LEFT JOIN complaint_count AS k ON k.agency_id = c.agency_id AND k.state = c.state AND k.officer_id = c.officer_id WHERE coalesce(k.n, 0) <> c.n`,
		"without its three files": `SELECT count(*) FROM complaint c WHERE (SELECT count(*) FROM attachment a WHERE a.complaint_id = c.id) <> 3`,
		"without its notice":      `SELECT count(*) FROM complaint c WHERE NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = 'case_notice' AND j.args LIKE '%' || c.id || '%') AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.complaint_id = c.id)`,
		"without its record":      `SELECT count(*) FROM complaint c WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.stream = 'case:' || c.id AND e.act = 'file')`,
		"not to be found":         `SELECT count(*) FROM complaint c WHERE NOT EXISTS (SELECT 1 FROM complaint_search s WHERE s.id = c.id)`,
		"without a receipt":       `SELECT count(*) FROM complaint c WHERE NOT EXISTS (SELECT 1 FROM verification v WHERE v.complaint_id = c.id)`,
		"with a draft still open": `SELECT count(*) FROM complaint c WHERE NOT EXISTS (SELECT 1 FROM draft d WHERE d.complaint_id = c.id)`,
	} {
		if n := count(query); n != 0 {
			p.Errorf("%d complaints %s", n, what)
		}
	}
	if kept, counted := count(`SELECT count(*) FROM complaint`), count(`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM complaint_count`); kept != counted || kept < len(shown) || kept > len(shown)+len(drafts) {
		p.Errorf("%d complaints, %d counted, %d shown", kept, counted, len(shown))
	}
	p.checkBlobs(d)
}

// checkOrphans sweeps, as the program does a day later, and finds a row for every file that stays.
func (p *process) checkOrphans() {
	p.Helper()
	d, err := db.Open(p.Context(), db.Options{Dir: p.data, URL: p.database})
	if err != nil {
		p.Fatal(err)
	}
	defer d.Close()
	folder, err := blob.OpenDir(filepath.Join(p.data, "blobs"), time.Now)
	if err != nil {
		p.Fatal(err)
	}
	defer folder.Close()
	orphan := db.NewID()
	_, err = folder.Put(p.Context(), "attachment/"+orphan[len(orphan)-2:]+"/"+orphan, strings.NewReader("killed before its row"))
	files := attachment.Service{DB: d, Blobs: folder, Now: func() time.Time { return time.Now().Add(25 * time.Hour) }}
	if err = errors.Join(err, files.Sweep(p.Context())); err != nil {
		p.Fatal(err)
	}
	var rows []string
	err = d.Read(p.Context(), func(tx *db.Tx) (err error) {
		rows, err = db.Column[string](tx, `SELECT blob FROM attachment`)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	for key, err := range folder.Keys(p.Context(), time.Now().Add(time.Hour)) {
		if err != nil || !slices.Contains(rows, key) {
			p.Errorf("%s stays without a row: %v", key, err)
		}
	}
}

// checkBlobs opens every file with the keys of the installation.
func (p *process) checkBlobs(d *db.DB) {
	p.Helper()
	type file struct{ key, sum string }
	var files []file
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		files, err = db.All(tx, func(r db.Row, f *file) error { return r.Scan(&f.key, &f.sum) }, `SELECT blob, sha256 FROM attachment`)
		return err
	})
	keys, keysErr := secret.Load(filepath.Join(p.data, "guiche.key"))
	folder, folderErr := blob.OpenDir(filepath.Join(p.data, "blobs"), time.Now)
	if err = errors.Join(err, keysErr, folderErr); err != nil || len(files) == 0 {
		p.Fatalf("%d files, %v", len(files), err)
	}
	defer folder.Close()
	for _, f := range files {
		hash := sha256.New()
		opened, err := blob.Seal(folder, keys).Open(context.Background(), f.key)
		if err == nil {
			_, err = io.Copy(hash, opened)
			_ = opened.Close()
		}
		if err != nil || hex.EncodeToString(hash.Sum(nil)) != f.sum {
			p.Errorf("file %s: %v", f.key, err)
		}
	}
}

// sendAgain is what a person does after the lights went out: the same form gives the same protocol.
func (p *process) sendAgain(people []*browser, drafts [][]string, shown map[string]string) {
	p.Helper()
	protocols := map[string]bool{}
	for i, list := range drafts {
		for _, draft := range list {
			r := people[i].post(review(draft), url.Values{"declaracao": {"1"}})
			to, _, _ := strings.Cut(strings.TrimPrefix(r.to, "/reclamacoes/"), "?")
			if before := shown[draft]; r.status != http.StatusSeeOther || before != "" && before != to {
				p.Errorf("sent again: %d to %s, was %s", r.status, r.to, before)
			}
			protocols[to] = true
		}
	}
	if len(protocols) != len(drafts)*len(drafts[0]) {
		p.Errorf("%d protocols for %d drafts", len(protocols), len(drafts)*len(drafts[0]))
	}
	p.log.check(p)
}

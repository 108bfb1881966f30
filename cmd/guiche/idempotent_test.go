package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/complaint"
)

// atOnce does the same thing many times at the same moment.
func atOnce(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			do(i)
		})
	}
	done.Wait()
}

func review(draft string) string { return "/reclamacoes/nova?rascunho=" + draft + "&passo=revisao" }

func TestThirtySendingsAreOneComplaint(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			draft := s.draft(s.actor("ana"), nil)
			replies := make([]reply, 30)
			atOnce(len(replies), func(i int) {
				var err error
				if replies[i], err = ana.try("POST", review(draft), "declaracao=1", "Content-Type", formType); err != nil {
					t.Error(err)
				}
			})
			s.doJobs()
			protocol := s.text(`SELECT protocol FROM complaint`)
			for _, r := range replies {
				if to, _, _ := strings.Cut(r.to, "?"); r.status != http.StatusSeeOther || to != "/reclamacoes/"+protocol {
					t.Errorf("%d to %s", r.status, r.to)
				}
			}
			if n := len(s.column(`SELECT id FROM complaint`)); n != 1 || len(s.outbox.All()) != 1 || len(s.column(`SELECT id FROM attachment WHERE complaint_id <> ''`)) != 3 {
				t.Errorf("%d complaints, %d mails", n, len(s.outbox.All()))
			}
			if r := ana.post(review(draft), url.Values{"declaracao": {"1"}}); r.to != "/reclamacoes/"+protocol {
				t.Errorf("an old tab leads to %s", r.to)
			}
		})
	}
}

func TestTheSameFormSaysItOnce(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			ana, elisa := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
			protocol := s.complain(s.actor("ana"), nil)
			for _, c := range []struct {
				b    *browser
				page string
			}{{ana, "/reclamacoes/" + protocol}, {elisa, "/servidor/casos/" + protocol}} {
				form := formAt(t, c.b.get(c.page).body, c.page+"/mensagem")
				form.Set("mensagem", "Duas vezes o mesmo.")
				body, contentType := multipartOf(form, paper{"anexos", "foto.txt", "o mesmo arquivo de " + c.page})
				atOnce(8, func(int) {
					if r, err := c.b.try("POST", c.page+"/mensagem", body, "Content-Type", contentType); err != nil || r.status != http.StatusSeeOther {
						t.Errorf("%s: %d, %v", c.page, r.status, err)
					}
				})
			}
			s.doJobs()
			if n := len(s.column(`SELECT id FROM message`)); n != 2 {
				t.Errorf("%d messages, not 2", n)
			}
			if n := len(s.outbox.All()); n != 2 { // the filing, and the officer's message
				t.Errorf("%d mails, not 2", n)
			}
			if n := len(s.column(`SELECT id FROM attachment WHERE message_id <> ''`)); n != 2 {
				t.Errorf("%d files, not 2", n)
			}
		})
	}
}

func TestOfTwoOfficersOneActsAndTheOtherKeepsTheText(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			two := []*browser{newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["fábio"])}
			for round := range 5 {
				page := "/servidor/casos/" + s.complain(s.actor("ana"), complaint.Answers{"relato": fmt.Sprint("rodada ", round)})
				forms := []url.Values{formAt(t, two[0].get(page).body, page+"/encerrar"), formAt(t, two[1].get(page).body, page+"/encerrar")}
				replies := make([]reply, 2)
				atOnce(2, func(i int) {
					forms[i].Set("resultado", "unfounded")
					forms[i].Set("motivo", fmt.Sprint("Motivo longo escrito por ", i))
					var err error
					if replies[i], err = two[i].try("POST", page+"/encerrar", forms[i].Encode(), "Content-Type", formType); err != nil {
						t.Error(err)
					}
				})
				statuses := []int{replies[0].status, replies[1].status}
				slices.Sort(statuses)
				if !slices.Equal(statuses, []int{http.StatusSeeOther, http.StatusConflict}) {
					t.Fatalf("round %d: %v", round, statuses)
				}
				for i, r := range replies {
					if r.status == http.StatusConflict && !strings.Contains(r.body, fmt.Sprint("Motivo longo escrito por ", i)) {
						t.Errorf("round %d: the text of %d is lost", round, i)
					}
				}
			}
		})
	}
}

func TestAFormOfYesterdayIsRefusedWithItsText(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	elisa, fabio := newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["fábio"])
	page := "/servidor/casos/" + s.complain(s.actor("ana"), nil)
	for deed, fields := range map[string]url.Values{
		"encerrar": {"resultado": {"unfounded"}, "motivo": {"Motivo que Elisa escreveu."}}, "pedido": {"mensagem": {"Pedido que Elisa escreveu."}},
		"encaminhar": {"orgao": {"outro"}, "orgao_nome": {"Juizado"}, "motivo": {"Motivo que Elisa escreveu."}},
	} {
		form := formAt(t, elisa.get(page).body, page+"/"+deed)
		for name, value := range fields {
			form[name] = value
		}
		if r := fabio.post(page+"/assumir", formAt(t, fabio.get(page).body, page+"/assumir")); r.status != http.StatusSeeOther {
			t.Fatalf("Fábio takes the case: %d", r.status)
		}
		if r := elisa.post(page+"/"+deed, form); r.status != http.StatusConflict || !strings.Contains(r.body, "que Elisa escreveu.") || !strings.Contains(r.body, "Fábio Nunes") {
			t.Errorf("%s: %d, or who was quicker and the text are not there", deed, r.status)
		}
		if r := fabio.post(page+"/largar", formAt(t, fabio.get(page).body, page+"/largar")); r.status != http.StatusSeeOther {
			t.Fatalf("Fábio gives the case back: %d", r.status)
		}
	}
	if state := s.text(`SELECT state FROM complaint`); state != "screening" {
		t.Errorf("the case is %s", state)
	}
}

// process is the binary under test, as an operator runs it.
type process struct {
	testing.TB
	data, addr string
	more       []string // settings
	cmd        *exec.Cmd
	log        record
}

// start runs the program and says how long it took until it was ready.
func (p *process) start() time.Duration {
	p.Helper()
	p.cmd = exec.Command("guiche", append([]string{"demo", "--addr", p.addr, "--data", p.data, "--log-level", "debug"}, p.more...)...) // TestMain put it on the path
	p.cmd.Stderr = &p.log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		p.Fatal(err)
	}
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

// ready is a draft that lacks only its sending, made as people do.
func (p *process) ready(b *browser) string {
	p.Helper()
	to, err := url.Parse(b.post("/rascunhos", nil).to)
	if err != nil {
		p.Fatal(err)
	}
	draft := to.Query().Get("rascunho")
	for _, a := range (&journey{text: "estante de Ana que nunca chegou"}).answers() {
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

func TestWhatWasShownSurvivesAKill(t *testing.T) { // R-57, quality 2
	t.Parallel()
	const clients, each = 16, 10
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	p.start()
	t.Cleanup(func() { p.kill() })
	names := slices.DeleteFunc(people(), func(name string) bool { return name == "visitor" || name == "carla" }) // her level is too low
	browsers, drafts := make([]*browser, clients), make([][]string, clients)
	for i := range browsers {
		browsers[i] = newBrowser(t, "http://"+p.addr).signIn(cpfOf()[names[i%len(names)]])
		for range each {
			drafts[i] = append(drafts[i], p.ready(browsers[i]))
		}
	}
	shown := p.killWhileSending(browsers, drafts)
	if took := p.start(); took > 5*time.Second {
		t.Errorf("ready again after %s", took)
	}
	p.checkWhole(shown, drafts)
	p.sendAgain(browsers, drafts, shown)
}

// killWhileSending sends every draft, ends the program after a third, and gives the protocols that were shown, by draft.
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
	if n := len(shown); n < all/3 || n == all {
		p.Errorf("killed after %d sendings: too early or too late to prove anything", n)
	}
	return shown
}

// checkWhole reads the database and the folder behind the program's back.
func (p *process) checkWhole(shown map[string]string, drafts [][]string) {
	p.Helper()
	d, err := sql.Open("sqlite", "file:"+filepath.Join(p.data, "guiche.db")+"?mode=ro")
	if err != nil {
		p.Fatal(err)
	}
	defer d.Close()
	count := func(query string, args ...any) (n int) {
		p.Helper()
		if err := d.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
			p.Fatal(err)
		}
		return n
	}
	for draft, protocol := range shown {
		if count(`SELECT count(*) FROM complaint c JOIN draft d ON d.complaint_id = c.id WHERE d.id = ? AND c.protocol = ?`, draft, protocol) != 1 {
			p.Errorf("%s was shown and is gone", protocol)
		}
	}
	for what, query := range map[string]string{
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
	if kept, counted := count(`SELECT count(*) FROM complaint`), count(`SELECT coalesce(sum(n), 0) FROM complaint_count`); kept != counted || kept < len(shown) || kept > len(shown)+len(drafts) {
		p.Errorf("%d complaints, %d counted, %d shown", kept, counted, len(shown))
	}
	p.checkBlobs(d)
}

func (p *process) checkBlobs(d *sql.DB) {
	p.Helper()
	rows, err := d.Query(`SELECT blob, size FROM attachment`)
	if err != nil {
		p.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var key string
		var size int64
		if err := rows.Scan(&key, &size); err != nil {
			p.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(p.data, "blobs", filepath.FromSlash(key)))
		if err != nil || info.Size() != size {
			p.Errorf("file %s: %v", key, err)
		}
		n++
	}
	if rows.Err() != nil || n == 0 {
		p.Errorf("%d files, %v", n, rows.Err())
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

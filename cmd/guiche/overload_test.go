package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// flood is more visitors than the program can serve, each asking again and again.
type flood struct {
	*process
	visitors []*browser
	drafts   []string // of the first visitors, who are signed in

	mu      sync.Mutex
	answers map[int]int
	wrong   []string
}

// TestTenTimesTooMany has ten times as many visitors at once as the program works for (quality.md 2): only 2xx, 303, 429 and
// 503 with Retry-After come back, health answers all along, and afterwards everything is as before.
func TestTenTimesTooMany(t *testing.T) {
	onTwoProcessors(t)
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: open(t), more: []string{"--log-level", "warn"}}
			p.start()
			f := newFlood(p, 10*room)
			f.run(time.Duration(3*rounds()) * time.Second)
			f.checkAnswers()
			f.checkNormalAgain(10 * time.Second)
			f.checkMemory(256)
		})
	}
}

// room is how many requests the program works on at once on two processors.
const room = 256

// onTwoProcessors makes programs that are started work as on the machine that speak of.
func onTwoProcessors(t *testing.T) { t.Setenv("GOMAXPROCS", "2") }

func newFlood(p *process, visitors int) *flood {
	p.Helper()
	f := &flood{process: p, answers: map[int]int{}}
	for _, name := range []string{"ana", "bruno", "elisa", "gilda", "inês", "joão"} {
		b := newBrowser(p, "http://"+p.addr).signIn(cpfOf()[name])
		for range 4 {
			f.visitors, f.drafts = append(f.visitors, b), append(f.drafts, p.ready(b))
		}
	}
	for len(f.visitors) < visitors {
		f.visitors = append(f.visitors, newBrowser(p, "http://"+p.addr))
	}
	for i, b := range f.visitors {
		line, client, own := &line{}, *b.http, *b
		client.Transport, own.http, f.visitors[i] = line, &client, &own
		p.Cleanup(line.CloseIdleConnections)
	}
	return f
}

// line is the connection of one visitor alone: who share some dial in reserve, and the program closes what is silent for ten seconds.
type line struct{ http.Transport }

// RoundTrip dials again when this machine came to speak so late on a new connection that the program may have closed it.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	for {
		var dialled, spoke atomic.Int64 // in milliseconds
		note := func(moment *atomic.Int64) { moment.CompareAndSwap(0, time.Now().UnixMilli()) }
		trace := &httptrace.ClientTrace{ConnectStart: func(string, string) { note(&dialled) }, WroteRequest: func(httptrace.WroteRequestInfo) { note(&spoke) }}
		again := r.Clone(httptrace.WithClientTrace(r.Context(), trace))
		if r.GetBody != nil {
			again.Body, _ = r.GetBody() // of a text
		}
		answer, err := l.Transport.RoundTrip(again)
		note(&spoke)
		if err == nil || dialled.Load() == 0 || spoke.Load()-dialled.Load() < 5000 {
			return answer, err
		}
	}
}

// run floods the program for so long, and asks how it is meanwhile.
func (f *flood) run(long time.Duration) {
	var over atomic.Bool
	var work sync.WaitGroup
	for i, b := range f.visitors {
		work.Go(func() {
			for n := 0; !over.Load(); n++ {
				f.ask(b, i, n)
			}
		})
	}
	began, alive, ready := time.Now(), time.Duration(0), time.Duration(0)
	for time.Since(began) < long {
		alive, ready = max(alive, f.health("/saude/vivo")), max(ready, f.health("/saude/pronto"))
		time.Sleep(50 * time.Millisecond)
	}
	over.Store(true)
	work.Wait()
	f.Logf("%d visitors in %s: %v; alive within %s, ready within %s", len(f.visitors), time.Since(began), f.answers, alive, ready)
}

// ask is one request: of who is signed in a complaint, of others a page.
func (f *flood) ask(b *browser, i, n int) {
	pages := []string{"/", "/atendimento?q=loja", "/atendimento/municipio?fornecedor=nao-listado", "/atendimento/destino?fornecedor=nao-listado&municipio=4300034"}
	var r reply
	var err error
	if i < len(f.drafts) {
		r, err = b.try("POST", review(f.drafts[i]), "declaracao=1", "Content-Type", formType)
	} else {
		r, err = b.try("GET", pages[(i+n)%len(pages)], "")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[r.status]++
	turnedAway := r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable
	switch {
	case err != nil:
		f.wrong = append(f.wrong, err.Error())
	case turnedAway && (r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "</html>")):
		f.wrong = append(f.wrong, fmt.Sprint(r.status, " without Retry-After or a whole page"))
	case !turnedAway && r.status != http.StatusOK && r.status != http.StatusSeeOther:
		f.wrong = append(f.wrong, fmt.Sprint(r.status, " ", r.body))
	}
}

// health is how long the answer took, over a connection of its own.
func (f *flood) health(path string) time.Duration {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &line{http.Transport{DisableKeepAlives: true}}}
	began := time.Now()
	answer, err := client.Get("http://" + f.addr + path)
	if err != nil {
		f.Errorf("%s: %v", path, err)
		return 0
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		f.Errorf("%s: %d, %v", path, answer.StatusCode, err)
	}
	return time.Since(began)
}

func (f *flood) checkAnswers() {
	f.Helper()
	slices.Sort(f.wrong)
	for i, what := range slices.Compact(f.wrong) {
		if i < 5 {
			f.Errorf("somebody got %.500s", what)
		}
	}
	if f.answers[http.StatusOK] == 0 || f.answers[http.StatusServiceUnavailable] == 0 {
		f.Errorf("answered %v: the flood must be too much, and some of it done", f.answers)
	}
}

// checkNormalAgain wants every draft sent, and pages as quick as on a quiet day, before so much time is over.
func (f *flood) checkNormalAgain(most time.Duration) {
	f.Helper()
	began := time.Now()
	for i, draft := range f.drafts {
		r := f.visitors[i].post(review(draft), map[string][]string{"declaracao": {"1"}})
		if !strings.HasPrefix(r.to, "/reclamacoes/2") {
			f.Errorf("a complaint is answered %d %.300s", r.status, r.body)
		}
	}
	for range 100 {
		if r := f.visitors[len(f.visitors)-1].get("/atendimento?q=loja"); r.status != http.StatusOK {
			f.Errorf("a page is answered %d", r.status)
		}
	}
	if took := time.Since(began); took > most {
		f.Errorf("%d complaints and 100 pages took %s after the flood", len(f.drafts), took)
	} else {
		f.Logf("%d complaints and 100 pages took %s after the flood", len(f.drafts), took)
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// checkMemory is Q-6: how much the program ever held, where the system tells.
func (f *flood) checkMemory(most int) {
	f.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.cmd.Process.Pid))
	found := highWater.FindSubmatch(text)
	if err != nil || found == nil {
		f.Log("this system does not tell how much memory a program used")
		return
	}
	kilobytes, _ := strconv.Atoi(string(found[1]))
	f.Logf("at most %d MB of memory", kilobytes>>10)
	if kilobytes>>10 > most {
		f.Errorf("%d MB of memory, over %d", kilobytes>>10, most)
	}
}

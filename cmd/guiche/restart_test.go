package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestARestartLosesNoRequest ends the program in order while people ask, and starts it again (quality.md 2). Behind a socket
// that somebody holds meanwhile, as systemd does, every request is answered. Without one a connection may be refused, but
// no request that was taken is left without its whole answer.
func TestARestartLosesNoRequest(t *testing.T) {
	for name, held := range map[string]bool{"the socket is held": true, "the address is taken anew": false} {
		t.Run(name, func(t *testing.T) {
			p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), more: []string{"--log-level", "warn"}}
			if held {
				p.holdSocket()
			}
			p.start()
			r := &restart{process: p, mayRefuse: !held}
			r.whileAsking(12, func() {
				for range 2 + rounds() {
					time.Sleep(200 * time.Millisecond)
					p.terminate()
					p.start()
				}
			})
			r.check()
		})
	}
}

// holdSocket listens in place of the program, which is given the socket at each start.
func (p *process) holdSocket() {
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = l.Close() })
	if p.socket, err = l.(*net.TCPListener).File(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = p.socket.Close() })
}

// terminate asks the program to end, as a service manager does, and waits until it has.
func (p *process) terminate() {
	p.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.Errorf("ended with %v: %s", err, p.log.String())
	}
}

// restart is people who ask while the program is exchanged.
type restart struct {
	*process
	mayRefuse bool

	mu      sync.Mutex
	answers map[int]int
	refused int
	lost    []string
}

// whileAsking lets so many people send a complaint again and again, and read a page between, until do is over.
func (r *restart) whileAsking(people int, do func()) {
	r.Helper()
	r.answers = map[int]int{}
	names := []string{"ana", "bruno", "elisa", "gilda", "inês", "joão"}
	var over atomic.Bool
	var asking sync.WaitGroup
	for i := range people {
		b := newBrowser(r, "http://"+r.addr).signIn(cpfOf()[names[i%len(names)]])
		b.http.Transport = &http.Transport{}
		draft := r.ready(b)
		asking.Go(func() {
			for !over.Load() {
				r.ask(b, "POST", review(draft), "declaracao=1", http.StatusSeeOther)
				r.ask(b, "GET", "/", "", http.StatusOK)
			}
			b.http.CloseIdleConnections()
		})
	}
	do()
	over.Store(true)
	asking.Wait()
}

func (r *restart) ask(b *browser, method, path, body string, want int) {
	request, err := http.NewRequest(method, "http://"+r.addr+path, strings.NewReader(body))
	if err != nil {
		r.Error(err)
		return
	}
	request.Header.Set("Content-Type", formType)
	request.Header.Set("X-Forwarded-For", b.from)
	again := false // on a connection that was used before
	request = request.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { again = c.Reused }}))
	status := 0
	answer, err := b.http.Do(request)
	if err == nil {
		status = answer.StatusCode
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		time.Sleep(20 * time.Millisecond) // as people do, and more
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[status]++
	switch {
	case r.mayRefuse && (errors.Is(err, syscall.ECONNREFUSED) || !again && errors.Is(err, syscall.ECONNRESET)):
		r.refused++ // nobody was at the door
	case err != nil || status != want:
		r.lost = append(r.lost, fmt.Sprintf("%s answered %d, %v (connection used before: %v)", method, status, err, again))
	}
}

func (r *restart) check() {
	r.Helper()
	r.Logf("answered %v, %d refused at the door", r.answers, r.refused)
	for i, what := range r.lost {
		if i < 5 {
			r.Errorf("lost (of %d): %s", len(r.lost), what)
		}
	}
	if r.answers[http.StatusSeeOther] < 100 || r.mayRefuse != (r.refused > 0) {
		r.Errorf("answered %v, %d refused: this proves nothing", r.answers, r.refused)
	}
}

func TestASocketIsTakenOnlyFromSystemd(t *testing.T) {
	tests := []struct {
		name, pid, files string
		wrong            bool
	}{
		{"nobody hands over anything", "", "", false},
		{"it was for another process", "41", "1", false},
		{"two sockets are one too many", "42", "2", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, err := inherited(func(name string) string {
				return map[string]string{"LISTEN_PID": test.pid, "LISTEN_FDS": test.files}[name]
			}, 42)
			if l != nil || (err != nil) != test.wrong {
				t.Errorf("%v, %v", l, err)
			}
		})
	}
}

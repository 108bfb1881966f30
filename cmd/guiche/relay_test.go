package main

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/db/dbtest"
)

// relay stands before a PostgreSQL as a network does, which can be cut and can swallow what is sent.
type relay struct {
	net.Listener
	to     string
	silent sync.RWMutex // held to write by who makes it so
	mu     sync.Mutex
	gone   bool
	open   []net.Conn
}

// relayed is a new database behind a relay.
func relayed(t *testing.T) (r *relay, databaseURL string) {
	t.Helper()
	address := dbtest.PostgresURL(t)
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "relay") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	const socket = ".s.PGSQL.5432"
	r = &relay{to: filepath.Join(to.Query().Get("host"), socket)}
	if r.Listener, err = net.Listen("unix", filepath.Join(dir, socket)); err != nil {
		t.Fatal(err)
	}
	go r.serve()
	t.Cleanup(func() { _ = r.Close(); r.cut(); _ = os.RemoveAll(dir) })
	return r, strings.Replace(address, to.Query().Get("host"), dir, 1)
}

func (r *relay) serve() {
	for {
		near, err := r.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("unix", r.to)
		if err != nil || !r.keep(near, far) {
			_ = near.Close()
			continue
		}
		go r.pass(near, far)
		go r.pass(far, near)
	}
}

func (r *relay) keep(conns ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, conns...)
	return !r.gone
}

func (r *relay) pass(from, to net.Conn) {
	defer to.Close()
	part := make([]byte, 32<<10)
	for {
		n, err := from.Read(part)
		r.silent.RLock()
		_, writeErr := to.Write(part[:n])
		r.silent.RUnlock()
		if err != nil || writeErr != nil {
			return
		}
	}
}

// cut breaks every connection, and takes no new one until mend.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	for _, c := range r.open {
		_ = c.Close()
	}
	r.open = nil
}

func (r *relay) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = false
}

// While PostgreSQL is away or no longer answers, pages that need it say so and ask to come again, others go on, and when
// it is back everything does, with nothing that was typed lost.
func TestPostgreSQLMayGoAndComeBack(t *testing.T) { // quality 2
	network, address := relayed(t)
	s := openSite(t, address)
	s.db.Patience = 2 * time.Second
	ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	draft := "/reclamacoes/nova?rascunho=" + s.draft(s.actor("ana"), nil) + "&passo=relato"
	form := url.Values{"relato": {"A estante nunca chegou, e a loja não responde."}, "procurou_fornecedor": {"nao"}, "pedido": {"reembolso"}}
	for _, fault := range []struct {
		name        string
		begin, over func()
	}{
		{"it is away", network.cut, network.mend},
		{"it does not answer", network.silent.Lock, network.silent.Unlock},
	} {
		t.Run(fault.name, func(t *testing.T) {
			fault.begin()
			for _, r := range []reply{ana.get("/painel"), ana.post(draft, form)} {
				if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
					t.Errorf("got %d: %.300s", r.status, r.body)
				}
			}
			if r := newBrowser(t, s.BaseURL).get("/"); r.status != http.StatusOK {
				t.Errorf("the start page: %d", r.status)
			}
			if r := ana.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
				t.Errorf("ready: %d", r.status)
			}
			fault.over()
			if r := comesBack(func() reply { return ana.get("/painel") }); r.status != http.StatusOK {
				t.Errorf("afterwards: %d: %.300s", r.status, r.body)
			}
			if r := comesBack(func() reply { return ana.post(draft, form) }); r.status != http.StatusSeeOther {
				t.Errorf("the form sent again: %d: %.300s", r.status, r.body)
			}
		})
	}
}

// comesBack asks until the answer is no 503, as people do who are told to come again; at most 20 seconds.
func comesBack(ask func() reply) (r reply) {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if r = ask(); r.status != http.StatusServiceUnavailable {
			break
		}
	}
	return r
}

package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"guiche/internal/blob/blobtest"
	"guiche/internal/db/dbtest"
)

// byTurns is a proxy in front of several nodes, the next of which serves each request.
type byTurns struct {
	nodes []string
	n     atomic.Int64
}

func (p *byTurns) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host, r.URL.Host = r.URL.Host, p.nodes[int(p.n.Add(1))%len(p.nodes)]
	return http.DefaultTransport.RoundTrip(r)
}

// Ana fills the form, sends her documents and reads them back, each request at another of three nodes, whose database is
// PostgreSQL and whose files are in a bucket. One node is killed on the way and the bucket is away for a while.
func TestAnyNodeServesTheNextRequest(t *testing.T) { // quality 1 Q-9, 2: no node keeps what another needs
	server := blobtest.StartS3(t)
	database, more := dbtest.PostgresURL(t), []string{"--blobs-url", server.Bucket(t), "--key-file", sharedKeys(t)}
	var nodes []*process
	proxy := &byTurns{}
	for range 3 {
		p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: database, more: more}
		p.start()
		nodes, proxy.nodes = append(nodes, p), append(proxy.nodes, p.addr)
	}
	t.Cleanup(func() { nodes[0].kill(); nodes[1].kill() })
	ana := newBrowser(t, "http://"+nodes[0].addr).signIn(cpfOf()["ana"])
	ana.http.Transport = proxy
	draft := nodes[0].ready(ana)
	nodes[2].kill()
	proxy.nodes = proxy.nodes[:2]

	sent := ana.post("/reclamacoes/nova?rascunho="+draft+"&passo=revisao", url.Values{"declaracao": {"1"}})
	if sent.status != http.StatusSeeOther {
		t.Fatalf("sent: %d %s", sent.status, sent.body)
	}
	page, _, _ := strings.Cut(sent.to, "?")
	for range 4 {
		if r := ana.get(page); r.status != http.StatusOK {
			t.Fatalf("the case: %d", r.status)
		}
	}
	file := firstFile(t, ana.get(page).body)
	for range 4 {
		if r := ana.get(file); r.status != http.StatusOK || !strings.Contains(r.body, draft) {
			t.Errorf("the file: %d %q", r.status, r.body)
		}
	}
	server.Stop()
	if r := ana.get(file); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("without the bucket: %d", r.status)
	}
	if r := ana.get(page); r.status != http.StatusOK {
		t.Errorf("the case without the bucket: %d", r.status)
	}
	if r := ana.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready without the bucket: %d", r.status)
	}
	server.Start(t)
	if r := ana.get(file); r.status != http.StatusOK {
		t.Errorf("after its return: %d", r.status)
	}
}

// firstFile is the address of the first file on the page of a case.
func firstFile(t *testing.T, page string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, `href="/reclamacoes/`)
	for found {
		address, after, _ := strings.Cut(rest, `"`)
		if strings.Contains(address, "/arquivos/") {
			return "/reclamacoes/" + address
		}
		_, rest, found = strings.Cut(after, `href="/reclamacoes/`)
	}
	t.Fatal("no file on the page")
	return ""
}

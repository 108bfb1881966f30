package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guiche/internal/blob/blobtest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// byTurns is a proxy in front of several nodes, the next of which serves each request.
type byTurns struct {
	mu    sync.RWMutex // held to write by who changes the nodes while people ask
	nodes []string
	n     atomic.Int64
}

func (p *byTurns) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	p.mu.RLock()
	r.Host, r.URL.Host = r.URL.Host, p.nodes[int(p.n.Add(1))%len(p.nodes)]
	p.mu.RUnlock()
	return http.DefaultTransport.RoundTrip(r)
}

// Ana fills the form, sends her documents and reads them back, each request at another of three nodes, whose database is
// PostgreSQL and whose files are in a bucket. One node is killed on the way and the bucket is away for a while.
func TestAnyNodeServesTheNextRequest(t *testing.T) { // quality 1 Q-9, 2: no node keeps what another needs
	server := blobtest.StartS3(t)
	nodes, proxy := threeNodes(t, server)
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

// threeNodes share a database and a bucket.
func threeNodes(t *testing.T, server *blobtest.Server) (nodes []*process, proxy *byTurns) {
	t.Helper()
	database, more := dbtest.PostgresURL(t), []string{"--blobs-url", server.Bucket(t), "--key-file", sharedKeys(t)}
	proxy = &byTurns{}
	for range 3 {
		p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: database, more: more}
		p.start()
		nodes, proxy.nodes = append(nodes, p), append(proxy.nodes, p.addr)
	}
	return nodes, proxy
}

// Sixteen people send complaints to three nodes, one of which is killed. Whoever met it sends the form again.
func TestANodeIsKilledWhilePeopleFile(t *testing.T) { // R-15, quality 2: 0 lost, 0 doubled
	nodes, proxy := threeNodes(t, blobtest.StartS3(t))
	people := nodes[0].residents(16)
	drafts := make([][]string, len(people))
	atOnce(len(people), func(i int) {
		people[i].http.Transport = proxy
		for range 5 {
			drafts[i] = append(drafts[i], nodes[0].ready(people[i]))
		}
	})
	var mu sync.Mutex
	shown, refused := map[string]string{}, 0
	atOnce(len(people), func(i int) {
		for _, draft := range drafts[i] {
			for protocol := ""; protocol == ""; {
				r, err := people[i].try("POST", review(draft), "declaracao=1", "Content-Type", formType)
				protocol, _, _ = strings.Cut(strings.TrimPrefix(r.to, "/reclamacoes/"), "?")
				mu.Lock()
				switch {
				case err != nil:
					refused++
				case protocol != "":
					if shown[draft] = protocol; len(shown) == 20 {
						nodes[2].kill()
					}
				}
				mu.Unlock()
			}
		}
	})
	if refused == 0 {
		t.Error("nobody met the node that was killed")
	}
	proxy.nodes = proxy.nodes[:2]
	nodes[0].sendAgain(people, drafts, shown)
	d, err := db.Open(t.Context(), db.Options{URL: nodes[0].database, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		n, err := db.Scalar[int](tx, `SELECT count(*) FROM complaint`)
		if n != len(shown) {
			t.Errorf("%d complaints for %d drafts", n, len(shown))
		}
		return err
	})
	if err != nil {
		t.Error(err)
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

package main

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/blob/blobtest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// A node of the version before serves on after a newer one has changed the schema; once stopped, it does not start again.
func TestTheOlderNodeServesUntilItIsReplaced(t *testing.T) { // quality 2: version N-1 and N side by side
	url, keys := dbtest.PostgresURL(t), sharedKeys(t)
	older := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: url, more: []string{"--key-file", keys}}
	older.start()
	ana := newBrowser(t, "http://"+older.addr).signIn(cpfOf()["ana"])
	aNewerNodeMigrates(t, url)

	draft := older.ready(ana)
	if sent := ana.post(review(draft), map[string][]string{"declaracao": {"1"}}); sent.status != http.StatusSeeOther {
		t.Errorf("the older node answers a complaint with %d", sent.status)
	}
	again := exec.Command("guiche", "demo", "--addr", freeAddress(t), "--data", t.TempDir(), "--database-url", url, "--key-file", keys) // TestMain put it on the path
	if out, err := again.CombinedOutput(); err == nil || !strings.Contains(string(out), "newer program") {
		t.Errorf("an older node that starts: %v %s", err, out)
	}
}

// The night of an upgrade: two nodes of the version before serve people who file without a pause. One node after the
// other is exchanged for this version, whose first start migrates beside them. Nobody is told of an error, what either
// version took both find, and nothing is lost or doubled. make faults builds the version before.
func TestTwoVersionsServeSideBySide(t *testing.T) { // quality 2: version N-1 and N side by side under load
	before := os.Getenv("GUICHE_BEFORE")
	if before == "" {
		t.Skip("GUICHE_BEFORE names no program of the version before; make faults builds it")
	}
	url, server, keys := dbtest.EmptyPostgresURL(t), blobtest.StartS3(t), sharedKeys(t)
	bucket := server.Bucket(t)
	node := func(program string) *process {
		p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), program: program, database: url, more: []string{"--blobs-url", bucket, "--key-file", keys}}
		p.start()
		return p
	}
	older := []*process{node(before), node(before)}
	u := &upgrade{process: older[0], byTurns: byTurns{nodes: []string{older[0].addr, older[1].addr}}, shown: map[string]string{}}
	var newer []*process
	u.whileFiling(6, func() {
		time.Sleep(2 * time.Second)
		for i, old := range older {
			newer = append(newer, node("guiche"))
			u.use(old.addr, newer[i].addr)
			time.Sleep(2 * time.Second)
			u.bothFind([]string{"ventilador", "cafeteira"}[i], old, newer[i])
			if i == 0 {
				u.use(newer[0].addr, older[1].addr)
			} else {
				u.use(newer[0].addr, newer[1].addr)
			}
			time.Sleep(200 * time.Millisecond) // what was under way
			old.terminate()
		}
		time.Sleep(2 * time.Second)
	})
	u.check(append(older, newer...))
}

// upgrade is people who file complaints, each request at another node.
type upgrade struct {
	*process
	byTurns

	note  sync.Mutex
	shown map[string]string // protocol by draft
}

// use sends people to these nodes from now on.
func (u *upgrade) use(nodes ...string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.nodes = nodes
}

func (u *upgrade) whileFiling(people int, do func()) {
	u.Helper()
	names := []string{"ana", "bruno", "elisa", "gilda", "inês", "joão"}
	var over atomic.Bool
	var filing sync.WaitGroup
	for i := range people {
		b := newBrowser(u, "http://"+u.addr).signIn(cpfOf()[names[i%len(names)]])
		b.http.Transport = &u.byTurns
		filing.Go(func() {
			for !over.Load() && !u.Failed() {
				draft := u.ready(b)
				protocol := u.submit(b, draft)
				u.note.Lock()
				u.shown[draft] = protocol
				u.note.Unlock()
			}
		})
	}
	do()
	over.Store(true)
	filing.Wait()
}

// bothFind files about a thing at each of two nodes and looks for both complaints at both.
func (u *upgrade) bothFind(thing string, nodes ...*process) {
	u.Helper()
	filed := map[string]bool{}
	for _, p := range nodes {
		ana := newBrowser(u, "http://"+p.addr).signIn(cpfOf()["ana"])
		draft := p.readyAbout(ana, thing+" de Ana que nunca chegou")
		protocol := p.submit(ana, draft)
		filed[protocol] = true
		u.note.Lock()
		u.shown[draft] = protocol
		u.note.Unlock()
	}
	for _, p := range nodes {
		elisa := newBrowser(u, "http://"+p.addr).signIn(cpfOf()["elisa"])
		for protocol := range filed {
			if page := elisa.get("/servidor/fila?q=chegou+" + thing); page.status != http.StatusOK || !strings.Contains(page.body, protocol) {
				u.Errorf("%s does not find %s: %d", cmp.Or(p.program, "this version"), protocol, page.status)
			}
		}
	}
}

func (u *upgrade) check(nodes []*process) {
	u.Helper()
	kept, distinct := nodes[len(nodes)-1].protocols(), map[string]bool{}
	for draft, protocol := range u.shown {
		distinct[protocol] = true
		if protocol == "" || !slices.Contains(kept, protocol) {
			u.Errorf("draft %s: protocol %q is not there", draft, protocol)
		}
	}
	if len(kept) != len(u.shown) || len(distinct) != len(u.shown) || len(kept) < 20 {
		u.Errorf("%d drafts, %d protocols, %d complaints", len(u.shown), len(distinct), len(kept))
	}
	for _, p := range nodes {
		if out, err := p.verify(); err != nil {
			u.Errorf("%s: audit verify: %v %s", p.data, err, out)
		}
		p.log.check(u)
	}
	u.Logf("%d complaints filed meanwhile", len(kept))
}

// aNewerNodeMigrates does what the next version may do to a schema that this one uses.
func aNewerNodeMigrates(t *testing.T, url string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Transact(context.Background(), func(tx *db.Tx) error {
		for _, step := range []string{
			`ALTER TABLE complaint ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT ''`, `ALTER TABLE draft ADD COLUMN of_tomorrow BIGINT NOT NULL DEFAULT 0`,
			`ALTER TABLE event ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT ''`, `CREATE TABLE of_tomorrow (id TEXT PRIMARY KEY)`,
			`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`,
		} {
			if _, err := tx.Exec(step); err != nil {
				return err
			}
		}
		return nil
	})
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

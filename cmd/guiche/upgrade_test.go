package main

import (
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// A node of the version before serves on after a newer one has changed the schema; once stopped, it does not start again.
func TestTheOlderNodeServesUntilItIsReplaced(t *testing.T) { // quality 2: version N-1 and N side by side
	url, keys := dbtest.PostgresURL(t), sharedKeys(t)
	older := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: url, more: []string{"--key-file", keys}}
	older.start()
	t.Cleanup(older.kill)
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

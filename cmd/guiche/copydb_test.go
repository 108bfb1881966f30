package main

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// TestADatabaseGoesToTheOtherEngineAndBack copies the demonstration's people and companies there and back (interface.md).
func TestADatabaseGoesToTheOtherEngineAndBack(t *testing.T) {
	i, _, _ := assembled(t.Context(), t)
	middle, err := db.Open(t.Context(), db.Options{URL: dbtest.PostgresURL(t)})
	if err != nil {
		t.Fatal(err)
	}
	back, err := db.Open(t.Context(), db.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = middle.Close(), back.Close() })
	if err := back.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	perform(t, i.db, `INSERT INTO complaint_search (id, text) VALUES ('b', 'ção'), ('a', 'aspas " e ; fim')`)
	there, again := copied(t, i.db, middle), copied(t, middle, back)
	if len(there) < 30 || there["complaint_search"].Rows != 2 || there["event"].Rows == 0 || there["municipality"].Rows < 497 {
		t.Errorf("copied only %d tables, %v, %v", len(there), there["complaint_search"], there["event"])
	}
	for name, table := range there {
		if again[name] != table {
			t.Errorf("%s went as %v and came back as %v", name, table, again[name])
		}
	}
	if err := db.Copy(t.Context(), i.db, back, func(db.Copied) {}); err == nil || !strings.Contains(err.Error(), db.ErrNotEmpty.Error()) {
		t.Errorf("a database with data was not refused: %v", err)
	}
}

// TestACopyThatDiffersDoesNotStay lets the target change a row by itself.
func TestACopyThatDiffersDoesNotStay(t *testing.T) {
	i, _, _ := assembled(t.Context(), t)
	dbtest.Each(t, func(t *testing.T, from *db.DB) {
		to := dbtest.SQLite(t)
		if err := db.Copy(t.Context(), i.db, from, func(db.Copied) {}); err != nil {
			t.Fatal(err)
		}
		perform(t, to, `CREATE TRIGGER meddle AFTER INSERT ON agency BEGIN UPDATE agency SET name = 'outro' WHERE id = NEW.id; END`)
		if err := db.Copy(t.Context(), from, to, func(db.Copied) {}); !errors.Is(err, db.ErrDiffers) {
			t.Errorf("a copy that differs gave %v", err)
		}
		perform(t, to, `DROP TRIGGER meddle`)
		copied(t, from, to) // it would be refused if anything had stayed
	})
}

func perform(t *testing.T, d *db.DB, statement string) {
	t.Helper()
	err := d.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func copied(t *testing.T, from, to *db.DB) map[string]db.Copied {
	t.Helper()
	tables := map[string]db.Copied{}
	if err := db.Copy(t.Context(), from, to, func(c db.Copied) { tables[c.Table] = c }); err != nil {
		t.Fatal(err)
	}
	return tables
}

// TestCopydbGoesByItsArguments runs the verb as people do, into a folder that is empty and again when it is not.
func TestCopydbGoesByItsArguments(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, c := range []struct {
		name, says string
		code       int
		args       []string
	}{
		{"there must be a database to copy", "não há banco", misuse, []string{"copydb", "--from", "sqlite:" + from, "--to", "sqlite:" + to}},
		{"an installation begins", "em dia", ok, []string{"migrate", "up", "--data", from}},
		{"a place needs its kind", "escreva sqlite:PASTA", misuse, []string{"copydb", "--from", from, "--to", "sqlite:" + to}},
		{"a database is not copied onto itself", "o mesmo banco", misuse, []string{"copydb", "--from", "sqlite:" + from, "--to", "sqlite:" + from + "/"}},
		{"an empty place takes it", "Copiado e conferido", ok, []string{"copydb", "--from", "sqlite:" + from, "--to", "sqlite:" + to}},
		{"a place with data stays as it is", "já tem dados", failed, []string{"copydb", "--from", "sqlite:" + from, "--to", "sqlite:" + to}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said bytes.Buffer
			if code := run(context.Background(), c.args, &said, &said); code != c.code || !strings.Contains(said.String(), c.says) {
				t.Errorf("exit %d: %s", code, said.String())
			}
		})
	}
}

// An operator whose server does not answer reads why, without the password.
func TestADatabaseThatIsAwayIsToldByItsCause(t *testing.T) { // quality 2: PostgreSQL down
	out, err := exec.Command("guiche", "admin", "list", "--data", t.TempDir(), "--database-url", "postgres://guiche:segredo99@127.0.0.1:1/x").CombinedOutput() // TestMain put it on the path
	if said := string(out); err == nil || !strings.Contains(said, "connection refused") || strings.Contains(said, "segredo99") {
		t.Errorf("%v: %s", err, said)
	}
}

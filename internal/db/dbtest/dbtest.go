// Package dbtest gives each test a fresh migrated database: SQLite always, PostgreSQL where it is installed.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guiche/internal/db"
)

// Each runs a test once per engine, as subtests named after them.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

var template struct {
	sync.Once
	bytes []byte
	err   error
}

// SQLite is a fresh migrated embedded database in a folder of the test's own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	template.Do(func() { template.bytes, template.err = migratedFile() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "guiche.db"), template.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Options{Dir: dir})
}

func migratedFile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "guiche-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(context.Background(), db.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil { // closing the last connection folds the WAL into the file
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "guiche.db"))
}

// Postgres is a fresh migrated database on a throw-away server of this test binary.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, db.Options{URL: PostgresURL(t)})
}

func open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

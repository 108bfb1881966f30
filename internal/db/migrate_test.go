package db_test

import (
	"sync"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// TestNodesThatStartAtOnceMigrateOnce is a start of all nodes, and a rolling upgrade, beside which the node of the version
// before goes on reading and writing (quality 2).
func TestNodesThatStartAtOnceMigrateOnce(t *testing.T) {
	for name, before := range map[string]func(*db.DB) error{
		"an empty database":                func(*db.DB) error { return nil },
		"the schema of the version before": func(d *db.DB) error { return d.MigrateBefore(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			url := dbtest.PostgresURL(t)
			old := openPostgres(t, url)
			exec(t, old, `DROP SCHEMA public CASCADE`)
			exec(t, old, `CREATE SCHEMA public`)
			if err := before(old); err != nil {
				t.Fatal(err)
			}
			exec(t, old, `CREATE TABLE work_of_the_old_node (n BIGINT)`)
			startTogether(t, url, old)
			steps, err := old.Migrations(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range steps {
				if n := number(t, old, `SELECT count(*) FROM goose_db_version WHERE version_id = $1`, step.Version); !step.Applied || n != 1 {
					t.Errorf("%s: applied %v, %d times", step.Name, step.Applied, n)
				}
			}
		})
	}
}

// startTogether migrates on three nodes at once while the old one works.
func startTogether(t *testing.T, url string, old *db.DB) {
	t.Helper()
	var nodes sync.WaitGroup
	for range 3 {
		d := openPostgres(t, url)
		nodes.Go(func() {
			if err := d.Migrate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	done := make(chan struct{})
	go func() { nodes.Wait(); close(done) }()
	wrote := int64(0)
	for running := true; running; wrote++ {
		exec(t, old, `INSERT INTO work_of_the_old_node (n) VALUES (1)`)
		select {
		case <-done:
			running = false
		default:
		}
	}
	if n := number(t, old, `SELECT count(*) FROM work_of_the_old_node`); n != wrote {
		t.Errorf("the old node wrote %d rows, %d are there", wrote, n)
	}
}

func openPostgres(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(ctx, db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func exec(t *testing.T, d *db.DB, query string) {
	t.Helper()
	if err := d.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query); return err }); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, d *db.DB, query string, args ...any) (n int64) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.Scalar[int64](tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

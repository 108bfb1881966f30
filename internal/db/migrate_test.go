package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
			url := dbtest.EmptyPostgresURL(t)
			old := openPostgres(t, url)
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

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
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

// A migration that stops in the middle, as when the program is killed, leaves the schema as it was; the next start does
// all of it.
func TestAnInterruptedMigrationIsDoneByTheNextStart(t *testing.T) { // quality 2
	for engine, c := range map[string]struct {
		options   db.Options
		before    int64
		interrupt func(t *testing.T, d *db.DB) error
	}{
		"sqlite": {db.Options{Dir: t.TempDir()}, 13, func(t *testing.T, d *db.DB) error { // the last statement of 00014 fails
			exec(t, d, `CREATE TRIGGER complaint_search_changed AFTER UPDATE ON municipality BEGIN SELECT 1; END`)
			defer exec(t, d, `DROP TRIGGER complaint_search_changed`)
			return d.Migrate(ctx)
		}},
		"postgres": {db.Options{URL: dbtest.EmptyPostgresURL(t)}, 15, func(t *testing.T, d *db.DB) error { // 00016 waits for a reader, and is ended
			short, stop := context.WithCancel(ctx)
			ended := make(chan error, 1)
			err := d.Read(ctx, func(tx *db.Tx) error {
				defer stop()
				if _, err := db.Scalar[int](tx, `SELECT count(*) FROM complaint_search`); err != nil {
					return err
				}
				go func() { ended <- d.Migrate(short) }()
				for number(t, d, `SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database WHERE datname = current_database() AND NOT granted`) == 0 {
					if len(ended) > 0 {
						return errors.New("nothing waited for the reader")
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return <-ended
		}},
	} {
		t.Run(engine, func(t *testing.T) {
			d, err := db.Open(ctx, c.options)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			if err := d.MigrateTo(ctx, c.before); err != nil {
				t.Fatal(err)
			}
			exec(t, d, `INSERT INTO complaint_search (id, text) VALUES ('1', 'casa azul')`)
			if err := c.interrupt(t, d); err == nil {
				t.Error("it was not interrupted")
			}
			steps, err := d.Migrations(ctx)
			if done := slices.IndexFunc(steps, func(m db.Migration) bool { return !m.Applied }); err != nil || steps[done-1].Version != c.before {
				t.Errorf("%v; applied %v", err, steps[:done])
			}
			exec(t, d, `INSERT INTO complaint_search (id, text) VALUES ('2', 'casa verde')`) // as the program before does
			if err := d.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			err = d.Read(ctx, func(tx *db.Tx) error {
				q := (&db.Query{}).Add(tx.Search("complaint_search"), tx.MatchQuery([]string{"casa"}), 5)
				ids, err := db.Column[string](tx, q.Text(), q.Args()...)
				if !slices.Equal(ids, []string{"2", "1"}) {
					t.Errorf("found %v", ids)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWhatWasFoundBeforeAnUpgradeIsFoundAfter: the embedded engine's search was built anew by 00014, and follows its texts.
func TestWhatWasFoundBeforeAnUpgradeIsFoundAfter(t *testing.T) {
	d, err := db.Open(ctx, db.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.MigrateTo(ctx, 13); err != nil {
		t.Fatal(err)
	}
	add := func(id, text string) { exec(t, d, `INSERT INTO complaint_search (id, text) VALUES ($1, $2)`, id, text) }
	add("a", "casa azul")
	add("b", "casa verde")
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	add("c", "casa azul clara")
	found := func(word string) (ids []string) {
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			q := (&db.Query{}).Add(tx.Search("complaint_search"), tx.MatchQuery([]string{word}), 2)
			ids, err = db.Column[string](tx, q.Text(), q.Args()...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	if got := found("casa"); !slices.Equal(got, []string{"c", "b"}) {
		t.Errorf("the two newest houses: %v", got)
	}
	exec(t, d, `UPDATE complaint_search SET text = replace(text, 'azul', 'cinza')`)
	exec(t, d, `DELETE FROM complaint_search WHERE id = 'a'`)
	if blue, grey := found("azul"), found("cinza"); len(blue) > 0 || !slices.Equal(grey, []string{"c"}) {
		t.Errorf("after the change blue %v, grey %v", blue, grey)
	}
}

// An operator of a large installation makes a new index by hand before an upgrade, so that the upgrade does not hold up writing
// (doc/scaling.md, section 3).
func TestANewIndexMayBeThereAlready(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < 16 {
		t.Fatal(files, err)
	}
	index := regexp.MustCompile(`(?i)CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(IF NOT EXISTS )?`)
	for _, file := range files[16:] { // those before were never made by hand
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range index.FindAllStringSubmatch(string(text), -1) {
			if found[3] == "" {
				t.Errorf("%s: %q without IF NOT EXISTS", file, found[0])
			}
		}
	}
}

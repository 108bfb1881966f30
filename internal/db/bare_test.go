package db_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// indexes are the statements by which the database knows its indexes and triggers.
func indexes(t *testing.T, d *db.DB) (all []string) {
	t.Helper()
	list := `SELECT type || ' ' || coalesce(sql, name) FROM sqlite_schema WHERE type <> 'table' ORDER BY name`
	if d.Engine() == "postgres" {
		list = `SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname`
	}
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = db.Column[string](tx, list)
		return err
	})
	if err != nil || len(all) < 40 {
		t.Fatalf("%d indexes, %v", len(all), err)
	}
	return all
}

func addText(tx *db.Tx, id string) error {
	_, err := tx.Exec(`INSERT INTO complaint_search (id, text) VALUES ($1, $2)`, id, "estante "+id)
	return err
}

func found(t *testing.T, d *db.DB) (ids []string) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		q := (&db.Query{}).Add(tx.Search("complaint_search"), tx.MatchQuery([]string{"estante"}), 10)
		ids, err = db.Column[string](tx, q.Text(), q.Args()...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func TestWhatIsLoadedBareIsIndexedAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before, refused := indexes(t, d), errors.New("no")
		for i, end := range []error{nil, refused} {
			err := d.Bare(ctx, []string{"complaint", "complaint_search"}, func() error {
				if during := indexes(t, d); len(during) > len(before)-15 {
					t.Errorf("%d of %d indexes while much is loaded", len(during), len(before))
				}
				return errors.Join(d.Transact(ctx, func(tx *db.Tx) error { return addText(tx, fmt.Sprint(i)) }), end)
			})
			if !errors.Is(err, end) || !slices.Equal(indexes(t, d), before) {
				t.Fatalf("ended with %v: %v", end, err)
			}
		}
		if err := d.Transact(ctx, func(tx *db.Tx) error { return addText(tx, "2") }); err != nil {
			t.Fatal(err)
		}
		if ids := found(t, d); !slices.Equal(ids, []string{"0", "1", "2"}) {
			t.Errorf("a search finds %v", ids)
		}
	})
}

// The program is killed while much is loaded: the next one makes what is missing when it starts.
func TestIndexesOfAKilledLoadAreMadeAtTheNextStart(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killed(t, db.Options{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { killed(t, db.Options{URL: dbtest.PostgresURL(t)}) })
}

func killed(t *testing.T, o db.Options) {
	first, err := db.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	before := indexes(t, first)
	err = first.Bare(ctx, []string{"complaint_search", "event"}, func() error {
		return errors.Join(first.Transact(ctx, func(tx *db.Tx) error { return addText(tx, "1") }), first.Close())
	})
	if err == nil {
		t.Fatal("indexes were made on a closed database")
	}
	next, err := db.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if slices.Equal(indexes(t, next), before) {
		t.Fatal("nothing is missing")
	}
	copied := dbtest.SQLite(t) // which owes itself nothing
	if err := errors.Join(db.Copy(ctx, next, copied, func(db.Copied) {}), copied.Migrate(ctx)); err != nil || len(found(t, copied)) != 1 {
		t.Fatalf("%v, and a search in the copy finds %v", err, found(t, copied))
	}
	if err := next.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if ids := found(t, next); !slices.Equal(indexes(t, next), before) || !slices.Equal(ids, []string{"1"}) {
		t.Errorf("after the next start %d of %d indexes, and a search finds %v", len(indexes(t, next)), len(before), ids)
	}
}

// The next start may be of a program whose migrations change what is missing.
func TestIndexesOfAKilledLoadAreMadeBeforeTheNextMigration(t *testing.T) {
	d, err := db.Open(ctx, db.Options{URL: dbtest.EmptyPostgresURL(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.MigrateTo(ctx, 15); err != nil { // 16 drops the index of words
		t.Fatal(err)
	}
	before := indexes(t, d)
	func() {
		defer func() { _ = recover() }() // a killed program makes no indexes either
		t.Error(d.Bare(ctx, []string{"complaint_search"}, func() error { panic("killed") }))
	}()
	if slices.Equal(indexes(t, d), before) {
		t.Fatal("nothing is missing")
	}
	whole := indexes(t, dbtest.Postgres(t)) // of a database in which nothing was killed
	if err := d.Migrate(ctx); err != nil || !slices.Equal(indexes(t, d), whole) {
		t.Errorf("%v; %d of %d indexes", err, len(indexes(t, d)), len(whole))
	}
}

func TestACopyIsIndexedAsTheOriginal(t *testing.T) {
	from := dbtest.SQLite(t)
	if err := from.Transact(ctx, func(tx *db.Tx) error { return addText(tx, "1") }); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, to *db.DB) {
		before := indexes(t, to)
		if err := db.Copy(ctx, from, to, func(db.Copied) {}); err != nil {
			t.Fatal(err)
		}
		if ids := found(t, to); !slices.Equal(indexes(t, to), before) || !slices.Equal(ids, []string{"1"}) {
			t.Errorf("%d of %d indexes, and a search finds %v", len(indexes(t, to)), len(before), ids)
		}
	})
}

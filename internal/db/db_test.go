package db_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
)

var ctx = context.Background()

func addMunicipality(tx *db.Tx, id string) error {
	_, err := tx.Exec(`INSERT INTO municipality (id, state, name, sort_key) VALUES ($1, 'RS', $2, $2)`, id, "M"+id)
	return err
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.Scalar[int](tx, `SELECT count(*) FROM municipality`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnActIsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wanted := errors.New("no")
		ran := false
		err := d.Transact(ctx, func(tx *db.Tx) error {
			tx.After(func() { ran = true })
			if err := addMunicipality(tx, "4300001"); err != nil {
				return err
			}
			return wanted
		})
		if !errors.Is(err, wanted) || count(t, d) != 0 || ran {
			t.Fatalf("err %v, rows %d, after ran %v", err, count(t, d), ran)
		}
		err = d.Transact(ctx, func(tx *db.Tx) error {
			tx.After(func() { ran = true })
			return addMunicipality(tx, "4300001")
		})
		if err != nil || count(t, d) != 1 || !ran {
			t.Fatalf("err %v, rows %d, after ran %v", err, count(t, d), ran)
		}
	})
}

func TestWhatIsLeftForTheEndBelongsToTheAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var order []string
		act := func(last error) error {
			return d.Transact(ctx, func(tx *db.Tx) error {
				order = nil
				tx.AtEnd(func() error {
					order = append(order, "end")
					return errors.Join(addMunicipality(tx, "4300002"), last)
				})
				order = append(order, "act")
				return addMunicipality(tx, "4300001")
			})
		}
		wanted := errors.New("no")
		if err := act(wanted); !errors.Is(err, wanted) || count(t, d) != 0 {
			t.Fatalf("refused at its end: %v, %d rows", err, count(t, d))
		}
		if err := act(nil); err != nil || count(t, d) != 2 || strings.Join(order, " ") != "act end" {
			t.Fatalf("%v, %d rows, %v", err, count(t, d), order)
		}
	})
}

// Aside is a counter's: two acts that use it do not wait for each other, and what it wrote is there at once.
func TestNobodyWaitsForAnotherActOnAccountOfACounter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const acts = 12 // more than there are connections for it
		d.WaitAside(30 * time.Second)
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen, errs := map[int64]bool{}, make([]error, acts)
		together := make(chan struct{})
		for i := range acts {
			wg.Go(func() {
				errs[i] = d.Transact(ctx, func(tx *db.Tx) error {
					var n int64
					err := tx.Aside(func(tx *db.Tx) (err error) {
						n, err = db.Scalar[int64](tx, `INSERT INTO protocol_counter (year, agency_code, last) VALUES (2026, '0001', 1)
							ON CONFLICT (year, agency_code) DO UPDATE SET last = protocol_counter.last + 1 RETURNING last`)
						return err
					})
					mu.Lock()
					seen[n] = true
					if len(seen) == acts {
						close(together)
					}
					mu.Unlock()
					if err != nil || d.Engine() == "sqlite" {
						return err
					}
					select {
					case <-together: // nobody has ended, all have their number
						return nil
					case <-time.After(time.Minute):
						return errors.New("an act waits for the end of another")
					}
				})
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil || len(seen) != acts {
			t.Fatalf("%v, %d numbers for %d acts", err, len(seen), acts)
		}
	})
}

// Behind a PgBouncer all connections may be held by acts that want a second one.
func TestAnActThatGetsNoSecondConnectionGoesOnWithItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		free := d.HoldAside(t.Context())
		defer free()
		err := d.Transact(ctx, func(tx *db.Tx) error {
			return tx.Aside(func(tx *db.Tx) error { return addMunicipality(tx, "4300001") })
		})
		if n := count(t, d); err != nil || n != 1 {
			t.Errorf("%v, %d rows", err, n)
		}
	})
}

func TestConcurrentActsDoNotTakeEachOtherDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		var failed [120]error
		for i := range failed {
			wg.Go(func() {
				failed[i] = d.Transact(ctx, func(tx *db.Tx) error {
					if err := addMunicipality(tx, fmt.Sprintf("43%05d", i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return errors.New("refused")
					case 2:
						return addMunicipality(tx, "bad") // breaks a CHECK
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range failed {
			if (err == nil) != (i%3 == 0) {
				t.Errorf("act %d: %v", i, err)
			}
		}
		if n := count(t, d); n != 40 {
			t.Errorf("%d rows, want 40", n)
		}
	})
}

// SQLite itself rolls back all of a transaction when the disk is full in the middle of it, and the savepoint with it.
func TestWhoseActWentWithItsGroupIsTold(t *testing.T) { // quality 2
	d := dbtest.SQLite(t)
	queued := func(n int) {
		for d.Queued() < n {
			time.Sleep(time.Millisecond)
		}
	}
	var acts sync.WaitGroup
	var told [4]error
	act := func(i int, f func(*db.Tx) error) { acts.Go(func() { told[i] = d.Transact(ctx, f) }) }
	begun := make(chan struct{})
	act(0, func(*db.Tx) error {
		close(begun)
		queued(3) // which become a group
		return nil
	})
	<-begun
	act(1, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") })
	queued(1)
	act(2, func(tx *db.Tx) error {
		_, err := tx.Exec("ROLLBACK")
		return errors.Join(err, errors.New("full"))
	})
	queued(2)
	act(3, func(tx *db.Tx) error { return addMunicipality(tx, "4300003") })
	acts.Wait()
	if told[0] != nil || !fault.Is(told[1], fault.Unavailable) || told[2] == nil || told[3] != nil {
		t.Errorf("told %v", told)
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows, want that of who was told so", n)
	}
}

func TestAPanicInOneActLeavesTheWriterWorking(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Transact(ctx, func(tx *db.Tx) error { panic("boom") })
	if err == nil || !strings.Contains(err.Error(), "boom") {
		t.Fatalf("got %v", err)
	}
	if err := d.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err != nil {
		t.Fatal(err)
	}
}

func TestACancelledRequestDoesNotStartAnAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if err := d.Transact(gone, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err == nil {
			t.Fatal("want an error")
		}
		if n := count(t, d); n != 0 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestReadingCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Read(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err == nil {
			t.Fatal("a write in Read must fail")
		}
	})
}

func TestNoRowIsNotFoundAndDuplicatesAreKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(ctx, func(tx *db.Tx) error {
			_, err := db.Scalar[string](tx, `SELECT name FROM municipality WHERE id = $1`, "4300001")
			return err
		})
		if !fault.Is(err, fault.NotFound) || !errors.Is(err, db.ErrNoRow) {
			t.Fatalf("got %v", err)
		}
		add := func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }
		if err := d.Transact(ctx, add); err != nil {
			t.Fatal(err)
		}
		if err := d.Transact(ctx, add); !db.IsDuplicate(err) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestPlaceholdersMayRepeatAndComeInAnyOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Transact(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO municipality (name, id, sort_key, state) VALUES ($2, $1, $2, $3)`, "4300001", "Aceguá", "RS")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		q := (&db.Query{}).Add(`SELECT name FROM municipality WHERE state = ?`, "RS").In(`AND id IN`, []string{"x", "4300001"}).Add(`AND name = ?`, "Aceguá")
		var names, none []string
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			if names, err = db.Column[string](tx, q.Text(), q.Args()...); err != nil {
				return err
			}
			empty := (&db.Query{}).Add(`SELECT name FROM municipality WHERE`).In(`id IN`, nil)
			none, err = db.Column[string](tx, empty.Text(), empty.Args()...)
			return err
		})
		if err != nil || len(names) != 1 || names[0] != "Aceguá" || len(none) != 0 {
			t.Fatalf("%v %v %v", names, none, err)
		}
	})
}

func TestASecondProcessOnTheSameFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	first, err := db.Open(ctx, db.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(ctx, db.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "another guiche") {
		t.Fatalf("got %v", err)
	}
	if err := first.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	beside, err := db.Open(ctx, db.Options{Dir: dir, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, beside); n != 0 {
		t.Fatal(n)
	}
	if err := beside.Transact(ctx, func(*db.Tx) error { return nil }); err == nil {
		t.Fatal("a read-only handle must not write")
	}
	if err := errors.Join(beside.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := db.Open(ctx, db.Options{Dir: dir})
	if err != nil {
		t.Fatal("the lock must go with the process: ", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestMigratingTwiceIsHarmlessAndANewerSchemaIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		steps, err := d.Migrations(ctx)
		if err != nil || len(steps) == 0 || !steps[0].Applied {
			t.Fatalf("%v %v", steps, err)
		}
		err = d.Transact(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Fatalf("got %v", err)
		}
		err = db.Copy(ctx, d, dbtest.SQLite(t), func(db.Copied) {})
		if err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("copied from: %v", err)
		}
	})
}

func TestAConnectionThatBreaksIsTheOutside(t *testing.T) { // quality 2: PostgreSQL away is a 503 from the first request on
	d := dbtest.Postgres(t)
	err := d.Read(ctx, func(tx *db.Tx) error {
		if _, err := db.Scalar[bool](tx, `SELECT pg_terminate_backend(pg_backend_pid())`); err == nil {
			t.Error("the connection did not break")
		}
		_, err := db.Scalar[int](tx, `SELECT 1`)
		return err
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if err := d.Ping(ctx); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

func TestDurabilitySettingsAreOn(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Transact(ctx, func(tx *db.Tx) error {
		mode, err := db.Scalar[string](tx, `PRAGMA journal_mode`)
		if err != nil || mode != "wal" {
			t.Errorf("journal_mode %q %v", mode, err)
		}
		sync, err := db.Scalar[int](tx, `PRAGMA synchronous`)
		if err != nil || sync != 2 {
			t.Errorf("synchronous %d %v, want 2 (FULL)", sync, err)
		}
		keys, err := db.Scalar[int](tx, `PRAGMA foreign_keys`)
		if err != nil || keys != 1 {
			t.Errorf("foreign_keys %d %v", keys, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRewritingChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add := func(id string) error {
			return d.Transact(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO protocol_counter (year, agency_code, last) VALUES (2026, $1, 1)`, id)
				return err
			})
		}
		if err := errors.Join(add("0001"), d.Rewrite(ctx), add("0002")); err != nil {
			t.Fatal(err)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			n, err := db.Scalar[int](tx, `SELECT count(*) FROM protocol_counter`)
			if n != 2 {
				t.Errorf("%d rows", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestAFullPoolIsNotADatabaseThatIsDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		var busy sync.WaitGroup
		inside := make(chan bool, 100)
		for range 100 {
			busy.Go(func() { _ = d.Read(ctx, func(*db.Tx) error { inside <- true; <-ctx.Done(); return nil }) })
		}
		for range d.Pools()[0].Most { // there are no more; the others wait
			<-inside
		}
		asked, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		if err := d.Ping(asked); err != nil {
			t.Error(err)
		}
		cancel()
		busy.Wait()
	})
}

func TestPatienceEndsWhatShouldBeShort(t *testing.T) { // quality 2: a PostgreSQL that no longer answers
	d := dbtest.Postgres(t)
	d.Patience = 50 * time.Millisecond
	sleep := func(tx *db.Tx) error {
		_, err := db.Scalar[int](tx, `SELECT 1 FROM pg_sleep(0.2)`)
		return err
	}
	for what, err := range map[string]error{"an act": d.Transact(ctx, sleep), "a reading": d.Read(ctx, sleep), "a look": d.Look(ctx, sleep)} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := d.Transact(db.Unhurried(ctx), sleep); err != nil {
		t.Errorf("an act that may take long: %v", err)
	}
}

// A node that stands still in the middle of an act, as one does whose machine lost power.
func TestASilentNodeDoesNotHoldItsLocksForEver(t *testing.T) { // quality 2
	url := dbtest.PostgresURL(t)
	silent, other := openPostgres(t, url), openPostgres(t, url)
	if err := other.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err != nil {
		t.Fatal(err)
	}
	rename := func(tx *db.Tx, name string) error {
		_, err := tx.Exec(`UPDATE municipality SET name = $1 WHERE id = '4300001'`, name)
		return err
	}
	locked, over := make(chan struct{}), make(chan struct{})
	ended := make(chan error)
	go func() {
		ended <- silent.Transact(ctx, func(tx *db.Tx) error {
			_, shorter := tx.Exec(`SET LOCAL idle_in_transaction_session_timeout = '1s'`)
			err := errors.Join(shorter, rename(tx, "dos mortos"))
			close(locked)
			<-over
			return err
		})
	}()
	<-locked
	other.Patience = 30 * time.Second
	if err := other.Transact(ctx, func(tx *db.Tx) error { return rename(tx, "dos vivos") }); err != nil {
		t.Errorf("the other node: %v", err)
	}
	close(over)
	if err := <-ended; !fault.Is(err, fault.Unavailable) {
		t.Errorf("the node that comes back: %v", err)
	}
	if err := other.Read(ctx, func(tx *db.Tx) error {
		name, err := db.Scalar[string](tx, `SELECT name FROM municipality WHERE id = '4300001'`)
		if name != "dos vivos" {
			t.Errorf("it is called %q", name)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestTheServerWaitsAMinuteForASilentNode(t *testing.T) { // quality 2
	d := dbtest.Postgres(t)
	want := func(what, limit string, how func(context.Context, func(*db.Tx) error) error, ctx context.Context) {
		t.Helper()
		if err := how(ctx, func(tx *db.Tx) error {
			got, err := db.Scalar[string](tx, `SELECT current_setting('idle_in_transaction_session_timeout')`)
			if got != limit {
				t.Errorf("%s: %s, want %s", what, got, limit)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}
	want("an act", "1min", d.Transact, ctx)
	want("a reading", "1min", d.Read, ctx)
	want("an act that may take long", "0", d.Transact, db.Unhurried(ctx))
	want("a reading that may take long", "0", d.Read, db.Unhurried(ctx))
	want("what comes after them", "1min", d.Transact, ctx)
	want("what is beside an act", "1min", func(ctx context.Context, f func(*db.Tx) error) error {
		return d.Transact(ctx, func(tx *db.Tx) error { return tx.Aside(f) })
	}, ctx)
}

// A server that takes a connection and says nothing more, as one that is about to vanish, holds up only who met it.
func TestAServerThatDoesNotGreetIsLeft(t *testing.T) { // quality 2
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	began := time.Now()
	ended := make(chan error, 1)
	go func() {
		_, err := db.Open(ctx, db.Options{URL: "postgres://nobody@" + listener.Addr().String() + "/nothing?sslmode=disable"})
		ended <- err
	}()
	select {
	case err := <-ended:
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	case <-time.After(time.Minute):
		t.Error("it is still waited for")
	}
}

// Two thousand visitors at once before a server that says nothing: none waits for the turns of the others.
func TestWhoWaitsForAPlaceToReadIsPatientNoLonger(t *testing.T) { // quality 2
	d := dbtest.Postgres(t)
	d.Patience = 500 * time.Millisecond
	var all sync.WaitGroup
	began := time.Now()
	for range 2000 {
		all.Go(func() {
			_ = d.Read(ctx, func(tx *db.Tx) error { _, err := db.Scalar[int](tx, `SELECT 1 FROM pg_sleep(60)`); return err })
		})
	}
	all.Wait()
	if took := time.Since(began); took > 10*d.Patience {
		t.Errorf("the last waited %s", took)
	}
}

func TestALookAsksOneQuestionAndWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		count := func(tx *db.Tx) (int, error) { return db.Scalar[int](tx, `SELECT count(*) FROM municipality`) }
		if err := d.Look(ctx, func(tx *db.Tx) error { _, err := count(tx); return err }); err != nil {
			t.Error(err)
		}
		second := func(tx *db.Tx) error { _, first := count(tx); _, err := count(tx); return errors.Join(first, err) }
		if err := d.Look(ctx, second); err == nil {
			t.Error("a second question was answered")
		}
		if err := d.Look(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err == nil {
			t.Error("a look wrote")
		}
	})
}

func TestAnIDSaysWhenItWasMade(t *testing.T) {
	before := time.Now().Truncate(time.Millisecond)
	id := db.NewID()
	after := time.Now()
	if made := db.Made(id); made.Before(before) || made.After(after) {
		t.Errorf("made at %s, between %s and %s", made, before, after)
	}
	if db.FirstID(before) >= id || db.FirstID(after.Add(time.Millisecond)) <= id {
		t.Errorf("%s is not between %s and %s", id, db.FirstID(before), db.FirstID(after.Add(time.Millisecond)))
	}
	for _, none := range []string{"", "x", "zzzzzzzz-zzzz"} {
		if !db.Made(none).IsZero() {
			t.Errorf("%q was made at %s", none, db.Made(none))
		}
	}
}

package job

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

var ctx = context.Background()

// clock is a Now that tests move by hand.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 11, 23, 12, 0, 30, 0, time.UTC).UnixMicro())
	return c
}
func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

type row struct {
	State, Error string
	Attempt      int
	RunAt        int64
	LeasedUntil  int64
}

func enqueue(t testing.TB, q *Queue, kind string, args any, o Options) {
	t.Helper()
	if err := q.db.Transact(ctx, func(tx *db.Tx) error { return q.Enqueue(tx, kind, args, o) }); err != nil {
		t.Fatal(err)
	}
}

func rows(t testing.TB, d *db.DB) (out []row) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r db.Row, v *row) error { return r.Scan(&v.State, &v.Error, &v.Attempt, &v.RunAt, &v.LeasedUntil) },
			`SELECT state, last_error, attempt, run_at, leased_until FROM job ORDER BY id`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func only(t testing.TB, d *db.DB) row {
	t.Helper()
	all := rows(t, d)
	if len(all) != 1 {
		t.Fatalf("%d jobs, want 1: %+v", len(all), all)
	}
	return all[0]
}

func states(t testing.TB, d *db.DB) map[string]int {
	count := map[string]int{}
	for _, r := range rows(t, d) {
		count[r.State]++
	}
	return count
}

// counter counts the runs of each job of a kind.
type counter struct {
	mu   sync.Mutex
	runs map[int]int
}

func (c *counter) handle(_ context.Context, n int, _ Info) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs == nil {
		c.runs = map[int]int{}
	}
	c.runs[n]++
	return nil
}

// start runs a queue until the returned function is called, which waits for its end.
func start(q *Queue) (stop func()) {
	running, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { q.Run(running) })
	return func() { cancel(); wg.Wait() }
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("never happened: " + what)
}

func TestTwoNodesOnOneDatabaseDoEachJobOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const jobs = 300
		var done counter
		c := newClock()
		a, b := New(d, c.now, Settings{Poll: 10 * time.Millisecond}), New(d, c.now, Settings{Poll: 10 * time.Millisecond})
		On(a, "count", done.handle)
		On(b, "count", done.handle)
		stopA, stopB := start(a), start(b)
		for i := range jobs {
			enqueue(t, a, "count", i, Options{})
		}
		eventually(t, "all jobs done", func() bool { return states(t, d)["done"] == jobs })
		stopA()
		stopB()
		for i := range jobs {
			if done.runs[i] != 1 {
				t.Errorf("job %d ran %d times", i, done.runs[i])
			}
		}
	})
}

func TestAJobExistsExactlyWhenItsTransactionDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := New(d, newClock().now, Settings{})
		refused := errors.New("no")
		err := d.Transact(ctx, func(tx *db.Tx) error {
			return errors.Join(q.Enqueue(tx, "x", 1, Options{}), refused)
		})
		if !errors.Is(err, refused) || len(rows(t, d)) != 0 {
			t.Fatalf("err %v, jobs %v", err, rows(t, d))
		}
		if len(q.lanes[0].awake) != 0 {
			t.Fatal("workers were woken for a job that does not exist")
		}
		enqueue(t, q, "x", 1, Options{})
		if only(t, d).State != "ready" || len(q.lanes[0].awake) != 1 {
			t.Fatal("want one ready job and one wake-up")
		}
	})
}

// pass is time that goes by for leases, which go by the database's clock.
func pass(t testing.TB, d *db.DB, time time.Duration) {
	t.Helper()
	err := d.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE job SET leased_until = leased_until - $1 WHERE state = 'running'`, time.Microseconds())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The clock of one machine is ten minutes ahead, that of another ten behind. Neither takes a job that the other is
// doing, and a job of theirs waits no longer than others when they die.
func TestNodesWhoseClocksDifferLeaveEachOtherTheirJobs(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fast, slow := newClock(), newClock()
		fast.advance(10 * time.Minute)
		slow.advance(-10 * time.Minute)
		ahead, behind := New(d, fast.now, Settings{}), New(d, slow.now, Settings{})
		runs := 0
		for _, q := range []*Queue{ahead, behind} {
			On(q, "mail", func(context.Context, string, Info) error { runs++; return nil })
		}
		for _, pair := range [][2]*Queue{{ahead, behind}, {behind, ahead}} {
			doing, other := pair[0], pair[1]
			runs = 0
			enqueue(t, behind, "mail", "m", Options{}) // due for both
			if taken, err := doing.claim(ctx); err != nil || len(taken) != 1 {
				t.Fatal(taken, err)
			}
			if err := other.Drain(ctx); err != nil || runs != 0 {
				t.Fatalf("the job of another was done %d times, %v", runs, err)
			}
			pass(t, d, 61*time.Second)
			if err := other.Drain(ctx); err != nil || runs != 1 {
				t.Fatalf("a dead node's job was done %d times, %v", runs, err)
			}
		}
	})
}

func TestANodeKilledInTheMiddleIsRescuedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		killed, living := New(d, c.now, Settings{}), New(d, c.now, Settings{})
		var attempts []int
		h := func(_ context.Context, _ string, job Info) error {
			attempts = append(attempts, job.Attempt)
			return nil
		}
		On(killed, "mail", h)
		On(living, "mail", h)
		enqueue(t, killed, "mail", "m", Options{})
		taken, err := killed.claim(ctx)
		if err != nil || len(taken) != 1 {
			t.Fatal(taken, err)
		}
		if err := living.Drain(ctx); err != nil || len(attempts) != 0 {
			t.Fatalf("a leased job was taken: %v %v", attempts, err)
		}
		pass(t, d, 61*time.Second)
		for range 2 {
			if err := living.Drain(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if len(attempts) != 1 || attempts[0] != 2 {
			t.Fatalf("attempts %v, want only the second", attempts)
		}
		if err := killed.finish(ctx, taken[0], 0, errors.New("too late")); err != nil || only(t, d).State != "done" {
			t.Fatalf("the first node overwrote the outcome: %+v %v", only(t, d), err)
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := New(d, time.Now, Settings{Lease: 10 * time.Second, Poll: 20 * time.Millisecond})
		other := New(d, time.Now, Settings{Lease: 10 * time.Second, Poll: 20 * time.Millisecond})
		var runs atomic.Int32
		end := make(chan struct{})
		h := func(ctx context.Context, _ json.RawMessage, _ Info) error {
			runs.Add(1)
			select {
			case <-end:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		q.Handle("long", h)
		other.Handle("long", h)
		enqueue(t, q, "long", nil, Options{})
		stop, stopOther := start(q), start(other)
		leases := map[int64]bool{}
		eventually(t, "the lease is renewed twice", func() bool {
			if until := only(t, d).LeasedUntil; until > 0 {
				leases[until] = true
			}
			return len(leases) == 3
		})
		close(end)
		eventually(t, "the long job is done", func() bool { return only(t, d).State == "done" })
		stop()
		stopOther()
		if got := only(t, d); runs.Load() != 1 || got.Attempt != 1 {
			t.Fatalf("ran %d times: %+v", runs.Load(), got)
		}
	})
}

func TestWhatADoneJobWasToldIsForgotten(t *testing.T) { // it may be personal
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := New(d, newClock().now, Settings{})
		fails := true
		q.Handle("told", func(context.Context, json.RawMessage, Info) error {
			if fails {
				return errors.New("not yet")
			}
			return nil
		})
		args := func() (text string) {
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				text, err = db.Scalar[string](tx, `SELECT args FROM job`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		enqueue(t, q, "told", "segredo", Options{})
		_ = q.Drain(ctx)
		if args() != `"segredo"` {
			t.Fatalf("a job to be tried again was told %s", args())
		}
		fails = false
		if err := d.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`UPDATE job SET run_at = 0`); return err }); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil || args() != "{}" {
			t.Fatalf("a done job still says %s, %v", args(), err)
		}
	})
}

// The machine's clock jumps, or it slept: the lease seems to have run out while the job goes on.
func TestAJobThatRunsHereIsNotRescued(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, runs := New(d, time.Now, Settings{}), 0
		q.Handle("mail", func(context.Context, json.RawMessage, Info) error {
			runs++
			pass(t, d, time.Hour)
			if err := q.rescue(ctx); err != nil || only(t, d).State != "running" {
				t.Errorf("rescued while it runs: %+v %v", only(t, d), err)
			}
			return nil
		})
		enqueue(t, q, "mail", nil, Options{})
		w, err := q.claim(ctx)
		if err != nil || len(w) != 1 {
			t.Fatal(w, err)
		}
		if err := q.do(ctx, w[0]); err != nil || runs != 1 || only(t, d).State != "done" {
			t.Errorf("%+v, %d runs, %v", only(t, d), runs, err)
		}
	})
}

func TestAHandlerLearnsThatItsLeaseWasLost(t *testing.T) {
	d := dbtest.SQLite(t)
	q := New(d, time.Now, Settings{Lease: 60 * time.Millisecond})
	lost := make(chan struct{})
	q.Handle("long", func(ctx context.Context, _ json.RawMessage, _ Info) error {
		if _, err := q.extend(ctx, work{}); err != nil {
			return err
		}
		err := d.Transact(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE job SET attempt = 2, leased_by = 'other'`)
			return err
		})
		if err != nil {
			return err
		}
		<-ctx.Done()
		close(lost)
		return ctx.Err()
	})
	enqueue(t, q, "long", nil, Options{})
	stop := start(q)
	defer stop()
	select {
	case <-lost:
	case <-time.After(10 * time.Second):
		t.Fatal("the handler went on without a lease")
	}
}

func TestAUniqueJobIsNotDoubledWhileItWaitsOrRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := New(d, newClock().now, Settings{})
		var runs int
		On(q, "scan", func(ctx context.Context, _ int, _ Info) error {
			runs++
			if runs == 1 { // while running, the same job is dropped
				return d.Transact(ctx, func(tx *db.Tx) error { return q.Enqueue(tx, "scan", 3, Options{Unique: "scan:a"}) })
			}
			return nil
		})
		enqueue(t, q, "scan", 1, Options{Unique: "scan:a"})
		enqueue(t, q, "scan", 2, Options{Unique: "scan:a"})
		enqueue(t, q, "scan", 2, Options{Unique: "scan:b"})
		if err := q.Drain(ctx); err != nil || runs != 2 {
			t.Fatalf("ran %d times, want 2; %v", runs, err)
		}
		enqueue(t, q, "scan", 4, Options{Unique: "scan:a"})
		if err := q.Drain(ctx); err != nil || runs != 3 {
			t.Fatalf("ran %d times, want 3: the first was done; %v", runs, err)
		}
	})
}

func TestALaterJobWaitsForItsMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := New(d, c.now, Settings{})
		var done counter
		On(q, "remind", done.handle)
		enqueue(t, q, "remind", 1, Options{At: c.now().Add(time.Hour)})
		for _, step := range []struct {
			after time.Duration
			runs  int
		}{{0, 0}, {59 * time.Minute, 0}, {time.Minute, 1}, {time.Hour, 1}} {
			c.advance(step.after)
			if err := q.Drain(ctx); err != nil || done.runs[1] != step.runs {
				t.Fatalf("after %v more: %d runs, want %d; %v", step.after, done.runs[1], step.runs, err)
			}
		}
	})
}

func TestJobsOfANewerNodeAreLeftAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		older, newer := New(d, c.now, Settings{}), New(d, c.now, Settings{})
		var done counter
		On(older, "old", done.handle)
		On(newer, "new", done.handle)
		enqueue(t, newer, "new", 1, Options{})
		enqueue(t, older, "old", 2, Options{})
		if err := older.Drain(ctx); err != nil || done.runs[1] != 0 || done.runs[2] != 1 {
			t.Fatalf("%v %v", done.runs, err)
		}
		if got := rows(t, d)[0]; got.State != "ready" || got.Attempt != 0 {
			t.Fatalf("the unknown job was touched: %+v", got)
		}
		if err := New(d, c.now, Settings{}).Drain(ctx); err != nil {
			t.Fatalf("a node without handlers: %v", err)
		}
	})
}

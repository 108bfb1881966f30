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

func TestThreeNodesRunAPeriodicJobOncePerInterval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock() // half a minute past a full minute
		var runs atomic.Int32
		nodes := make([]*Queue, 3)
		for i := range nodes {
			nodes[i] = New(d, c.now, Settings{})
			nodes[i].Handle("sweep", func(context.Context, json.RawMessage, Info) error { runs.Add(1); return nil })
			nodes[i].Every("sweep", time.Minute)
		}
		for interval, want := range []int32{0, 1, 2, 3} {
			var wg sync.WaitGroup
			for _, q := range nodes {
				wg.Go(func() {
					if err := q.Drain(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if got := runs.Load(); got != want {
				t.Fatalf("interval %d: ran %d times, want %d", interval, got, want)
			}
			c.advance(time.Minute)
		}
		c.advance(5 * time.Hour) // nobody was up: one run makes up for all
		if err := nodes[1].Drain(ctx); err != nil || runs.Load() != 4 {
			t.Fatalf("after a long pause: ran %d times; %v", runs.Load(), err)
		}
	})
}

func TestAShorterIntervalTakesEffectAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		runs := 0
		for _, every := range []time.Duration{24 * time.Hour, time.Minute} {
			q := New(d, c.now, Settings{})
			q.Handle("sweep", func(context.Context, json.RawMessage, Info) error { runs++; return nil })
			q.Every("sweep", every)
			for range 2 {
				if err := q.Drain(ctx); err != nil {
					t.Fatal(err)
				}
				c.advance(time.Minute)
			}
		}
		if runs != 1 {
			t.Fatalf("ran %d times, want 1", runs)
		}
	})
}

// periodic is a queue with one periodic kind that counts its runs and fails when told to.
func periodic(d *db.DB, c *clock, every time.Duration, failure error) (q *Queue, runs *int) {
	q, runs = New(d, c.now, Settings{}), new(int)
	q.Handle("sweep", func(context.Context, json.RawMessage, Info) error { *runs++; return failure })
	q.Every("sweep", every)
	return q, runs
}

// One case that cannot be moved fails the whole sweep of deadlines, hour after hour: the others are still looked at each minute.
func TestAPeriodicJobThatFailsIsTriedInEachInterval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q, runs := periodic(d, c, time.Minute, errors.New("a stuck case"))
		for range 3 * 60 {
			c.advance(time.Minute)
			before := *runs
			_ = q.Drain(ctx) // the failure
			if *runs == before && before > 0 {
				t.Fatalf("left out after %d runs", before)
			}
		}
		if count := states(t, d); *runs < 3*60-1 || count["dead"] == 0 {
			t.Errorf("%d runs in three hours, %v", *runs, count)
		}
	})
}

// The clock is three hours ahead when the program starts, and is then set right.
func TestAClockThatIsSetRightStopsNoPeriodicWork(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		c.advance(3 * time.Hour)
		q, runs := periodic(d, c, time.Minute, nil)
		step := func(by time.Duration) {
			t.Helper()
			c.advance(by)
			if err := q.Drain(ctx); err != nil {
				t.Fatal(err)
			}
		}
		step(0)
		step(-3 * time.Hour)
		for range 5 {
			step(time.Minute)
		}
		if *runs < 4 {
			t.Errorf("%d runs in five minutes", *runs)
		}
	})
}

// What is done once a day deletes drafts and files by their age. A clock that jumps forty days ahead and is set right within the
// day deletes none; after a real pause it is done a day later.
func TestDailyWorkWaitsADayAfterALongGap(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q, runs := periodic(d, c, day, nil)
		for _, step := range []struct {
			after time.Duration
			runs  int
		}{{0, 0}, {day, 1}, {day, 2}, {40 * day, 2}, {time.Hour, 2}, {-40 * day, 2}, {day, 3}, {30 * day, 3}, {day, 4}} {
			c.advance(step.after)
			if err := q.Drain(ctx); err != nil || *runs != step.runs {
				t.Fatalf("after %v more: %d runs, want %d; %v", step.after, *runs, step.runs, err)
			}
		}
	})
}

// A node an hour ahead asks for the sweep and dies. The others do not wait an hour for it.
func TestWhatAFastNodeLeftIsDoneAtTheRightTime(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, fast := newClock(), newClock()
		fast.advance(time.Hour)
		enqueue(t, New(d, fast.now, Settings{}), "sweep", nil, Options{Unique: "sweep"})
		q, runs := periodic(d, c, time.Minute, nil)
		for range 2 {
			if err := q.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			c.advance(time.Minute)
		}
		if *runs == 0 {
			t.Error("nobody does it")
		}
	})
}

func TestOldDoneJobsArePrunedAndDeadOnesKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := New(d, c.now, Settings{})
		q.Handle("ok", func(context.Context, json.RawMessage, Info) error { return nil })
		q.Handle("bad", func(context.Context, json.RawMessage, Info) error { return Permanent(context.Canceled) })
		enqueue(t, q, "ok", nil, Options{})
		enqueue(t, q, "bad", nil, Options{})
		if err := q.Drain(ctx); err == nil {
			t.Fatal("want the failure of the bad job")
		}
		for _, step := range []struct {
			after time.Duration
			left  int
		}{{7*24*time.Hour - time.Minute, 2}, {2 * time.Hour, 1}} {
			c.advance(step.after)
			if err := q.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			if got := rows(t, d); len(got) != step.left {
				t.Fatalf("after %v: %+v", step.after, got)
			}
		}
		if only(t, d).State != "dead" {
			t.Fatal("the dead job must stay")
		}
	})
}

func TestRunWaitsForRunningJobsAndEndsThoseThatDoNotEnd(t *testing.T) {
	for name, c := range map[string]struct {
		grace, goesOn time.Duration
		state         string
	}{
		"a job that ends in time is done":    {time.Minute, 100 * time.Millisecond, "done"},
		"a job that does not is tried again": {50 * time.Millisecond, time.Minute, "ready"},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			q := New(d, time.Now, Settings{Grace: c.grace, Poll: 10 * time.Millisecond})
			running, stop := context.WithCancel(ctx)
			q.Handle("slow", func(ctx context.Context, _ json.RawMessage, _ Info) error {
				stop()
				select {
				case <-time.After(c.goesOn):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			enqueue(t, q, "slow", nil, Options{})
			q.Run(running)
			if got := only(t, d); got.State != c.state {
				t.Fatalf("%+v, want %s", got, c.state)
			}
		})
	}
}

func TestTwoHandlersForAKindAreAMistakeInTheWiring(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("want a panic")
		}
	}()
	q := New(dbtest.SQLite(t), time.Now, Settings{})
	q.Handle("x", nil)
	q.Handle("x", nil)
}

// BenchmarkQueue prints how many jobs a second are enqueued one by one and run to their end.
func BenchmarkQueue(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			q := New(open(b), time.Now, Settings{})
			var left atomic.Int64
			left.Store(int64(b.N))
			all := make(chan struct{})
			On(q, "count", func(context.Context, int, Info) error {
				if left.Add(-1) == 0 {
					close(all)
				}
				return nil
			})
			b.ResetTimer()
			b.SetParallelism(8)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					enqueue(b, q, "count", 1, Options{})
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "enqueued/s")
			ran := time.Now()
			stop := start(q)
			<-all
			stop()
			b.ReportMetric(float64(b.N)/time.Since(ran).Seconds(), "run/s")
		})
	}
}

package job

import (
	"context"
	"encoding/json"
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
		grace time.Duration
		state string
	}{
		"a job that ends in time is done":    {time.Minute, "done"},
		"a job that does not is tried again": {50 * time.Millisecond, "ready"},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			q := New(d, time.Now, Settings{Grace: c.grace, Poll: 10 * time.Millisecond})
			started := make(chan struct{})
			q.Handle("slow", func(ctx context.Context, _ json.RawMessage, _ Info) error {
				close(started)
				select {
				case <-time.After(400 * time.Millisecond):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			stop := start(q)
			enqueue(t, q, "slow", nil, Options{})
			<-started
			stop()
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

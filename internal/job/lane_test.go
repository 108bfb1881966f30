package job

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// The mail server takes connections and says nothing. Ten mails were due first; deadlines and files do not wait for it.
func TestASilentPartOutsideHoldsUpNothingElse(t *testing.T) { // R-30, quality 2
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := New(d, newClock().now, Settings{Workers: 2, Poll: 10 * time.Millisecond, Grace: time.Millisecond})
		var waiting atomic.Int32
		silent := func(ctx context.Context, _ json.RawMessage, _ Info) error {
			waiting.Add(1)
			<-ctx.Done()
			return ctx.Err()
		}
		var done counter
		q.Handle("mail", silent)
		q.Handle("letter", silent)
		On(q, "scan", done.handle)
		On(q, "deadlines", func(ctx context.Context, _ struct{}, j Info) error { return done.handle(ctx, 1, j) })
		q.Outside("mail", "letter")
		q.Outside("scan")
		q.Every("deadlines", time.Minute)
		for n := range 10 {
			enqueue(t, q, []string{"mail", "letter"}[n%2], nil, Options{})
		}
		enqueue(t, q, "deadlines", struct{}{}, Options{})
		enqueue(t, q, "scan", 2, Options{})
		stop := start(q)
		defer stop()
		eventually(t, "the sweep and the scan", func() bool { return states(t, d)["done"] == 2 })
		if n := waiting.Load(); n > 2 {
			t.Errorf("%d workers wait for the mail server, whose kinds share 2", n)
		}
	})
}

// A lane that found nothing looks only at what is new: at that at once, at the rest, a dead node's job or one asked for by a
// clock that is behind, ten seconds later; and so it does when its own clock is put back.
func TestNothingIsPassedOverForLong(t *testing.T) { // quality 2: clock jumps
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := New(d, c.now, Settings{})
		q.Handle("scan", nil)
		l := q.Outside("scan")
		for _, step := range []struct {
			after, ago time.Duration // how long ago the job was due
			found      int
		}{{0, 0, 1}, {time.Second, 0, 1}, {time.Second, 5 * time.Second, 1}, {time.Second, time.Hour, 0}, {lookBack, 0, 2}, {-time.Hour, 0, 1}} {
			c.advance(step.after)
			enqueue(t, q, "scan", nil, Options{At: c.now().Add(-step.ago)})
			if found, err := q.claimOf(ctx, l, 5); err != nil || len(found) != step.found {
				t.Errorf("%+v: found %d, %v", step, len(found), err)
			}
		}
	})
}

// scanner is a queue with scans of which some find the scanner away and others, by their number, are what it cannot do.
func scanner(d *db.DB, c *clock, away *bool, hopeless int) (q *Queue, runs *counter) {
	q, runs = New(d, c.now, Settings{}), &counter{}
	lane := q.Outside("scan")
	On(q, "scan", func(ctx context.Context, n int, j Info) (err error) {
		if *away || n == hopeless {
			err = errors.New("no answer")
		}
		lane.Heard(err)
		return errors.Join(runs.handle(ctx, n, j), err)
	})
	return q, runs
}

// step lets time pass and does what is due; what fails comes back.
func step(q *Queue, c *clock, by time.Duration) {
	c.advance(by)
	_ = q.Drain(ctx)
}

// The scanner was away for two hours, and does another file's scan: those that waited are not to wait two hours more.
func TestWhatWaitedForAPartIsDoneWhenItIsBack(t *testing.T) { // quality 2
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, away := newClock(), true
		q, runs := scanner(d, c, &away, 0)
		const waiting = 2*broughtForward + 1
		for n := range waiting {
			enqueue(t, q, "scan", n+1, Options{})
		}
		enqueue(t, q, "scan", waiting+2, Options{At: c.now().Add(24 * time.Hour)}) // asked for tomorrow: that stays
		for all := 0; all < 8*waiting; {
			step(q, c, time.Minute)
			all = 0
			for _, n := range runs.runs {
				all += n
			}
		}
		away = false
		enqueue(t, q, "scan", waiting+1, Options{})
		step(q, c, 0)
		for range 3 { // each second some
			step(q, c, time.Second)
		}
		if count := states(t, d); count["done"] != waiting+1 || count["ready"] != 1 {
			t.Errorf("after three seconds: %v", count)
		}
	})
}

// One file makes the scanner hang up each time, beside one that it does each minute. It is tried as often as if it were alone.
func TestWhatFailsByItselfIsNotTriedMoreOften(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const hopeless = -1
		c, away := newClock(), false
		q, runs := scanner(d, c, &away, hopeless)
		enqueue(t, q, "scan", hopeless, Options{})
		for n := range 120 {
			enqueue(t, q, "scan", n, Options{})
			step(q, c, time.Minute)
		}
		if n := runs.runs[hopeless]; n > 8 {
			t.Errorf("tried %d times in two hours", n)
		}
	})
}

// The scanner comes and goes all day. What it cannot do is still tried for half a day before it is given up.
func TestAPartThatComesAndGoesUsesNoJobUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const hopeless = -1
		c, away := newClock(), false
		q, runs := scanner(d, c, &away, hopeless)
		enqueue(t, q, "scan", hopeless, Options{})
		for n := range 60 {
			away = n%6 != 0
			enqueue(t, q, "scan", n, Options{})
			step(q, c, time.Minute)
		}
		for range 11 * 60 {
			step(q, c, time.Minute)
		}
		if n := states(t, d)["dead"]; n > 0 || runs.runs[hopeless] <= 8 {
			t.Errorf("%d given up, after %d attempts", n, runs.runs[hopeless])
		}
	})
}

// BenchmarkClaim prints what a look for work costs while 50,000 mails are due: the mails' own, another lane's usual one,
// and the one with which it looks at everything, every ten seconds.
func BenchmarkClaim(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		d, c := open(b), newClock()
		q := New(d, c.now, Settings{})
		q.Handle("mail", nil)
		q.Handle("scan", nil)
		mails, scans := q.Outside("mail"), q.Outside("scan")
		all := make([]any, 50_000)
		if err := d.Transact(ctx, func(tx *db.Tx) error { return q.EnqueueAll(tx, "mail", all) }); err != nil {
			b.Fatal(err)
		}
		c.advance(time.Minute)
		look := func(l *Lane, whole bool) func(*testing.B) {
			return func(b *testing.B) {
				for b.Loop() {
					if whole {
						l.all = time.Time{}
					}
					if _, err := q.claimOf(ctx, l, 1); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
		b.Run(name+"/mails", look(mails, false))
		b.Run(name+"/others", look(scans, false))
		b.Run(name+"/others, everything", look(scans, true))
	}
}

package job

import (
	"context"
	"encoding/json"
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
		if n := waiting.Load(); n > 1 {
			t.Errorf("%d workers of 2 wait for the mail server", n)
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

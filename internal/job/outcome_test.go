package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

func TestAFailingJobComesBackLaterAndLaterAndDiesAfterTwelve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := New(d, c.now, Settings{})
		var last []bool
		q.Handle("mail", func(_ context.Context, _ json.RawMessage, job Info) error {
			last = append(last, job.Last)
			return errors.New("server \x00 down \xff")
		})
		enqueue(t, q, "mail", nil, Options{})
		total := time.Duration(0)
		for n := 1; n < MaxAttempts; n++ {
			if err := q.Drain(ctx); err == nil {
				t.Fatal("Drain must tell what failed")
			}
			got := only(t, d)
			wait := time.Duration(got.RunAt-c.now().UnixMicro()) * time.Microsecond
			if got.State != "ready" || got.Attempt != n || wait < 5*time.Second || wait > 7*time.Hour+30*time.Minute {
				t.Fatalf("after attempt %d: %+v, wait %v", n, got, wait)
			}
			if err := q.Drain(ctx); err != nil {
				t.Fatalf("tried again at once: %v", err)
			}
			c.advance(wait)
			total += wait
		}
		if err := q.Drain(ctx); err == nil || only(t, d).State != "dead" || only(t, d).Error != "server  down " {
			t.Fatalf("want a dead job with a clean text: %+v %v", only(t, d), err)
		}
		if len(last) != MaxAttempts || !last[MaxAttempts-1] || last[MaxAttempts-2] || total < 12*time.Hour {
			t.Fatalf("last %v, over %v", last, total)
		}
	})
}

func TestFailuresThatCannotBeMendedEndAtOnce(t *testing.T) {
	for name, h := range map[string]Handler{
		"a permanent error, wrapped": func(context.Context, json.RawMessage, Info) error {
			return fmt.Errorf("send: %w", Permanent(errors.New("no such address")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			q := New(d, newClock().now, Settings{})
			q.Handle("mail", h)
			enqueue(t, q, "mail", nil, Options{})
			if err := q.Drain(ctx); err == nil || only(t, d).State != "dead" || only(t, d).Attempt != 1 {
				t.Fatalf("%+v %v", only(t, d), err)
			}
		})
	}
	t.Run("arguments of another shape", func(t *testing.T) {
		d := dbtest.SQLite(t)
		q := New(d, newClock().now, Settings{})
		var done counter
		On(q, "count", done.handle)
		enqueue(t, q, "count", "not a number", Options{})
		if err := q.Drain(ctx); err == nil || only(t, d).State != "dead" {
			t.Fatalf("%+v %v", only(t, d), err)
		}
	})
	if Permanent(nil) != nil {
		t.Error("no failure is not a permanent failure")
	}
}

func TestAPanicIsAFailureOfThatJobOnly(t *testing.T) {
	d := dbtest.SQLite(t)
	q := New(d, newClock().now, Settings{Poll: 10 * time.Millisecond})
	var done counter
	q.Handle("boom", func(context.Context, json.RawMessage, Info) error { panic("boom") })
	On(q, "count", done.handle)
	stop := start(q)
	enqueue(t, q, "boom", nil, Options{})
	enqueue(t, q, "count", 1, Options{})
	eventually(t, "the other job is done", func() bool { return states(t, d)["done"] == 1 })
	stop()
	if all := rows(t, d); all[0].State != "ready" || !strings.Contains(all[0].Error, "panic: boom") {
		t.Fatalf("%+v", all)
	}
}

func TestAJobThatTakesItsNodeDownEveryTimeDies(t *testing.T) {
	d := dbtest.SQLite(t)
	var told []string
	q := New(d, newClock().now, Settings{Ended: func(kind, outcome string, _ time.Duration) { told = append(told, kind+" "+outcome) }})
	q.Handle("crash", func(context.Context, json.RawMessage, Info) error { return nil })
	enqueue(t, q, "crash", nil, Options{})
	for range MaxAttempts {
		if w, err := q.claim(ctx); err != nil || len(w) != 1 {
			t.Fatal(w, err)
		}
		pass(t, d, 2*time.Minute)
		if err := q.rescue(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got := only(t, d); got.State != "dead" || got.Error != "lease expired" || !slices.Equal(told, []string{"crash dead"}) {
		t.Fatalf("%+v, told %v", got, told)
	}
}

package job

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

func TestWhatIsDueIsToldByKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := New(d, c.now, Settings{})
		for _, kind := range []string{"mail", "scan", "quiet"} {
			q.Handle(kind, func(context.Context, json.RawMessage, Info) error { return nil })
		}
		enqueue(t, q, "mail", nil, Options{})
		c.advance(time.Minute)
		enqueue(t, q, "mail", nil, Options{})
		enqueue(t, q, "scan", nil, Options{At: c.now().Add(time.Hour)}) // not due
		enqueue(t, q, "of another version", nil, Options{})
		c.advance(time.Second)
		got, err := q.Backlog(ctx)
		want := []Backlog{{"mail", 2, 61 * time.Second}, {"quiet", 0, 0}, {"scan", 0, 0}}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v", got, err)
		}
	})
}

func TestEachAttemptIsToldWithItsOutcome(t *testing.T) {
	d, c := dbtest.SQLite(t), newClock()
	var told []string
	q := New(d, c.now, Settings{Ended: func(kind, outcome string, took time.Duration) {
		told = append(told, kind+" "+outcome+" "+took.String())
	}})
	for kind, err := range map[string]error{"good": nil, "bad": errors.New("down"), "hopeless": Permanent(errors.New("no such address"))} {
		q.Handle(kind, func(context.Context, json.RawMessage, Info) error { c.advance(time.Second); return err })
		enqueue(t, q, kind, nil, Options{})
	}
	_ = q.Drain(ctx) // it tells what failed
	slices.Sort(told)
	if want := []string{"bad failed 1s", "good done 1s", "hopeless dead 1s"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

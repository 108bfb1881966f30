package db_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

func TestTheMeterIsToldWhatWritingCosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
		var took []time.Duration
		var errs []error
		acts := 0
		d.Meter = &db.Meter{
			Now:         func() time.Time { now = now.Add(time.Second); return now }, // each look is a second later
			Transaction: func(w, t time.Duration, err error) { took, errs = append(took, w, t), append(errs, err) },
			Commit:      func(n int) { acts += n },
		}
		refused := errors.New("refused")
		ok := d.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") })
		no := d.Transact(ctx, func(*db.Tx) error { return refused })
		if ok != nil || !errors.Is(no, refused) || !slices.Equal(errs, []error{ok, no}) {
			t.Errorf("%v %v, told %v", ok, no, errs)
		}
		if want := []time.Duration{time.Second, 2 * time.Second, time.Second, 2 * time.Second}; !slices.Equal(took, want) {
			t.Errorf("waited and took %v, want %v", took, want)
		}
		if acts > 1 { // what was refused shares nothing; where each has a commit of its own there is nothing to tell
			t.Errorf("%d acts shared commits", acts)
		}
	})
}

func TestPoolsTellWhoIsReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inside, leave := make(chan bool), make(chan bool)
		var reading sync.WaitGroup
		reading.Go(func() { _ = d.Read(ctx, func(*db.Tx) error { inside <- true; <-leave; return nil }) })
		<-inside
		if p := d.Pools()[0]; p.InUse != 1 || p.Most < 1 {
			t.Errorf("%+v", p)
		}
		leave <- true
		reading.Wait()
	})
}

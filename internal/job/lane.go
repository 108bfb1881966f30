package job

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"guiche/internal/db"
)

// Lane is kinds of jobs with workers of their own.
type Lane struct {
	slots, awake chan struct{}
	since, all   time.Time // how far claimOf looks back, and when it looks at everything again

	silent atomic.Int32 // calls in a row that the part outside did not answer
	back   atomic.Bool  // it was away and answers again: see bringForward
}

func newLane(workers int) *Lane {
	return &Lane{slots: make(chan struct{}, workers), awake: make(chan struct{}, 1)}
}

// Outside gives the kinds that wait for one part outside, such as the mail server, a lane of their own: while it is silent,
// nothing else waits. Call it before Run.
func (q *Queue) Outside(kinds ...string) *Lane {
	l := newLane(q.set.Workers)
	q.lanes = append(q.lanes, l)
	for _, kind := range kinds {
		q.outside[kind] = l
	}
	return l
}

// laneOf is the lane of a kind: that of all which wait for nothing outside, unless it was told.
func (q *Queue) laneOf(kind string) *Lane {
	if l := q.outside[kind]; l != nil {
		return l
	}
	return q.lanes[0]
}

// kinds are those of a lane that this node knows.
func (q *Queue) kinds(l *Lane) (list []string) {
	for kind := range q.handlers {
		if q.laneOf(kind) == l {
			list = append(list, kind)
		}
	}
	return list
}

// lookBack is how far back a lane that found nothing looks the next time, and how soon it looks at everything again.
const lookBack = 10 * time.Second

// claimOf is claim for a lane. What was due when it found nothing is of other lanes: tens of thousands of mails, perhaps,
// that wait for their server and are not to be read each second by whoever looks for other work.
func (q *Queue) claimOf(ctx context.Context, l *Lane, n int) ([]work, error) {
	now := q.now()
	if q.come(l.all, lookBack) {
		l.since, l.all = time.Time{}, now.Add(lookBack)
	}
	list, err := q.claimDue(ctx, q.kinds(l), l.since, n)
	if err == nil && len(list) < n {
		l.since = now.Add(-lookBack)
	}
	return list, err
}

func (l *Lane) wake() {
	select {
	case l.awake <- struct{}{}:
	default: // a wake-up is already waiting
	}
}

const (
	silences       = 3               // in a row, and the part is away
	broughtForward = 50              // at once, each second, so that a part that is back is not run over
	keepsItsMoment = MaxAttempts - 2 // a job that failed so often: the last two waits, half a day, stay whole whatever the part does
)

// Heard tells what became of a call to the part outside; err is that it did not answer. What waits because the part was away
// is brought forward once it is back. What fails by itself, beside others that succeed, is not: it would be tried each time.
func (l *Lane) Heard(err error) {
	switch {
	case err != nil:
		if l.silent.Add(1) >= silences {
			l.back.Store(false)
		}
	case l.silent.Swap(0) >= silences:
		l.back.Store(true)
	}
}

// bringForward makes some jobs of a lane due that wait for another attempt, if its part was away and is back.
func (q *Queue) bringForward(ctx context.Context, l *Lane) error {
	if !l.back.Load() {
		return nil
	}
	now, moved := q.now().UnixMicro(), int64(0)
	err := q.db.Transact(ctx, func(tx *db.Tx) (err error) {
		var query db.Query
		query.Add(`WITH waiting AS MATERIALIZED (SELECT id FROM job WHERE state = 'ready' AND run_at > ? AND attempt > 0 AND attempt < ?`, now, keepsItsMoment)
		query.In(`AND kind IN`, slices.Sorted(slices.Values(q.kinds(l))))
		query.Add(`ORDER BY run_at, id LIMIT ?`+tx.ForUpdateSkipLocked()+`)`, broughtForward)
		query.Add(`UPDATE job SET run_at = ? WHERE id IN (SELECT id FROM waiting)`, now)
		moved, err = tx.Exec(query.Text(), query.Args()...)
		return err
	})
	if err == nil && moved < broughtForward {
		l.back.Store(false)
	}
	l.wake()
	return err
}

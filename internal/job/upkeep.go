package job

import (
	"context"
	"errors"
	"time"

	"guiche/internal/db"
)

const (
	day      = 24 * time.Hour
	keepDone = 7 * day // done jobs, counted from their creation
)

type period struct {
	kind  string
	every time.Duration
}

// Every enqueues a job of the kind, with no arguments, once per interval over all nodes; the intervals begin at
// multiples of every in UTC. A job still running from the last interval is not doubled; one that failed is tried again
// with the next. What is done daily or less often deletes what is old: when more than two intervals seem to have passed, one
// more goes by first, so that a clock that jumps ahead deletes nothing at once.
func (q *Queue) Every(kind string, every time.Duration) {
	q.periods = append(q.periods, period{kind, every})
}

// keepUp does the upkeep from time to time until ctx ends, however busy the workers are.
func (q *Queue) keepUp(ctx context.Context) {
	tick := time.NewTicker(q.set.Poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		q.report("job upkeep failed", q.upkeep(ctx))
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// upkeep takes back the jobs of dead nodes, brings forward what waited for a part that is back, enqueues what is due by
// schedule, and prunes. Any node may do it.
func (q *Queue) upkeep(ctx context.Context) error {
	errs := []error{q.rescue(ctx)}
	for _, l := range q.lanes {
		errs = append(errs, q.bringForward(ctx, l))
	}
	for _, p := range q.periods {
		if q.come(q.next[p.kind], p.every) {
			errs = append(errs, q.keepSchedule(ctx, p))
		}
	}
	return errors.Join(append(errs, q.prune(ctx))...)
}

// come tells whether a moment at most one interval away is there; one further away was set by a clock that has been put back.
func (q *Queue) come(at time.Time, every time.Duration) bool {
	left := at.Sub(q.now())
	return left <= 0 || left > every
}

// rescue makes jobs whose lease ran out ready again, but for those that run here, whose clock has jumped; one that has
// taken its node down every time is dead.
func (q *Queue) rescue(ctx context.Context) error {
	var dead []string
	err := q.db.Transact(ctx, func(tx *db.Tx) (err error) {
		var query db.Query
		query.Add(`UPDATE job SET state = CASE WHEN attempt >= ? THEN 'dead' ELSE 'ready' END,
			leased_until = 0, last_error = 'lease expired' WHERE state = 'running' AND leased_until < `+tx.Clock(), MaxAttempts)
		q.doing.Range(func(id, _ any) bool {
			query.Add(` AND id <> ?`, id)
			return true
		})
		dead, err = db.Column[string](tx, query.Add(` RETURNING CASE WHEN state = 'dead' THEN kind ELSE '' END`).Text(), query.Args()...)
		return err
	})
	for _, kind := range dead {
		if err == nil && kind != "" {
			q.set.Ended(kind, "dead", 0)
		}
	}
	return err
}

func (q *Queue) keepSchedule(ctx context.Context, p period) error {
	var next int64
	err := q.db.Transact(ctx, func(tx *db.Tx) (err error) {
		now := q.now()
		if err := q.moveSchedule(tx, p, now); err != nil {
			return err
		}
		next, err = db.Scalar[int64](tx, `SELECT next_at FROM schedule WHERE name = $1`, p.kind)
		return err
	})
	if err == nil {
		q.next[p.kind] = time.UnixMicro(next)
	}
	return err
}

// moveSchedule enqueues the job if this node is the one that moves the row on. The first statement also shortens
// the wait when the interval was made smaller.
func (q *Queue) moveSchedule(tx *db.Tx, p period, now time.Time) error {
	next := now.Truncate(p.every).Add(p.every).UnixMicro()
	_, err := tx.Exec(`INSERT INTO schedule (name, next_at) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET next_at = $2 WHERE schedule.next_at > $2`, p.kind, next)
	if err != nil {
		return err
	}
	if p.every >= day {
		if _, err := tx.Exec(`UPDATE schedule SET next_at = $1 WHERE name = $2 AND next_at <= $3`, next, p.kind, now.Add(-2*p.every).UnixMicro()); err != nil {
			return err
		}
	}
	moved, err := tx.Exec(`UPDATE schedule SET next_at = $1 WHERE name = $2 AND next_at <= $3`, next, p.kind, now.UnixMicro())
	if err != nil || moved == 0 {
		return err
	}
	return q.Enqueue(tx, p.kind, struct{}{}, Options{Unique: p.kind})
}

// prune deletes old done jobs, once an hour. Dead ones stay for operators.
func (q *Queue) prune(ctx context.Context) error {
	if !q.come(q.pruneAt, time.Hour) {
		return nil
	}
	now := q.now()
	q.pruneAt = now.Add(time.Hour)
	return q.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM job WHERE state = 'done' AND created_at < $1`, now.Add(-keepDone).UnixMicro())
		return err
	})
}

package job

import (
	"context"
	"errors"
	"time"

	"guiche/internal/db"
)

const keepDone = 7 * 24 * time.Hour // done jobs, counted from their creation

type period struct {
	kind  string
	every time.Duration
}

// Every enqueues a job of the kind, with no arguments, once per interval over all nodes; the intervals begin at
// multiples of every in UTC. A job still waiting or running from the last interval is not doubled.
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

// upkeep takes back the jobs of dead nodes, enqueues what is due by schedule, and prunes. Any node may do it.
func (q *Queue) upkeep(ctx context.Context) error {
	errs := []error{q.rescue(ctx)}
	for _, p := range q.periods {
		if !q.now().Before(q.next[p.kind]) {
			errs = append(errs, q.keepSchedule(ctx, p))
		}
	}
	return errors.Join(append(errs, q.prune(ctx))...)
}

// rescue makes jobs whose lease ran out ready again; one that has taken its node down every time is dead.
func (q *Queue) rescue(ctx context.Context) error {
	return q.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE job SET state = CASE WHEN attempt >= $1 THEN 'dead' ELSE 'ready' END,
			leased_until = 0, last_error = 'lease expired' WHERE state = 'running' AND leased_until < `+tx.Clock(), MaxAttempts)
		return err
	})
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
	moved, err := tx.Exec(`UPDATE schedule SET next_at = $1 WHERE name = $2 AND next_at <= $3`, next, p.kind, now.UnixMicro())
	if err != nil || moved == 0 {
		return err
	}
	return q.Enqueue(tx, p.kind, struct{}{}, Options{Unique: p.kind})
}

// prune deletes old done jobs, once an hour. Dead ones stay for operators.
func (q *Queue) prune(ctx context.Context) error {
	now := q.now()
	if now.Before(q.pruneAt) {
		return nil
	}
	q.pruneAt = now.Add(time.Hour)
	return q.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM job WHERE state = 'done' AND created_at < $1`, now.Add(-keepDone).UnixMicro())
		return err
	})
}

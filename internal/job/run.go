package job

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"guiche/internal/db"
)

// work is a job this node has leased.
type work struct {
	Info
	args json.RawMessage
}

// claim leases the job that is due for longest, of all lanes; none when none is.
func (q *Queue) claim(ctx context.Context) ([]work, error) {
	return q.claimDue(ctx, slices.Collect(maps.Keys(q.handlers)), time.Time{}, 1)
}

// claimDue leases up to n jobs of some kinds that became due after a moment, the oldest first. Leases go by the database's
// clock: a node whose own is wrong takes no running job from another.
func (q *Queue) claimDue(ctx context.Context, kinds []string, after time.Time, n int) ([]work, error) {
	var out []work
	err := q.db.Transact(ctx, func(tx *db.Tx) (err error) {
		var query db.Query
		query.Add(`WITH due AS MATERIALIZED (SELECT id FROM job WHERE state = 'ready' AND run_at <= ? AND run_at > ?`, q.now().UnixMicro(), after.UnixMicro())
		query.In(`AND kind IN`, slices.Sorted(slices.Values(kinds)))
		query.Add(`ORDER BY run_at, id LIMIT ?`+tx.ForUpdateSkipLocked()+`)`, n)
		query.Add(`UPDATE job SET state = 'running', attempt = attempt + 1, leased_until = `+tx.Clock()+` + ?, leased_by = ?
			WHERE id IN (SELECT id FROM due) RETURNING id, kind, args, attempt`, q.set.Lease.Microseconds(), q.node)
		out, err = db.All(tx, scanWork, query.Text(), query.Args()...)
		return err
	})
	return out, err
}

func scanWork(r db.Row, w *work) error {
	var args string
	err := r.Scan(&w.ID, &w.Kind, &args, &w.Attempt)
	w.args, w.Last = json.RawMessage(args), w.Attempt >= MaxAttempts
	return err
}

// Run does jobs until ctx ends, then waits for those that are running.
func (q *Queue) Run(ctx context.Context) {
	jobs, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { q.keepUp(ctx) })
	for _, l := range q.lanes {
		running.Go(func() { q.runLane(ctx, jobs, l, &running) })
	}
	<-ctx.Done()
	late := time.AfterFunc(q.set.Grace, cancel)
	defer late.Stop()
	running.Wait()
}

// runLane starts the jobs of a lane until ctx ends.
func (q *Queue) runLane(ctx, jobs context.Context, l *Lane, running *sync.WaitGroup) {
	tick := time.NewTicker(q.set.Poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		if q.startDue(ctx, jobs, l, running) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-l.awake:
		case <-tick.C:
		}
	}
}

// startDue fills the free workers of a lane and tells whether there may be more to do.
func (q *Queue) startDue(ctx, jobs context.Context, l *Lane, running *sync.WaitGroup) (more bool) {
	free := l.waitForWorkers(ctx)
	if free == 0 {
		return false
	}
	claimed, err := q.claimOf(ctx, l, free)
	q.report("job claim failed", err)
	for _, w := range claimed {
		l.slots <- struct{}{}
		running.Go(func() {
			defer func() { <-l.slots }()
			q.report("job outcome not recorded", q.do(jobs, w))
		})
	}
	return len(claimed) == free
}

// waitForWorkers waits until a worker is free and says how many are; none when ctx ends.
func (l *Lane) waitForWorkers(ctx context.Context) int {
	select {
	case l.slots <- struct{}{}:
		<-l.slots
		return cap(l.slots) - len(l.slots)
	case <-ctx.Done():
		return 0
	}
}

// do runs one attempt under a lease that is renewed while it lasts, and records the outcome. When recording fails
// the lease runs out and the job is done again.
func (q *Queue) do(ctx context.Context, w work) error {
	q.doing.Store(w.ID, true)
	defer q.doing.Delete(w.ID)
	held, drop := context.WithCancel(ctx)
	var beat sync.WaitGroup
	beat.Go(func() { q.renew(held, drop, w) })
	took, failure := q.timed(held, w)
	drop()
	beat.Wait()
	return q.finish(context.WithoutCancel(ctx), w, took, failure)
}

// renew keeps the lease until ctx ends, and drops the job when another node has it.
func (q *Queue) renew(ctx context.Context, drop context.CancelFunc, w work) {
	tick := time.NewTicker(q.set.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		kept, err := q.extend(ctx, w)
		if err == nil && !kept {
			drop()
		}
	}
}

func (q *Queue) extend(ctx context.Context, w work) (kept bool, err error) {
	err = q.db.Transact(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE job SET leased_until = `+tx.Clock()+` + $1 WHERE id = $2 AND attempt = $3 AND state = 'running' AND leased_by = $4`,
			q.set.Lease.Microseconds(), w.ID, w.Attempt, q.node)
		kept = n == 1
		return err
	})
	return kept, err
}

// Drain does everything that is due now, one job after the other, until nothing is left; for tests and commands.
// It returns what the handlers returned, joined; their jobs wait for a later attempt as always.
func (q *Queue) Drain(ctx context.Context) error {
	if err := q.upkeep(ctx); err != nil {
		return err
	}
	var failures []error
	for {
		claimed, err := q.claim(ctx)
		if err != nil || len(claimed) == 0 {
			return errors.Join(append(failures, err)...)
		}
		took, failure := q.timed(ctx, claimed[0])
		failures = append(failures, failure)
		if err := q.finish(ctx, claimed[0], took, failure); err != nil {
			return errors.Join(append(failures, err)...)
		}
	}
}

func (q *Queue) report(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		q.set.Log.Error(what, "error", err) //nolint:sloglint // each caller gives a constant
	}
}

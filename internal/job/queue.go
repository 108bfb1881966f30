package job

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"guiche/internal/db"
)

// Handler does one attempt of a job. Its context ends when the lease is lost or the node must stop.
type Handler func(ctx context.Context, args json.RawMessage, job Info) error

// Info says which job is being done.
type Info struct {
	// ID stays the same over all attempts.
	ID   string
	Kind string
	// Attempt counts from 1. Last is true when no further attempt will follow a failure.
	Attempt int
	Last    bool
}

// Options of one job.
type Options struct {
	// Unique, when set, drops the job while another with the same text is ready or running. One that waits for a later
	// moment, because it failed or by another node's wrong clock, is brought forward to this one's.
	Unique string
	// At is the earliest moment of the first attempt; zero: at once.
	At time.Time
}

// Settings of a queue. Zero values mean the defaults.
type Settings struct {
	// Workers is how many jobs of each lane this node does at the same time; default 8.
	Workers int
	// Lease is how long a node that died keeps its jobs from the others; default one minute.
	Lease time.Duration
	// Poll is how often an idle node looks for work that it was not woken for; default one second.
	Poll time.Duration
	// Grace is how long jobs may go on after Run was told to end before their context ends; default 20 seconds.
	Grace time.Duration
	// Log gets failures: kind, id and attempt, never the error's text, which is kept in last_error. Default: none.
	Log *slog.Logger
	// Ended is told of each attempt whose outcome was recorded: done, failed (tried again later) or dead. Default: nobody.
	Ended func(kind, outcome string, took time.Duration)
}

// Queue enqueues jobs and does them. Register every handler before Run or Drain.
type Queue struct {
	db       *db.DB
	now      func() time.Time
	set      Settings
	node     string
	handlers map[string]Handler
	periods  []period
	next     map[string]time.Time // when this node looks at a period again
	pruneAt  time.Time
	doing    sync.Map // ids of the jobs that run here
	lanes    []*Lane  // the first is of all kinds that are in no other
	outside  map[string]*Lane
}

// New makes a queue on the installation's database.
func New(d *db.DB, now func() time.Time, s Settings) *Queue {
	orDefault(&s.Workers, 8)
	orDefault(&s.Lease, time.Minute)
	orDefault(&s.Poll, time.Second)
	orDefault(&s.Grace, 20*time.Second)
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Ended == nil {
		s.Ended = func(string, string, time.Duration) {}
	}
	return &Queue{
		db: d, now: now, set: s, node: db.NewID(),
		handlers: map[string]Handler{},
		next:     map[string]time.Time{},
		lanes:    []*Lane{newLane(s.Workers)},
		outside:  map[string]*Lane{},
	}
}

func orDefault[T comparable](v *T, usual T) {
	var zero T
	if *v == zero {
		*v = usual
	}
}

// Handle says who does the jobs of a kind. It panics when the kind is taken: that is a mistake in the wiring.
func (q *Queue) Handle(kind string, h Handler) {
	if _, taken := q.handlers[kind]; taken {
		panic("job: two handlers for " + kind)
	}
	q.handlers[kind] = h
}

// On is Handle for arguments of a type. Arguments that do not fit the type end the job as dead.
func On[T any](q *Queue, kind string, h func(ctx context.Context, args T, job Info) error) {
	q.Handle(kind, func(ctx context.Context, raw json.RawMessage, job Info) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return Permanent(fmt.Errorf("arguments of %s: %w", kind, err))
		}
		return h(ctx, args, job)
	})
}

// Enqueue adds a job in the caller's transaction and, once that is durable, wakes this node's workers.
// Nodes that do not know the kind leave the job to those that do.
func (q *Queue) Enqueue(tx *db.Tx, kind string, args any, o Options) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("arguments of %s: %w", kind, err)
	}
	now := q.now()
	orDefault(&o.At, now)
	var unique *string
	if o.Unique != "" {
		unique = &o.Unique
	}
	_, err = tx.Exec(`INSERT INTO job (id, kind, args, unique_key, state, run_at, created_at)
		VALUES ($1, $2, $3, $4, 'ready', $5, $6) ON CONFLICT (unique_key) WHERE state IN ('ready', 'running')
		DO UPDATE SET run_at = excluded.run_at WHERE job.state = 'ready' AND job.run_at > excluded.run_at`,
		db.NewID(), kind, string(raw), unique, o.At.UnixMicro(), now.UnixMicro())
	if err == nil && !o.At.After(now) {
		tx.After(q.laneOf(kind).wake)
	}
	return err
}

// EnqueueAll is Enqueue of many jobs of a kind, to be done at once, with few statements.
func (q *Queue) EnqueueAll(tx *db.Tx, kind string, all []any) error {
	if len(all) == 0 {
		return nil
	}
	now := q.now().UnixMicro()
	rows := make([][]any, len(all))
	for i, args := range all {
		raw, err := json.Marshal(args)
		if err != nil {
			return fmt.Errorf("arguments of %s: %w", kind, err)
		}
		rows[i] = []any{db.NewID(), kind, string(raw), now, now}
	}
	_, err := tx.ExecRows(`INSERT INTO job (id, kind, args, state, run_at, created_at) VALUES`, `(?, ?, ?, 'ready', ?, ?)`, ``, rows)
	if err == nil {
		tx.After(q.laneOf(kind).wake)
	}
	return err
}

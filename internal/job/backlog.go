package job

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guiche/internal/db"
)

// Backlog is what is due of one kind and waits for a worker: how many jobs, and for how long the first has been due.
type Backlog struct {
	Kind   string
	Due    int
	Oldest time.Duration
}

// backlogLimit bounds what is counted, the longest due first.
const backlogLimit = 10_000

// Backlog is the backlog of every kind this node knows, zero included, over all nodes.
func (q *Queue) Backlog(ctx context.Context) ([]Backlog, error) {
	now := q.now()
	due := map[string]Backlog{}
	for kind := range q.handlers {
		due[kind] = Backlog{Kind: kind}
	}
	err := q.db.Read(ctx, func(tx *db.Tx) error {
		list, err := db.All(tx, func(r db.Row, b *Backlog) error {
			var since int64
			err := r.Scan(&b.Kind, &b.Due, &since)
			b.Oldest = now.Sub(time.UnixMicro(since))
			return err
		}, `SELECT kind, count(*), min(run_at) FROM (SELECT kind, run_at FROM job WHERE state = 'ready' AND run_at <= $1
			ORDER BY run_at, id LIMIT $2) AS due GROUP BY kind`, now.UnixMicro(), backlogLimit)
		for _, b := range list {
			if _, known := due[b.Kind]; known {
				due[b.Kind] = b
			}
		}
		return err
	})
	return slices.SortedFunc(maps.Values(due), func(a, b Backlog) int { return strings.Compare(a.Kind, b.Kind) }), err
}

package job

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"guiche/internal/db"
)

// MaxAttempts is how often a job is tried. With the waits of backoff they spread over about a day, so that a mail
// server may be out for a night.
const MaxAttempts = 12

const errorBytes = 2000 // of a failure's text, kept for operators

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks a failure that trying again cannot mend: the job is dead at once. A nil err stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// backoff is the wait after a failed attempt: 5 s, 15 s, 45 s, ... at most 6 hours, plus up to a quarter, so that
// jobs which failed together do not come back together.
func backoff(attempt int) time.Duration {
	wait := 5 * time.Second
	for range attempt - 1 {
		wait = min(3*wait, 6*time.Hour)
	}
	return wait + time.Duration(rand.Int64N(int64(wait)/4))
}

// attempt runs the handler; a panic in it is a failure like others.
func (q *Queue) attempt(ctx context.Context, w work) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return q.handlers[w.Kind](ctx, w.args, w.Info)
}

// timed is attempt, and how long it took.
func (q *Queue) timed(ctx context.Context, w work) (took time.Duration, failure error) {
	began := q.now()
	failure = q.attempt(ctx, w)
	return q.now().Sub(began), failure
}

// finish records how an attempt ended, unless the lease was lost meanwhile.
func (q *Queue) finish(ctx context.Context, w work, took time.Duration, failure error) error {
	if failure != nil {
		q.set.Log.Warn("job failed", "kind", w.Kind, "id", w.ID, "attempt", w.Attempt)
	}
	state, at := q.verdict(w, failure)
	err := q.db.Transact(ctx, func(tx *db.Tx) error {
		// What a job was told may be personal; once done, nobody needs it.
		_, err := tx.Exec(`UPDATE job SET state = $1, run_at = $2, last_error = $3, leased_until = 0, args = CASE WHEN $1 = 'done' THEN '{}' ELSE args END
			WHERE id = $4 AND attempt = $5 AND state = 'running' AND leased_by = $6`,
			state, at.UnixMicro(), text(failure), w.ID, w.Attempt, q.node)
		return err
	})
	if err == nil {
		q.set.Ended(w.Kind, map[string]string{"done": "done", "ready": "failed", "dead": "dead"}[state], took)
	}
	return err
}

func (q *Queue) verdict(w work, failure error) (state string, at time.Time) {
	now := q.now()
	if failure == nil {
		return "done", now
	}
	if _, never := errors.AsType[permanent](failure); never || w.Last {
		return "dead", now
	}
	return "ready", now.Add(backoff(w.Attempt))
}

// text is what both engines accept as text.
func text(err error) string {
	if err == nil {
		return ""
	}
	s := strings.ReplaceAll(err.Error(), "\x00", "")
	return strings.ToValidUTF8(s[:min(len(s), errorBytes)], "")
}

package complaint

import (
	"context"
	"errors"

	"guiche/internal/db"
	"guiche/internal/person"
)

// DeadlineJob is the kind of the periodic job that keeps the deadlines, with any number of nodes.
const DeadlineJob = "deadlines"

// sweepBatch is how many cases share one transaction of the sweep.
const sweepBatch = 200

// system is who acts when a clock runs out.
var system = person.Actor{AccountID: "system", Name: "Sistema"}

// KeepDeadlines does what the clocks ask for now: what ran out expires and reminders go out, each once. A case
// that cannot be moved does not stop the others; its error is returned at the end.
func (s *Service) KeepDeadlines(ctx context.Context) error {
	return errors.Join(s.sweep(ctx, dueNow, s.expire), s.sweep(ctx, remindNow, s.remind), s.keepPromises(ctx))
}

// due is which cases one part of the sweep finds, and the column that says when.
type due struct{ column, where string }

// Both walk an index of their own; rows another node works on are passed over.
var (
	dueNow    = due{"due_at", `state IN ('awaiting_consumer', 'awaiting_supplier', 'awaiting_rating')`}
	remindNow = due{"remind_at", `remind_at < 4611686018427387904`}
)

func (d due) query() string {
	return `SELECT ` + columns + ` FROM complaint WHERE ` + d.where + ` AND ` + d.column + ` < $1 AND (` + d.column + `, id) > ($2, $3)
		ORDER BY ` + d.column + `, id LIMIT $4`
}

func (d due) of(c Complaint) int64 {
	if d.column == "due_at" {
		return c.DueAt.UnixMicro()
	}
	return c.RemindAt.UnixMicro()
}

// place is how far a sweep has passed over what it could not move.
type place struct {
	at int64
	id string
}

// sweep walks what is due, batch by batch. A batch that fails is done again case by case, and a case that fails is
// left behind.
func (s *Service) sweep(ctx context.Context, d due, act func(*db.Tx, Complaint) error) error {
	var failed []error
	var behind place
	for ctx.Err() == nil {
		n, _, err := s.sweepBatch(ctx, d, behind, sweepBatch, act)
		if err != nil {
			var last place
			if n, last, err = s.sweepBatch(ctx, d, behind, 1, act); err != nil {
				failed, behind = append(failed, err), last
			}
		}
		if n == 0 {
			break
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}

func (s *Service) sweepBatch(ctx context.Context, d due, after place, most int, act func(*db.Tx, Complaint) error) (n int, last place, err error) {
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		cases, err := db.All(tx, scanComplaint, d.query()+tx.ForUpdateSkipLocked(), s.Now().UnixMicro(), after.at, after.id, most)
		n = len(cases)
		for _, c := range cases {
			last = place{d.of(c), c.ID}
			if err := act(tx, c); err != nil {
				return err
			}
		}
		return err
	})
	return n, last, err
}

// expire moves a case whose clock ran out, and tells its consumer what happened and what they can do.
func (s *Service) expire(tx *db.Tx, c Complaint) error {
	ch := change{act: ActExpire, tells: bothParties}
	to, _ := Next(c.Route, c.State, c.Resume, ActExpire, AsSystem)
	switch {
	case to == Closed:
		ch.data = map[string]any{"outcome": Unrated}
		ch.edit = func(c *Complaint) { c.Outcome, c.ClosedAt = Unrated, s.Now() }
	case c.State == AwaitingSupplier:
		ch.edit = func(c *Complaint) { c.Unanswered = true }
	}
	return s.apply(tx, system, AsSystem, c, "", ch)
}

// remind tells the owner of a running clock that time passes, and sets the next reminder.
func (s *Service) remind(tx *db.Tx, c Complaint) error {
	next := nextReminder(c, s.Now())
	return s.apply(tx, system, AsSystem, c, "", change{act: ActRemind, tells: []Role{Owner(c.State)},
		edit: func(c *Complaint) { c.RemindAt = next }})
}

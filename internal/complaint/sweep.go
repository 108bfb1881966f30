package complaint

import (
	"context"
	"errors"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
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

// sweep walks what is due, batch by batch. A batch that fails is tried again in halves, and a case that fails alone is
// left behind.
func (s *Service) sweep(ctx context.Context, d due, act func(*db.Tx, Complaint) (moved, error)) error {
	var failed []error
	var behind place
	most := sweepBatch
	for ctx.Err() == nil {
		n, last, err := s.sweepBatch(ctx, d, behind, most, act)
		switch {
		case err == nil:
			most = min(2*most, sweepBatch)
			s.swept(n)
		case fault.Is(err, fault.Unavailable): // the outside, not a case: the next sweep tries again
			return errors.Join(append(failed, err)...)
		case n > 1:
			most = (n + 1) / 2
		default:
			failed, behind = append(failed, err), last
		}
		if n == 0 {
			break
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}

func (s *Service) swept(cases int) {
	if s.Swept != nil && cases > 0 {
		s.Swept(cases)
	}
}

func (s *Service) sweepBatch(ctx context.Context, d due, after place, most int, act func(*db.Tx, Complaint) (moved, error)) (n int, last place, err error) {
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		cases, err := db.All(tx, scanComplaint, d.query()+tx.ForUpdateSkipLocked(), s.Now().UnixMicro(), after.at, after.id, most)
		n = len(cases)
		if err != nil || n == 0 {
			return err
		}
		all := make([]moved, n)
		for i, c := range cases {
			last = place{d.of(c), c.ID}
			if all[i], err = act(tx, c); err != nil {
				return err
			}
		}
		return s.storeAll(tx, all)
	})
	return n, last, err
}

// storeAll stores what acts of the system did to many cases, and their events and news, with few statements. It knows
// no messages and no rows of an act's own.
func (s *Service) storeAll(tx *db.Tx, all []moved) error {
	if err := updateAll(tx, all, s.Now()); err != nil {
		return err
	}
	events := make([]audit.Event, len(all))
	for i, m := range all {
		var err error
		events[i] = m.event
		if events[i].Data, err = facts(system.Level, m.after, m.change); err != nil {
			return err
		}
	}
	if err := audit.AppendAll(tx, events); err != nil {
		return err
	}
	var told []any
	for i, m := range all {
		told = append(told, news(m.after, events[i], m.change)...)
	}
	return s.Jobs.EnqueueAll(tx, NoticeJob, told)
}

// expire moves a case whose clock ran out, and tells its consumer what happened and what they can do.
func (s *Service) expire(tx *db.Tx, c Complaint) (moved, error) {
	ch := change{act: ActExpire, tells: bothParties}
	to, _ := Next(c.Route, c.State, c.Resume, ActExpire, AsSystem)
	switch {
	case to == Closed:
		ch.data = map[string]any{"outcome": Unrated}
		ch.edit = func(c *Complaint) { c.Outcome, c.ClosedAt = Unrated, s.Now() }
	case c.State == AwaitingSupplier:
		ch.edit = func(c *Complaint) { c.Unanswered = true }
	}
	return s.move(tx, system, AsSystem, c, "", ch)
}

// remind tells the owner of a running clock that time passes, and sets the next reminder.
func (s *Service) remind(tx *db.Tx, c Complaint) (moved, error) {
	next := nextReminder(c, s.Now())
	return s.move(tx, system, AsSystem, c, "", change{act: ActRemind, tells: []Role{Owner(c.State)},
		edit: func(c *Complaint) { c.RemindAt = next }})
}

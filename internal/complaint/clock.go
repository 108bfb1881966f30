package complaint

import (
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
)

// Owner is who owes the next step in a state; empty: nobody, the case is closed.
func Owner(s State) Role {
	switch s {
	case AwaitingConsumer, AwaitingRating:
		return AsConsumer
	case AwaitingSupplier:
		return AsSupplier
	case Screening, RefusalReview, InReview, Hearing:
		return AsOfficer
	case Referred:
		return "other_body"
	}
	return ""
}

// RunsClock tells whether a deadline rule must exist for a state. A hearing has its date instead, a referred case is
// in another body's hands, a closed one owes nothing.
func RunsClock(s State) bool {
	switch s {
	case Hearing, Referred, Closed:
		return false
	}
	return true
}

// Clock is what a state started: until when, by which rule, and what it was counted with.
type Clock struct {
	DueAt   time.Time
	Rule    string // id and version of the deadline rule, as recorded; empty: no clock
	FromOn  string
	Edition int64                 // of the agency's calendar
	Still   []calendar.Suspension // days on which it stood still
}

// note puts into the facts of an event all that its date can be counted from again.
func (k Clock) note(facts map[string]any) {
	facts["clock_rule"], facts["due_at"], facts["clock_from"], facts["calendar"] = k.Rule, k.DueAt.UnixMicro(), k.FromOn, k.Edition
	if len(k.Still) > 0 {
		facts["still"] = k.Still
	}
}

// noClock is the clock of states that run none.
func noClock(now time.Time) Clock {
	return Clock{DueAt: NoDue, FromOn: calendar.Of(now).String()}
}

// countClock counts a rule from a day in the agency's calendar; the day of the event does not count and the clock ends
// with its last day. Days on which it stood still do not count either.
func countClock(from calendar.Day, rule calendar.Rule, cal calendar.Calendar, still []calendar.Suspension) (Clock, error) {
	result, err := calendar.Due(from, rule, cal, still)
	if err != nil {
		return Clock{}, err
	}
	return Clock{DueAt: result.Due.End().UTC(), Rule: rule.ID + "@" + rule.Version, FromOn: from.String(), Edition: cal.Edition, Still: still}, nil
}

// reminders are at these parts of a clock's time, in percent.
var reminders = []int{50, 80}

// nextReminder is the first reminder after now of a clock that somebody outside the agency owes; NoDue when none is
// left.
func nextReminder(c Complaint, now time.Time) time.Time {
	from, err := calendar.Parse(c.ClockFromOn)
	if err != nil || !c.HasDue() || (Owner(c.State) != AsConsumer && Owner(c.State) != AsSupplier) {
		return NoDue
	}
	start := from.End()
	for _, part := range reminders {
		at := start.Add(c.DueAt.Sub(start) / 100 * time.Duration(part))
		if at.After(now) {
			return at.UTC()
		}
	}
	return NoDue
}

// heldRule is the rule by which the clock that stands still was started, of whatever agency.
func (s *Service) heldRule(tx *db.Tx, c Complaint) (calendar.Rule, error) {
	id, _, _ := strings.Cut(c.HeldRule, "@")
	book, err := s.Agencies.Almanac(tx, c.AgencyID)
	if err != nil {
		return calendar.Rule{}, err
	}
	if d, known := book.DeadlineByID(id); known {
		return d.Rule, nil
	}
	d, err := s.Agencies.DeadlineByID(tx, id)
	return d.Rule, err
}

// suspends tells whether the company's clock stands still in a state that it can come back from.
func suspends(s State) bool { return s == AwaitingConsumer || s == RefusalReview }

package complaint

import (
	"time"

	"guiche/internal/calendar"
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

// Clock is what a state started: until when, by which rule.
type Clock struct {
	DueAt  time.Time
	Rule   string // id and version of the deadline rule, as recorded; empty: no clock
	FromOn string
}

// noClock is the clock of states that run none.
func noClock(now time.Time) Clock {
	return Clock{DueAt: NoDue, FromOn: calendar.Of(now).String()}
}

// startClock counts a rule from the day of now in the agency's calendar; the day of the event does not count and the
// clock ends with its last day.
func startClock(now time.Time, rule calendar.Rule, cal calendar.Calendar) (Clock, error) {
	from := calendar.Of(now)
	result, err := calendar.Due(from, rule, cal, nil)
	if err != nil {
		return Clock{}, err
	}
	return Clock{DueAt: result.Due.End().UTC(), Rule: rule.ID + "@" + rule.Version, FromOn: from.String()}, nil
}

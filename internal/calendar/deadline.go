package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Unit says which days a deadline counts.
type Unit string

// The units of deadlines.
const (
	Business     Unit = "business" // dias úteis
	CalendarDays Unit = "calendar" // dias corridos
)

// MaxAmount is the longest deadline of a rule, in days of its unit.
const MaxAmount = 3650

// horizon is how far after the event a deadline may end, suspensions included.
const horizon = 30 * 366

var (
	// ErrRule means that a rule has no known unit, or an amount outside 1 to MaxAmount.
	ErrRule = errors.New("calendar: not a deadline rule")
	// ErrDays means a missing start, or a suspension that has no first day or ends before it.
	ErrDays = errors.New("calendar: days missing or in the wrong order")
	// ErrUnending means that a suspension without an end stops the deadline.
	ErrUnending = errors.New("calendar: the deadline is suspended and nobody knows until when")
	// ErrTooFar means that the deadline would end more than thirty years after its start.
	ErrTooFar = errors.New("calendar: the deadline would end too far away")
)

// Rule is the length of a deadline. A running deadline keeps the version it
// started with: a change of rule never moves it.
type Rule struct {
	ID      string
	Version string
	Amount  int // in days of the unit, 1 to MaxAmount
	Unit    Unit
}

// String says the length in Portuguese, as in "10 dias úteis".
func (r Rule) String() string {
	one, many := "dia corrido", "dias corridos"
	if r.Unit == Business {
		one, many = "dia útil", "dias úteis"
	}
	return count(r.Amount, one, many)
}

// Suspension is a run of days that do not count because the other side owes
// something, both ends included. A zero To means that it is still open.
type Suspension struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

// ParseSuspension reads FROM..TO, or FROM.. for one that is still open.
func ParseSuspension(text string) (Suspension, error) {
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		return Suspension{}, fmt.Errorf("calendar: %q is not a suspension written as FROM..TO", text)
	}
	var s Suspension
	var err error
	if s.From, err = Parse(from); err != nil {
		return Suspension{}, fmt.Errorf("start of the suspension: %w", err)
	}
	if err := s.To.UnmarshalText([]byte(to)); err != nil {
		return Suspension{}, fmt.Errorf("end of the suspension: %w", err)
	}
	return s, s.check()
}

func (s Suspension) check() error {
	if s.From == 0 || (s.To != 0 && s.To < s.From) {
		return fmt.Errorf("%w: suspension %s..%s", ErrDays, s.From, s.To)
	}
	return nil
}

// Result is the last day of a deadline and the days it passed over on the way.
type Result struct {
	Due     Day       `json:"due"`
	Skipped []Skipped `json:"skipped"` // in order; never nil
}

// Skipped is a day that did not count, or that could not be the last one.
type Skipped struct {
	On  Day    `json:"on"`
	Why string `json:"why"` // in Portuguese, for people
}

// Due counts a rule from the day of an event. Suspended days never count.
// Days that the calendar does not work do not count in business days, and in
// calendar days only cannot be the last. Suspensions may overlap, in any order.
//
// It fails with ErrRule, ErrDays, ErrUnending or ErrTooFar.
func Due(start Day, rule Rule, cal Calendar, suspensions []Suspension) (Result, error) {
	if err := check(start, rule, suspensions); err != nil {
		return Result{}, err
	}
	skipped := []Skipped{}
	left := rule.Amount
	for day := start + 1; day <= min(start+horizon, lastDay); day++ {
		mustWork := rule.Unit == Business || left == 1
		why, err := obstacle(day, mustWork, cal, suspensions)
		switch {
		case err != nil:
			return Result{}, err
		case why != "":
			skipped = append(skipped, Skipped{On: day, Why: why})
		case left == 1:
			return Result{Due: day, Skipped: skipped}, nil
		default:
			left--
		}
	}
	return Result{}, fmt.Errorf("%w: %s from %s", ErrTooFar, rule, start)
}

func check(start Day, rule Rule, suspensions []Suspension) error {
	if start < firstDay || start > lastDay {
		return fmt.Errorf("%w: start", ErrDays)
	}
	if rule.Amount < 1 || rule.Amount > MaxAmount {
		return fmt.Errorf("%w: %d days, allowed are 1 to %d", ErrRule, rule.Amount, MaxAmount)
	}
	if rule.Unit != Business && rule.Unit != CalendarDays {
		return fmt.Errorf("%w: unit %s", ErrRule, strconv.Quote(string(rule.Unit)))
	}
	for _, s := range suspensions {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// obstacle says why a day is passed over; the empty text means that it counts.
func obstacle(day Day, mustWork bool, cal Calendar, suspensions []Suspension) (string, error) {
	suspended := false
	for _, s := range suspensions {
		if !within(day, s.From, s.To) {
			continue
		}
		if s.To == 0 {
			return "", fmt.Errorf("%w: since %s", ErrUnending, s.From)
		}
		suspended = true
	}
	if suspended {
		return "prazo suspenso", nil
	}
	if !mustWork {
		return "", nil
	}
	_, why := cal.Working(day)
	return why, nil
}

// Run is a number of days in a row that were passed over for one reason, both ends included.
type Run struct {
	From, To Day
	Why      string
}

// Count is how many days it has.
func (r Run) Count() int64 { return int64(r.To.Sub(r.From)) + 1 }

// Runs puts skipped days together as people tell them; a Saturday and its Sunday are one weekend.
func (r Result) Runs() []Run {
	var runs []Run
	for _, s := range r.Skipped {
		if w := s.On.Weekday(); s.Why == weekdayName(w) {
			s.Why = "fim de semana"
		}
		if n := len(runs); n > 0 && runs[n-1].To+1 == s.On && runs[n-1].Why == s.Why {
			runs[n-1].To = s.On
			continue
		}
		runs = append(runs, Run{s.On, s.On, s.Why})
	}
	return runs
}

// String says the days: "25 de novembro de 2026", "25 de novembro a 2 de dezembro de 2026".
func (r Run) String() string {
	if r.From == r.To {
		return LongDate(r.From)
	}
	return shortDate(r.From, r.To) + " a " + LongDate(r.To)
}

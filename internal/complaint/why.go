package complaint

import (
	"context"
	"slices"
	"strings"
	"time"

	"guiche/internal/agency"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
)

// Why is why a clock of a case ends when it does: what it was counted from, and each day that did not count.
type Why struct {
	State   State
	Until   time.Time
	Running bool
	From    calendar.Day // of the event, which does not count
	Rule    agency.Deadline
	Agency  string // whose calendar it was counted in
	Place   string // the municipality of that agency
	AsOf    time.Time
	Still   []calendar.Run // days on which the clock stood still
	Skipped []calendar.Run // days that did not count, or could not be the last
	// Exact tells that counting again gives the same end. Only clocks of programs that recorded less are not exact.
	Exact bool
}

// StandsStill is since when the company's clock waits for another side, and for how many days.
type StandsStill struct {
	Since calendar.Day
	Count int64 // days up to today
}

// WhyDates explains every clock of a case, the newest first, by its own record: nothing that people changed since then
// changes the answer.
func (s *Service) WhyDates(ctx context.Context, c Case) ([]Why, error) {
	var all []Why
	for _, e := range slices.Backward(c.Events) {
		facts := FactsOf(e)
		if facts.DueAt == 0 || facts.Rule == "" {
			continue
		}
		w, err := s.why(ctx, e, facts)
		if err != nil {
			return nil, err
		}
		w.Running = len(all) == 0 && c.HasDue() && c.DueAt.Equal(w.Until)
		all = append(all, w)
	}
	return all, nil
}

func (s *Service) why(ctx context.Context, e audit.Event, facts Facts) (Why, error) {
	book, err := s.Agencies.AlmanacSince(ctx, e.AgencyID, facts.Calendar)
	if err != nil {
		return Why{}, err
	}
	w := Why{State: State(e.To), Until: time.UnixMicro(facts.DueAt).UTC(), From: calendar.Of(e.At), Agency: book.Agency.ShortName, Place: book.Place}
	if facts.ClockFrom != "" {
		if w.From, err = calendar.Parse(facts.ClockFrom); err != nil {
			return w, err
		}
	}
	if facts.Calendar > firstInstant {
		w.AsOf = time.UnixMicro(facts.Calendar).UTC()
	}
	id, version, _ := strings.Cut(facts.Rule, "@")
	var known bool
	if w.Rule, known = book.DeadlineByID(id); !known {
		if w.Rule, err = s.deadline(ctx, id); err != nil {
			return w, err
		}
	}
	w.Rule.Version = version
	w.count(book.CalendarOf(facts.Calendar), facts.Still)
	return w, nil
}

// firstInstant divides editions that are instants from the first ones, which are numbers from nought on.
const firstInstant = 1 << 40

// deadline is a rule of an agency that had the case before.
func (s *Service) deadline(ctx context.Context, id string) (d agency.Deadline, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = s.Agencies.DeadlineByID(tx, id)
		return err
	})
	return d, err
}

// count counts again; what cannot be counted is not exact.
func (w *Why) count(cal calendar.Calendar, still []calendar.Suspension) {
	for _, p := range still {
		w.Still = append(w.Still, calendar.Run{From: p.From, To: p.To, Why: "prazo suspenso"})
	}
	result, err := calendar.Due(w.From, w.Rule.Rule, cal, still)
	if w.Exact = err == nil && result.Due.End().Equal(w.Until); w.Exact {
		w.Skipped = result.Runs()
	}
}

// StandsStill tells whether the company's clock waits now; false: it does not.
func (v Case) StandsStill(now time.Time) (StandsStill, bool) {
	if v.HeldRule == "" {
		return StandsStill{}, false
	}
	for _, e := range slices.Backward(v.Events) {
		if State(e.From) == AwaitingSupplier && State(e.To) != AwaitingSupplier {
			since := calendar.Of(e.At)
			return StandsStill{since, calendar.Run{From: since, To: calendar.Of(now)}.Count()}, true
		}
	}
	return StandsStill{}, false
}

// manyClocks is where ClocksByRule stops counting.
const manyClocks = 1000

// ClocksByRule counts the clocks of an agency that run by each deadline rule (id@version), up to 1000 of each.
func (s *Service) ClocksByRule(ctx context.Context, agencyID string, rules []string) (n map[string]int64, err error) {
	n = map[string]int64{}
	if len(rules) == 0 {
		return n, nil
	}
	var q db.Query
	for i, rule := range rules {
		if i > 0 {
			q.Add(`UNION ALL`)
		}
		q.Add(`SELECT CAST(? AS TEXT), count(*) FROM (SELECT 1 FROM complaint WHERE agency_id = ? AND clock_rule = ? AND state <> 'closed' LIMIT ?) AS running`, rule, agencyID, rule, manyClocks)
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		_, err := db.All(tx, func(r db.Row, _ *struct{}) error {
			var rule string
			var count int64
			err := r.Scan(&rule, &count)
			n[rule] = count
			return err
		}, q.Text(), q.Args()...)
		return err
	})
	return n, err
}

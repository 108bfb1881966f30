package agency

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
)

// Almanac is what the deadlines of an agency are counted by: the holidays of its seat, its closures and its deadline
// rules, with all they ever were. It never changes; a change makes a new edition.
type Almanac struct {
	Agency    Agency
	Place     string // name of the seat
	Holidays  []Holiday
	Closures  []Closure
	Deadlines []Deadline // those of every agency, and its own
	edition   int64
	calendar  calendar.Calendar
}

// Holiday is a holiday as kept.
type Holiday struct {
	calendar.Holiday
	ID, Source   string
	By           string // name of who added it; empty: it came with the program
	At           time.Time
	added, ended int64
}

// Closure is a run of days on which an agency does not work, as kept.
type Closure struct {
	calendar.Closure
	ID             string
	By             string
	At             time.Time
	Removed        bool // taken back before its first day
	added, removed int64
}

// almanacs are those this node has read, by agency.
type almanacs struct {
	sync.Mutex
	byID map[string]*Almanac
}

func (k *almanacs) get(agencyID string, edition int64) *Almanac {
	k.Lock()
	defer k.Unlock()
	if a := k.byID[agencyID]; a != nil && a.edition >= edition {
		return a
	}
	return nil
}

// put keeps the newest edition.
func (k *almanacs) put(a *Almanac) {
	k.Lock()
	defer k.Unlock()
	if k.byID == nil {
		k.byID = map[string]*Almanac{}
	}
	if old := k.byID[a.Agency.ID]; old == nil || old.edition < a.edition {
		k.byID[a.Agency.ID] = a
	}
}

// Almanac is the agency's, as of this transaction: one cheap query, once in a transaction, tells whether any node has
// changed something since this one read it. fault.NotFound when there is no such agency.
func (s *Service) Almanac(tx *db.Tx, agencyID string) (*Almanac, error) {
	edition, err := db.Once(tx, "calendar edition", func() (int64, error) {
		return db.Scalar[int64](tx, `SELECT edition FROM calendar_edition WHERE one = 1`)
	})
	if err != nil {
		return nil, err
	}
	if kept := s.kept.get(agencyID, edition); kept != nil && kept.edition == edition {
		return kept, nil
	}
	a, err := readAlmanac(tx, agencyID, edition)
	if err == nil {
		s.kept.put(a)
	}
	return a, err
}

// AlmanacSince is the agency's almanac of an edition or a later one. It asks the database only when this node has read
// none so new: what an edition held does not change.
func (s *Service) AlmanacSince(ctx context.Context, agencyID string, edition int64) (a *Almanac, err error) {
	if a = s.kept.get(agencyID, edition); a != nil {
		return a, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = s.Almanac(tx, agencyID)
		return err
	})
	return a, err
}

// Calendar is the working days of an agency, as of this transaction.
func (s *Service) Calendar(tx *db.Tx, agencyID string) (calendar.Calendar, error) {
	a, err := s.Almanac(tx, agencyID)
	if err != nil {
		return calendar.Calendar{}, err
	}
	return a.Calendar(), nil
}

// readAlmanac may find rows of a later edition than it was asked for; asOf leaves them out.
func readAlmanac(tx *db.Tx, agencyID string, edition int64) (*Almanac, error) {
	of, err := ByID(tx, agencyID)
	if err != nil {
		return nil, err
	}
	a := &Almanac{Agency: of, edition: edition}
	seat, err := municipality(tx, of.Municipality)
	if err != nil {
		return nil, err
	}
	a.Place = seat.Name
	if a.Holidays, err = holidaysOf(tx, of.Municipality); err != nil {
		return nil, err
	}
	if a.Closures, err = closuresOf(tx, agencyID); err != nil {
		return nil, err
	}
	if a.Deadlines, err = deadlinesOf(tx, agencyID); err != nil {
		return nil, err
	}
	a.calendar = a.asOf(edition)
	return a, nil
}

// Calendar is the working days by what is in force.
func (a *Almanac) Calendar() calendar.Calendar { return a.calendar }

// CalendarOf is the calendar as it stood in an edition, the almanac's own or an earlier one.
func (a *Almanac) CalendarOf(edition int64) calendar.Calendar {
	if edition == a.edition {
		return a.calendar
	}
	return a.asOf(edition)
}

func (a *Almanac) asOf(edition int64) calendar.Calendar {
	cal := calendar.Calendar{Edition: edition}
	for _, h := range a.Holidays {
		if h.added > edition {
			continue
		}
		if h.ended > edition {
			h.Until = 0
		}
		cal.Holidays = append(cal.Holidays, h.Holiday)
	}
	for _, c := range a.Closures {
		if c.added <= edition && (c.removed == 0 || c.removed > edition) {
			cal.Closures = append(cal.Closures, c.Closure)
		}
	}
	return cal
}

// Deadline is a deadline rule as kept: how long a state of a case may last, from a day on. It is never changed; a later
// version takes its place for clocks that start then.
type Deadline struct {
	calendar.Rule
	AgencyID     string // empty: every agency without one of its own
	Route, State string // of package complaint
	ValidFrom    string // YYYY-MM-DD
	Source       string
	By           string
	At           time.Time
}

// Deadline is the rule that starts a clock on a day: the agency's own, else everybody's. None is an error: no state
// without a clock.
func (a *Almanac) Deadline(route, state string, on calendar.Day) (Deadline, error) {
	var best *Deadline
	for i, d := range a.Deadlines {
		if d.Route == route && d.State == state && d.ValidFrom <= on.String() && (best == nil || d.before(*best)) {
			best = &a.Deadlines[i]
		}
	}
	if best == nil {
		return Deadline{}, fmt.Errorf("deadline rule for %s %s: %w", route, state, db.ErrNoRow)
	}
	return *best, nil
}

// before tells whether the rule goes before another of the same state that is in force on the same day.
func (d Deadline) before(other Deadline) bool {
	return 0 > cmp.Or(cmp.Compare(other.AgencyID, d.AgencyID), cmp.Compare(other.ValidFrom, d.ValidFrom), other.At.Compare(d.At), cmp.Compare(other.ID, d.ID))
}

// DeadlineByID is a rule as it was when a clock was started by it.
func (a *Almanac) DeadlineByID(id string) (Deadline, bool) {
	i := slices.IndexFunc(a.Deadlines, func(d Deadline) bool { return d.ID == id })
	if i < 0 {
		return Deadline{}, false
	}
	return a.Deadlines[i], true
}

// DeadlineByID is a rule of any agency, as when a case was handed on with its clock standing still.
func (s *Service) DeadlineByID(tx *db.Tx, id string) (Deadline, error) {
	d, err := db.One(tx, scanDeadline, `SELECT `+deadlineColumns+` FROM deadline_rule WHERE id = $1`, id)
	if fault.Is(err, fault.NotFound) {
		return d, fmt.Errorf("deadline rule %s: %w", id, err)
	}
	return d, err
}

package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"guiche/internal/agency"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
)

// loadBatch is how many cases share one transaction of Load.
const loadBatch = 500

// Load stores cases as they stand, for load tests: in their state, with their officer and dates. It gives each an id,
// a number of the year it was filed in, the clock of its state from the day of UpdatedAt, its filing event, its place
// in the counts and in the search, and writes id, number and clock into cases. The acts between filing and state are
// not made up, and nobody is told anything.
//
// Batches of 500 are durable one by one: after an error, those before it stay.
func (s *Service) Load(ctx context.Context, cases []Complaint) error {
	l := loader{Service: s, codes: map[string]string{}, clocks: map[clockKey]Clock{}}
	for batch := range slices.Chunk(cases, loadBatch) {
		err := s.DB.Transact(ctx, func(tx *db.Tx) error {
			for i := range batch {
				if err := l.load(tx, &batch[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// loader remembers what many cases have in common.
type loader struct {
	*Service
	codes  map[string]string // of agencies, by id
	clocks map[clockKey]Clock
}

type clockKey struct {
	agencyID string
	route    Route
	state    State
	from     calendar.Day
}

func (l *loader) load(tx *db.Tx, c *Complaint) error {
	c.ID, c.Version = db.NewID(), 1
	if err := l.number(tx, c); err != nil {
		return err
	}
	if err := l.startClock(tx, c); err != nil {
		return err
	}
	if c.Route == Direct {
		c.PartyAt = c.FiledAt
	}
	if err := l.insert(tx, *c); err != nil {
		return err
	}
	if !c.ClosedAt.IsZero() {
		if _, err := tx.Exec(`UPDATE complaint SET closed_at = $2 WHERE id = $1`, c.ID, c.ClosedAt.UnixMicro()); err != nil {
			return err
		}
	}
	if err := indexSearch(tx, *c); err != nil {
		return err
	}
	if err := indexForCompany(tx, *c); err != nil {
		return err
	}
	if err := issueVerification(tx, *c, "receipt", newVerification(), c.FiledAt); err != nil {
		return err
	}
	return appendFiling(tx, *c)
}

func (l *loader) number(tx *db.Tx, c *Complaint) error {
	code, known := l.codes[c.AgencyID]
	if !known {
		a, err := agency.ByID(tx, c.AgencyID)
		if err != nil {
			return fmt.Errorf("agency %q: %w", c.AgencyID, err)
		}
		code = a.Code
		l.codes[c.AgencyID] = code
	}
	year := calendar.Of(c.FiledAt).Year()
	n, err := nextNumber(tx, year, code)
	c.Protocol = FormatProtocol(year, code, n)
	return err
}

// startClock is restartClock on the day the state began; the same day, rule and agency give the same clock.
func (l *loader) startClock(tx *db.Tx, c *Complaint) error {
	key := clockKey{c.AgencyID, c.Route, c.State, calendar.Of(c.UpdatedAt)}
	clock, known := l.clocks[key]
	if !known {
		then := *l.Service
		then.Now = func() time.Time { return c.UpdatedAt }
		if err := then.restartClock(tx, c); err != nil {
			return err
		}
		clock = Clock{DueAt: c.DueAt, Rule: c.ClockRule, FromOn: c.ClockFromOn}
		l.clocks[key] = clock
	}
	c.DueAt, c.ClockRule, c.ClockFromOn, c.RemindAt = clock.DueAt, clock.Rule, clock.FromOn, NoDue
	return nil
}

func appendFiling(tx *db.Tx, c Complaint) error {
	to, ok := Next(c.Route, unfiled, "", ActFile, AsConsumer)
	if !ok {
		return fmt.Errorf("complaint: nobody can file on route %q", c.Route)
	}
	facts, err := json.Marshal(map[string]any{"level": c.Consumer.Level, "route": c.Route, "rule": c.RouteRule})
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: stream(c.ID), At: c.FiledAt, Act: string(ActFile), ActorID: c.Consumer.AccountID, ActorName: c.Consumer.Name,
		ActorRole: string(AsConsumer), AgencyID: c.AgencyID, To: string(to), Data: facts})
	return err
}

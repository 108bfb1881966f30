package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"guiche/internal/agency"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/text"
)

// loadBatch is how many cases share one transaction of Load.
const loadBatch = 1000

// LoadTables are those that Load fills, for db.Bare.
var LoadTables = []string{"complaint", "complaint_search", "verification", "event"}

// Load stores cases as they stand, for load tests: in their state, with their officer and dates. It gives each an id,
// a number of the year it was filed in, the clock of its state from the day of UpdatedAt, its filing event, its place
// in the counts and in the search, and writes id, number and clock into cases. The acts between filing and state are
// not made up, and nobody is told anything.
//
// Batches of 1000 are durable one by one: after an error, those that were written stay, and numbers that were given are
// not given again. While some are written the next is put together.
func (s *Service) Load(ctx context.Context, cases []Complaint) error {
	l := loader{Service: s, codes: map[string]string{}, clocks: map[clockKey]Clock{}, stems: text.Stems{}}
	if err := s.DB.Transact(ctx, func(tx *db.Tx) error { return l.place(tx, cases) }); err != nil {
		return err
	}
	ready := make(chan loaded, 1)
	go func() {
		defer close(ready)
		for batch := range slices.Chunk(cases, loadBatch) {
			ready <- l.prepare(batch)
		}
	}()
	var writers sync.WaitGroup
	failed := make([]error, 2) // so many write at once, where the database can
	for i := range failed {
		writers.Go(func() {
			for batch := range ready { // to the end, so that nobody is left behind
				if failed[i] == nil {
					failed[i] = batch.err
				}
				if failed[i] == nil {
					failed[i] = s.DB.Transact(ctx, batch.store)
				}
			}
		})
	}
	writers.Wait()
	return errors.Join(failed...)
}

// loader remembers what many cases have in common.
type loader struct {
	*Service
	codes  map[string]string // of agencies, by id
	clocks map[clockKey]Clock
	stems  text.Stems
}

type clockKey struct {
	agencyID string
	route    Route
	state    State
	from     calendar.Day
}

// place gives the cases their numbers and clocks.
func (l *loader) place(tx *db.Tx, cases []Complaint) error {
	if err := l.number(tx, cases); err != nil {
		return err
	}
	for i := range cases {
		if err := l.startClock(tx, &cases[i]); err != nil {
			return err
		}
		if cases[i].Route == Direct {
			cases[i].PartyAt = cases[i].FiledAt
		}
	}
	return nil
}

// loaded are the rows of some cases, ready to be stored; err says why they are not.
type loaded struct {
	cases, words, proofs [][]any
	counts               tally
	events               []audit.Event
	err                  error
}

func (l *loader) prepare(cases []Complaint) (ready loaded) {
	for i := range cases {
		c := &cases[i]
		c.ID, c.Version = db.NewID(), 1
		filed, err := filing(*c)
		if err != nil {
			return loaded{err: err}
		}
		ready.events = append(ready.events, filed)
		ready.proofs = append(ready.proofs, []any{newVerification(), "receipt", c.ID, c.FiledAt.UnixMicro()})
		ready.words = append(ready.words, searchRow(*c, l.stems.SearchText))
		if c.IsParty() && c.SupplierID != "" {
			ready.words = append(ready.words, companySearchRow(*c, l.stems.SearchText))
		}
	}
	ready.cases, ready.counts, ready.err = l.newRows(cases)
	return ready
}

func (r loaded) store(tx *db.Tx) error {
	if err := insertRows(tx, r.cases, r.counts); err != nil {
		return err
	}
	if _, err := tx.ExecRows(`INSERT INTO complaint_search (id, text) VALUES`, `(?,?)`, ``, r.words); err != nil {
		return err
	}
	if _, err := tx.ExecRows(`INSERT INTO verification (code, kind, complaint_id, issued_at) VALUES`, `(?,?,?,?)`, ``, r.proofs); err != nil {
		return err
	}
	return audit.Begin(tx, r.events)
}

// series are the complaints that are numbered together.
type series struct {
	year       int
	agencyCode string
}

// number gives the cases their protocols, in their order.
func (l *loader) number(tx *db.Tx, cases []Complaint) error {
	of, n := make([]series, len(cases)), map[series]int{}
	for i, c := range cases {
		code, err := l.code(tx, c.AgencyID)
		if err != nil {
			return err
		}
		of[i] = series{calendar.Of(c.FiledAt).Year(), code}
		n[of[i]]++
	}
	next := map[series]int64{}
	for s, many := range n {
		last, err := lastNumber(tx, s.year, s.agencyCode, many)
		if err != nil {
			return err
		}
		next[s] = last - int64(many) + 1
	}
	for i, s := range of {
		cases[i].Protocol = FormatProtocol(s.year, s.agencyCode, next[s])
		next[s]++
	}
	return nil
}

func (l *loader) code(tx *db.Tx, agencyID string) (string, error) {
	if code, known := l.codes[agencyID]; known {
		return code, nil
	}
	a, err := agency.ByID(tx, agencyID)
	if err != nil {
		return "", fmt.Errorf("agency %q: %w", agencyID, err)
	}
	l.codes[agencyID] = a.Code
	return a.Code, nil
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

// filing is the first event of a case.
func filing(c Complaint) (audit.Event, error) {
	to, ok := Next(c.Route, unfiled, "", ActFile, AsConsumer)
	if !ok {
		return audit.Event{}, fmt.Errorf("complaint: nobody can file on route %q", c.Route)
	}
	facts, err := json.Marshal(map[string]any{"level": c.Consumer.Level, "route": c.Route, "rule": c.RouteRule})
	return audit.Event{Stream: stream(c.ID), At: c.FiledAt, Act: string(ActFile), ActorID: c.Consumer.AccountID, ActorName: c.Consumer.Name,
		ActorRole: string(AsConsumer), AgencyID: c.AgencyID, To: string(to), Data: facts}, err
}

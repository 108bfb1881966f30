package agency

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Demand is how often people of one place were given one answer by the front door. No personal data.
type Demand struct {
	Day          string // YYYY-MM-DD; empty in sums over several days
	Destination  DestinationKind
	Municipality string // IBGE code, or two letters of another state; empty when it was not asked
	AgencyID     string
	N            int64
}

// counter gathers answers between two flushes, so that asking the way writes nothing.
type counter struct {
	sync.Mutex
	n map[Demand]int64 // keys have N = 0
}

func (c *counter) add(d Demand, n int64) {
	c.Lock()
	defer c.Unlock()
	if c.n == nil {
		c.n = map[Demand]int64{}
	}
	c.n[d] += n
}

func (c *counter) take() map[Demand]int64 {
	c.Lock()
	defer c.Unlock()
	n := c.n
	c.n = nil
	return n
}

// Count notes one answer that a person was shown. It is stored by the next FlushCounts; what a crash loses is a
// handful of counts, never more than a period of them.
func (s *Service) Count(c Case, d Destination) {
	place := c.Residence
	if place == "" {
		place = c.UF
	}
	s.counts.add(Demand{Day: s.today().String(), Destination: d.Kind, Municipality: place, AgencyID: d.Agency.ID}, 1)
}

// FlushCounts stores what was counted since the last time. When storing fails the counts are kept for the next one.
func (s *Service) FlushCounts(ctx context.Context) error {
	counted := s.counts.take()
	if len(counted) == 0 {
		return nil
	}
	err := s.DB.Transact(ctx, func(tx *db.Tx) error {
		for _, d := range slices.SortedFunc(maps.Keys(counted), compareDemand) { // one order on every node: no deadlock
			if err := addDemand(tx, d, counted[d]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for d, n := range counted {
			s.counts.add(d, n)
		}
	}
	return err
}

func compareDemand(a, b Demand) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Destination, b.Destination),
		cmp.Compare(a.Municipality, b.Municipality), cmp.Compare(a.AgencyID, b.AgencyID))
}

func addDemand(tx *db.Tx, d Demand, n int64) error {
	_, err := tx.Exec(`INSERT INTO route_count (on_day, destination, municipality_id, agency_id, n) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (on_day, destination, municipality_id, agency_id) DO UPDATE SET n = route_count.n + excluded.n`,
		d.Day, string(d.Destination), d.Municipality, d.AgencyID, n)
	return err
}

// Demand sums the answers of some days, both included, the most frequent first. Managers of the state agency see all
// of them, other managers what was sent to their own agencies.
func (s *Service) Demand(ctx context.Context, actor person.Actor, from, to string) (list []Demand, err error) {
	if !actor.Has(person.Manager) {
		return nil, fault.New(fault.Forbidden, "Só gestores veem a procura.")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		state, err := stateAgency(tx)
		if err != nil {
			return err
		}
		q := (&db.Query{}).Add(`SELECT destination, municipality_id, agency_id, CAST(sum(n) AS BIGINT) AS total FROM route_count WHERE on_day >= ? AND on_day <= ?`, from, to)
		if !actor.HasIn(person.Manager, state.ID) {
			q.In(`AND agency_id IN`, managed(actor))
		}
		q.Add(`GROUP BY destination, municipality_id, agency_id ORDER BY total DESC, destination, municipality_id, agency_id`)
		list, err = db.All(tx, scanDemand, q.Text(), q.Args()...)
		return err
	})
	return list, err
}

func scanDemand(r db.Row, d *Demand) error {
	return r.Scan(&d.Destination, &d.Municipality, &d.AgencyID, &d.N)
}

func managed(actor person.Actor) []string {
	var ids []string
	for _, g := range actor.Grants {
		if g.Role == person.Manager {
			ids = append(ids, g.AgencyID)
		}
	}
	return ids
}

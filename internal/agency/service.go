package agency

import (
	"context"
	"errors"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/secret"
)

// Service answers who handles what. DB and Now are required, Secrets by who asks about a person; the zero values of the
// rest are ready to use.
type Service struct {
	DB      *db.DB
	Now     func() time.Time
	Secrets *secret.Ring

	counts  counter
	places  cache
	known   remembered[Agency]
	grounds remembered[ground] // by residence
	kept    almanacs
}

// Case is a question put by ids: what the front door and the form know of a complaint.
type Case struct {
	SupplierRegistered bool
	SupplierSeat       string // IBGE code, or empty
	Residence          string // IBGE code, or empty for another state
	UF                 string // two letters of another state, where Residence is empty
	FactIn             string // IBGE code, or empty when not said
	CPF                string // of the consumer when known, so that an officer's release counts
	On                 string // YYYY-MM-DD; empty: today
}

// Decide is Route with the rules and agencies of the installation, as they were within the last minute. A municipality
// or state that does not exist is fault.NotFound.
func (s *Service) Decide(ctx context.Context, c Case) (d Destination, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		g, fresh := s.grounds.get(c.Residence, s.Now())
		if !fresh {
			if g, err = load(tx, c.Residence); err != nil {
				return err
			}
			s.grounds.put(c.Residence, g, s.Now())
		}
		d, err = s.decide(tx, c, g)
		return err
	})
	return d, err
}

// DecideTx is Decide inside the transaction of an act, which rests on what it decided: on the rules as they are now.
func (s *Service) DecideTx(tx *db.Tx, c Case) (Destination, error) {
	g, err := load(tx, c.Residence)
	if err != nil {
		return Destination{}, err
	}
	return s.decide(tx, c, g)
}

func (s *Service) decide(tx *db.Tx, c Case, g ground) (Destination, error) {
	q := Question{SupplierRegistered: c.SupplierRegistered, SupplierSeat: c.SupplierSeat, Residence: c.Residence, State: c.UF, FactIn: c.FactIn}
	day := c.On
	if day == "" {
		day = s.today().String()
	}
	if err := checkPlaces(tx, &q, g.State); err != nil {
		return Destination{}, err
	}
	if c.CPF != "" {
		var err error
		if q.Released, err = s.released(tx, c.CPF, day); err != nil {
			return Destination{}, err
		}
	}
	return Route(q, g.rules, g.Directory, day), nil
}

// checkPlaces refuses places that do not exist, besides the residence, which is loaded, and fills in its state.
func checkPlaces(tx *db.Tx, q *Question, state Agency) error {
	if q.Residence == "" {
		unasked, home := q.State == "", q.State == StateOf(state.Municipality)
		if q.SupplierRegistered && (unasked || home) || !home && knownState(q.State) {
			return nil
		}
		return fault.New(fault.NotFound, "Não conhecemos este estado. Escolha um da lista.")
	}
	q.State = StateOf(q.Residence)
	if q.FactIn == "" {
		return nil
	}
	_, err := municipality(tx, q.FactIn)
	return err
}

func knownState(uf string) bool {
	for _, s := range ibgeStates {
		if s.UF == uf {
			return true
		}
	}
	return false
}

func (s *Service) today() calendar.Day { return calendar.Of(s.Now()) }

// Agency is one agency, as it was within the last minute; fault.NotFound when there is none.
func (s *Service) Agency(ctx context.Context, id string) (a Agency, err error) {
	if a, fresh := s.known.get(id, s.Now()); fresh {
		return a, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = ByID(tx, id)
		return err
	})
	if err == nil {
		s.known.put(id, a, s.Now())
	}
	return a, err
}

// StateAgency is the agency of the installation's state.
func (s *Service) StateAgency(ctx context.Context) (a Agency, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = stateAgency(tx)
		return err
	})
	return a, err
}

// Installed lists the agencies that work on this installation, by code.
func (s *Service) Installed(ctx context.Context) (list []Agency, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanAgency, `SELECT `+agencyColumns+` FROM agency WHERE installed = 1 ORDER BY code`)
		return err
	})
	return list, err
}

var errNoState = errors.New("no state agency: the reference data were never loaded (guiche migrate up)")

package complaint

import (
	"context"
	"time"

	"guiche/internal/agency"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Escalate sends a direct case that was not resolved, or not answered in time, to the agency that is competent for its
// consumer, with everything in it; the protocol stays the same. Where that agency does not work here, the error
// is *Elsewhere.
func (s *Service) Escalate(ctx context.Context, actor person.Actor, ref Ref) error {
	var to agency.Destination
	ch := change{act: ActEscalate, tells: bothParties}
	ch.allow = func(c Complaint) error {
		if !c.CanEscalate(s.Now()) {
			return fault.New(fault.Conflict, "Esta reclamação não pode mais ser enviada ao Procon. Faça uma nova e cite o protocolo desta.")
		}
		return nil
	}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		to, err = s.competent(tx, c)
		return err
	}
	ch.edit = func(c *Complaint) {
		c.Route, c.AgencyID, c.RouteRule, c.RouteWhy, c.ConfirmJurisdiction = Agency, to.Agency.ID, to.RuleID, to.Why, to.ConfirmJurisdiction
		c.Outcome, c.ClosedAt, c.OfficerID, c.OfficerName = "", time.Time{}, "", ""
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return indexSearch(tx, c) }
	ref.Version = 0
	return s.act(ctx, actor, AsConsumer, ref, ch)
}

// CanEscalate tells whether a direct case may go to the agency: while it waits for its rating, or within ReopenDays of
// having ended without a solution.
func (c Complaint) CanEscalate(now time.Time) bool {
	switch {
	case c.Route != Direct:
		return false
	case c.State == AwaitingRating:
		return true
	}
	return c.CanReopen(now) && (c.Outcome == NotResolved || c.Outcome == Unrated)
}

func (s *Service) competent(tx *db.Tx, c Complaint) (agency.Destination, error) {
	to, err := s.Agencies.DecideTx(tx, agency.Case{Residence: c.Consumer.Municipality, FactIn: c.FactIn, CPF: c.Consumer.CPF})
	if err != nil {
		return to, err
	}
	if to.Kind != agency.MunicipalHere && to.Kind != agency.StateForm {
		return to, &fault.Error{Kind: fault.Conflict, Text: to.Why, Err: &Elsewhere{to, "", c.Consumer.Municipality, c.FactIn}}
	}
	return to, nil
}

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
	var from string // its agency until now
	ch := change{act: ActEscalate, tells: bothParties}
	ch.allow = func(c Complaint) error {
		if !c.CanEscalate(s.Now()) {
			return fault.New(fault.Conflict, "Esta reclamação não pode mais ser enviada ao Procon. Faça uma nova e cite o protocolo desta.")
		}
		return nil
	}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		from = c.AgencyID
		to, err = s.competent(tx, c)
		return err
	}
	ch.edit = func(c *Complaint) {
		c.Route, c.AgencyID, c.RouteRule, c.RouteWhy, c.ConfirmJurisdiction = Agency, to.Agency.ID, to.RuleID, to.Why, to.ConfirmJurisdiction
		c.Outcome, c.ClosedAt, c.OfficerID, c.OfficerName = "", time.Time{}, "", ""
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error {
		if c.AgencyID == from {
			return nil
		}
		return indexSearch(tx, c)
	}
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

// Competent is who would handle the case, were it sent to the Procon today, and whether that is done here.
func (s *Service) Competent(ctx context.Context, c Complaint) (to agency.Destination, here bool, err error) {
	to, err = s.Agencies.Decide(ctx, c.residents())
	return to, takesCases(to), err
}

func (s *Service) competent(tx *db.Tx, c Complaint) (agency.Destination, error) {
	to, err := s.Agencies.DecideTx(tx, c.residents())
	if err == nil && !takesCases(to) {
		err = &fault.Error{Kind: fault.Conflict, Text: to.Why, Err: &Elsewhere{to, "", c.Consumer.Municipality, c.FactIn}}
	}
	return to, err
}

// residents is the question of who handles the case, whatever company it is about.
func (c Complaint) residents() agency.Case {
	return agency.Case{Residence: c.Consumer.Municipality, FactIn: c.FactIn, CPF: c.Consumer.CPF}
}

func takesCases(to agency.Destination) bool {
	return to.Kind == agency.MunicipalHere || to.Kind == agency.StateForm
}

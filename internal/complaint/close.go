package complaint

import (
	"context"
	"slices"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Close ends the case with an outcome and a reason that the consumer reads.
func (s *Service) Close(ctx context.Context, actor person.Actor, ref Ref, outcome Outcome, reason string) error {
	problems := fault.Fields{}
	if !slices.Contains(OfficerOutcomes, outcome) {
		problems.Add("resultado", "Escolha como o caso terminou.")
	}
	checkReason(problems, reason, "Explique à pessoa por que o caso foi encerrado.")
	if err := problems.Err(); err != nil {
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActClose, reason: reason, tells: bothParties, data: map[string]any{"outcome": outcome},
		edit: func(c *Complaint) { c.Outcome, c.ClosedAt = outcome, s.Now() }})
}

// ReopenDays is for how many days after its closing a case may be reopened with new facts.
const ReopenDays = 30

// ReopenUntil is the last day a closed case may be reopened.
func (c Complaint) ReopenUntil() calendar.Day { return calendar.Of(c.ClosedAt).Add(ReopenDays) }

// CanReopen tells whether the case is closed and still within its days.
func (c Complaint) CanReopen(now time.Time) bool {
	return c.State == Closed && calendar.Of(now) <= c.ReopenUntil()
}

// Reopen brings a closed case back because of new facts, within ReopenDays.
func (s *Service) Reopen(ctx context.Context, actor person.Actor, role Role, ref Ref, text Say) error {
	if err := text.check("mensagem", "Conte o que há de novo desde o encerramento."); err != nil {
		return err
	}
	ch := change{act: ActReopen, says: &saying{body: text.Body, files: text.Files}, tells: bothParties}
	ch.edit = func(c *Complaint) { c.Outcome, c.ClosedAt = "", time.Time{} }
	ch.allow = func(c Complaint) error {
		if c.State == Closed && !c.CanReopen(s.Now()) {
			return fault.New(fault.Conflict, "Já passaram 30 dias do encerramento. Faça uma nova reclamação e cite o protocolo desta.")
		}
		return nil
	}
	return s.act(ctx, actor, role, ref, ch)
}

// ConfirmJurisdiction settles the task of a case whose consumer's municipality was not known to have no Procon.
func (s *Service) ConfirmJurisdiction(ctx context.Context, actor person.Actor, ref Ref) error {
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActConfirmJurisdiction, edit: func(c *Complaint) { c.ConfirmJurisdiction = false }})
}

package complaint

import (
	"context"
	"slices"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// RefusalReason is why a company does not take a case of the direct channel.
type RefusalReason string

const (
	NotACustomer  RefusalReason = "not_a_customer"
	OtherCompany  RefusalReason = "other_company"
	SameComplaint RefusalReason = "same_complaint"
	InCourt       RefusalReason = "in_court"
	NotAConsumer  RefusalReason = "not_a_consumer"
	MissingData   RefusalReason = "missing_data"
)

// RefusalReasons in the order they are offered.
var RefusalReasons = []RefusalReason{NotACustomer, OtherCompany, SameComplaint, InCourt, NotAConsumer, MissingData}

// Label is what people read.
func (r RefusalReason) Label() string {
	return map[RefusalReason]string{NotACustomer: "A pessoa não é cliente da empresa", OtherCompany: "A reclamação é sobre outra empresa",
		SameComplaint: "A mesma reclamação já foi respondida", InCourt: "O caso já está na Justiça", NotAConsumer: "Não é uma relação de consumo",
		MissingData: "Faltam dados, e a pessoa não respondeu ao pedido"}[r]
}

// Refuse is the company's word that the case is not for it. An officer reviews it, and the company's clock stands
// still meanwhile.
func (s *Service) Refuse(ctx context.Context, actor person.Actor, ref Ref, why RefusalReason, text Say) error {
	problems := fault.FieldsOf(text.check("mensagem", "Explique ao Procon por que a empresa recusa o caso."))
	if problems == nil {
		problems = fault.Fields{}
	}
	if !slices.Contains(RefusalReasons, why) {
		problems.Add("motivo", "Escolha o motivo da recusa.")
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return s.act(ctx, actor, AsSupplier, ref, change{act: ActRefuse, says: &saying{body: text.Body, files: text.Files, to: ToAll}, tells: consumerOnly,
		data: map[string]any{"refusal": why}})
}

// AcceptRefusal ends the case: the officer agrees with the company. The reason is for both parties.
func (s *Service) AcceptRefusal(ctx context.Context, actor person.Actor, ref Ref, reason string) error {
	return s.decideRefusal(ctx, actor, ref, ActAcceptRefusal, reason, func(c *Complaint) { c.Outcome, c.ClosedAt = Refused, s.Now() })
}

// OverturnRefusal gives the case back to the company, whose clock goes on where it stood.
func (s *Service) OverturnRefusal(ctx context.Context, actor person.Actor, ref Ref, reason string) error {
	return s.decideRefusal(ctx, actor, ref, ActOverturnRefusal, reason, nil)
}

func (s *Service) decideRefusal(ctx context.Context, actor person.Actor, ref Ref, act Act, reason string, edit func(*Complaint)) error {
	problems := fault.Fields{}
	checkReason(problems, reason, "Explique a decisão: consumidor e empresa leem.")
	if err := problems.Err(); err != nil {
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, change{act: act, reason: reason, tells: bothParties, edit: edit})
}

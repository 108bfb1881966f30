package complaint

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// CompanyAsks is how often a company may ask in one case: each time its own clock stands still.
const CompanyAsks = 3

// Ask asks the consumer for information or documents; the case waits for them, with a deadline of their own. Officers
// ask on both routes, the company in the direct channel.
func (s *Service) Ask(ctx context.Context, actor person.Actor, role Role, ref Ref, text Say) error {
	if err := text.check("mensagem", "Escreva o que você precisa que a pessoa envie."); err != nil {
		return err
	}
	ch := change{act: ActAsk, says: &saying{body: text.Body, files: text.Files}, tells: consumerOnly}
	if role == AsSupplier {
		ch.decide = fewerAsks
	}
	return s.act(ctx, actor, role, ref, ch)
}

// AsksLeft is how often the company may still ask in this case.
func (v Case) AsksLeft() int {
	left := CompanyAsks
	for _, e := range v.Events {
		if Act(e.Act) == ActAsk && Role(e.ActorRole) == AsSupplier {
			left--
		}
	}
	return max(left, 0)
}

func fewerAsks(tx *db.Tx, c Complaint) error {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM event WHERE stream = $1 AND act = 'ask' AND actor_role = 'supplier'`, stream(c.ID))
	if err == nil && n >= CompanyAsks {
		err = fault.New(fault.Conflict, "A empresa já pediu informações três vezes neste caso. Responda com o que tem, ou escreva uma mensagem: ela não para o prazo.")
	}
	return err
}

// Supply is the consumer's answer to what was asked; the case goes back to where it was.
func (s *Service) Supply(ctx context.Context, actor person.Actor, ref Ref, text Say) error {
	if len(text.Files) > 0 && text.Body == "" {
		text.Body = "Segue o que foi pedido."
	}
	if err := text.check("mensagem", "Escreva a resposta ou envie o arquivo pedido."); err != nil {
		return err
	}
	ref.Version = 0
	return s.act(ctx, actor, AsConsumer, ref, change{act: ActSupply, says: &saying{body: text.Body, files: text.Files}, tellsReaders: true})
}

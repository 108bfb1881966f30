package complaint

import (
	"context"

	"guiche/internal/person"
)

// Ask asks the consumer for information or documents; the case waits for them, with a deadline of their own.
func (s *Service) Ask(ctx context.Context, actor person.Actor, ref Ref, text Say) error {
	if err := text.check("mensagem", "Escreva o que você precisa que a pessoa envie."); err != nil {
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActAsk, says: &saying{body: text.Body, files: text.Files}, tells: true})
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
	return s.act(ctx, actor, AsConsumer, ref, change{act: ActSupply, says: &saying{body: text.Body, files: text.Files}})
}

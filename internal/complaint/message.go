package complaint

import (
	"context"
	"time"
	"unicode/utf8"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// Message is one thing said in a case.
type Message struct {
	ID, ComplaintID      string
	AuthorID, AuthorName string
	AuthorRole           Role
	Note                 bool // officers only
	Body                 string
	At                   time.Time
}

// MessageLimit is the most letters a message may have.
const MessageLimit = 10_000

// Say is what somebody writes in an act: a text and files received beforehand for this case.
type Say struct {
	Body  string
	Files []string
}

func (t Say) check(field, empty string) error {
	problems := fault.Fields{}
	switch n := utf8.RuneCountInString(t.Body); {
	case n == 0:
		problems.Add(field, empty)
	case n > MessageLimit:
		problems.Add(field, "O texto passou de 10.000 letras. Encurte ou envie o restante como arquivo.")
	}
	return problems.Err()
}

// Message says something to the other parties of the case.
func (s *Service) Message(ctx context.Context, actor person.Actor, role Role, ref Ref, text Say) error {
	empty := "Escreva a mensagem."
	if len(text.Files) > 0 && text.Body == "" {
		text.Body = "Segue arquivo."
	}
	if err := text.check("mensagem", empty); err != nil {
		return err
	}
	ref.Version = 0 // a message contradicts nothing that happened meanwhile
	return s.act(ctx, actor, role, ref, change{act: ActMessage, says: &saying{body: text.Body, files: text.Files}, tells: role != AsConsumer})
}

// Note writes something only officers of the agency see.
func (s *Service) Note(ctx context.Context, actor person.Actor, ref Ref, text Say) error {
	if err := text.check("mensagem", "Escreva a nota."); err != nil {
		return err
	}
	ref.Version = 0
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActNote, says: &saying{body: text.Body, files: text.Files, note: true}})
}

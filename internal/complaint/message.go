package complaint

import (
	"context"
	"slices"
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
	Thread               Thread
	Body                 string
	At                   time.Time
	Answer               *Answer // the company's typed answer, when this is one
}

// Note tells whether the message is internal to those who wrote it.
func (m Message) Note() bool { return m.Thread == OfficerNote || m.Thread == CompanyNote }

// Thread is who reads a message besides its author.
type Thread string

const (
	ToAll       Thread = "all"      // all parties
	ToConsumer  Thread = "consumer" // the consumer and the officers
	ToSupplier  Thread = "supplier" // the company and the officers
	OfficerNote Thread = "officers" // a note of the officers
	CompanyNote Thread = "company"  // a note of the company
)

// reads tells whether a role reads what is said to a thread.
func (r Role) reads(to Thread) bool { return slices.Contains(threads[r], string(to)) }

// threads are those a role reads.
var threads = map[Role][]string{
	AsConsumer: {string(ToAll), string(ToConsumer)},
	AsSupplier: {string(ToAll), string(ToSupplier), string(CompanyNote)},
	AsOfficer:  {string(ToAll), string(ToConsumer), string(ToSupplier), string(OfficerNote)},
}

// usualThread is whom somebody's words reach when they name nobody: in the direct channel consumer and company talk
// with each other, elsewhere each of them with the officers.
func usualThread(c Complaint, author Role) Thread {
	switch {
	case author == AsSupplier && c.Route == Agency:
		return ToSupplier
	case author == AsOfficer || c.Route == Agency:
		return ToConsumer
	}
	return ToAll
}

// UsualThread is whom an author's words reach in this case when they name nobody.
func (c Complaint) UsualThread(author Role) Thread { return usualThread(c, author) }

// MessageLimit is the most letters a message may have.
const MessageLimit = 10_000

// Say is what somebody writes in an act: a text and files received beforehand for this case.
type Say struct {
	Body  string
	Files []string
	To    Thread // of an officer's message; empty: the consumer
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
	says := &saying{body: text.Body, files: text.Files}
	if role == AsOfficer {
		says.to = text.To
	}
	return s.act(ctx, actor, role, ref, change{act: ActMessage, says: says, tellsReaders: true})
}

// readers are the parties who get a mail about an author's words.
func readers(c Complaint, author Role, to Thread) (list []Role) {
	if to == "" {
		to = usualThread(c, author)
	}
	for _, party := range bothParties {
		if party != author && party.reads(to) {
			list = append(list, party)
		}
	}
	return list
}

// Note writes something that only the officers of the agency see, or only the company's people.
func (s *Service) Note(ctx context.Context, actor person.Actor, role Role, ref Ref, text Say) error {
	if err := text.check("mensagem", "Escreva a nota."); err != nil {
		return err
	}
	ref.Version = 0
	thread := OfficerNote
	if role == AsSupplier {
		thread = CompanyNote
	}
	return s.act(ctx, actor, role, ref, change{act: ActNote, says: &saying{body: text.Body, files: text.Files, to: thread}})
}

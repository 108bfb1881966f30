package complaint

import (
	"context"
	"slices"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

// AnswerKind is what kind of answer a company gives.
type AnswerKind string

const (
	FullOffer    AnswerKind = "full_offer"    // all that was asked
	PartialOffer AnswerKind = "partial_offer" // something else, or less
	NoOffer      AnswerKind = "refusal"       // the company does not do what was asked, and says why
	Information  AnswerKind = "information"   // nothing is left to do, or it was done already
)

// AnswerKinds in the order they are offered.
var AnswerKinds = []AnswerKind{FullOffer, PartialOffer, NoOffer, Information}

// Label is what people read.
func (k AnswerKind) Label() string {
	return map[AnswerKind]string{FullOffer: "Atende ao pedido", PartialOffer: "Atende em parte, ou de outro modo", NoOffer: "Não atende ao pedido",
		Information: "Informação: já resolvido, ou nada a fazer"}[k]
}

// Words are what a mail says of the answer.
func (k AnswerKind) Words() string {
	return map[AnswerKind]string{FullOffer: "oferta completa", PartialOffer: "oferta parcial", NoOffer: "recusa do pedido", Information: "informação"}[k]
}

// Offers tells whether the answer promises something.
func (k AnswerKind) Offers() bool { return k == FullOffer || k == PartialOffer }

// PromiseState is what became of an offer; empty: the consumer did not accept it.
type PromiseState string

const (
	PromiseOpen   PromiseState = "open"  // accepted, its day has not come
	PromiseAsked  PromiseState = "asked" // the consumer was asked whether it was kept
	PromiseKept   PromiseState = "kept"
	PromiseBroken PromiseState = "broken"
)

// Label is what people read after "acordo".
func (p PromiseState) Label() string {
	return map[PromiseState]string{PromiseOpen: "em andamento", PromiseAsked: "o consumidor ainda não disse se foi cumprido",
		PromiseKept: "cumprido", PromiseBroken: "descumprido"}[p]
}

// Answer is a company's answer. Its words are the message it came with.
type Answer struct {
	ID          string // of the message
	Kind        AnswerKind
	Relief      string // what is offered: code of taxonomy.Remedies
	AmountCents int64
	DueOn       string // the offer is fulfilled by this day
	Late        bool   // it came after the deadline
	Promise     PromiseState
	At          time.Time
}

// AnswerForm is what the company's form sends.
type AnswerForm struct{ Kind, Relief, Amount, DueOn string }

// answerHorizon is how far away the day of an offer may be.
const answerHorizon = 365

func (f AnswerForm) read(text Say, today calendar.Day) (Answer, error) {
	a := Answer{Kind: AnswerKind(f.Kind)}
	problems := fault.FieldsOf(text.check("mensagem", "Escreva a resposta ao consumidor."))
	if problems == nil {
		problems = fault.Fields{}
	}
	if !slices.Contains(AnswerKinds, a.Kind) {
		problems.Add("tipo", "Escolha o tipo da resposta.")
	}
	if a.Kind.Offers() {
		f.readOffer(&a, problems, today)
	}
	return a, problems.Err()
}

func (f AnswerForm) readOffer(a *Answer, problems fault.Fields, today calendar.Day) {
	if a.Relief = f.Relief; !taxonomy.Remedies().Has(a.Relief) {
		problems.Add("providencia", "Escolha o que a empresa vai fazer.")
	}
	if f.Amount != "" {
		var ok bool
		if a.AmountCents, ok = Cents(f.Amount); !ok {
			problems.Add("valor", "Escreva o valor em reais, como 1.234,56. Sem valor, deixe em branco.")
		}
	}
	switch day, err := calendar.Parse(f.DueOn); {
	case f.DueOn == "":
		problems.Add("ate", "Escreva até que dia a empresa cumpre a oferta.")
	case err != nil:
		problems.Add("ate", "Confira a data: dia, mês e ano.")
	case day < today:
		problems.Add("ate", "Este dia já passou. Escreva até que dia a empresa cumpre a oferta.")
	case day > today.Add(answerHorizon):
		problems.Add("ate", "A oferta precisa ser cumprida em até um ano.")
	default:
		a.DueOn = day.String()
	}
}

// Answer is the company's answer to the complaint. One that comes after the deadline is accepted and marked.
func (s *Service) Answer(ctx context.Context, actor person.Actor, ref Ref, form AnswerForm, text Say) error {
	a, err := form.read(text, calendar.Of(s.Now()))
	if err != nil {
		return err
	}
	ch := change{act: ActAnswer, says: &saying{body: text.Body, files: text.Files, to: ToAll}, tells: consumerOnly,
		data: map[string]any{"kind": a.Kind, "relief": a.Relief, "amount_cents": a.AmountCents, "due_on": a.DueOn}}
	ch.allow = func(c Complaint) error {
		if a.Late = c.Unanswered; a.Late {
			ch.data["late"] = true
		}
		if c.Route == Direct && c.State == AwaitingRating && !c.Unanswered {
			return fault.New(fault.Conflict, "A empresa já respondeu. Para acrescentar algo, escreva uma mensagem.")
		}
		return nil
	}
	ch.edit = func(c *Complaint) { c.Late = c.Late || a.Late }
	ch.store = func(tx *db.Tx, c Complaint, message string) error {
		a.ID = message
		return insertAnswer(tx, c.ID, a, s.Now())
	}
	return s.act(ctx, actor, AsSupplier, ref, ch)
}

// LastOffer is the company's latest offer that the consumer may accept or has accepted; nil when there is none.
func (v Case) LastOffer() *Answer {
	for _, m := range slices.Backward(v.Messages) {
		if m.Answer != nil && m.Answer.Kind.Offers() {
			return m.Answer
		}
		if m.Answer != nil {
			return nil // a later answer took its place
		}
	}
	return nil
}

// OpenOffer is the offer that the consumer may accept now; nil when there is none.
func (v Case) OpenOffer() *Answer {
	offer := v.LastOffer()
	if _, may := Next(v.Route, v.State, v.Resume, ActAccept, AsConsumer); !may || offer == nil || offer.Promise != "" {
		return nil
	}
	return offer
}

// Promise is the offer that the consumer accepted last; nil when none was.
func (v Case) Promise() *Answer {
	for _, m := range slices.Backward(v.Messages) {
		if m.Answer != nil && m.Answer.Promise != "" {
			return m.Answer
		}
	}
	return nil
}

package complaint

import (
	"context"
	"errors"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// promise is an accepted offer with its case.
type promise struct {
	ID, ComplaintID, DueOn string
	State                  PromiseState
}

// Accept takes the company's offer. In the direct channel the case ends as settled; at the agency the officer
// ends it. On the offer's day the consumer is asked whether it was kept.
func (s *Service) Accept(ctx context.Context, actor person.Actor, ref Ref) error {
	var offer Answer
	ch := change{act: ActAccept, tells: bothParties, data: map[string]any{}}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		if offer, err = openOffer(tx, c); err == nil {
			ch.data["answer"], ch.data["due_on"] = offer.ID, offer.DueOn
		}
		return err
	}
	ch.edit = func(c *Complaint) {
		if c.State == Closed {
			c.Outcome, c.ClosedAt = Settled, s.Now()
		}
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return insertPromise(tx, c.ID, offer, s.Now()) }
	ref.Version = 0
	return s.act(ctx, actor, AsConsumer, ref, ch)
}

// openOffer is the latest answer, if it is an offer that was not accepted yet.
func openOffer(tx *db.Tx, c Complaint) (Answer, error) {
	a, err := lastAnswer(tx, c.ID)
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && !a.Kind.Offers():
		return a, fault.New(fault.Conflict, "A empresa não tem uma oferta que você possa aceitar.")
	case err == nil && a.Promise != "":
		return a, fault.New(fault.Conflict, "Você já aceitou esta oferta.")
	}
	return a, err
}

// promiseHour is when, on its day, people are asked about a promise: not in the night.
const promiseHour = 9 * time.Hour

// keepPromises asks consumers about the offers whose day has come, each once, with any number of nodes.
func (s *Service) keepPromises(ctx context.Context) error {
	var failed []error
	behind := promise{}
	for ctx.Err() == nil {
		n, _, err := s.askPromises(ctx, behind, sweepBatch)
		if err != nil {
			var last promise
			if n, last, err = s.askPromises(ctx, behind, 1); err != nil {
				failed, behind = append(failed, err), last
			}
		}
		if n == 0 {
			break
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}

func (s *Service) askPromises(ctx context.Context, after promise, most int) (n int, last promise, err error) {
	today := calendar.Of(s.Now().Add(-promiseHour)).String()
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		due, err := duePromises(tx, today, after, most)
		n = len(due)
		for _, p := range due {
			last = p
			if err := s.askPromise(tx, p); err != nil {
				return err
			}
		}
		return err
	})
	return n, last, err
}

func (s *Service) askPromise(tx *db.Tx, p promise) error {
	c, err := s.byID(tx, p.ComplaintID, tx.ForUpdate())
	if err != nil {
		return err
	}
	return s.apply(tx, system, AsSystem, c, "", change{act: ActPromiseDue, tells: consumerOnly, data: map[string]any{"due_on": p.DueOn},
		store: func(tx *db.Tx, _ Complaint, _ string) error { return markPromise(tx, p, PromiseAsked, s.Now()) }})
}

// PromiseAnswer says whether the company kept its offer, with an optional score of 1 to 5 and a comment.
type PromiseAnswer struct{ Kept, Score, Comment string }

// TellPromise is the consumer's word on an accepted offer whose day has come. A broken one brings the case back to an
// officer, in the direct channel too: of the agency that watches over it.
func (s *Service) TellPromise(ctx context.Context, actor person.Actor, ref Ref, answer PromiseAnswer) error {
	ref.Version = 0
	switch answer.Kept {
	case "sim":
		return s.promiseKept(ctx, actor, ref, answer)
	case "nao":
		return s.promiseBroken(ctx, actor, ref, answer.Comment)
	}
	return fault.Fields{"cumprida": "Diga se a empresa cumpriu o que prometeu."}.Err()
}

func (s *Service) promiseKept(ctx context.Context, actor person.Actor, ref Ref, answer PromiseAnswer) error {
	rating := Rating{Solved: true, Score: 0, Comment: answer.Comment}
	says := &saying{body: answer.Comment, to: ToAll}
	if answer.Comment == "" {
		says = nil
	} else if err := (Say{Body: answer.Comment}).check("comentario", ""); err != nil {
		return err
	}
	if answer.Score != "" {
		var err error
		if rating, err = (RatingAnswers{"sim", answer.Score, answer.Comment}).read(); err != nil {
			return err
		}
	}
	var p promise
	ch := change{act: ActPromiseKept, says: says, data: map[string]any{"score": rating.Score}, decide: s.askedPromise(&p)}
	ch.edit = func(c *Complaint) {
		if c.State == Closed && c.Outcome == Settled {
			c.Outcome = Resolved
		}
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error {
		if err := markPromise(tx, p, PromiseKept, s.Now()); err != nil || rating.Score == 0 {
			return err
		}
		return insertRating(tx, c.ID, rating, s.Now())
	}
	return s.act(ctx, actor, AsConsumer, ref, ch)
}

func (s *Service) promiseBroken(ctx context.Context, actor person.Actor, ref Ref, comment string) error {
	if comment == "" {
		comment = "A empresa não cumpriu o que prometeu."
	}
	if err := (Say{Body: comment}).check("comentario", ""); err != nil {
		return err
	}
	var p promise
	ch := change{act: ActPromiseBroken, says: &saying{body: comment, to: ToAll}, tells: bothParties, decide: s.askedPromise(&p)}
	ch.edit = func(c *Complaint) {
		if c.State == InReview {
			c.Route, c.Outcome, c.ClosedAt = Agency, "", time.Time{}
		}
	}
	ch.store = func(tx *db.Tx, _ Complaint, _ string) error { return markPromise(tx, p, PromiseBroken, s.Now()) }
	return s.act(ctx, actor, AsConsumer, ref, ch)
}

// askedPromise finds the promise that the consumer was asked about.
func (s *Service) askedPromise(p *promise) func(*db.Tx, Complaint) error {
	return func(tx *db.Tx, c Complaint) (err error) {
		*p, err = promiseOf(tx, c.ID)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.Conflict, "Nenhuma oferta aceita espera a sua confirmação.")
		}
		return err
	}
}

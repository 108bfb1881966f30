package complaint

import (
	"context"
	"unicode/utf8"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// What the post did with a letter.
const (
	Posted    = "posted"    // its number is known
	Delivered = "delivered" // the receipt came back with a day
	Returned  = "returned"  // the letter came back
)

// DeliveryForm is what the officer writes down of a letter that went by post.
type DeliveryForm struct {
	What     string // Posted, Delivered or Returned
	Tracking string
	On       string // day of delivery or return
	Reason   string // why it came back
}

func (f DeliveryForm) check(today calendar.Day) (day calendar.Day, err error) {
	problems := fault.Fields{}
	if utf8.RuneCountInString(f.Tracking) > MaxLetterTracking {
		problems.Add("rastreio", "Encurte o código de rastreio: cabem 40 letras.")
	}
	switch f.What {
	case Posted:
		if f.Tracking == "" {
			problems.Add("rastreio", "Escreva o código de rastreio do correio.")
		}
		return 0, problems.Err()
	case Returned:
		checkReason(problems, "motivo", f.Reason, "Escreva por que a carta voltou.")
	case Delivered:
	default:
		problems.Add("situacao", "Escolha o que aconteceu com a carta.")
		return 0, problems.Err()
	}
	day, err = calendar.Parse(f.On)
	switch {
	case f.On == "":
		problems.Add("dia", "Escreva o dia que está no aviso de recebimento.")
	case err != nil:
		problems.Add("dia", "Confira a data: dia, mês e ano.")
	case day > today:
		problems.Add("dia", "Este dia ainda não chegou.")
	}
	return day, problems.Err()
}

// Deliver writes down what the post did with the case's last letter. A delivery starts the company's clock anew from
// its day, by the rule in force when the letter was issued; a letter that came back brings the case to review.
func (s *Service) Deliver(ctx context.Context, actor person.Actor, ref Ref, form DeliveryForm) error {
	day, err := form.check(calendar.Of(s.Now()))
	if err != nil {
		return err
	}
	ref.Version = 0
	if form.What == Returned {
		return s.returned(ctx, actor, ref, form, day)
	}
	ch := change{act: ActDeliver, data: map[string]any{"tracking": form.Tracking}}
	if form.What == Delivered {
		ch.data["delivered_on"] = day.String()
	}
	var l Letter
	var moved Complaint
	ch.decide = func(tx *db.Tx, c Complaint) error {
		if l, err = postedLetter(tx, c.ID, day); err != nil {
			return err
		}
		moved = c
		if form.What == Delivered {
			err = s.countFrom(tx, &moved, l, day)
		}
		return err
	}
	ch.edit = func(c *Complaint) { *c = moved }
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return s.storeDelivery(tx, c, l, form) }
	return s.act(ctx, actor, AsOfficer, ref, ch)
}

// postedLetter is the case's last letter, if it went by post and not after the day.
func postedLetter(tx *db.Tx, complaintID string, day calendar.Day) (Letter, error) {
	l, err := lastLetter(tx, complaintID)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && l.Channel != ByPost:
		return l, fault.New(fault.Conflict, "Nenhuma carta deste caso foi pelo correio.")
	case err == nil && day != 0 && day < calendar.Of(l.IssuedAt):
		return l, fault.Fields{"dia": "A carta é de " + calendar.LongDate(calendar.Of(l.IssuedAt)) + ": este dia é anterior a ela."}.Err()
	}
	return l, err
}

// countFrom counts the letter's clock from the day of its delivery: the one that runs, the one that is held, or one
// that ran out before the receipt came back.
func (s *Service) countFrom(tx *db.Tx, c *Complaint, l Letter, day calendar.Day) error {
	switch {
	case c.State == AwaitingConsumer && c.HeldRule == l.ClockRule:
		from := c.HeldFromOn
		c.HeldFromOn = day.String()
		return movePauses(tx, *c, from)
	case c.State == AwaitingSupplier:
		return s.recount(tx, c, l, day)
	case c.State == InReview && c.Unanswered:
		counted := *c
		if err := s.recount(tx, &counted, l, day); err != nil {
			return err
		}
		c.Unanswered = !counted.DueAt.After(s.Now())
	}
	return nil
}

func (s *Service) recount(tx *db.Tx, c *Complaint, l Letter, day calendar.Day) error {
	rule, err := s.heldRule(tx, Complaint{AgencyID: c.AgencyID, HeldRule: l.ClockRule})
	if err != nil {
		return err
	}
	held := *c
	held.HeldFromOn = day.String()
	if err := movePauses(tx, held, c.ClockFromOn); err != nil {
		return err
	}
	still, err := pauses(tx, held)
	if err != nil {
		return err
	}
	return s.setClock(tx, c, day, rule, still)
}

// movePauses makes the days on which a clock stood still those of the same clock counted from another day.
func movePauses(tx *db.Tx, c Complaint, from string) error {
	if from == c.HeldFromOn {
		return nil
	}
	_, err := tx.Exec(`UPDATE clock_pause SET clock_from_on = $3 WHERE complaint_id = $1 AND clock_from_on = $2`, c.ID, from, c.HeldFromOn)
	return err
}

func (s *Service) storeDelivery(tx *db.Tx, c Complaint, l Letter, form DeliveryForm) error {
	if form.Tracking != "" {
		l.Tracking = form.Tracking
	}
	if form.What == Delivered {
		l.DeliveredOn = form.On
		if !l.CodeUntil.IsZero() && c.HasDue() && codeUntil(c.DueAt).After(l.CodeUntil) {
			l.CodeUntil = codeUntil(c.DueAt)
		}
	}
	_, err := tx.Exec(`UPDATE letter SET tracking = $2, delivered_on = $3, code_expires_at = $4 WHERE id = $1`, l.ID, l.Tracking, l.DeliveredOn, micros(l.CodeUntil))
	return err
}

// returned brings the case back to the officer: nobody read the letter, and its code opens no more.
func (s *Service) returned(ctx context.Context, actor person.Actor, ref Ref, form DeliveryForm, day calendar.Day) error {
	var l Letter
	ch := change{act: ActReturnLetter, reason: form.Reason, data: map[string]any{"returned_on": day.String()}}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		l, err = postedLetter(tx, c.ID, day)
		return err
	}
	ch.edit = func(c *Complaint) {
		if c.State == AwaitingConsumer {
			c.Resume, c.HeldRule, c.HeldFromOn = InReview, "", ""
		}
		c.Unanswered = false
	}
	ch.store = func(tx *db.Tx, _ Complaint, _ string) error {
		_, err := tx.Exec(`UPDATE letter SET returned_on = $2, tracking = CASE WHEN $3 = '' THEN tracking ELSE $3 END, code_hash = '', code_name = '' WHERE id = $1`, l.ID, day.String(), form.Tracking)
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, ch)
}

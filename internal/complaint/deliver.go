package complaint

import (
	"context"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// What became of a letter sent by post.
const (
	LetterOnItsWay  = "enviada"
	LetterDelivered = "entregue"
	LetterReturned  = "devolvida"
)

// Delivery is what an officer knows of a letter sent by post.
type Delivery struct {
	What     string // LetterOnItsWay, LetterDelivered, LetterReturned
	Tracking string
	On       string // the day on the receipt of delivery, or of the return
}

func (d Delivery) check(today calendar.Day) error {
	problems := fault.Fields{}
	switch d.What {
	case LetterOnItsWay, LetterDelivered, LetterReturned:
		tooLong(problems, "rastreio", d.Tracking, maxTracking)
	default:
		problems.Add("situacao", "Diga o que aconteceu com a carta.")
		return problems.Err()
	}
	if d.What == LetterOnItsWay {
		if d.Tracking == "" {
			problems.Add("rastreio", "Escreva o código de rastreamento.")
		}
		return problems.Err()
	}
	switch day, err := calendar.Parse(d.On); {
	case d.On == "":
		problems.Add("dia", "Escreva o dia que está no aviso de recebimento.")
	case err != nil:
		problems.Add("dia", "Confira a data: dia, mês e ano.")
	case day > today:
		problems.Add("dia", "Este dia ainda não chegou. Escreva o dia que está no aviso de recebimento.")
	}
	return problems.Err()
}

// Deliver records what became of the newest letter by post. From its delivery the company's clock is counted anew, by
// the rule in force at issue; a letter that came back gives the case back to the officer.
func (s *Service) Deliver(ctx context.Context, actor person.Actor, ref Ref, d Delivery) error {
	today := calendar.Of(s.Now())
	if err := d.check(today); err != nil {
		return err
	}
	d.On = canonical(d.On)
	ch := change{act: ActTrackLetter, data: map[string]any{"tracking": d.Tracking, "on": d.On}}
	switch d.What {
	case LetterReturned:
		ch.act = ActReturnLetter
	case LetterDelivered:
		late, err := s.restarts(ctx, actor, ref.Protocol, d)
		if err != nil {
			return err
		}
		if ch.act = ActDeliverLetter; late {
			ch.act = ActRestartClock
			ch.edit = func(c *Complaint) { c.Unanswered = false }
		}
	}
	var l Letter
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		if l, err = lastLetter(tx, c.ID); err != nil {
			return err
		}
		if !l.Travels() {
			return fault.New(fault.Conflict, "O que aconteceu com esta carta já foi registrado, ou ela não foi pelo correio.")
		}
		if on, err := calendar.Parse(d.On); err == nil && on < calendar.Of(l.IssuedAt) {
			return fault.Fields{"dia": "A carta foi emitida depois deste dia. Confira o aviso de recebimento."}.Err()
		}
		return nil
	}
	if d.What == LetterDelivered {
		ch.clock = func(tx *db.Tx, c *Complaint) error { return s.countFromDelivery(tx, c, l, d.On) }
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return storeDelivery(tx, c, l, d) }
	return s.act(ctx, actor, AsOfficer, ref, ch)
}

func canonical(day string) string {
	if d, err := calendar.Parse(day); err == nil {
		return d.String()
	}
	return ""
}

// restarts tells whether a delivery gives the company time again, after its provisional clock ran out.
func (s *Service) restarts(ctx context.Context, actor person.Actor, protocol string, d Delivery) (yes bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := s.byProtocol(tx, protocol, "")
		if err != nil {
			return err
		}
		if err := mayAct(actor, AsOfficer, c); err != nil || c.State != InReview || !c.Unanswered || c.Late {
			return err
		}
		letters, err := lettersOf(tx, c.ID)
		if err != nil || len(letters) == 0 {
			return err
		}
		c.State = AwaitingSupplier
		if err := s.countFromDelivery(tx, &c, letters[0], d.On); err != nil {
			return err
		}
		yes = c.DueAt.After(s.Now())
		return nil
	})
	return yes, err
}

// countFromDelivery counts the company's clock from a day, less the days on which it stood still since. A clock that
// stands still will be counted so when it goes on.
func (s *Service) countFromDelivery(tx *db.Tx, c *Complaint, l Letter, on string) error {
	from, err := calendar.Parse(on)
	if err != nil {
		return err
	}
	switch {
	case c.HeldRule != "":
		if err := movePauses(tx, c.ID, c.HeldFromOn, on); err != nil {
			return err
		}
		c.HeldFromOn = on
		return nil
	case c.State != AwaitingSupplier:
		return nil
	}
	rule, err := s.ruleOf(tx, *c, l.Rule)
	if err != nil {
		return err
	}
	still, err := pauses(tx, Complaint{ID: c.ID, HeldFromOn: c.ClockFromOn})
	if err != nil {
		return err
	}
	return s.setClock(tx, c, from, rule, still)
}

// movePauses keeps the days on which a clock stood still with the clock's new first day.
func movePauses(tx *db.Tx, complaintID, from, to string) error {
	_, err := tx.Exec(`UPDATE clock_pause SET clock_from_on = $3 WHERE complaint_id = $1 AND clock_from_on = $2`, complaintID, from, to)
	return err
}

func storeDelivery(tx *db.Tx, c Complaint, l Letter, d Delivery) error {
	delivered, returned := "", ""
	switch d.What {
	case LetterDelivered:
		delivered = d.On
		// The code lives as long as before after the new deadline.
		if c.State == AwaitingSupplier {
			until := calendar.Of(c.DueAt).Add(codeDays).End().UnixMicro()
			if _, err := tx.Exec(`UPDATE letter SET code_expires_at = $2 WHERE id = $1 AND code_handle <> '' AND code_expires_at < $2`, l.ID, until); err != nil {
				return err
			}
		}
	case LetterReturned:
		returned = d.On
		if _, err := tx.Exec(`UPDATE letter SET code_handle = '', code_hash = '', code_expires_at = 0 WHERE id = $1 AND code_used_by = ''`, l.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE letter SET tracking = CASE WHEN $2 <> '' THEN $2 ELSE tracking END, delivered_on = $3, returned_on = $4 WHERE id = $1`,
		l.ID, d.Tracking, delivered, returned)
	return err
}

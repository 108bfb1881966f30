package complaint

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guiche/internal/agency"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/notice"
)

// Teller sends the news about cases. It is run by the job that Service.Tell queued.
type Teller struct {
	DB       *db.DB
	Sender   mail.Sender
	Agencies *agency.Service
	Now      func() time.Time
	BaseURL  string // of the site, without a slash at the end
	// Replies takes the answers to our mails; nil: nobody reads them.
	Replies *mail.ReplyBox

	jobs *job.Queue // set by Register
}

// Register makes the teller do the jobs of NoticeJob.
func (t Teller) Register(q *job.Queue) {
	t.jobs = q
	job.On(q, NoticeJob, func(ctx context.Context, n Notice, info job.Info) error {
		err := t.Send(ctx, n, info.ID, info.Last)
		if err != nil && !mail.Temporary(err) {
			return job.Permanent(err)
		}
		return err
	})
	job.On(q, LetterJob, func(ctx context.Context, m LetterMail, info job.Info) error {
		err := t.sendLetter(ctx, m, info.ID, info.Last)
		if err != nil && !mail.Temporary(err) {
			return job.Permanent(err)
		}
		return err
	})
	job.On(q, ReplyJob, func(ctx context.Context, a replyAnswer, info job.Info) error {
		err := t.answer(ctx, a, info.ID, info.Last)
		if err != nil && !mail.Temporary(err) {
			return job.Permanent(err)
		}
		return err
	})
}

// Send sends one piece of news, once: a notice already sent is not sent again. jobID stays the same over attempts and
// names the mail, so that a mail sent twice by a crash between the two steps is one mail to its reader.
func (t Teller) Send(ctx context.Context, n Notice, jobID string, last bool) error {
	c, event, err := t.load(ctx, n)
	switch {
	case err != nil:
		return err
	case n.To == AsSupplier && n.Account == "":
		return t.spread(ctx, n, c, jobID)
	case n.To == AsSupplier:
		return t.sendToCompany(ctx, n, c, event, last)
	}
	address, err := t.confirmedAddress(ctx, c)
	if err != nil {
		return err
	}
	if address == "" && n.Kind != ActFile {
		return t.waitForAddress(ctx, n, jobID, last)
	}
	message, err := t.message(ctx, c, event, address != "")
	if err != nil || message == nil {
		return err
	}
	if address == "" {
		address = c.Consumer.Email
	}
	return t.deliver(ctx, n, letter{c.AgencyID, message, jobID, address}, last)
}

// letter is a message on its way; its id names the notice and the mail.
type letter struct {
	agencyID    string // whose words
	message     notice.Message
	id, address string
}

// deliver sends a letter and keeps what became of it.
func (t Teller) deliver(ctx context.Context, n Notice, l letter, last bool) error {
	m, err := (&notice.Texts{DB: t.DB, Now: t.Now}).Compose(ctx, l.agencyID, l.message, l.id, mail.Address{Address: l.address})
	if err != nil {
		return err
	}
	if sent, err := t.begin(ctx, n, l.id, l.address); sent || err != nil {
		return err
	}
	if m.ReplyTo, err = t.openReply(ctx, n, l); err != nil {
		return err
	}
	sendErr := t.Sender.Send(ctx, m)
	if sendErr != nil && mail.Temporary(sendErr) && !last {
		return sendErr
	}
	return errors.Join(t.end(ctx, l.id, sendErr), sendErr)
}

// newsOf is a case as far as news about it need: what is sealed of its consumer stays sealed.
func newsOf(tx *db.Tx, id string) (Complaint, error) {
	return db.One(tx, scanComplaint, `SELECT `+columns+` FROM complaint WHERE id = $1`, id)
}

func (t Teller) load(ctx context.Context, n Notice) (c Complaint, event audit.Event, err error) {
	err = t.DB.Read(ctx, func(tx *db.Tx) error {
		if c, err = newsOf(tx, n.ComplaintID); err != nil {
			return err
		}
		events, err := audit.Of(tx, stream(c.ID))
		if err != nil {
			return err
		}
		if n.Seq < 1 || int(n.Seq) > len(events) {
			return fmt.Errorf("complaint %s has no event %d", c.ID, n.Seq)
		}
		event = events[n.Seq-1]
		return nil
	})
	return c, event, err
}

// confirmedAddress is where the consumer is reached now; empty while the address they typed is not confirmed.
// Until then only the bare protocol goes to it, and everything else waits.
func (t Teller) confirmedAddress(ctx context.Context, c Complaint) (address string, err error) {
	err = t.DB.Read(ctx, func(tx *db.Tx) error {
		address, err = db.Scalar[string](tx, `SELECT CASE WHEN email_confirmed_at IS NULL THEN '' ELSE email END FROM account WHERE id = $1`, c.Consumer.AccountID)
		return err
	})
	return address, err
}

var errUnconfirmed = fault.New(fault.Conflict, "O consumidor ainda não confirmou o e-mail.")

// waitForAddress lets the job try again later; when there is no later, the notice is kept as failed.
func (t Teller) waitForAddress(ctx context.Context, n Notice, jobID string, last bool) error {
	if !last {
		return errUnconfirmed
	}
	if _, err := t.begin(ctx, n, jobID, ""); err != nil {
		return err
	}
	return t.end(ctx, jobID, errUnconfirmed)
}

// message words the event for the consumer; nil when the consumer needs no mail about it.
func (t Teller) message(ctx context.Context, c Complaint, e audit.Event, confirmed bool) (notice.Message, error) {
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(c.Consumer.Name, " ")
	about := notice.Case{Name: first, Protocol: c.Protocol, Supplier: c.SupplierName, Agency: of.ShortName, Brand: of.Brand.Main, URL: t.BaseURL + "/reclamacoes/" + c.Protocol, Answered: t.Replies != nil && c.Open()}
	if !confirmed {
		return notice.FiledUnconfirmed{Agency: about.Agency, Brand: about.Brand, Protocol: about.Protocol, URL: about.URL}, nil
	}
	facts, today := FactsOf(e), calendar.Of(t.Now())
	by := "O " + of.ShortName
	if Role(e.ActorRole) == AsSupplier {
		by = c.SupplierName
	}
	switch Act(e.Act) {
	case ActFile:
		return notice.Filed{Case: about, Next: NextStep(c, of.ShortName, today)}, nil
	case ActMessage:
		return notice.Said{Case: about, By: by}, nil
	case ActAsk:
		return notice.Asked{Case: about, By: by, Until: calendar.Phrase(calendar.Of(time.UnixMicro(facts.DueAt)), today)}, nil
	case ActRefer:
		return notice.Referred{Case: about, Body: facts.BodyName}, nil
	case ActRecall:
		return notice.Recalled{Case: about}, nil
	case ActClose:
		return notice.Closed{Case: about, Outcome: facts.Outcome.Label(), ReopenUntil: calendar.Phrase(calendar.Of(e.At).Add(ReopenDays), today)}, nil
	case ActExpire:
		return notice.Expired{Case: about, What: expired(State(e.From), c.Route, of.ShortName), Next: NextStep(c, of.ShortName, today)}, nil
	case ActRemind:
		if Owner(c.State) != AsConsumer {
			return nil, nil // it was done meanwhile
		}
		return notice.Reminder{Case: about, Until: calendar.Phrase(calendar.Of(c.DueAt), today), Left: calendar.Remaining(calendar.Of(c.DueAt), today)}, nil
	case ActEscalate:
		return notice.Escalated{Case: about, Next: NextStep(c, of.ShortName, today)}, nil
	case ActReopen:
		return notice.Reopened{Case: about, Next: NextStep(c, of.ShortName, today)}, nil
	}
	return ofCompany(about, e, facts, "O "+of.ShortName, NextStep(c, of.ShortName, today), today), nil
}

// ofCompany words to the consumer what the company did, and what became of its offer and its refusal.
func ofCompany(about notice.Case, e audit.Event, facts Facts, agency, next string, today calendar.Day) notice.Message {
	until := calendar.Phrase(calendar.Of(time.UnixMicro(facts.DueAt)), today)
	switch Act(e.Act) {
	case ActNotify:
		return notice.Notified{Case: about, Until: until, Channel: facts.Channel.Words()}
	case ActAddSupplier:
		return notice.CaseAdded{Case: about, Other: facts.Company}
	case ActAnswer:
		switch {
		case facts.Late:
			return notice.LateAnswer{Case: about}
		case facts.DueAt == 0: // something more, after the answer
			return notice.Said{Case: about, By: about.Supplier}
		}
		return notice.Answered{Case: about, Kind: facts.Kind.Words(), Offer: facts.Kind.Offers(), Until: until}
	case ActRefuse:
		return notice.RefusedByCompany{Case: about, By: agency, Until: until}
	case ActAcceptRefusal, ActOverturnRefusal:
		return notice.RefusalDecided{Case: about, Upheld: Act(e.Act) == ActAcceptRefusal, Next: next}
	case ActAccept:
		return notice.OfferAccepted{Case: about, Due: duePhrase(facts, today)}
	case ActPromiseDue:
		return notice.PromiseDue{Case: about, Due: duePhrase(facts, today)}
	case ActPromiseBroken:
		return notice.PromiseBroken{Case: about, Next: next}
	}
	return nil
}

// duePhrase is the day of an offer as people say it.
func duePhrase(facts Facts, today calendar.Day) string {
	day, err := calendar.Parse(facts.DueOn)
	if err != nil {
		return facts.DueOn
	}
	return calendar.Phrase(day, today)
}

// begin notes the mail before it leaves; sent tells that it already had left.
func (t Teller) begin(ctx context.Context, n Notice, id, address string) (sent bool, err error) {
	err = t.DB.Transact(ctx, func(tx *db.Tx) error {
		if _, err := insertNotice(tx, n, id, address, t.Now()); err != nil {
			return err
		}
		state, err := db.Scalar[string](tx, `SELECT state FROM notice WHERE id = $1`, id)
		sent = state == "sent"
		return err
	})
	return sent, err
}

// insertNotice notes that something is to be told; fresh is false when it was noted before.
func insertNotice(tx *db.Tx, n Notice, id, address string, now time.Time) (fresh bool, err error) {
	rows, err := tx.Exec(`INSERT INTO notice (id, complaint_id, kind, party, address, state, at) VALUES ($1, $2, $3, $4, $5, 'queued', $6) ON CONFLICT DO NOTHING`,
		id, n.ComplaintID, n.Kind, n.party(), address, now.UnixMicro())
	return rows > 0, err
}

func (t Teller) end(ctx context.Context, id string, sendErr error) error {
	state, text := "sent", ""
	if sendErr != nil {
		state, text = "failed", fault.Text(sendErr)
	}
	return t.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE notice SET state = $2, error = $3, sent_at = $4 WHERE id = $1`, id, state, text, t.Now().UnixMicro())
		return err
	})
}

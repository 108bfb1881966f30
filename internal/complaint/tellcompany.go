package complaint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// noticeAddress stands for an account where the company itself is told, at the address that it gave for notices.
const noticeAddress = "notice address"

// spread finds who at the company is told, and queues one notice for each, once: whoever has the case, else those who
// lead the company, those to whom an access code opened it, and the address that the company gave for notices.
func (t Teller) spread(ctx context.Context, n Notice, c Complaint, jobID string) error {
	return t.DB.Transact(ctx, func(tx *db.Tx) error {
		people, err := t.companyPeople(tx, c)
		if err != nil {
			return err
		}
		for _, who := range people {
			sum := sha256.Sum256([]byte(jobID + who.AccountID))
			n.Account, n.ID = who.AccountID, hex.EncodeToString(sum[:16])
			fresh, err := insertNotice(tx, n, n.ID, who.Email, t.Now())
			if err == nil && fresh {
				err = t.jobs.Enqueue(tx, NoticeJob, n, job.Options{})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// companyPeople are the people of the company that a case's news go to now, of those whose address is confirmed, and the
// company's address for notices. No address comes twice.
func (t Teller) companyPeople(tx *db.Tx, c Complaint) ([]person.MandateHolder, error) {
	people, err := person.MandateHolders(tx, c.SupplierID, calendar.Of(t.Now()).String())
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(h person.MandateHolder) bool { return h.Email == "" })
	has := slices.ContainsFunc(people, func(h person.MandateHolder) bool { return h.AccountID == c.AgentID })
	people = slices.DeleteFunc(people, func(h person.MandateHolder) bool {
		return has && h.AccountID != c.AgentID || !has && h.Role != person.Lead
	})
	guests, err := caseGuests(tx, c.ID, t.Now())
	if err != nil {
		return nil, err
	}
	own, err := supplier.NoticeAddress(tx, c.SupplierID, calendar.Of(t.Now()))
	people = append(append(people, guests...), person.MandateHolder{AccountID: noticeAddress, Email: own})
	return eachAddressOnce(people), err
}

func eachAddressOnce(people []person.MandateHolder) (list []person.MandateHolder) {
	for _, h := range people {
		known := func(other person.MandateHolder) bool { return strings.EqualFold(other.Email, h.Email) }
		if h.Email != "" && !slices.ContainsFunc(list, known) {
			list = append(list, h)
		}
	}
	return list
}

// sendToCompany tells one person of the company, if they still act for it, or the company at its address.
func (t Teller) sendToCompany(ctx context.Context, n Notice, c Complaint, e audit.Event, last bool) error {
	var who person.MandateHolder
	err := t.DB.Read(ctx, func(tx *db.Tx) error {
		people, err := t.companyPeople(tx, c)
		if i := slices.IndexFunc(people, func(h person.MandateHolder) bool { return h.AccountID == n.Account }); i >= 0 {
			who = people[i]
		}
		return err
	})
	if err != nil || who.Email == "" {
		return err
	}
	message, err := t.companyMessage(ctx, c, e, who)
	if err != nil || message == nil {
		return err
	}
	return t.deliver(ctx, n, letter{c.AgencyID, message, n.ID, who.Email}, last)
}

// companyMessage words the event for somebody of the company; nil when they need no mail about it.
func (t Teller) companyMessage(ctx context.Context, c Complaint, e audit.Event, who person.MandateHolder) (notice.Message, error) {
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(who.Name, " ")
	desk := who.AccountID == noticeAddress // nobody's: no answer is taken from it
	about := notice.Company{Name: first, Desk: desk, Protocol: c.Protocol, Company: c.SupplierName, Agency: of.ShortName, Brand: of.Brand.Main, URL: t.BaseURL + "/empresa/casos/" + c.Protocol,
		Answered: !desk && t.Replies != nil && c.Open()}
	facts, today := FactsOf(e), calendar.Of(t.Now())
	until := calendar.Phrase(calendar.Of(time.UnixMicro(facts.DueAt)), today)
	switch Act(e.Act) {
	case ActFile, ActNotify:
		return notice.NewCase{Company: about, Until: until}, nil
	case ActMessage:
		by := "O consumidor"
		if Role(e.ActorRole) == AsOfficer {
			by = "O " + of.ShortName
		}
		return notice.SaidToCompany{Company: about, By: by}, nil
	case ActSupply:
		if State(e.To) == AwaitingSupplier {
			return notice.Supplied{Company: about, Until: until}, nil
		}
	case ActRemind:
		if c.State == AwaitingSupplier { // else it was done meanwhile
			due := calendar.Of(c.DueAt)
			return notice.CompanyReminder{Company: about, Until: calendar.Phrase(due, today), Left: calendar.Remaining(due, today)}, nil
		}
	case ActExpire:
		return expiredForCompany(about, c, State(e.From)), nil
	}
	return ofConsumer(about, e, facts, until, today), nil
}

// expiredForCompany words the end of a clock; nil when it is no affair of the company.
func expiredForCompany(about notice.Company, c Complaint, from State) notice.Message {
	switch {
	case from == AwaitingSupplier && c.Route == Direct:
		return notice.CompanyExpired{Company: about, What: "O prazo da empresa terminou sem resposta, e o consumidor pode levar o caso ao Procon.",
			Next: "A empresa ainda pode responder. A resposta fica marcada como fora do prazo."}
	case from == AwaitingSupplier:
		return notice.CompanyExpired{Company: about, What: "O prazo da empresa terminou sem resposta. O " + about.Agency + " segue com o caso.",
			Next: "A empresa ainda pode responder. A resposta fica marcada como fora do prazo."}
	case from == AwaitingConsumer && c.State == AwaitingSupplier:
		return notice.CompanyExpired{Company: about, What: "O consumidor não respondeu ao que foi pedido, e o prazo da empresa voltou a correr.", Next: "Responda com o que tem."}
	case from == AwaitingRating:
		return notice.CompanyExpired{Company: about, What: "O consumidor não avaliou a resposta no prazo.", Next: "O caso foi encerrado sem avaliação. A empresa não precisa fazer nada."}
	}
	return nil
}

// ofConsumer words to the company what the consumer and the officers decided.
func ofConsumer(about notice.Company, e audit.Event, facts Facts, until string, today calendar.Day) notice.Message {
	switch Act(e.Act) {
	case ActAcceptRefusal, ActOverturnRefusal:
		return notice.RefusalReview{Company: about, Upheld: Act(e.Act) == ActAcceptRefusal, Until: until}
	case ActRate:
		return notice.Rated{Company: about, Solved: facts.Outcome == Resolved, Score: facts.Score}
	case ActEscalate:
		return notice.WentToAgency{Company: about}
	case ActAccept:
		return notice.OfferAcceptedByConsumer{Company: about, Due: duePhrase(facts, today)}
	case ActPromiseBroken:
		return notice.PromiseBrokenForCompany{Company: about}
	case ActClose:
		return notice.ClosedForCompany{Company: about, Outcome: facts.Outcome.Label()}
	case ActReopen:
		if State(e.To) == AwaitingSupplier {
			return notice.NewCase{Company: about, Until: until}
		}
	}
	return nil
}

// sendLetter takes a letter with its code to the company by e-mail, unless the code was renewed meanwhile or the letter
// was opened.
func (t Teller) sendLetter(ctx context.Context, m LetterMail, jobID string, last bool) error {
	var c Complaint
	l, err := t.letterFor(ctx, m, &c)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return err
	}
	today := calendar.Of(t.Now())
	message := notice.PreliminaryNotice{Number: l.Name(), Until: untilWords(c, l, today), Code: m.Code, CodeUntil: calendar.Phrase(calendar.Of(l.CodeUntil), today),
		Company: notice.Company{Protocol: c.Protocol, Company: c.SupplierName, Agency: of.ShortName, Brand: of.Brand.Main, URL: t.BaseURL + "/empresa/codigo"}}
	return t.deliver(ctx, Notice{Kind: ActNotify, ComplaintID: c.ID, To: AsSupplier}, letter{c.AgencyID, message, jobID, l.Email}, last)
}

func (t Teller) letterFor(ctx context.Context, m LetterMail, c *Complaint) (l Letter, err error) {
	err = t.DB.Read(ctx, func(tx *db.Tx) error {
		if l, err = db.One(tx, scanLetter, `SELECT `+letterColumns+` FROM letter l WHERE l.id = $1 AND l.code_hash = $2 AND l.code_used_by = ''`, m.Letter, hashOf(m.Code)); err != nil {
			return err
		}
		*c, err = newsOf(tx, l.ComplaintID)
		return err
	})
	return l, err
}

// untilWords are the last day to answer: of the clock that runs, else as it was at issue.
func untilWords(c Complaint, l Letter, today calendar.Day) string {
	if c.State == AwaitingSupplier && c.HasDue() {
		return calendar.Phrase(calendar.Of(c.DueAt), today)
	}
	return calendar.Phrase(calendar.Of(l.CodeUntil).Add(-codeDays), today)
}

package complaint

import (
	"context"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/notice"
)

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
		*c, err = byID(tx, l.ComplaintID, "")
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

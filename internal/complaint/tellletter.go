package complaint

import (
	"context"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/notice"
)

// LetterJob is the kind of job that mails the access code of a letter; Teller does it.
const LetterJob = "letter_mail"

// LetterMail is a letter's access code on its way. It is not stored elsewhere.
type LetterMail struct{ LetterID, Code string }

// SendLetter mails the access code to the company, once. A code that was renewed meanwhile is not sent.
func (t Teller) SendLetter(ctx context.Context, m LetterMail, jobID string, last bool) error {
	code, shaped := parseCode(m.Code)
	var l letterOfCode
	var c Complaint
	err := t.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if l, err = db.One(tx, scanCode, `SELECT `+letterColumns+`, code_hash, code_used_by, code_tries FROM letter WHERE id = $1`, m.LetterID); err != nil {
			return err
		}
		c, err = byID(tx, l.ComplaintID, "")
		return err
	})
	if err != nil || !shaped || l.hash != code.hash() {
		return err
	}
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return err
	}
	today := calendar.Of(t.Now())
	message := notice.PreliminaryNotice{Company: notice.Company{Protocol: c.Protocol, Company: c.SupplierName, Agency: of.ShortName, Brand: of.Brand.Main, URL: t.BaseURL + "/empresa/codigo"},
		Number: l.Title(), Until: untilWords(c, today), Code: m.Code, CodeUntil: calendar.Phrase(calendar.Of(l.CodeUntil), today)}
	sendErr := t.deliver(ctx, Notice{Kind: ActNotify, ComplaintID: c.ID}, letter{c.AgencyID, message, jobID, l.Email}, last)
	return t.noteSent(ctx, l.ID, sendErr, last)
}

// untilWords is the company's last day; after it the answer is still taken.
func untilWords(c Complaint, today calendar.Day) string {
	if c.State == AwaitingSupplier && c.HasDue() {
		return calendar.Phrase(calendar.Of(c.DueAt), today)
	}
	return "o quanto antes"
}

// noteSent keeps on the letter whether its mail left.
func (t Teller) noteSent(ctx context.Context, letterID string, sendErr error, last bool) error {
	if sendErr != nil && !last {
		return sendErr
	}
	failure, at := "", t.Now().UnixMicro()
	if sendErr != nil {
		failure, at = fault.Text(sendErr), 0
	}
	err := t.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE letter SET sent_at = $2, failure = $3 WHERE id = $1`, letterID, at, failure)
		return err
	})
	if sendErr != nil {
		return sendErr
	}
	return err
}

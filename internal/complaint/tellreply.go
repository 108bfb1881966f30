package complaint

import (
	"context"
	"crypto/rand"
	"strings"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/notice"
)

// openReply gives the address to which the answer to a mail goes; empty when nobody reads answers, or when the address
// the mail goes to is not confirmed: its answers would be taken from nobody.
func (t Teller) openReply(ctx context.Context, n Notice, l letter) (address string, err error) {
	if t.Replies == nil {
		return "", nil
	}
	token, role := rand.Text(), n.party()
	err = t.DB.Transact(ctx, func(tx *db.Tx) error {
		rows, err := tx.Exec(`INSERT INTO reply_token (token, notice_id, complaint_id, account_id, role, created_at)
			SELECT $1, $2, c.id, a.id, $4, $5 FROM complaint c JOIN account a ON a.id = CASE WHEN $6 <> '' THEN $6 ELSE c.consumer_id END
			WHERE c.id = $3 AND a.email = $7 AND a.email_confirmed_at IS NOT NULL`,
			hashOf(token), l.id, n.ComplaintID, role, t.Now().UnixMicro(), n.Account, l.address)
		if address = ""; rows > 0 {
			address = t.Replies.Address(token)
		}
		return err
	})
	return address, err
}

// answer tells somebody what of their answer by e-mail did not get in, at the address it came from.
func (t Teller) answer(ctx context.Context, a replyAnswer, jobID string, last bool) error {
	var c Complaint
	var to mail.Address
	err := t.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if c, err = newsOf(tx, a.ComplaintID); err != nil {
			return err
		}
		to, err = db.One(tx, func(r db.Row, m *mail.Address) error { return r.Scan(&m.Name, &m.Address) },
			`SELECT CASE WHEN social_name <> '' THEN social_name ELSE name END, email FROM account WHERE id = $1 AND email_confirmed_at IS NOT NULL`, a.AccountID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil // their address is no longer confirmed
	}
	if err != nil {
		return err
	}
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(to.Name, " ")
	about := notice.Case{Name: first, Protocol: c.Protocol, Supplier: c.SupplierName, Agency: of.ShortName, Brand: of.Brand.Main, URL: t.BaseURL + "/reclamacoes/" + c.Protocol}
	n := Notice{ComplaintID: c.ID, To: a.Role, Account: a.AccountID}
	if a.Role == AsSupplier {
		about.URL = t.BaseURL + "/empresa/casos/" + c.Protocol
	}
	var message notice.Message = notice.ReplyRefused{Case: about, Files: a.Files, Why: a.Why}
	if a.Closed {
		message = notice.ReplyTooLate{Case: about}
	}
	n.Kind = Act(message.About().Kind)
	return t.deliver(ctx, n, letter{c.AgencyID, message, jobID, to.Address}, last)
}

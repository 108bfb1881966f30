package complaint

import (
	"context"
	"encoding/json"
	"time"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
)

// holder is who was told by the mail that a token answers; fault.NotFound for a token we did not give.
func holder(tx *db.Tx, token string) (letterIn, error) {
	return db.One(tx, func(r db.Row, l *letterIn) error { return r.Scan(&l.complaintID, &l.accountID, &l.role, &l.email) },
		`SELECT t.complaint_id, t.account_id, t.role, CASE WHEN a.email_confirmed_at IS NULL THEN '' ELSE a.email END
		FROM reply_token t JOIN account a ON a.id = t.account_id WHERE t.token = $1`, hashOf(token))
}

// history is what this party sent before by mail: this very mail, how many in a day, and whether they were told that
// the case is closed.
func (l *letterIn) history(tx *db.Tx) error {
	_, err := db.One(tx, func(r db.Row, _ *struct{}) error { return r.Scan(&l.before, &l.today, &l.told) },
		`SELECT coalesce(max(CASE WHEN mail = $1 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN at > $4 THEN 1 ELSE 0 END), 0),
			coalesce(max(CASE WHEN verdict = 'too_late' AND at >= $5 THEN 1 ELSE 0 END), 0)
		FROM mail_in WHERE complaint_id = $2 AND account_id = $3`,
		l.id, l.complaintID, l.accountID, l.at.Add(-24*time.Hour).UnixMicro(), l.complaint.ClosedAt.UnixMicro())
	return err
}

func insertMail(tx *db.Tx, m mailIn, why string) error {
	_, err := tx.Exec(`INSERT INTO mail_in (mail, complaint_id, account_id, role, verdict, why, folded, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		m.id, m.complaintID, m.accountID, m.role, m.verdict, why, m.folded, m.at.UnixMicro())
	return err
}

// What happens to a case by mail and is nobody's act. Only officers see it.
const (
	HappenedReturn   Act = "mail_returned" // a mail of ours came back
	HappenedStranger Act = "mail_stranger" // a mail came from an address that is not the party's
)

// happened records something in the case that changes nothing of it. The same key is recorded once.
func (s *Service) happened(tx *db.Tx, complaintID string, what Act, key string, facts map[string]any) error {
	c, err := s.byID(tx, complaintID, tx.ForUpdate())
	if err != nil {
		return err
	}
	done, err := audit.Done(tx, stream(c.ID), key)
	if done || err != nil {
		return err
	}
	data, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: stream(c.ID), At: s.Now(), Act: string(what), ActorID: system.AccountID, ActorName: system.Name, ActorRole: string(AsSystem),
		AgencyID: c.AgencyID, From: string(c.State), To: string(c.State), Data: data, Key: key})
	return err
}

// stranger drops a mail and lets the officers know that it came, once a day.
func (p Postman) stranger(ctx context.Context, came letterIn) (Verdict, error) {
	came.verdict = MailStranger
	err := p.Complaints.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := came.mailIn.store(tx, p.Complaints.Jobs); err != nil {
			return err
		}
		key := "stranger:" + string(came.role) + calendar.Of(came.at).String()
		return p.Complaints.happened(tx, came.complaintID, HappenedStranger, key, map[string]any{"party": came.role})
	})
	if db.IsDuplicate(err) {
		return MailKnown, nil
	}
	return MailStranger, err
}

// returned marks the notice whose mail came back, once, and lets the officers know.
func (p Postman) returned(ctx context.Context, r mail.Return) (v Verdict, err error) {
	if !r.Final {
		return MailAutomatic, nil
	}
	v = MailReturned
	err = p.Complaints.DB.Transact(ctx, func(tx *db.Tx) error {
		n, err := returnedNotice(tx, r)
		switch {
		case fault.Is(err, fault.NotFound) || err == nil && n.complaintID == "":
			v = MailNoCase
			return nil
		case err != nil:
			return err
		case n.bounced:
			v = MailKnown
			return nil
		}
		if _, err := tx.Exec(`UPDATE notice SET bounced_at = $2, bounce_reason = $3 WHERE id = $1`, n.id, p.Complaints.Now().UnixMicro(), r.Status); err != nil {
			return err
		}
		return p.Complaints.happened(tx, n.complaintID, HappenedReturn, "returned:"+n.id, map[string]any{"party": n.to, "bounce": r.Status})
	})
	return v, err
}

type toldNotice struct {
	id, complaintID string
	to              Role
	bounced         bool
}

// returnedNotice is the notice that a bounce is about, by the mail's name or by its reply address.
func returnedNotice(tx *db.Tx, r mail.Return) (toldNotice, error) {
	return db.One(tx, func(row db.Row, n *toldNotice) error { return row.Scan(&n.id, &n.complaintID, &n.to, &n.bounced) },
		`SELECT n.id, n.complaint_id, coalesce(nullif(n.party, ''), (SELECT min(t.role) FROM reply_token t WHERE t.notice_id = n.id), 'consumer'), CASE WHEN n.bounced_at IS NULL THEN 0 ELSE 1 END
		FROM notice n WHERE n.id IN ($1, coalesce((SELECT notice_id FROM reply_token WHERE token = $2), '')) ORDER BY n.id LIMIT 1`, r.ID, hashOf(r.Token))
}

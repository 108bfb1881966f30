package complaint

import (
	"time"

	"guiche/internal/db"
	"guiche/internal/person"
)

func (s *Service) byID(tx *db.Tx, id, suffix string) (Complaint, error) {
	return db.One(tx, s.scanOpened, `SELECT `+columns+` FROM complaint WHERE id = $1`+suffix, id)
}

func insertAnswer(tx *db.Tx, complaintID string, a Answer, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO answer (message_id, complaint_id, kind, relief, amount_cents, due_on, late, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		a.ID, complaintID, string(a.Kind), a.Relief, a.AmountCents, a.DueOn, bit(a.Late), now.UnixMicro())
	return err
}

func lastAnswer(tx *db.Tx, complaintID string) (Answer, error) {
	return db.One(tx, func(r db.Row, a *Answer) error {
		return r.Scan(&a.ID, &a.Kind, &a.Relief, &a.AmountCents, &a.DueOn, &a.Late, &a.Promise)
	}, `SELECT a.message_id, a.kind, a.relief, a.amount_cents, a.due_on, a.late, coalesce(p.state, '') FROM answer a
		LEFT JOIN promise p ON p.message_id = a.message_id WHERE a.complaint_id = $1 ORDER BY a.at DESC, a.message_id DESC LIMIT 1`, complaintID)
}

func insertPromise(tx *db.Tx, complaintID string, offer Answer, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO promise (message_id, complaint_id, due_on, state, at) VALUES ($1, $2, $3, 'open', $4)`,
		offer.ID, complaintID, offer.DueOn, now.UnixMicro())
	return err
}

func scanPromise(r db.Row, p *promise) error {
	return r.Scan(&p.ID, &p.ComplaintID, &p.DueOn, &p.State)
}

const promiseColumns = `message_id, complaint_id, due_on, state`

// duePromises are open ones whose day is not after today, in order; rows another node works on are passed over.
func duePromises(tx *db.Tx, today string, after promise, most int) ([]promise, error) {
	return db.All(tx, scanPromise, `SELECT `+promiseColumns+` FROM promise WHERE state = 'open' AND due_on <= $1 AND (due_on, message_id) > ($2, $3)
		ORDER BY due_on, message_id LIMIT $4`+tx.ForUpdateSkipLocked(), today, after.DueOn, after.ID, most)
}

// promiseOf is the promise of a case that its consumer was asked about.
func promiseOf(tx *db.Tx, complaintID string) (promise, error) {
	return db.One(tx, scanPromise, `SELECT `+promiseColumns+` FROM promise WHERE complaint_id = $1 AND state = 'asked' ORDER BY due_on DESC LIMIT 1`, complaintID)
}

// openPromises are a consumer's accepted offers that are not settled, by case; of several the last that was made.
func openPromises(tx *db.Tx, consumerID string) (map[string]Answer, error) {
	list, err := db.All(tx, scanPromise, `SELECT p.message_id, p.complaint_id, p.due_on, p.state FROM promise p JOIN complaint c ON c.id = p.complaint_id
		WHERE c.consumer_id = $1 AND p.state IN ('open', 'asked') ORDER BY p.at LIMIT 200`, consumerID)
	out := make(map[string]Answer, len(list))
	for _, p := range list {
		out[p.ComplaintID] = Answer{ID: p.ID, DueOn: p.DueOn, Promise: p.State}
	}
	return out, err
}

func markPromise(tx *db.Tx, p promise, to PromiseState, now time.Time) error {
	column := "settled_at"
	if to == PromiseAsked {
		column = "asked_at"
	}
	_, err := tx.Exec(`UPDATE promise SET state = $2, `+column+` = $3 WHERE message_id = $1`, p.ID, string(to), now.UnixMicro())
	return err
}

// caseGuests are the accounts to which an access code opened a case and that may still see it.
func caseGuests(tx *db.Tx, complaintID string, now time.Time) ([]person.MandateHolder, error) {
	return db.All(tx, func(r db.Row, h *person.MandateHolder) error { return r.Scan(&h.AccountID, &h.Name, &h.Email) },
		`SELECT a.id, CASE WHEN a.social_name <> '' THEN a.social_name ELSE a.name END, a.email FROM case_access o JOIN account a ON a.id = o.account_id
		WHERE o.complaint_id = $1 AND o.expires_at > $2 AND a.email_confirmed_at IS NOT NULL ORDER BY o.opened_at, a.id`, complaintID, now.UnixMicro())
}

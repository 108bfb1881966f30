package person

import (
	"context"
	"encoding/json"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
)

// Service keeps accounts, roles and sessions.
type Service struct {
	DB  *db.DB
	Now func() time.Time
	// Mail enqueues, in the transaction, the message with the link that confirms account.Email.
	Mail func(tx *db.Tx, account Account, secret string) error
}

const accountColumns = `id, issuer, subject, cpf, name, social_name, email, email_confirmed_at, phone, level`

func scanAccount(r db.Row, a *Account) error {
	var confirmed *int64
	err := r.Scan(&a.ID, &a.Issuer, &a.Subject, &a.CPF, &a.Name, &a.SocialName, &a.Email, &confirmed, &a.Phone, &a.Level)
	a.EmailConfirmedAt = instant(confirmed)
	return err
}

func accountByID(tx *db.Tx, id string) (Account, error) {
	return db.One(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`, id)
}

// Account is what we know of a person; fault.NotFound when there is none.
func (s *Service) Account(ctx context.Context, id string) (account Account, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		account, err = accountByID(tx, id)
		return err
	})
	return account, err
}

// lock makes other acts on the account wait for this transaction, and gives the account as it now is.
func (s *Service) lock(tx *db.Tx, id string) (Account, error) {
	return db.One(tx, scanAccount, `UPDATE account SET seen_at = $1 WHERE id = $2 RETURNING `+accountColumns, s.Now().UnixMicro(), id)
}

// record appends an act of the person about their own account; the account's row must be locked.
func (s *Service) record(tx *db.Tx, stream, act string, a Account, facts any) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: stream + a.ID, At: s.Now(), Act: act, ActorID: a.ID, ActorName: a.DisplayName(), ActorRole: "owner", Data: data})
	return err
}

const (
	personStream = "person:"
	emailStream  = "person-email:"
	roleStream   = "roles"
	// mandateStream + supplier: who acted for a company, and by whose decision.
	mandateStream = "mandates:"
)

func instant(micros *int64) time.Time {
	if micros == nil {
		return time.Time{}
	}
	return time.UnixMicro(*micros).UTC()
}

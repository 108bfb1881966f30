package person

import (
	"context"
	"encoding/json"
	"time"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/secret"
	"guiche/internal/vault"
)

// Service keeps accounts, roles and sessions.
type Service struct {
	DB  *db.DB
	Now func() time.Time
	// Secrets seal CPFs and telephones.
	Secrets *secret.Ring
	// Mail enqueues, in the transaction, the message with the link that confirms account.Email.
	Mail func(tx *db.Tx, account Account, secret string) error
}

const accountColumns = `id, issuer, sealed, name, social_name, email, email_confirmed_at, level`

func (s *Service) scanAccount(r db.Row, a *Account) error {
	var confirmed *int64
	var sealed string
	if err := r.Scan(&a.ID, &a.Issuer, &sealed, &a.Name, &a.SocialName, &a.Email, &confirmed, &a.Level); err != nil {
		return err
	}
	a.EmailConfirmedAt = instant(confirmed)
	return s.unseal(a, sealed)
}

// unseal fills in what is sealed of an account.
func (s *Service) unseal(a *Account, sealed string) error {
	known, err := vault.Open(s.Secrets, "account", a.ID, sealed)
	a.CPF, a.Phone = known.CPF, known.Phone
	return err
}

// index is what the columns named cpf hold: the same for all ways of writing a CPF.
func (s *Service) index(cpf string) string { return s.Secrets.Index(cpfcnpj.NormalizeCPF(cpf)) }

func (s *Service) accountByID(tx *db.Tx, id string) (Account, error) {
	return db.One(tx, s.scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`, id)
}

// Account is what we know of a person; fault.NotFound when there is none.
func (s *Service) Account(ctx context.Context, id string) (account Account, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		account, err = s.accountByID(tx, id)
		return err
	})
	return account, err
}

// lock makes other acts on the account wait for this transaction, and gives the account as it now is.
func (s *Service) lock(tx *db.Tx, id string) (Account, error) {
	return db.One(tx, s.scanAccount, `UPDATE account SET seen_at = $1 WHERE id = $2 RETURNING `+accountColumns, s.Now().UnixMicro(), id)
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

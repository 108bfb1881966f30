package person

import (
	"context"
	"errors"
	"time"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/vault"
)

// Identity is what a provider vouches for at a sign-in. Issuer and Subject are required.
type Identity struct {
	Issuer, Subject  string
	CPF              string // eleven digits, or empty
	Name, SocialName string
	Email            string
	EmailVerified    bool
	Phone            string
	PhoneVerified    bool
	Level            Level // what is unknown counts as Bronze
	SecondFactor     bool
}

// SignIn makes or renews the account of an identity. Names, CPF and level are the provider's of now; e-mail and
// telephone are taken where the person has not given their own.
func (s *Service) SignIn(ctx context.Context, id Identity) (account Account, err error) {
	if id.Issuer == "" || id.Subject == "" || (id.CPF != "" && !cpfcnpj.ValidCPF(id.CPF)) {
		return Account{}, errors.New("sign-in: an identity without issuer or subject, or with a wrong CPF")
	}
	if !id.Level.AtLeast(Bronze) {
		id.Level = Bronze
	}
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		if account, err = s.upsert(tx, id); err != nil {
			return err
		}
		if err = s.adoptContact(tx, &account, id); err != nil {
			return err
		}
		return s.record(tx, personStream, "sign_in", account, signInFacts{id.Level, id.SecondFactor})
	})
	return account, err
}

type signInFacts struct {
	Level        Level `json:"level"`
	SecondFactor bool  `json:"second_factor"`
}

// upsert keeps no subject, which at gov.br is the CPF, but its hash. The caller seals.
func (s *Service) upsert(tx *db.Tx, id Identity) (Account, error) {
	a, err := db.One(tx, s.scanAccount, `INSERT INTO account (id, issuer, subject, cpf, name, social_name, level, created_at, seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
		ON CONFLICT (issuer, subject) DO UPDATE SET cpf = excluded.cpf, social_name = excluded.social_name,
			name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE account.name END,
			level = excluded.level, seen_at = excluded.seen_at
		RETURNING `+accountColumns,
		db.NewID(), id.Issuer, s.Secrets.Index(id.Subject), s.index(id.CPF), id.Name, id.SocialName, string(id.Level), s.Now().UnixMicro())
	a.CPF = cpfcnpj.NormalizeCPF(id.CPF)
	return a, err
}

// adoptContact takes the provider's verified e-mail and telephone where the person has not given their own.
func (s *Service) adoptContact(tx *db.Tx, a *Account, id Identity) error {
	email, emailErr := checkEmail(id.Email)
	phone, phoneErr := checkPhone(id.Phone)
	own, err := s.ownEmail(tx, a.ID)
	if err != nil {
		return err
	}
	if id.EmailVerified && emailErr == "" && email != "" && !own && (email != a.Email || a.EmailConfirmedAt.IsZero()) {
		a.Email, a.EmailConfirmedAt = email, s.Now().UTC().Truncate(time.Microsecond)
	}
	if id.PhoneVerified && phoneErr == "" && a.Phone == "" {
		a.Phone = phone
	}
	return s.saveContact(tx, *a)
}

func (s *Service) saveContact(tx *db.Tx, a Account) error {
	sealed, err := vault.Personal{CPF: a.CPF, Phone: a.Phone}.Seal(s.Secrets, "account", a.ID)
	if err != nil {
		return err
	}
	var confirmed *int64
	if !a.EmailConfirmedAt.IsZero() {
		micros := a.EmailConfirmedAt.UnixMicro()
		confirmed = &micros
	}
	_, err = tx.Exec(`UPDATE account SET email = $1, email_confirmed_at = $2, sealed = $3 WHERE id = $4`, a.Email, confirmed, sealed, a.ID)
	return err
}

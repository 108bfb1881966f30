package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
)

const (
	linkLife       = 48 * time.Hour
	mailsADay      = 5
	askedToConfirm = "ask_confirmation"
	confirmed      = "confirm_email"
)

// AskConfirmation sends the confirmation mail for the actor's present e-mail again. Nothing happens when it is
// confirmed already or absent; more than five mails a day are Invalid.
func (s *Service) AskConfirmation(ctx context.Context, actor Actor) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		a, err := s.lock(tx, actor.AccountID)
		if err != nil || a.Email == "" || !a.EmailConfirmedAt.IsZero() {
			return err
		}
		return s.askConfirmation(tx, a)
	})
}

// askConfirmation stores the hash of a new secret and enqueues the mail that carries it.
func (s *Service) askConfirmation(tx *db.Tx, a Account) error {
	if err := s.checkMailLimit(tx, a.ID); err != nil {
		return err
	}
	secret := rand.Text()
	if _, err := tx.Exec(`INSERT INTO email_confirmation (token, account_id, email, expires_at) VALUES ($1, $2, $3, $4)`,
		hash(secret), a.ID, a.Email, s.Now().Add(linkLife).UnixMicro()); err != nil {
		return err
	}
	if err := s.record(tx, emailStream, askedToConfirm, a, struct{}{}); err != nil {
		return err
	}
	return s.Mail(tx, a, secret)
}

func (s *Service) checkMailLimit(tx *db.Tx, accountID string) error {
	events, err := audit.Latest(tx, emailStream+accountID, 2*mailsADay)
	if err != nil {
		return err
	}
	asked := 0
	for _, e := range events {
		if e.Act == askedToConfirm && s.Now().Sub(e.At) < 24*time.Hour {
			asked++
		}
	}
	if asked >= mailsADay {
		text := "Já enviamos 5 mensagens de confirmação hoje. Procure nas suas mensagens, também no lixo eletrônico, ou tente de novo amanhã."
		return &fault.Error{Kind: fault.Invalid, Text: text, Fields: fault.Fields{"email": text}}
	}
	return nil
}

// ConfirmEmail takes the secret of a link; taken again, it does nothing and is no fault. A wrong or old one, or one for
// an address the person has changed since, is Invalid. Whoever reads the mailbox may confirm; no sign-in is needed.
func (s *Service) ConfirmEmail(ctx context.Context, secret string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		var link confirmation
		link, err := db.One(tx, scanConfirmation, `SELECT account_id, email FROM email_confirmation WHERE token = $1 AND expires_at > $2`,
			hash(secret), s.Now().UnixMicro())
		if err != nil {
			return badLink(err)
		}
		a, err := db.One(tx, s.scanAccount, `UPDATE account SET email_confirmed_at = $1 WHERE id = $2 AND email = $3 AND email_confirmed_at IS NULL RETURNING `+accountColumns,
			s.Now().UnixMicro(), link.accountID, link.email)
		if fault.Is(err, fault.NotFound) { // confirmed already, or no longer the address
			_, err = db.One(tx, s.scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1 AND email = $2`, link.accountID, link.email)
			return badLink(err)
		}
		if err != nil {
			return err
		}
		return s.record(tx, emailStream, confirmed, a, struct{}{})
	})
}

type confirmation struct{ accountID, email string }

func scanConfirmation(r db.Row, c *confirmation) error { return r.Scan(&c.accountID, &c.email) }

func badLink(err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return fault.Wrap(fault.Invalid, "Este link venceu ou é de um e-mail que foi trocado. Entre na sua conta e peça outro.", err)
}

// ownEmail tells whether the account's address is the person's own choice: confirmed by a link, or waiting for one.
func (s *Service) ownEmail(tx *db.Tx, accountID string) (bool, error) {
	events, err := audit.Latest(tx, emailStream+accountID, 1)
	if err != nil || len(events) == 0 {
		return false, err
	}
	last := events[0]
	return last.Act == confirmed || s.Now().Sub(last.At) < linkLife, nil
}

// Prune forgets the links whose time is over.
func (s *Service) Prune(ctx context.Context) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM email_confirmation WHERE expires_at <= $1`, s.Now().UnixMicro())
		return err
	})
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

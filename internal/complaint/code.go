package complaint

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"regexp"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// A code reads ABCD-EFGH-JKLM. Its first group finds the letter, the other two are the secret of 40 bits.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const (
	// codeDays is for how many days after the company's deadline a code opens its case.
	codeDays = 30
	// codeTries is how many wrong tries kill a code.
	codeTries = 10
	// accountTries is how many wrong codes an account may type within tryWindow.
	accountTries = 5
	tryWindow    = time.Hour
	// renewalsADay is how many codes a case may get within 24 hours.
	renewalsADay = 5
)

var codeShape = regexp.MustCompile(`^[A-HJ-NP-Z2-9]{12}$`)

func makeCode() string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails
	var code strings.Builder
	for i, b := range raw {
		if i > 0 && i%4 == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(codeLetters[b%32])
	}
	return code.String()
}

func handleOf(code string) string { return code[:4] }

// ParseCode reads a code as people type it, with or without its marks, and gives its canonical form.
func ParseCode(typed string) (code string, ok bool) {
	bare := strings.ToUpper(strings.NewReplacer("-", "", " ", "", ".", "", "–", "").Replace(strings.TrimSpace(typed)))
	if !codeShape.MatchString(bare) {
		return "", false
	}
	return bare[:4] + "-" + bare[4:8] + "-" + bare[8:], true
}

// One text for all codes that open nothing: whoever guesses learns nothing.
var (
	errCode  = fault.Fields{"codigo": "Este código não abre nenhum caso. Confira as letras e os números na carta ou no e-mail. Se já foi usado ou venceu, peça outro ao Procon."}.Err()
	errEmpty = fault.Fields{"codigo": "Escreva o código que está na carta ou no e-mail."}.Err()
	errTries = fault.Fields{"codigo": "Você digitou códigos errados demais. Espere uma hora e tente de novo, ou fale com o Procon."}.Err()
)

// OpenByCode opens to the actor's account the one case whose letter carried the code, and gives its protocol. A
// code opens once; to the account that used it, it shows the way again. That it was opened is recorded for all.
//
// Errors: fault.Invalid at "codigo", in the same words whatever is wrong with it, unless nothing was typed, which is not
// counted; ErrLevel (fault.Forbidden); CaseOver (fault.Conflict).
func (s *Service) OpenByCode(ctx context.Context, actor person.Actor, typed string) (protocol string, err error) {
	if !actor.Level.AtLeast(person.Silver) {
		return "", fault.Wrap(fault.Forbidden, "Para responder por uma empresa, sua conta gov.br precisa ser prata ou ouro.", ErrLevel)
	}
	if strings.TrimSpace(typed) == "" {
		return "", errEmpty
	}
	var wrong error
	err = s.DB.Transact(ctx, func(tx *db.Tx) error { // what is wrong must be counted, so it does not end the transaction
		protocol, wrong = "", nil
		if err := s.mayTry(tx, actor); fault.Is(err, fault.Invalid) {
			wrong = err
			return nil
		} else if err != nil {
			return err
		}
		code, ok := ParseCode(typed)
		if ok {
			if protocol, err = s.openLetter(tx, actor, code); err != nil {
				return err
			}
		}
		if protocol != "" {
			return nil
		}
		wrong = errCode
		_, err = tx.Exec(`UPDATE code_try SET wrong = wrong + 1 WHERE account_id = $1`, actor.AccountID)
		return err
	})
	if err != nil {
		return "", err
	}
	return protocol, wrong
}

// mayTry begins the account's hour anew when it has passed, holds its row, and refuses who typed too many wrong codes.
func (s *Service) mayTry(tx *db.Tx, actor person.Actor) error {
	wrong, err := db.Scalar[int](tx, `INSERT INTO code_try (account_id, since_at, wrong) VALUES ($1, $2, 0)
		ON CONFLICT (account_id) DO UPDATE SET
			wrong = CASE WHEN code_try.since_at <= $3 THEN 0 ELSE code_try.wrong END,
			since_at = CASE WHEN code_try.since_at <= $3 THEN excluded.since_at ELSE code_try.since_at END
		RETURNING wrong`, actor.AccountID, s.Now().UnixMicro(), s.Now().Add(-tryWindow).UnixMicro())
	if err == nil && wrong >= accountTries {
		err = errTries
	}
	return err
}

// codeRow is a letter's code as stored.
type codeRow struct {
	letter, complaint, hash, usedBy string
	expires                         int64
	tries                           int
}

// openLetter gives the protocol of the case that the code opens; empty: none. A wrong secret counts against the code.
func (s *Service) openLetter(tx *db.Tx, actor person.Actor, code string) (string, error) {
	row, err := db.One(tx, func(r db.Row, c *codeRow) error {
		return r.Scan(&c.letter, &c.complaint, &c.hash, &c.usedBy, &c.expires, &c.tries)
	}, `SELECT id, complaint_id, code_hash, code_used_by, code_expires_at, code_tries FROM letter WHERE code_handle = $1`+tx.ForUpdate(), handleOf(code))
	switch {
	case fault.Is(err, fault.NotFound):
		return "", nil
	case err != nil:
		return "", err
	case row.tries >= codeTries:
		return "", nil
	case subtle.ConstantTimeCompare([]byte(row.hash), []byte(hashOf(code))) != 1:
		_, err := tx.Exec(`UPDATE letter SET code_tries = code_tries + 1 WHERE id = $1`, row.letter)
		return "", err
	case row.expires <= s.Now().UnixMicro(), row.usedBy != "" && row.usedBy != actor.AccountID:
		return "", nil
	}
	return s.openCase(tx, actor, row)
}

// CaseOver is in the error of a code whose case is closed: all that its holder learns of it. Nothing opened.
type CaseOver struct {
	Protocol, Company, AgencyID string
	Outcome                     Outcome
	ClosedAt                    time.Time
	CodeUntil                   time.Time // until when the code opens the case, if it is reopened
}

func (o CaseOver) Error() string { return "the case is closed" }

func over(c Complaint, row codeRow) error {
	return fault.Wrap(fault.Conflict, "Este caso está encerrado.",
		CaseOver{c.Protocol, c.SupplierName, c.AgencyID, c.Outcome, c.ClosedAt, time.UnixMicro(row.expires).UTC()})
}

func (s *Service) openCase(tx *db.Tx, actor person.Actor, row codeRow) (string, error) {
	c, err := s.byID(tx, row.complaint, tx.ForUpdate())
	if err != nil {
		return "", err
	}
	if row.usedBy == actor.AccountID {
		return c.Protocol, nil
	}
	if actor.ActsFor(c.SupplierID) && !c.Open() { // they see it anyway
		return c.Protocol, nil
	}
	actor.Opened = append(actor.Opened, c.ID)
	if mayAct(actor, AsSupplier, c) != nil { // the consumer's own case
		return "", nil //nolint:nilerr // whoever may not see it learns what a wrong code tells
	}
	if !c.Open() {
		return "", over(c, row)
	}
	if _, err := tx.Exec(`UPDATE letter SET code_used_by = $2, code_used_at = $3, opened_at = CASE WHEN opened_at = 0 THEN $3 ELSE opened_at END WHERE id = $1`,
		row.letter, actor.AccountID, s.Now().UnixMicro()); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`INSERT INTO case_access (complaint_id, account_id, opened_at, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, complaint_id) DO UPDATE SET expires_at = excluded.expires_at`, c.ID, actor.AccountID, s.Now().UnixMicro(), row.expires); err != nil {
		return "", err
	}
	return c.Protocol, s.apply(tx, actor, AsSupplier, c, "", change{act: ActOpenLetter})
}

// RenewCode gives the newest letter of a case another code; the old one dies. By e-mail it is sent; of a letter by post
// the code is returned, to be printed on it: there the same form makes another, since the first answer may be lost.
func (s *Service) RenewCode(ctx context.Context, actor person.Actor, ref Ref) (l Letter, code string, err error) {
	if l, err = s.newestLetter(ctx, actor, ref.Protocol); err != nil {
		return l, "", err
	}
	if ref.Version = 0; l.Channel == ByPost {
		ref.Key = ""
	}
	err = s.act(ctx, actor, AsOfficer, ref, change{act: ActRenewCode,
		decide: func(tx *db.Tx, c Complaint) error {
			if l, err = lastLetter(tx, c.ID); err != nil {
				return err
			}
			if !l.Renewable() {
				return fault.New(fault.Conflict, "Esta carta não usa código de acesso.")
			}
			return s.fewRenewals(tx, c)
		},
		store: func(tx *db.Tx, c Complaint, _ string) error {
			code, err = s.newCode(tx, c, l)
			return err
		}})
	return l, code, err
}

// newestLetter is the newest letter of a case; the zero Letter: there is none.
func (s *Service) newestLetter(ctx context.Context, actor person.Actor, protocol string) (l Letter, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := s.byProtocol(tx, protocol, "")
		if err != nil {
			return err
		}
		if err := mayAct(actor, AsOfficer, c); err != nil {
			return err
		}
		letters, err := lettersOf(tx, c.ID)
		if len(letters) > 0 {
			l = letters[0]
		}
		return err
	})
	return l, err
}

func (s *Service) fewRenewals(tx *db.Tx, c Complaint) error {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM event WHERE stream = $1 AND act = $2 AND at > $3`, stream(c.ID), string(ActRenewCode), s.Now().Add(-24*time.Hour).UnixMicro())
	if err == nil && n >= renewalsADay {
		err = fault.New(fault.Conflict, "Este caso já teve cinco códigos novos em 24 horas. Espere até amanhã.")
	}
	return err
}

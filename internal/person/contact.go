package person

import (
	"context"
	"regexp"
	"strings"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// Contact is how a person can be reached. Either may be empty.
type Contact struct {
	Email string
	Phone string // DDD and number, 10 or 11 digits
}

// CheckContact puts what was typed in order. The fault is Invalid, with messages at "email" and "telefone".
func CheckContact(email, phone string) (Contact, error) {
	fields := fault.Fields{}
	var c Contact
	var problem string
	if c.Email, problem = checkEmail(email); problem != "" {
		fields.Add("email", problem)
	}
	if c.Phone, problem = checkPhone(phone); problem != "" {
		fields.Add("telefone", problem)
	}
	if len(fields) == 0 && c == (Contact{}) {
		fields.Add("email", "Informe um e-mail ou um telefone. Sem isso não conseguimos avisar você.")
	}
	return c, fields.Err()
}

// SetContact stores the actor's e-mail and telephone. A changed e-mail is unconfirmed, and a mail with the link that
// confirms it is enqueued. The fault is Invalid, with messages at "email" and "telefone".
func (s *Service) SetContact(ctx context.Context, actor Actor, email, phone string) error {
	contact, err := CheckContact(email, phone)
	if err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		a, err := s.lock(tx, actor.AccountID)
		if err != nil {
			return err
		}
		if (Contact{a.Email, a.Phone}) == contact {
			return nil
		}
		return s.changeContact(tx, a, contact)
	})
}

func (s *Service) changeContact(tx *db.Tx, a Account, to Contact) error {
	newEmail := to.Email != a.Email
	facts := contactFacts{Email: newEmail, Phone: to.Phone != a.Phone}
	a.Email, a.Phone = to.Email, to.Phone
	if newEmail { // also the links of an address that comes back are over
		a.EmailConfirmedAt = instant(nil)
		if _, err := tx.Exec(`DELETE FROM email_confirmation WHERE account_id = $1`, a.ID); err != nil {
			return err
		}
	}
	if err := s.saveContact(tx, a); err != nil {
		return err
	}
	if err := s.record(tx, personStream, "change_contact", a, facts); err != nil {
		return err
	}
	if !newEmail || a.Email == "" {
		return nil
	}
	return s.askConfirmation(tx, a)
}

// contactFacts say what changed, never to what.
type contactFacts struct {
	Email bool `json:"email"`
	Phone bool `json:"phone"`
}

var emailForm = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)

const maxEmail = 254 // letters, RFC 5321

// checkEmail gives the address, or what is wrong with it. Only plain addresses pass, so that none can smuggle a
// header or a second recipient into a mail.
func checkEmail(typed string) (email, problem string) {
	email = strings.TrimSpace(typed)
	local, _, _ := strings.Cut(email, "@")
	dots := strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..")
	if email != "" && (len(email) > maxEmail || dots || !emailForm.MatchString(email)) {
		return "", "Escreva o e-mail completo, como nome@exemplo.com.br."
	}
	return email, ""
}

var phoneForm = regexp.MustCompile(`^[1-9]{2}(9[0-9]{8}|[2-8][0-9]{7})$`)

// checkPhone gives DDD and number in digits, or what is wrong. The country code and a leading zero may be typed.
func checkPhone(typed string) (phone, problem string) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ()-.+/", r) || r == '\u00a0' {
			return -1
		}
		return r
	}, typed)
	if len(digits) > 11 {
		digits = strings.TrimPrefix(digits, "55")
	}
	digits = strings.TrimPrefix(digits, "0")
	if digits != "" && !phoneForm.MatchString(digits) {
		return "", "Escreva o telefone com DDD, como (51) 99999-0000."
	}
	return digits, ""
}

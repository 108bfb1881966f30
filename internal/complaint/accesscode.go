package complaint

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// accessCode opens one case to a company without people here: twelve signs, sixty random bits, as people type
// them without marks. Only its hash is stored.
type accessCode string

// codeSigns leave out 0, 1, I and O, which people mistake.
const codeSigns = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const (
	codeLength = 12
	codeGroup  = 4
	// codeTries is how many wrong codes that begin like a letter's code end that code.
	codeTries = 10
	// accountTries is how many wrong codes an account may type within missesIn.
	accountTries = 5
	missesIn     = time.Hour
	// accessDays is how long a code opens its case, from the day it is used.
	accessDays = 365
	// maxCodes is how many codes may be made for a letter, codePause the time between two.
	maxCodes  = 10
	codePause = time.Minute
)

func newCode() accessCode {
	random := make([]byte, codeLength)
	_, _ = rand.Read(random) // never fails
	for i, b := range random {
		random[i] = codeSigns[int(b)%len(codeSigns)] // 32 signs divide 256: all are equally likely
	}
	return accessCode(random)
}

// parseCode reads a code as people type it: small letters, spaces and other marks between the groups.
func parseCode(typed string) (accessCode, bool) {
	if len(typed) > 10*codeLength {
		return "", false
	}
	code := strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-', r == '.', r == '\u2013', r == '\u2014', r == '\t', r == '\n':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, typed)
	if len(code) != codeLength || strings.Trim(code, codeSigns) != "" {
		return "", false
	}
	return accessCode(code), true
}

// String is the code as it is written: ABCD-EFGH-JKLM.
func (c accessCode) String() string {
	return string(c[:codeGroup] + "-" + c[codeGroup:2*codeGroup] + "-" + c[2*codeGroup:])
}

// name is the first group, by which wrong tries are counted; the other two are the secret.
func (c accessCode) name() string { return string(c[:codeGroup]) }

func (c accessCode) hash() string {
	sum := sha256.Sum256([]byte("guiche access code " + string(c)))
	return hex.EncodeToString(sum[:])
}

// Wrong, used, ended and late codes read the same: nobody learns which codes exist.
var (
	errCode      = fault.Fields{"codigo": "Este código não abre nada. Confira as letras e os números. Se ele já foi usado ou é antigo, peça outro ao Procon."}.Err()
	errCodeLimit = fault.Fields{"codigo": "Foram muitos códigos errados. Espere uma hora e tente de novo, ou peça outro código ao Procon."}.Err()
)

// OpenLetter gives the case of an access code to the account that types it, once, and records who opened it and when
// . It gives the case's protocol. Errors: ErrLevel (fault.Forbidden); fault.Invalid for a code that opens nothing.
func (s *Service) OpenLetter(ctx context.Context, actor person.Actor, typed string) (protocol string, err error) {
	if !actor.Level.AtLeast(person.Silver) {
		return "", fault.Wrap(fault.Forbidden, "Para abrir uma notificação, sua conta gov.br precisa ser de nível prata ou ouro.", ErrLevel)
	}
	code, shaped := parseCode(typed)
	var refused error // a wrong try is stored, so it does not undo the transaction
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		protocol, refused, err = s.tryCode(tx, actor, code, shaped)
		return err
	})
	if err == nil {
		err = refused
	}
	return protocol, err
}

func (s *Service) tryCode(tx *db.Tx, actor person.Actor, code accessCode, shaped bool) (protocol string, refused, err error) {
	n, err := misses(tx, actor.AccountID, s.Now())
	if err != nil || n >= accountTries {
		return "", errCodeLimit, err
	}
	if !shaped {
		return "", errCode, countMiss(tx, actor.AccountID, "", s.Now())
	}
	letters, err := lettersByCodeName(tx, code.name())
	if err != nil {
		return "", nil, err
	}
	i := slices.IndexFunc(letters, func(l letterOfCode) bool { return l.opens(code, actor, s.Now()) })
	if i < 0 {
		return "", errCode, countMiss(tx, actor.AccountID, code.name(), s.Now())
	}
	c, err := byID(tx, letters[i].ComplaintID, tx.ForUpdate())
	if err != nil {
		return "", nil, err
	}
	if refused = mayOpen(actor, c); refused != nil || letters[i].usedBy != "" {
		return c.Protocol, refused, nil
	}
	return c.Protocol, nil, s.open(tx, actor, c, letters[i].Letter)
}

// opens tells whether a code is this letter's and still good: not used, or used by the same person.
func (l letterOfCode) opens(code accessCode, actor person.Actor, now time.Time) bool {
	right := subtle.ConstantTimeCompare([]byte(l.hash), []byte(code.hash())) == 1
	return right && l.tries < codeTries && now.Before(l.CodeUntil) && l.ReturnedOn == "" && (l.usedBy == "" || l.usedBy == actor.AccountID)
}

// mayOpen refuses those who stand on another side of the case.
func mayOpen(actor person.Actor, c Complaint) error {
	switch {
	case actor.AccountID == c.Consumer.AccountID, actor.CPF != "" && actor.CPF == c.Consumer.CPF:
		return fault.New(fault.Forbidden, "Esta reclamação é sua. O código é para a empresa.")
	case actor.WorksIn(c.AgencyID):
		return fault.New(fault.Forbidden, "Quem trabalha no órgão não abre a notificação no lugar da empresa.")
	}
	return nil
}

// open binds the code and records the opening.
func (s *Service) open(tx *db.Tx, actor person.Actor, c Complaint, l Letter) error {
	if err := bindCode(tx, l, actor.AccountID, s.Now(), s.Now().AddDate(0, 0, accessDays)); err != nil {
		return err
	}
	return s.recordOpening(tx, actor, c, l)
}

// recordOpening is the proof that the company opened the letter, for officer and consumer.
func (s *Service) recordOpening(tx *db.Tx, actor person.Actor, c Complaint, l Letter) error {
	return s.apply(tx, actor, AsSupplier, c, "", change{act: ActOpenLetter, data: map[string]any{"letter": l.Ref()},
		store: func(tx *db.Tx, _ Complaint, _ string) error {
			_, err := tx.Exec(`UPDATE letter SET read_at = $2 WHERE id = $1 AND read_at = 0`, l.ID, s.Now().UnixMicro())
			return err
		}})
}

// opened records that somebody of the company reads the case for the first time since it was notified.
func (s *Service) opened(ctx context.Context, actor person.Actor, v Case) error {
	if !v.unopened() {
		return nil
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		c, err := lock(tx, v.Protocol)
		if err != nil {
			return err
		}
		l, err := lastLetter(tx, c.ID)
		if fault.Is(err, fault.NotFound) || err == nil && !l.ReadAt.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		return s.recordOpening(tx, actor, c, l)
	})
}

// unopened tells whether the last letter of the case has not been opened by the company.
func (v Case) unopened() bool {
	for _, e := range slices.Backward(v.Events) {
		switch Act(e.Act) {
		case ActOpenLetter:
			return false
		case ActNotify:
			return true
		}
	}
	return false
}

// MailCode sends another access code for the last letter, which went by e-mail, to the address given or to the same as
// before; the code before it opens no more.
func (s *Service) MailCode(ctx context.Context, actor person.Actor, ref Ref, email string) error {
	_, err := s.renewCode(ctx, actor, ref, ByEmail, email)
	return err
}

// PrintCode gives another access code for the last letter, which goes by post, to be printed; it is stored nowhere.
func (s *Service) PrintCode(ctx context.Context, actor person.Actor, ref Ref) (code string, err error) {
	return s.renewCode(ctx, actor, ref, ByPost, "")
}

func (s *Service) renewCode(ctx context.Context, actor person.Actor, ref Ref, channel Channel, email string) (code string, err error) {
	if email != "" {
		contact, err := person.CheckContact(email, "")
		if err != nil {
			return "", err
		}
		email = contact.Email
	}
	var l Letter
	ch := change{act: ActRenewCode}
	ch.decide = func(tx *db.Tx, c Complaint) error {
		l, err = lastLetter(tx, c.ID)
		if fault.Is(err, fault.NotFound) || err == nil && l.Channel != channel {
			return fault.New(fault.Conflict, "Este caso não tem carta que leve um código. Notifique a empresa primeiro.")
		}
		if err != nil {
			return err
		}
		return l.mayRenew(s.Now())
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error {
		made, until := newCode(), codeUntil(latest(c.DueAt, s.Now()))
		code = made.String()
		if channel == ByPost {
			return setCode(tx, l.ID, made, until, s.Now())
		}
		_, err := tx.Exec(`UPDATE letter SET email = $2 WHERE id = $1`, l.ID, cmp.Or(email, l.Email))
		if err == nil {
			err = s.mailCode(tx, l, made, until)
		}
		return err
	}
	ref.Version = 0
	err = s.act(ctx, actor, AsOfficer, ref, ch)
	return code, err
}

func (l Letter) mayRenew(now time.Time) error {
	switch {
	case !l.CanRenew():
		return fault.New(fault.Conflict, "Esta carta não precisa de outro código: a empresa já abriu, ou a carta voltou.")
	case l.Codes >= maxCodes, now.Sub(l.CodeAt) < codePause:
		return fault.New(fault.Conflict, "Um código foi feito há pouco, ou já foram muitos. Espere um minuto antes de fazer outro.")
	}
	return nil
}

// latest is the later of an end that may be NoDue and now.
func latest(due, now time.Time) time.Time {
	if due.Before(NoDue) && due.After(now) {
		return due
	}
	return now
}

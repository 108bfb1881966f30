package supplier

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/google/uuid"

	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/person"
	"guiche/internal/vault"
)

const (
	// invitationLife is how long the link of an invitation works.
	invitationLife = 7 * 24 * time.Hour
	// openInvitations is how many a company may have open, dailyInvitations how many it may send in a day.
	openInvitations  = 30
	dailyInvitations = 30
)

// Invitation asks somebody to act for a company. Only the owner of the CPF may accept.
type Invitation struct {
	ID            string
	SupplierID    string
	CPF, Email    string
	Role          person.MandateRole
	ValidTo       string // last day of the mandate; Endless: no end
	InvitedByName string
	InvitedAt     time.Time
	ExpiresAt     time.Time
}

const invitationColumns = `id, supplier_id, sealed, email, role, valid_to, invited_by_name, invited_at, expires_at`

func (s *Service) scanInvitation(r db.Row, v *Invitation) error {
	var sealed string
	var invited, expires int64
	if err := r.Scan(&v.ID, &v.SupplierID, &sealed, &v.Email, &v.Role, &v.ValidTo, &v.InvitedByName, &invited, &expires); err != nil {
		return err
	}
	v.InvitedAt, v.ExpiresAt = instant(invited), instant(expires)
	known, err := vault.Open(s.Secrets, "invitation", v.ID, sealed)
	v.CPF = known.CPF
	return err
}

// Invite sends a link by e-mail to whom a lead wants as a colleague. ValidTo may be empty: no end. The fault is Invalid
// with messages at "cpf", "email", "papel", "ate". The id is made with the form, so that a form sent twice invites once.
func (s *Service) Invite(ctx context.Context, lead person.Actor, supplierID string, v Invitation) error {
	if !lead.Leads(supplierID) {
		return fault.New(fault.NotFound, "")
	}
	if err := s.checkInvitation(&v); err != nil {
		return err
	}
	v.SupplierID = supplierID
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := s.lock(tx, supplierID); err != nil {
			return err
		}
		if done, err := s.invited(tx, &v); done || err != nil {
			return err
		}
		if err := s.checkMayInvite(tx, supplierID, v.CPF); err != nil {
			return err
		}
		secret := rand.Text()
		if err := s.insertInvitation(tx, lead, v, secret); err != nil {
			return err
		}
		if err := s.record(tx, lead, asLead, supplierID, "invite", "", map[string]any{"invitation": v.ID, "role": v.Role}); err != nil {
			return err
		}
		return s.Jobs.Enqueue(tx, MailJob, Mail{News: Invited, About: v.ID, Secret: secret}, job.Options{})
	})
}

// invited tells whether the same form sent the same invitation before. Without an id, or with one of other words, it is
// another invitation.
func (s *Service) invited(tx *db.Tx, v *Invitation) (bool, error) {
	if uuid.Validate(v.ID) != nil {
		v.ID = db.NewID()
	}
	was, err := db.One(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE id = $1`, v.ID)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil || v.says() == was.says() {
		return err == nil, err
	}
	v.ID = db.NewID()
	return false, nil
}

// says is an invitation without what sending it adds.
func (v Invitation) says() Invitation {
	return Invitation{ID: v.ID, SupplierID: v.SupplierID, CPF: v.CPF, Email: v.Email, Role: v.Role, ValidTo: v.ValidTo}
}

func (s *Service) insertInvitation(tx *db.Tx, lead person.Actor, v Invitation, secret string) error {
	sealed, err := vault.Personal{CPF: v.CPF}.Seal(s.Secrets, "invitation", v.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO invitation (id, token, supplier_id, cpf, email, role, valid_to, invited_by, invited_by_name, invited_at, expires_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, v.ID, hash(secret), v.SupplierID, s.Secrets.Index(v.CPF), v.Email, string(v.Role), v.ValidTo, lead.AccountID, lead.Name,
		s.Now().UnixMicro(), s.Now().Add(invitationLife).UnixMicro(), sealed)
	return err
}

func (s *Service) checkInvitation(v *Invitation) error {
	fields := fault.Fields{}
	v.CPF = cpfcnpj.NormalizeCPF(v.CPF)
	if !cpfcnpj.ValidCPF(v.CPF) {
		fields.Add("cpf", "Este CPF não existe: confira os onze dígitos.")
	}
	contact, err := person.CheckContact(v.Email, "")
	if err != nil {
		fields.Add("email", "Escreva o e-mail da pessoa, como nome@exemplo.com.br.")
	}
	v.Email = contact.Email
	if v.Role != person.Lead && v.Role != person.Agent {
		fields.Add("papel", "Escolha o que a pessoa pode fazer.")
	}
	v.ValidTo = s.lastDay(v.ValidTo, fields)
	return fields.Err()
}

// lastDay reads the last day of a mandate: empty has no end, and the past is no end to give.
func (s *Service) lastDay(typed string, fields fault.Fields) string {
	if typed == "" {
		return Endless
	}
	day, err := calendar.Parse(typed)
	if err != nil || day.String() < s.today() {
		fields.Add("ate", "Escolha uma data de hoje em diante, ou deixe vazio.")
		return ""
	}
	return day.String()
}

func (s *Service) checkMayInvite(tx *db.Tx, supplierID, cpf string) error {
	holders, err := s.People.MandateHolders(tx, supplierID, s.today())
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.CPF == cpf {
			return fault.Fields{"cpf": "Esta pessoa já atua pela empresa."}.Err()
		}
	}
	open, err := s.openInvitations(tx, supplierID)
	if err != nil {
		return err
	}
	for _, v := range open {
		if v.CPF == cpf {
			return fault.Fields{"cpf": "Esta pessoa já tem um convite em aberto. Cancele-o para enviar outro."}.Err()
		}
	}
	today, err := db.Scalar[int](tx, `SELECT count(*) FROM invitation WHERE supplier_id = $1 AND invited_at > $2`, supplierID, s.Now().Add(-24*time.Hour).UnixMicro())
	if err == nil && (len(open) >= openInvitations || today >= dailyInvitations) {
		err = fault.Fields{"cpf": "São convites demais em aberto ou no mesmo dia. Espere as respostas, ou continue amanhã."}.Err()
	}
	return err
}

func (s *Service) openInvitations(tx *db.Tx, supplierID string) ([]Invitation, error) {
	return db.All(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE supplier_id = $1 AND ended_at = 0 AND expires_at > $2 ORDER BY invited_at, id`,
		supplierID, s.Now().UnixMicro())
}

// CancelInvitation takes an open invitation back; its link opens nothing any more.
func (s *Service) CancelInvitation(ctx context.Context, lead person.Actor, id string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		v, err := db.One(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE id = $1`, id)
		if fault.Is(err, fault.NotFound) || err == nil && !lead.Leads(v.SupplierID) {
			return fault.New(fault.NotFound, "Não encontramos este convite.")
		}
		if err != nil {
			return err
		}
		if err := s.lock(tx, v.SupplierID); err != nil {
			return err
		}
		ended, err := s.endInvitation(tx, v.ID)
		if err != nil {
			return err
		}
		facts := map[string]any{"invitation": v.ID}
		if ended {
			return s.record(tx, lead, asLead, v.SupplierID, "cancel_invitation", "", facts)
		}
		if done, err := did(tx, lead, v.SupplierID, "cancel_invitation", facts); done || err != nil {
			return err
		}
		return fault.New(fault.Conflict, "Este convite já foi aceito ou cancelado.")
	})
}

func (s *Service) endInvitation(tx *db.Tx, id string) (bool, error) {
	n, err := tx.Exec(`UPDATE invitation SET ended_at = $2 WHERE id = $1 AND ended_at = 0`, id, s.Now().UnixMicro())
	return n > 0, err
}

// errInvitation is the same for a secret that is wrong, used, old, or meant for somebody else: a stranger learns nothing.
func errInvitation() error {
	return fault.New(fault.Invalid, "Este convite já foi usado, venceu ou é para outro CPF. Confira se você entrou com a sua conta, ou peça outro convite.")
}

// InvitationOf is the open invitation behind a secret, with its company, for the person it is meant for; Invalid for
// everybody else.
func (s *Service) InvitationOf(ctx context.Context, who person.Actor, secret string) (v Invitation, company Supplier, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if v, err = s.invitation(tx, who, secret, ""); err != nil {
			return err
		}
		company, err = Get(tx, v.SupplierID)
		return err
	})
	return v, company, err
}

func (s *Service) invitation(tx *db.Tx, who person.Actor, secret, suffix string) (Invitation, error) {
	v, err := db.One(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE token = $1 AND ended_at = 0 AND expires_at > $2`+suffix, hash(secret), s.Now().UnixMicro())
	if fault.Is(err, fault.NotFound) || err == nil && (who.CPF == "" || v.CPF != who.CPF) {
		return Invitation{}, errInvitation()
	}
	return v, err
}

// accepted is the company of an invitation that this person accepted and still acts by; Invalid for all others.
func (s *Service) accepted(tx *db.Tx, who person.Actor, secret string) (supplierID string, err error) {
	v, err := db.One(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE token = $1 AND ended_at > 0`, hash(secret))
	if fault.Is(err, fault.NotFound) {
		return "", errInvitation()
	}
	if err != nil {
		return "", err
	}
	holders, err := s.People.MandateHolders(tx, v.SupplierID, s.today())
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(holders, func(h person.MandateHolder) bool { return h.CPF == who.CPF && h.Basis == v.basis() }) {
		return "", errInvitation()
	}
	return v.SupplierID, nil
}

// basis is what the mandate of who accepts rests on.
func (v Invitation) basis() string { return "invitation:" + v.ID }

// AcceptInvitation makes the invited person act for the company, once; who accepted already is led to it again.
func (s *Service) AcceptInvitation(ctx context.Context, who person.Actor, secret string) (supplierID string, err error) {
	if err := checkSure(who); err != nil {
		return "", err
	}
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		v, err := s.invitation(tx, who, secret, tx.ForUpdate())
		if fault.Is(err, fault.Invalid) {
			supplierID, err = s.accepted(tx, who, secret)
			return err
		}
		if err != nil {
			return err
		}
		supplierID = v.SupplierID
		if err := s.lock(tx, v.SupplierID); err != nil {
			return err
		}
		if ended, err := s.endInvitation(tx, v.ID); err != nil || !ended {
			return cmp.Or(err, errInvitation())
		}
		if v.ValidTo < s.today() {
			return errInvitation()
		}
		return s.People.GrantMandate(tx, who, v.CPF, v.SupplierID, v.Role, v.basis(), v.ValidTo)
	})
	return supplierID, err
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

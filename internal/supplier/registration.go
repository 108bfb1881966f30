package supplier

import (
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/vault"
)

// RequestState is where a request to act for a company stands.
type RequestState string

// The states of a request.
const (
	Draft     RequestState = "draft"
	Pending   RequestState = "pending"
	Approved  RequestState = "approved"
	Refused   RequestState = "refused"
	Withdrawn RequestState = "withdrawn"
)

// Label is the state in words people read.
func (s RequestState) Label() string {
	return map[RequestState]string{Draft: "ainda não enviado", Pending: "em análise", Approved: "aprovado", Refused: "recusado", Withdrawn: "cancelado por você"}[s]
}

// Declaration is what a person says of the company they ask to act for.
type Declaration struct {
	LegalName, TradeName string
	Segment              string // code of taxonomy.Segments
	Seat                 string // municipality, IBGE code; empty: another state
	Email, Phone         string // of the company, for notices
}

// Registration is a person's request to act for a company: for one that is not on the direct channel yet, or
// to join those who act for it.
type Registration struct {
	ID         string
	AccountID  string
	CPF, Name  string // of the person
	CNPJ       string
	SupplierID string // in the master; empty while it is not there
	Joins      bool   // others act for the company already
	Declaration
	Basis        string // how the link is proved: ByDocument, or govbr: and the part
	ValidTo      string // last day of that link
	TermsVersion string
	AcceptedAt   time.Time
	State        RequestState
	CreatedAt    time.Time
	SentAt       time.Time
	DecidedAt    time.Time
	DecidedBy    string
	DeciderName  string
	Reason       string // of a refusal
}

const (
	// ByDocument is the basis of a request proved by a paper.
	ByDocument = "document"
	byGovBr    = "govbr:"
)

// NeedsDocument tells whether the link must be proved by a file.
func (r Registration) NeedsDocument() bool { return r.Basis == ByDocument }

// Proof says in words how the link is proved.
func (r Registration) Proof() string {
	role, confirmed := strings.CutPrefix(r.Basis, byGovBr)
	if !confirmed {
		return "documento enviado"
	}
	return "confirmado pelo gov.br: " + Link{Role: role}.RoleLabel()
}

// CalledName is how the company is called in sentences.
func (r Registration) CalledName() string {
	if r.TradeName != "" {
		return r.TradeName
	}
	return r.LegalName
}

const registrationColumns = `id, account_id, sealed, person_name, cnpj, supplier_id, joins, legal_name, trade_name, segment, seat, email, phone, basis, valid_to,
	terms_version, accepted_at, state, created_at, sent_at, decided_at, decided_by, decided_by_name, reason`

func (s *Service) scanRegistration(r db.Row, v *Registration) error {
	var sealed string
	var accepted, created, sent, decided int64
	err := r.Scan(&v.ID, &v.AccountID, &sealed, &v.Name, &v.CNPJ, &v.SupplierID, &v.Joins, &v.LegalName, &v.TradeName, &v.Segment, &v.Seat, &v.Email, &v.Phone,
		&v.Basis, &v.ValidTo, &v.TermsVersion, &accepted, &v.State, &created, &sent, &decided, &v.DecidedBy, &v.DeciderName, &v.Reason)
	if err != nil {
		return err
	}
	v.AcceptedAt, v.CreatedAt, v.SentAt, v.DecidedAt = instant(accepted), instant(created), instant(sent), instant(decided)
	known, err := vault.Open(s.Secrets, "registration", v.ID, sealed)
	v.CPF = known.CPF
	return err
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// requestByID is one request, whoever may see it.
func (s *Service) requestByID(tx *db.Tx, id, suffix string) (Registration, error) {
	r, err := db.One(tx, s.scanRegistration, `SELECT `+registrationColumns+` FROM registration WHERE id = $1`+suffix, id)
	if fault.Is(err, fault.NotFound) {
		return r, fault.Wrap(fault.NotFound, "Não encontramos este pedido.", err)
	}
	return r, err
}

func (s *Service) insertRequest(tx *db.Tx, r Registration) error {
	sealed, err := vault.Personal{CPF: r.CPF}.Seal(s.Secrets, "registration", r.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO registration (id, account_id, cpf, person_name, cnpj, legal_name, trade_name, segment, seat, email, phone, basis, valid_to, state, created_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.ID, r.AccountID, s.Secrets.Index(r.CPF), r.Name, r.CNPJ, r.LegalName, r.TradeName, r.Segment, r.Seat, r.Email, r.Phone, r.Basis, r.ValidTo, string(r.State), r.CreatedAt.UnixMicro(), sealed)
	return err
}

// saveRequest stores everything of a request but whose it is and for which company.
func saveRequest(tx *db.Tx, r Registration) error {
	_, err := tx.Exec(`UPDATE registration SET supplier_id = $2, joins = $3, legal_name = $4, trade_name = $5, segment = $6, seat = $7, email = $8, phone = $9, basis = $10,
		valid_to = $11, terms_version = $12, accepted_at = $13, state = $14, sent_at = $15, decided_at = $16, decided_by = $17, decided_by_name = $18, reason = $19 WHERE id = $1`,
		r.ID, r.SupplierID, bit(r.Joins), r.LegalName, r.TradeName, r.Segment, r.Seat, r.Email, r.Phone, r.Basis, r.ValidTo, r.TermsVersion, micros(r.AcceptedAt),
		string(r.State), micros(r.SentAt), micros(r.DecidedAt), r.DecidedBy, r.DeciderName, r.Reason)
	return err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

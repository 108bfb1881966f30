package person

import (
	"encoding/json"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/vault"
)

// MandateHolder is a person who acts for a company.
type MandateHolder struct {
	ID         string
	SupplierID string
	CPF        string
	AccountID  string // of the latest sign-in; empty before the first
	Name       string
	Email      string // confirmed; else empty
	Role       MandateRole
	Basis      string
	ValidTo    string // last day; 9999-12-31: no end

	sealed string
}

// GrantMandate lets a CPF act for a company until the last day given, in the caller's transaction. Who acts for it
// already gets the new role and end. by says who decided, basis how the link was proved.
func (s *Service) GrantMandate(tx *db.Tx, by Actor, cpf, supplierID string, role MandateRole, basis, validTo string) error {
	id := db.NewID()
	sealed, err := vault.Personal{CPF: cpfcnpj.NormalizeCPF(cpf)}.Seal(s.Secrets, "mandate", id)
	if err != nil {
		return err
	}
	id, err = db.Scalar[string](tx, `INSERT INTO mandate (id, cpf, supplier_id, role, basis, granted_by, granted_at, valid_to, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (cpf, supplier_id) WHERE ended_at IS NULL DO UPDATE SET role = excluded.role, basis = excluded.basis, granted_by = excluded.granted_by,
			granted_at = excluded.granted_at, valid_to = excluded.valid_to RETURNING id`,
		id, s.index(cpf), supplierID, string(role), basis, by.AccountID, s.Now().UnixMicro(), validTo, sealed)
	if err != nil {
		return err
	}
	return s.recordMandate(tx, "grant_mandate", by, supplierID, mandateFacts{id, role, basis})
}

// EndMandate ends what a person may do for a company, in the caller's transaction: their next request no longer has
// it. ended tells whether there was anything to end.
func (s *Service) EndMandate(tx *db.Tx, by Actor, cpf, supplierID string) (ended bool, err error) {
	ids, err := db.Column[string](tx, `UPDATE mandate SET ended_at = $1 WHERE cpf = $2 AND supplier_id = $3 AND ended_at IS NULL RETURNING id`,
		s.Now().UnixMicro(), s.index(cpf), supplierID)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	return true, s.recordMandate(tx, "end_mandate", by, supplierID, mandateFacts{Mandate: ids[0]})
}

// EndedBy tells whether somebody ended a mandate themselves.
func EndedBy(tx *db.Tx, by Actor, supplierID, mandate string) (bool, error) {
	facts, err := json.Marshal(mandateFacts{Mandate: mandate})
	if err != nil {
		return false, err
	}
	return audit.Did(tx, mandateStream+supplierID, "end_mandate", by.AccountID, facts)
}

// MandateHolders are those who act for a company on a day, leads first, with their CPFs.
func (s *Service) MandateHolders(tx *db.Tx, supplierID, on string) ([]MandateHolder, error) {
	list, err := MandateHolders(tx, supplierID, on)
	for i := range list {
		known, openErr := vault.Open(s.Secrets, "mandate", list[i].ID, list[i].sealed)
		if openErr != nil {
			return nil, openErr
		}
		list[i].CPF = known.CPF
	}
	return list, err
}

// MandateHolders are those who act for a company on a day, leads first, for whom needs no CPF.
func MandateHolders(tx *db.Tx, supplierID, on string) ([]MandateHolder, error) {
	return db.All(tx, scanMandateHolder, `SELECT m.id, m.supplier_id, m.sealed, coalesce(a.id, ''), coalesce(CASE WHEN a.social_name <> '' THEN a.social_name ELSE a.name END, ''),
			CASE WHEN a.email_confirmed_at IS NULL THEN '' ELSE a.email END, m.role, m.basis, m.valid_to
		FROM mandate m LEFT JOIN account a ON a.id = (SELECT p.id FROM account p WHERE p.cpf = m.cpf ORDER BY p.seen_at DESC LIMIT 1)
		WHERE m.supplier_id = $1 AND m.ended_at IS NULL AND m.valid_to >= $2 ORDER BY m.role DESC, m.granted_at, m.id`, supplierID, on)
}

// HadMandates tells whether anybody ever acted for a company.
func HadMandates(tx *db.Tx, supplierID string) (bool, error) {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM mandate WHERE supplier_id = $1`, supplierID)
	return n > 0, err
}

func scanMandateHolder(r db.Row, h *MandateHolder) error {
	return r.Scan(&h.ID, &h.SupplierID, &h.sealed, &h.AccountID, &h.Name, &h.Email, &h.Role, &h.Basis, &h.ValidTo)
}

// mandateFacts name the mandate by its row, so that the record holds no CPF.
type mandateFacts struct {
	Mandate string      `json:"mandate"`
	Role    MandateRole `json:"role,omitempty"`
	Basis   string      `json:"basis,omitempty"`
}

func (s *Service) recordMandate(tx *db.Tx, act string, by Actor, supplierID string, facts mandateFacts) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: mandateStream + supplierID, At: s.Now(), Act: act, ActorID: by.AccountID, ActorName: by.Name, ActorRole: "supplier", Data: data})
	return err
}

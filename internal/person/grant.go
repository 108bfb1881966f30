package person

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/vault"
)

// RoleHolder is a role in force.
type RoleHolder struct {
	CPF        string
	Name       string // as at the last sign-in; empty before the first
	Role       Role
	AgencyCode string
	Agency     string // short name
	GrantedBy  string
	GrantedAt  time.Time
}

// Grant gives a role in an agency to a CPF, which need not have an account yet. Granting twice is granting once.
// by says who decided, for the record. The fault is Invalid for a wrong CPF, role or agency.
func (s *Service) Grant(ctx context.Context, by, cpf string, role Role, agencyCode string) error {
	if err := checkGrant(cpf, role); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		agency, err := agencyByCode(tx, agencyCode)
		if err != nil {
			return err
		}
		id := db.NewID()
		sealed, err := vault.Personal{CPF: cpfcnpj.NormalizeCPF(cpf)}.Seal(s.Secrets, "role_grant", id)
		if err != nil {
			return err
		}
		n, err := tx.Exec(`INSERT INTO role_grant (id, cpf, role, agency_id, granted_by, granted_at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (cpf, role, agency_id) WHERE revoked_at IS NULL DO NOTHING`,
			id, s.index(cpf), string(role), agency, by, s.Now().UnixMicro(), sealed)
		if err != nil || n == 0 {
			return err
		}
		return s.recordRole(tx, "grant_role", by, agency, roleFacts{id, role})
	})
}

// Revoke ends a role; the person's next request no longer has it. Revoking what is not there changes nothing.
func (s *Service) Revoke(ctx context.Context, by, cpf string, role Role, agencyCode string) error {
	if err := checkGrant(cpf, role); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		agency, err := agencyByCode(tx, agencyCode)
		if err != nil {
			return err
		}
		ended, err := db.Column[string](tx, `UPDATE role_grant SET revoked_at = $1 WHERE cpf = $2 AND role = $3 AND agency_id = $4 AND revoked_at IS NULL RETURNING id`,
			s.Now().UnixMicro(), s.index(cpf), string(role), agency)
		if err != nil || len(ended) == 0 {
			return err
		}
		return s.recordRole(tx, "revoke_role", by, agency, roleFacts{ended[0], role})
	})
}

// Grants lists the roles in force, by agency and role.
func (s *Service) Grants(ctx context.Context) (list []RoleHolder, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, s.scanHolder, `SELECT g.id, g.sealed, g.role, a.code, a.short_name, g.granted_by, g.granted_at,
				(SELECT max(CASE WHEN p.social_name <> '' THEN p.social_name ELSE p.name END) FROM account p WHERE p.cpf = g.cpf)
			FROM role_grant g JOIN agency a ON a.id = g.agency_id
			WHERE g.revoked_at IS NULL ORDER BY a.code, g.role, g.granted_at, g.id`)
		return err
	})
	return list, err
}

func (s *Service) scanHolder(r db.Row, h *RoleHolder) error {
	var at int64
	var id, sealed string
	var name *string
	if err := r.Scan(&id, &sealed, &h.Role, &h.AgencyCode, &h.Agency, &h.GrantedBy, &at, &name); err != nil {
		return err
	}
	h.GrantedAt = time.UnixMicro(at).UTC()
	if name != nil {
		h.Name = *name
	}
	known, err := vault.Open(s.Secrets, "role_grant", id, sealed)
	h.CPF = known.CPF
	return err
}

func checkGrant(cpf string, role Role) error {
	fields := fault.Fields{}
	if !cpfcnpj.ValidCPF(cpf) {
		fields.Add("cpf", "Este CPF não existe: confira os onze dígitos.")
	}
	if !slices.Contains([]Role{Officer, Manager, Admin}, role) {
		fields.Add("role", "O papel é officer, manager ou admin.")
	}
	return fields.Err()
}

func agencyByCode(tx *db.Tx, code string) (string, error) {
	id, err := db.Scalar[string](tx, `SELECT id FROM agency WHERE code = $1 AND installed = 1`, code)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Fields{"agency": "Nenhum órgão desta instalação tem este código."}.Err()
	}
	return id, err
}

// roleFacts name the grant by its row, so that the record holds no CPF.
type roleFacts struct {
	Grant string `json:"grant"`
	Role  Role   `json:"role"`
}

func (s *Service) recordRole(tx *db.Tx, act, by, agency string, facts roleFacts) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: roleStream, At: s.Now(), Act: act, ActorID: by, ActorName: by, ActorRole: string(Admin), AgencyID: agency, Data: data})
	return err
}

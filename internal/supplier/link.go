package supplier

import (
	"context"
	"time"

	"guiche/internal/db"
	"guiche/internal/person"
)

const (
	// linkLife is how long what gov.br said of a person's companies proves anything.
	linkLife = 24 * time.Hour
	// Endless is the last day of what has no end.
	Endless = "9999-12-31"
)

// The parts a person may have in a company, as gov.br names them.
const (
	Partner        = "SOCIO"
	Representative = "REPRESENTANTE_LEGAL"
	Accountant     = "CONTADOR"
	Inactive       = "NAO_ATUANTE"
	Collaborator   = "COLABORADOR"
)

// Link is a company of a person, as gov.br told it when the person asked.
type Link struct {
	CNPJ, Name, Role string
	ConfirmedAt      time.Time
	ValidTo          string // last day; Endless: no end told
}

// RoleLabel is the part in words people read.
func (l Link) RoleLabel() string {
	return map[string]string{Partner: "sócio", Representative: "representante legal", Accountant: "contador", Inactive: "sem atuação", Collaborator: "colaborador"}[l.Role]
}

// Objection says why a link does not prove that the person may act for the company; empty when it does. A collaborator
// is one only until the day that the company named at gov.br.
func (l Link) Objection(today string) string {
	switch {
	case l.ValidTo < today:
		return "No gov.br, o prazo desse vínculo terminou. Renove lá ou envie um documento da empresa."
	case l.Role == Partner, l.Role == Representative:
		return ""
	case l.Role == Collaborator && l.ValidTo != Endless:
		return ""
	case l.Role == Accountant:
		return "O vínculo de contador não basta para responder pela empresa. Envie uma procuração."
	}
	return "No gov.br, esse vínculo não dá poder de responder pela empresa. Envie uma procuração ou o contrato social."
}

// KeepLinks stores what gov.br just said of a person's companies, in place of what it said before.
func (s *Service) KeepLinks(ctx context.Context, accountID string, links []Link) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM company_link WHERE account_id = $1`, accountID); err != nil {
			return err
		}
		for _, l := range links {
			if _, err := tx.Exec(`INSERT INTO company_link (account_id, cnpj, name, role, confirmed_at, valid_to) VALUES ($1, $2, $3, $4, $5, $6)`,
				accountID, l.CNPJ, l.Name, l.Role, s.Now().UnixMicro(), l.ValidTo); err != nil {
				return err
			}
		}
		return nil
	})
}

// Links are the companies that gov.br confirmed to a person within the last day.
func (s *Service) Links(ctx context.Context, who person.Actor) (list []Link, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanLink, `SELECT cnpj, name, role, confirmed_at, valid_to FROM company_link WHERE account_id = $1 AND confirmed_at > $2 ORDER BY name, cnpj`,
			who.AccountID, s.Now().Add(-linkLife).UnixMicro())
		return err
	})
	return list, err
}

// linkTo is the person's link to one company; fault.NotFound when gov.br has not confirmed any within the last day.
func (s *Service) linkTo(tx *db.Tx, accountID, cnpj string) (Link, error) {
	return db.One(tx, scanLink, `SELECT cnpj, name, role, confirmed_at, valid_to FROM company_link WHERE account_id = $1 AND cnpj = $2 AND confirmed_at > $3`,
		accountID, cnpj, s.Now().Add(-linkLife).UnixMicro())
}

func scanLink(r db.Row, l *Link) error {
	var at int64
	err := r.Scan(&l.CNPJ, &l.Name, &l.Role, &at, &l.ValidTo)
	l.ConfirmedAt = time.UnixMicro(at).UTC()
	return err
}

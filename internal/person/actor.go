package person

import (
	"context"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
)

// actorRow is the account, or one thing it may do: a role in an agency, a mandate of a company, a case opened by code.
type actorRow struct {
	Account
	sealed             string
	kind, role, object string
	since              int64
}

func scanActorRow(r db.Row, a *actorRow) error {
	var confirmed *int64
	err := r.Scan(&a.ID, &a.sealed, &a.Name, &a.SocialName, &a.Email, &confirmed, &a.Level, &a.kind, &a.role, &a.object, &a.since)
	a.EmailConfirmedAt = instant(confirmed)
	return err
}

const actorColumns = `a.id, a.sealed, a.name, a.social_name, a.email, a.email_confirmed_at, a.level`

// actorQuery reads everything in one statement, by index.
const actorQuery = `SELECT ` + actorColumns + `, '' AS kind, '' AS role, '' AS object, a.seen_at AS since FROM account a WHERE a.id = $1
	UNION ALL SELECT ` + actorColumns + `, 'grant', g.role, g.agency_id, g.granted_at
		FROM account a JOIN role_grant g ON g.cpf = a.cpf AND g.revoked_at IS NULL WHERE a.id = $1 AND a.cpf <> ''
	UNION ALL SELECT ` + actorColumns + `, 'mandate', m.role, m.supplier_id, m.granted_at
		FROM account a JOIN mandate m ON m.cpf = a.cpf AND m.ended_at IS NULL WHERE a.id = $1 AND a.cpf <> '' AND m.valid_to >= $2
	UNION ALL SELECT ` + actorColumns + `, 'case', '', o.complaint_id, o.opened_at
		FROM account a JOIN case_access o ON o.account_id = a.id WHERE a.id = $1 AND o.expires_at > $3
	ORDER BY kind, since, object, role`

// Actor is the person of an account with what they may do at this moment: a role or mandate that ended is gone at
// once. Without a CPF there are neither. fault.NotFound when there is no such account.
func (s *Service) Actor(ctx context.Context, accountID string) (Actor, error) {
	var rows []actorRow
	now := s.Now()
	err := s.DB.Look(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All(tx, scanActorRow, actorQuery, accountID, calendar.Of(now).String(), now.UnixMicro())
		return err
	})
	if err == nil && len(rows) > 0 {
		err = s.unseal(&rows[0].Account, rows[0].sealed)
	}
	if err != nil {
		return Actor{}, err
	}
	return actorOf(rows)
}

func actorOf(rows []actorRow) (Actor, error) {
	if len(rows) == 0 {
		return Actor{}, fault.Wrap(fault.NotFound, "", db.ErrNoRow)
	}
	a := rows[0].Account
	actor := Actor{AccountID: a.ID, CPF: a.CPF, Name: a.DisplayName(), Email: a.Email, EmailConfirmed: !a.EmailConfirmedAt.IsZero(), Phone: a.Phone, Level: a.Level}
	if !a.Level.AtLeast(Silver) {
		// Roles and mandates are given to a CPF; an account whose provider is less than sure of it does not hold them.
		return actor, nil
	}
	for _, row := range rows {
		switch row.kind {
		case "grant":
			actor.Grants = append(actor.Grants, Grant{Role(row.role), row.object})
		case "mandate":
			actor.Mandates = append(actor.Mandates, Mandate{row.object, MandateRole(row.role)})
		case "case":
			actor.Opened = append(actor.Opened, row.object)
		}
	}
	return actor, nil
}

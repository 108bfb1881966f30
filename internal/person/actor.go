package person

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// actorRow is one role of an account, or the account alone when it has none.
type actorRow struct {
	Account
	role, agency *string
}

func scanActorRow(r db.Row, a *actorRow) error {
	var confirmed *int64
	err := r.Scan(&a.ID, &a.CPF, &a.Name, &a.SocialName, &a.Email, &confirmed, &a.Phone, &a.Level, &a.role, &a.agency)
	a.EmailConfirmedAt = instant(confirmed)
	return err
}

// Actor is the person of an account with the roles of this moment: a revoked role is gone at once. Without a CPF
// there are no roles. fault.NotFound when there is no such account.
func (s *Service) Actor(ctx context.Context, accountID string) (Actor, error) {
	var rows []actorRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All(tx, scanActorRow, `SELECT a.id, a.cpf, a.name, a.social_name, a.email, a.email_confirmed_at, a.phone, a.level, g.role, g.agency_id
			FROM account a LEFT JOIN role_grant g ON g.cpf = a.cpf AND g.cpf <> '' AND g.revoked_at IS NULL
			WHERE a.id = $1 ORDER BY g.granted_at, g.id`, accountID)
		return err
	})
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
	for _, row := range rows {
		// A role is granted to a CPF; an account whose provider is less than sure of it does not hold the role.
		if row.role != nil && row.agency != nil && a.Level.AtLeast(Silver) {
			actor.Grants = append(actor.Grants, Grant{Role(*row.role), *row.agency})
		}
	}
	return actor, nil
}

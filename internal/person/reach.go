package person

import "guiche/internal/db"

// Reachable is somebody who can be told something by e-mail: the address is confirmed.
type Reachable struct{ Name, Email string }

func scanReachable(r db.Row, v *Reachable) error { return r.Scan(&v.Name, &v.Email) }

const reachableColumns = `CASE WHEN a.social_name <> '' THEN a.social_name ELSE a.name END, a.email`

// WithRole are those who hold a role in an agency and can be reached.
func WithRole(tx *db.Tx, role Role, agencyID string) ([]Reachable, error) {
	return db.All(tx, scanReachable, `SELECT `+reachableColumns+` FROM role_grant g JOIN account a ON a.cpf = g.cpf
		WHERE g.role = $1 AND g.agency_id = $2 AND g.revoked_at IS NULL AND g.cpf <> '' AND a.email_confirmed_at IS NOT NULL AND a.email <> '' ORDER BY a.id`, string(role), agencyID)
}

// Reach is how an account's person is reached; none when the address is not confirmed.
func Reach(tx *db.Tx, accountID string) ([]Reachable, error) {
	return db.All(tx, scanReachable, `SELECT `+reachableColumns+` FROM account a WHERE a.id = $1 AND a.email_confirmed_at IS NOT NULL AND a.email <> ''`, accountID)
}

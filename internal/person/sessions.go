package person

import (
	"context"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// Session is one place where a person is signed in.
type Session struct {
	ID      string // hash of the cookie's value; it opens nothing
	Agent   string // what the browser calls itself
	Created time.Time
	Seen    time.Time
}

// Sessions lists where the account is signed in now, the latest used first.
func (s *Service) Sessions(ctx context.Context, accountID string) (list []Session, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanSession, `SELECT token, agent, created_at, seen_at FROM session
			WHERE account_id = $1 AND account_id <> '' AND expires_at > $2 ORDER BY seen_at DESC, token`, accountID, s.Now().UnixMicro())
		return err
	})
	return list, err
}

func scanSession(r db.Row, v *Session) error {
	var created, seen int64
	err := r.Scan(&v.ID, &v.Agent, &created, &seen)
	v.Created, v.Seen = time.UnixMicro(created).UTC(), time.UnixMicro(seen).UTC()
	return err
}

// EndSession signs the account out at one place, at once; fault.NotFound when it is not signed in there.
func (s *Service) EndSession(ctx context.Context, accountID, id string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		a, err := s.lock(tx, accountID)
		if err != nil {
			return err
		}
		n, err := tx.Exec(`DELETE FROM session WHERE token = $1 AND account_id = $2`, id, accountID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "Esta sessão já terminou.")
		}
		return s.record(tx, personStream, "end_session", a, struct{}{})
	})
}

package session

import (
	"context"
	"encoding/json"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/secret"
	"guiche/internal/vault"
)

const (
	defaultIdle     = 30 * time.Minute
	defaultAbsolute = 12 * time.Hour
	touchEvery      = time.Minute
	// sealedIn is where the data of a session are sealed.
	sealedIn = "session.data"
)

// Store keeps sessions in the table session. It is an scs.CtxStore.
type Store struct {
	DB  *db.DB
	Now func() time.Time
	// Secrets seal what a session holds: for a while that is all a person typed.
	Secrets *secret.Ring
	// Idle and Absolute end a session after no use and after sign-in; zero means 30 minutes and 12 hours.
	Idle, Absolute time.Duration
}

func (s *Store) idle() time.Duration {
	if s.Idle > 0 {
		return s.Idle
	}
	return defaultIdle
}

func (s *Store) absolute() time.Duration {
	if s.Absolute > 0 {
		return s.Absolute
	}
	return defaultAbsolute
}

// expiry is when a session made at created ends if it is not used after now.
func (s *Store) expiry(created, now time.Time) int64 {
	return min(now.Add(s.idle()).UnixMicro(), created.Add(s.absolute()).UnixMicro())
}

type row struct {
	data          string
	created, seen int64
}

func scanRow(r db.Row, v *row) error { return r.Scan(&v.data, &v.created, &v.seen) }

// FindCtx gives a living session and notes, at most once a minute, that it is in use.
func (s *Store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var found row
	err := s.DB.Look(ctx, func(tx *db.Tx) (err error) {
		found, err = db.One(tx, scanRow, `SELECT data, created_at, seen_at FROM session WHERE token = $1 AND expires_at > $2`, token, s.Now().UnixMicro())
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if err := s.touch(ctx, token, found); err != nil && !fault.Is(err, fault.Unavailable) {
		return nil, false, err // a database that can only be read still serves readers
	}
	plain, err := vault.OpenText(s.Secrets, sealedIn, token, found.data)
	if err != nil {
		return nil, false, err
	}
	e := envelope{Base: &base{Token: token}, Deadline: time.UnixMicro(found.created).Add(s.absolute()).UTC()}
	if err := json.Unmarshal(plain, &e.Base.Values); err != nil {
		return nil, false, err
	}
	data, err := json.Marshal(e)
	return data, err == nil, err
}

func (s *Store) touch(ctx context.Context, token string, found row) error {
	now := s.Now()
	if now.Sub(time.UnixMicro(found.seen)) < touchEvery {
		return nil
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE session SET seen_at = $1, expires_at = $2 WHERE token = $3 AND seen_at < $1`,
			now.UnixMicro(), s.expiry(time.UnixMicro(found.created), now), token)
		return err
	})
}

// CommitCtx stores what a request changed. The time limits are the store's own, so scs's is not used.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	if e.Base == nil || e.Base.Token != token {
		return s.insert(ctx, token, e.Values)
	}
	return s.update(ctx, token, e)
}

// insert is for a new session, one whose token was renewed at sign-in, or one that was emptied.
func (s *Store) insert(ctx context.Context, token string, held values) error {
	data, err := json.Marshal(held)
	if err != nil {
		return err
	}
	now := s.Now()
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO session (token, account_id, data, agent, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)
			ON CONFLICT (token) DO UPDATE SET account_id = excluded.account_id, data = excluded.data, agent = excluded.agent`,
			token, held.text(AccountKey), vault.SealText(s.Secrets, sealedIn, token, data), held.text(AgentKey), now.UnixMicro(), s.expiry(now, now))
		return err
	})
}

// update changes a living session only: one that ended while the request ran stays ended.
func (s *Store) update(ctx context.Context, token string, e envelope) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		stored, err := db.One(tx, func(r db.Row, v *string) error { return r.Scan(v) },
			`UPDATE session SET seen_at = seen_at WHERE token = $1 RETURNING data`, token) // also locks the row
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		plain, err := vault.OpenText(s.Secrets, sealedIn, token, stored)
		if err != nil {
			return err
		}
		now := values{}
		if err := json.Unmarshal(plain, &now); err != nil {
			return err
		}
		now = merge(now, e.Base.Values, e.Values)
		data, err := json.Marshal(now)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE session SET data = $1, account_id = $2, agent = $3 WHERE token = $4`, vault.SealText(s.Secrets, sealedIn, token, data), now.text(AccountKey), now.text(AgentKey), token)
		return err
	})
}

// DeleteCtx ends a session; ending one that is gone is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM session WHERE token = $1`, token)
		return err
	})
}

// Prune forgets the sessions that ended by time.
func (s *Store) Prune(ctx context.Context) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM session WHERE expires_at <= $1`, s.Now().UnixMicro())
		return err
	})
}

// Find, Commit and Delete complete the interface of scs, which uses the forms with a context.

// Find is FindCtx.
func (s *Store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

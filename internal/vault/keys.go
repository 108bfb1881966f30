package vault

import (
	"context"
	"slices"
	"time"

	"guiche/internal/db"
	"guiche/internal/secret"
)

// Key is one with which something in a database was sealed.
type Key struct {
	ID      string
	FirstAt time.Time
}

// Keys are those with which this database was sealed, oldest first. None: nothing was sealed yet.
func Keys(ctx context.Context, d *db.DB) (keys []Key, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		keys, err = db.All(tx, scanKey, `SELECT id, first_at FROM secret_key ORDER BY first_at, id`)
		return err
	})
	return keys, err
}

func scanKey(r db.Row, k *Key) error {
	var first int64
	err := r.Scan(&k.ID, &first)
	k.FirstAt = time.UnixMicro(first).UTC()
	return err
}

// Missing names a key without which something in this database does not open; empty when the ring has all.
func Missing(ctx context.Context, d *db.DB, ring *secret.Ring) (id string, err error) {
	known, err := Keys(ctx, d)
	if err != nil {
		return "", err
	}
	for _, k := range known {
		if !slices.Contains(ring.IDs(), k.ID) {
			return k.ID, nil
		}
	}
	return "", nil
}

// Register notes the keys of the ring, before anything is sealed with them.
func Register(ctx context.Context, d *db.DB, ring *secret.Ring, now time.Time) error {
	return d.Transact(ctx, func(tx *db.Tx) error {
		for _, id := range ring.IDs() {
			if _, err := tx.Exec(`INSERT INTO secret_key (id, first_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, id, now.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

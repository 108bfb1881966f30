package vault

import (
	"context"
	"slices"
	"time"

	"guiche/internal/db"
	"guiche/internal/secret"
)

// Keys names the keys with which this database was sealed, oldest first. None: nothing was sealed yet.
func Keys(ctx context.Context, d *db.DB) (ids []string, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		ids, err = db.Column[string](tx, `SELECT id FROM secret_key ORDER BY first_at, id`)
		return err
	})
	return ids, err
}

// Missing names a key without which something in this database does not open; empty when the ring has all.
func Missing(ctx context.Context, d *db.DB, ring *secret.Ring) (id string, err error) {
	known, err := Keys(ctx, d)
	if err != nil {
		return "", err
	}
	for _, id := range known {
		if !slices.Contains(ring.IDs(), id) {
			return id, nil
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

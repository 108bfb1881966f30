package vault

import (
	"context"

	"guiche/internal/db"
)

// oweRewrite notes, in the transaction that seals, that the disk still holds what was plain. Each has a row of its own, so
// that a rewrite that another node has begun does not count for it.
func oweRewrite(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO rewrite_pending (id) VALUES ($1)`, db.NewID())
	return err
}

// owed lists what a rewrite that begins now will settle.
func owed(ctx context.Context, d *db.DB) (ids []string, err error) {
	err = d.Look(ctx, func(tx *db.Tx) error {
		ids, err = db.Column[string](tx, `SELECT id FROM rewrite_pending`)
		return err
	})
	return ids, err
}

// OwesRewrite tells whether the disk may still hold what was plain before SealPlain, also that of a program that was killed.
func OwesRewrite(ctx context.Context, d *db.DB) (bool, error) {
	ids, err := owed(ctx, d)
	return len(ids) > 0, err
}

// Rewrite writes the database anew, so that nothing plain is left. When it fails, it is still owed.
func Rewrite(ctx context.Context, d *db.DB) error {
	ids, err := owed(ctx, d)
	if err != nil {
		return err
	}
	if err := d.Rewrite(ctx); err != nil {
		return err
	}
	return d.Transact(ctx, func(tx *db.Tx) error {
		return db.Chunks(len(ids), func(from, to int) error {
			var q db.Query
			q.In(`DELETE FROM rewrite_pending WHERE id IN`, ids[from:to])
			_, err := tx.Exec(q.Text(), q.Args()...)
			return err
		})
	})
}

package vault

import (
	"context"
	"fmt"

	"guiche/internal/db"
	"guiche/internal/secret"
)

// slot is a column of sealed values.
type slot struct{ table, key, column string }

func slots() []slot {
	var all []slot
	for _, t := range tables {
		all = append(all, slot{t.name, "id", "sealed"})
	}
	return append(all, texts...)
}

// Reseal seals with the newest key what older keys sealed, and tells how many rows; told hears of those so far. It can be
// stopped at any moment and begun again.
func Reseal(ctx context.Context, d *db.DB, ring *secret.Ring, told func(resealed int64)) (resealed int64, err error) {
	for _, s := range slots() {
		n, after := batch, ""
		for n == batch {
			if n, after, err = s.resealBatch(ctx, d, ring, after); err != nil {
				return resealed, err
			}
			resealed += int64(n)
			told(resealed)
		}
	}
	return resealed, nil
}

// resealBatch goes on after a key and gives the last one it did.
func (s slot) resealBatch(ctx context.Context, d *db.DB, ring *secret.Ring, after string) (n int, last string, err error) {
	newest := ring.IDs()[0]
	err = d.Transact(ctx, func(tx *db.Tx) error {
		rows, err := db.All(tx, scanPair, `SELECT `+s.key+`, `+s.column+` FROM `+s.table+` WHERE `+s.key+` > $1 AND `+s.column+` <> '' AND substr(`+s.column+`, 1, 1) <> '{'
			AND substr(`+s.column+`, 1, $2) <> $3 ORDER BY `+s.key+` LIMIT $4`+tx.ForUpdate(), after, len(newest), newest, batch)
		n, last = len(rows), after
		for _, row := range rows {
			if err := s.reseal(tx, ring, row); err != nil {
				return err
			}
			last = row.id
		}
		return err
	})
	return n, last, err
}

func (s slot) reseal(tx *db.Tx, ring *secret.Ring, row pair) error {
	where := s.table + "." + s.column + ":" + row.id
	plain, err := ring.Open(row.value, where)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	_, err = tx.Exec(`UPDATE `+s.table+` SET `+s.column+` = $2 WHERE `+s.key+` = $1`, row.id, ring.Seal(plain, where))
	return err
}

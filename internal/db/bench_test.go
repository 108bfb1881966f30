package db_test

import (
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

func BenchmarkReadingOneRow(b *testing.B) {
	d := dbtest.SQLite(b)
	if err := d.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, "4300001") }); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := d.Read(ctx, func(tx *db.Tx) error {
			_, err := db.Scalar[string](tx, `SELECT name FROM municipality WHERE id = $1`, "4300001")
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

package db_test

import (
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// PostgreSQL would plan a search once for all words from its sixth time on, and read all hits of a common word.
func TestASearchIsPlannedForItsWords(t *testing.T) {
	d := dbtest.Postgres(t)
	for _, searches := range []bool{true, false} { // and nothing is left of it in the next transaction
		err := d.Read(ctx, func(tx *db.Tx) error {
			want := "auto"
			if searches {
				want = "force_custom_plan"
				q := (&db.Query{}).Add(`SELECT id FROM`)
				if err := tx.AddHits(q, "complaint_search", tx.MatchQuery([]string{"estante"}), 10); err != nil {
					return err
				}
				if _, err := db.Column[string](tx, q.Add(`hit`).Text(), q.Args()...); err != nil {
					return err
				}
			}
			plans, err := db.Scalar[string](tx, `SHOW plan_cache_mode`)
			if plans != want {
				t.Errorf("plans are %s, not %s", plans, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

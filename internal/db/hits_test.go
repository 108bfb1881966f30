package db_test

import (
	"strings"
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

// Words are what stands between spaces, whatever they look like: a number with an exponent, an address, a word of grammar.
func TestAWordIsFoundAsItStands(t *testing.T) {
	long := strings.Repeat("a", 64)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for id, text := range map[string]string{"1": "nf 1e5 12abc 0x1f 2026 de " + long, "2": "estante  azul estante ", "3": ""} {
			if err := d.Transact(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO complaint_search (id, text) VALUES ($1, $2)`, id, text)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			words     []string
			beginning bool
			want      string
		}{
			{[]string{"1e5"}, false, "1"}, {[]string{"12abc"}, false, "1"}, {[]string{"0x1f"}, false, "1"}, {[]string{"2026", "de"}, false, "1"}, {[]string{long}, false, "1"},
			{[]string{"azul"}, false, "2"}, {[]string{"estante", "azu"}, true, "2"}, {[]string{"de", "1"}, true, "1"},
			{[]string{"1e"}, false, ""}, {[]string{"azu"}, false, ""}, {[]string{"azul", "de"}, false, ""},
		} {
			err := d.Read(ctx, func(tx *db.Tx) error {
				match := tx.MatchQuery(c.words)
				if c.beginning {
					match = tx.MatchBeginning(c.words)
				}
				q := (&db.Query{}).Add(tx.Search("complaint_search"), match, 5)
				ids, err := db.Column[string](tx, q.Text(), q.Args()...)
				if strings.Join(ids, " ") != c.want {
					t.Errorf("%q, as a beginning %v, finds %q", c.words, c.beginning, ids)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

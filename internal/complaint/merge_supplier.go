package complaint

import "guiche/internal/db"

// MergeSupplier gives the cases of one company to the one it turned out to be, with the counts of its inbox and
// the words by which it finds them. What the consumer wrote of the company stays in the case.
func MergeSupplier(tx *db.Tx, from, to string) error {
	// The index of cases by company begins with the agency.
	if _, err := tx.Exec(`UPDATE complaint SET supplier_id = $2 WHERE agency_id IN (SELECT id FROM agency WHERE installed = 1) AND supplier_id = $1`, from, to); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO inbox_count (supplier_id, state, agent_id, n) SELECT $2, state, agent_id, n FROM inbox_count WHERE supplier_id = $1
		ON CONFLICT (supplier_id, state, agent_id) DO UPDATE SET n = inbox_count.n + excluded.n`, from, to); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM inbox_count WHERE supplier_id = $1`, from); err != nil {
		return err
	}
	q := (&db.Query{}).Add(tx.ReplaceWord("complaint_search"), companyWord(from), companyWord(to), tx.MatchQuery([]string{companyWord(from)}))
	_, err := tx.Exec(q.Text(), q.Args()...)
	return err
}

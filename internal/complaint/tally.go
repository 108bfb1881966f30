package complaint

import (
	"maps"
	"slices"

	"guiche/internal/db"
)

// pile is one kept count: of an agency's cases by officer (queue), or of a company's by agent (inbox).
type pile struct{ of, owner, state, whose string }

// tally is how counts change, so that no page counts cases.
type tally map[pile]int64

// move counts a case where it is and no longer where it was; the zero Complaint is nowhere.
func (t tally) move(before, after Complaint) {
	t.add(before, -1)
	t.add(after, 1)
}

func (t tally) add(c Complaint, n int64) {
	if c.ID == "" {
		return
	}
	t[pile{"queue", c.AgencyID, string(c.State), c.OfficerID}] += n
	if c.IsParty() && c.SupplierID != "" {
		t[pile{"inbox", c.SupplierID, string(c.State), c.AgentID}] += n
	}
}

// store changes the counts at the end of the transaction, since all acts of an agency change the same few rows.
func (t tally) store(tx *db.Tx) error {
	all, err := db.Once(tx, "tally", func() (tally, error) {
		all := tally{}
		tx.AtEnd(func() error { return all.write(tx) })
		return all, nil
	})
	for p, n := range t {
		all[p] += n
	}
	return err
}

// write changes the counts, in one order everywhere so that acts do not wait for each other in a ring.
func (t tally) write(tx *db.Tx) error {
	inOrder := func(a, b pile) int {
		return slices.Compare([]string{a.of, a.owner, a.state, a.whose}, []string{b.of, b.owner, b.state, b.whose})
	}
	for _, p := range slices.SortedFunc(maps.Keys(t), inOrder) {
		if t[p] == 0 {
			continue
		}
		add := `INSERT INTO complaint_count (agency_id, state, officer_id, n) VALUES ($1, $2, $3, $4)
			ON CONFLICT (agency_id, state, officer_id) DO UPDATE SET n = complaint_count.n + excluded.n`
		if p.of == "inbox" {
			add = `INSERT INTO inbox_count (supplier_id, state, agent_id, n) VALUES ($1, $2, $3, $4)
				ON CONFLICT (supplier_id, state, agent_id) DO UPDATE SET n = inbox_count.n + excluded.n`
		}
		if _, err := tx.Exec(add, p.owner, p.state, p.whose, t[p]); err != nil {
			return err
		}
	}
	return nil
}

package supplier

import (
	"context"
	"slices"

	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/text"
)

// Listed is a company of the direct channel in the managers' list.
type Listed struct {
	Supplier
	People int // who acts for it now
	Leads  int
}

// pageOf is how many companies a page lists.
const pageOf = 50

// RegisteredCompanies are those of the direct channel by name, whatever its accents and capitals, after a name and id
// given (empty: from the beginning). more tells that others follow.
func (s *Service) RegisteredCompanies(ctx context.Context, manager person.Actor, afterName, afterID string) (list []Listed, more bool, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return nil, false, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		companies, err := db.All(tx, scan, `SELECT `+columns+` FROM supplier WHERE registered_at IS NOT NULL AND (sort_key, id) > ($1, $2) ORDER BY sort_key, id LIMIT $3`,
			text.Fold(afterName), afterID, pageOf+1)
		if err != nil {
			return err
		}
		if more = len(companies) > pageOf; more {
			companies = companies[:pageOf]
		}
		list, err = s.withPeople(tx, companies)
		return err
	})
	return list, more, err
}

// withPeople counts who acts for each company, in one query.
func (s *Service) withPeople(tx *db.Tx, companies []Supplier) (list []Listed, err error) {
	ids := make([]string, len(companies))
	for i, c := range companies {
		ids[i] = c.ID
		list = append(list, Listed{Supplier: c})
	}
	q := (&db.Query{}).Add(`SELECT supplier_id, role FROM mandate WHERE ended_at IS NULL AND valid_to >= ?`, s.today()).In(`AND supplier_id IN`, ids)
	rows, err := db.All(tx, func(r db.Row, m *person.Mandate) error { return r.Scan(&m.SupplierID, &m.Role) }, q.Text(), q.Args()...)
	for _, m := range rows {
		i := slices.Index(ids, m.SupplierID)
		list[i].People++
		if m.Role == person.Lead {
			list[i].Leads++
		}
	}
	return list, err
}

package complaint

import (
	"context"
	"slices"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Assign gives a case to somebody of the company who acts for it now; to an empty account: to nobody. Only the
// company's people see it.
func (s *Service) Assign(ctx context.Context, actor person.Actor, ref Ref, account string) error {
	var name string
	ref.Version = 0
	return s.act(ctx, actor, AsSupplier, ref, change{act: ActAssign, data: map[string]any{"to": account},
		decide: func(tx *db.Tx, c Complaint) (err error) {
			name, err = colleague(tx, c.SupplierID, account, calendar.Of(s.Now()))
			return err
		},
		edit: func(c *Complaint) { c.AgentID, c.AgentName = account, name }})
}

// colleague is the name of an account that acts for a company.
func colleague(tx *db.Tx, supplierID, account string, today calendar.Day) (string, error) {
	if account == "" {
		return "", nil
	}
	people, err := person.MandateHolders(tx, supplierID, today.String())
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(people, func(h person.MandateHolder) bool { return h.AccountID == account })
	if i < 0 {
		return "", fault.Fields{"responsavel": "Escolha alguém que atende pela empresa."}.Err()
	}
	return people[i].Name, nil
}

package supplier

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/person"
)

// Colleagues are those who act for a company that the actor acts for too.
func (s *Service) Colleagues(ctx context.Context, actor person.Actor, supplierID string) (people []person.MandateHolder, err error) {
	if !actor.ActsFor(supplierID) {
		return nil, nil
	}
	err = s.DB.Look(ctx, func(tx *db.Tx) error {
		people, err = s.People.MandateHolders(tx, supplierID, s.today())
		return err
	})
	return people, err
}

package attachment

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// OfRegistration lists the documents of a request to act for a company, in the order they came.
func (s *Service) OfRegistration(ctx context.Context, id string) (list []Attachment, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE registration_id = $1 AND registration_id <> '' ORDER BY at, id`, id)
		return err
	})
	return list, err
}

// CountOfRegistration tells how many documents a request has.
func (s *Service) CountOfRegistration(tx *db.Tx, id string) (int, error) {
	return countOwned(tx, Upload{RegistrationID: id})
}

// RemoveOfRegistration takes a document out of a request that was not sent yet. Only who sent it may; fault.NotFound
// otherwise.
func (s *Service) RemoveOfRegistration(ctx context.Context, accountID, registrationID, id string) error {
	var key string
	err := s.DB.Transact(ctx, func(tx *db.Tx) error {
		err := lockOwner(tx, Upload{RegistrationID: registrationID, By: accountID}, s.Now())
		if err == nil {
			key, err = db.Scalar[string](tx, `DELETE FROM attachment WHERE id = $1 AND uploaded_by = $2 AND registration_id = $3 RETURNING blob`, id, accountID, registrationID)
		}
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, "Este arquivo já foi excluído ou enviado.", err)
	}
	if err == nil {
		s.forget(ctx, key)
	}
	return err
}

// DeleteRegistration takes all documents out of requests, in the transaction that forgets them.
func (s *Service) DeleteRegistration(tx *db.Tx, ids ...string) error {
	var q db.Query
	return s.deleteAll(tx, q.In(`DELETE FROM attachment WHERE registration_id <> '' AND registration_id IN`, ids).Add(`RETURNING blob`))
}

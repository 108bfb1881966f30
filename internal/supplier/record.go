package supplier

import (
	"encoding/json"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// In what role somebody acts on a company, for the record.
const (
	asLead    = "supplier"
	asManager = "manager"
	asPerson  = "person"
)

// stream is the record of a company: its registration, its people's requests, its names, its mergers.
func stream(supplierID string) string { return "supplier:" + supplierID }

// record appends an act to the company's stream; its row must be locked.
func (s *Service) record(tx *db.Tx, by person.Actor, role, supplierID, act, reason string, facts map[string]any) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: stream(supplierID), At: s.Now(), Act: act, ActorID: by.AccountID, ActorName: by.Name, ActorRole: role,
		AgencyID: agencyOf(by, role), Reason: reason, Data: data})
	return err
}

// did tells whether somebody did this to a company before, as record wrote it.
func did(tx *db.Tx, by person.Actor, supplierID, act string, facts map[string]any) (bool, error) {
	data, err := json.Marshal(facts)
	if err != nil {
		return false, err
	}
	return audit.Did(tx, stream(supplierID), act, by.AccountID, data)
}

// repeats tells whether the newest act on a company is this one, by the same person for the same reason: a form sent
// twice, which is done already.
func repeats(tx *db.Tx, by person.Actor, supplierID, act, reason string) (bool, error) {
	last, err := audit.Latest(tx, stream(supplierID), 1)
	return len(last) > 0 && last[0].Act == act && last[0].ActorID == by.AccountID && last[0].Reason == reason, err
}

func agencyOf(by person.Actor, role string) string {
	if role == asManager {
		return by.Agency()
	}
	return ""
}

// lock makes other acts on the company wait for this transaction.
func (s *Service) lock(tx *db.Tx, supplierID string) error {
	n, err := tx.Exec(`UPDATE supplier SET created_at = created_at WHERE id = $1`, supplierID)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "Não encontramos esta empresa.")
	}
	return err
}

func (s *Service) today() string { return calendar.Of(s.Now()).String() }

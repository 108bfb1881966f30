package supplier

import (
	"context"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/person"
)

// Staff is who acts for a company now, who is invited, and who asks to join.
type Staff struct {
	Company Supplier
	People  []person.MandateHolder
	Invited []Invitation   // for leads only
	Joining []Registration // for leads only
}

// StaffOf is for those who act for the company; to everybody else it does not exist.
func (s *Service) StaffOf(ctx context.Context, who person.Actor, supplierID string) (f Staff, err error) {
	if !who.ActsFor(supplierID) {
		return f, fault.New(fault.NotFound, "")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if f.Company, err = Get(tx, supplierID); err != nil {
			return err
		}
		if f.People, err = s.People.MandateHolders(tx, supplierID, s.today()); err != nil || !who.Leads(supplierID) {
			return err
		}
		if f.Invited, err = s.openInvitations(tx, supplierID); err != nil {
			return err
		}
		f.Joining, err = s.joining(tx, supplierID)
		return err
	})
	return f, err
}

// colleague is somebody who acts for a company that the lead leads. The company's row is locked.
func (s *Service) colleague(tx *db.Tx, lead person.Actor, supplierID, mandateID string) (found person.MandateHolder, others []person.MandateHolder, err error) {
	if !lead.Leads(supplierID) {
		return found, nil, fault.New(fault.NotFound, "")
	}
	if err := s.lock(tx, supplierID); err != nil {
		return found, nil, err
	}
	holders, err := s.People.MandateHolders(tx, supplierID, s.today())
	if err != nil {
		return found, nil, err
	}
	still := false // a lead who was removed a moment ago decides nothing any more
	for _, h := range holders {
		still = still || h.CPF == lead.CPF && h.Role == person.Lead
		if h.ID == mandateID {
			found = h
		} else {
			others = append(others, h)
		}
	}
	if found.ID == "" || !still {
		return found, nil, fault.New(fault.NotFound, "Esta pessoa já não atua pela empresa.")
	}
	return found, others, nil
}

// ChangeMandate gives a colleague another role or last day. The company keeps a lead: fault.Conflict otherwise.
func (s *Service) ChangeMandate(ctx context.Context, lead person.Actor, supplierID, mandateID string, role person.MandateRole, validTo string) error {
	fields := fault.Fields{}
	if role != person.Lead && role != person.Agent {
		fields.Add("papel", "Escolha o que a pessoa pode fazer.")
	}
	validTo = s.lastDay(validTo, fields)
	if err := fields.Err(); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		h, others, err := s.colleague(tx, lead, supplierID, mandateID)
		if err != nil {
			return err
		}
		if !hasLead(others) && role != person.Lead {
			return fault.New(fault.Conflict, "A empresa ficaria sem responsável. Nomeie outra pessoa responsável antes.")
		}
		return s.People.GrantMandate(tx, lead, h.CPF, supplierID, role, h.Basis, validTo)
	})
}

func hasLead(people []person.MandateHolder) bool {
	for _, h := range people {
		if h.Role == person.Lead {
			return true
		}
	}
	return false
}

// EndMandate ends at once what a colleague may do for the company. Oneself leaves by Leave.
func (s *Service) EndMandate(ctx context.Context, lead person.Actor, supplierID, mandateID string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		h, _, err := s.colleague(tx, lead, supplierID, mandateID)
		if fault.Is(err, fault.NotFound) {
			if done, err := person.EndedBy(tx, lead, supplierID, mandateID); done || err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if h.CPF == lead.CPF {
			return fault.New(fault.Conflict, "Para deixar de atuar pela empresa, use “Sair da empresa”.")
		}
		if ended, err := s.People.EndMandate(tx, lead, h.CPF, supplierID); err != nil || !ended || h.AccountID == "" {
			return err
		}
		return s.Jobs.Enqueue(tx, MailJob, Mail{News: MandateOver, About: supplierID, Person: h.AccountID}, job.Options{})
	})
}

// Alone tells whether a lead is the only one: without them nobody decides who acts for the company.
func (f Staff) Alone(who person.Actor) bool {
	if !who.Leads(f.Company.ID) {
		return false
	}
	for _, h := range f.People {
		if h.Role == person.Lead && h.CPF != who.CPF {
			return false
		}
	}
	return true
}

// Leaving is how somebody leaves a company.
type Leaving struct {
	Successor string // mandate of the colleague who leads from now on; may be empty
	Sure      bool   // leave although nobody leads the company then; the agency is told
}

// Leave ends what the person themselves may do for the company, at once; leaving twice is leaving. The last lead names a
// successor or is sure; else the fault is Invalid at "sucessor".
func (s *Service) Leave(ctx context.Context, who person.Actor, supplierID string, how Leaving) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if !who.ActsFor(supplierID) {
			return left(tx, who, supplierID)
		}
		if err := s.lock(tx, supplierID); err != nil {
			return err
		}
		led, err := s.succeed(tx, who, supplierID, how)
		if fault.Is(err, fault.NotFound) {
			return left(tx, who, supplierID)
		}
		if err != nil {
			return err
		}
		if ended, err := s.People.EndMandate(tx, who, who.CPF, supplierID); err != nil || !ended {
			return err
		}
		if err := s.record(tx, who, asLead, supplierID, "leave", "", map[string]any{"led": led}); err != nil || led {
			return err
		}
		return s.tell(tx, LeaderLeft, supplierID)
	})
}

// left is nil for who left the company by their own act. To everybody else who does not act for it, it does not exist.
func left(tx *db.Tx, who person.Actor, supplierID string) error {
	done, err := audit.Did(tx, stream(supplierID), "leave", who.AccountID, nil)
	if err == nil && !done {
		err = fault.New(fault.NotFound, "")
	}
	return err
}

// succeed makes sure that somebody leads the company after the person left, and tells whether somebody does.
func (s *Service) succeed(tx *db.Tx, who person.Actor, supplierID string, how Leaving) (led bool, err error) {
	holders, err := s.People.MandateHolders(tx, supplierID, s.today())
	if err != nil {
		return false, err
	}
	var others []person.MandateHolder
	for _, h := range holders {
		if h.CPF != who.CPF {
			others = append(others, h)
		}
	}
	switch {
	case len(others) == len(holders):
		return false, fault.New(fault.NotFound, "")
	case hasLead(others) || !who.Leads(supplierID):
		return hasLead(others) || !who.Leads(supplierID), nil
	case how.Successor != "":
		for _, h := range others {
			if h.ID == how.Successor {
				return true, s.People.GrantMandate(tx, who, h.CPF, supplierID, person.Lead, h.Basis, h.ValidTo)
			}
		}
		return false, fault.Fields{"sucessor": "Esta pessoa já não atua pela empresa. Escolha outra."}.Err()
	case how.Sure:
		return false, nil
	}
	return false, fault.Fields{"sucessor": "Você é a única pessoa responsável. Escolha quem fica no seu lugar, ou confirme que o Procon será avisado."}.Err()
}

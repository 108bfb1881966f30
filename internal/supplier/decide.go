package supplier

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/text"
)

// maxReason bounds what a manager or lead writes beside a decision.
const maxReason = 1000

// manages tells whether somebody manages the state agency, which registers companies for the whole installation.
func (s *Service) manages(ctx context.Context, who person.Actor) (bool, error) {
	if !who.Has(person.Manager) {
		return false, nil
	}
	state, err := s.Agencies.StateAgency(ctx)
	return err == nil && who.HasIn(person.Manager, state.ID), err
}

// MayManage hides the master from everybody but the managers of the state agency.
func (s *Service) MayManage(ctx context.Context, who person.Actor) error {
	ok, err := s.manages(ctx, who)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "")
	}
	return err
}

// decider is in what role somebody may decide a request: a manager of the state agency any, a lead one to join their
// company. To everybody else the request does not exist.
func decider(r Registration, who person.Actor, manager bool) (role string, err error) {
	switch {
	case manager:
		role = asManager
	case r.Joins && who.Leads(r.SupplierID):
		role = asLead
	default:
		return "", fault.New(fault.NotFound, "Não encontramos este pedido.")
	}
	if r.AccountID == who.AccountID {
		return "", fault.New(fault.Forbidden, "O pedido é seu: outra pessoa precisa decidir.")
	}
	return role, nil
}

// Approve lets the person act for the company. A company that nobody acted for is registered in the direct channel with
// what was declared, and the person leads it; who joins gets the role given. The fault is Conflict when the request was
// decided or withdrawn meanwhile; what the same person decided so already is done.
func (s *Service) Approve(ctx context.Context, by person.Actor, id string, role person.MandateRole) error {
	so := func(tx *db.Tx, r Registration) (bool, error) {
		holders, err := s.People.MandateHolders(tx, r.SupplierID, s.today())
		return r.State == Approved && slices.ContainsFunc(holders, func(h person.MandateHolder) bool {
			return h.CPF == r.CPF && (!r.Joins || h.Role == role)
		}), err
	}
	return s.decide(ctx, by, id, so, func(tx *db.Tx, as string, r *Registration) error {
		if err := s.place(tx, r); err != nil {
			return err
		}
		switch {
		case !r.Joins && as != asManager:
			return fault.New(fault.Conflict, "Ninguém mais responde por esta empresa. O Procon precisa decidir.")
		case !r.Joins:
			role = person.Lead
		case role != person.Lead && role != person.Agent:
			return fault.Fields{"papel": "Escolha o que a pessoa pode fazer."}.Err()
		}
		if r.ValidTo < s.today() {
			return fault.New(fault.Conflict, "O vínculo com a empresa, confirmado pelo gov.br, já terminou. A pessoa precisa pedir de novo.")
		}
		if err := s.admit(tx, by, as, r); err != nil {
			return err
		}
		r.State = Approved
		return s.People.GrantMandate(tx, by, r.CPF, r.SupplierID, role, r.mandateBasis(), r.ValidTo)
	})
}

func (r Registration) mandateBasis() string {
	if r.NeedsDocument() {
		return ByDocument + ":" + r.ID
	}
	return r.Basis
}

// admit registers the company unless people act for it already, and records the terms accepted for it.
func (s *Service) admit(tx *db.Tx, by person.Actor, as string, r *Registration) error {
	if r.Joins {
		return s.lock(tx, r.SupplierID)
	}
	company, err := s.register(tx, *r)
	if err != nil {
		return err
	}
	r.SupplierID = company.ID
	if err := Accept(tx, company.ID, Acceptance{r.TermsVersion, r.AccountID, r.Name, r.AcceptedAt}); err != nil {
		return err
	}
	return s.record(tx, by, as, company.ID, "register", "", map[string]any{"registration": r.ID, "terms": r.TermsVersion})
}

// register stores the company as declared; a name it had before stays as a name it is known by.
func (s *Service) register(tx *db.Tx, r Registration) (Supplier, error) {
	if r.SupplierID == "" {
		return s.AddTx(tx, Supplier{CNPJ: r.CNPJ, TradeName: r.TradeName, LegalName: r.LegalName, Segment: r.Segment, Seat: r.Seat, RegisteredAt: s.Now(),
			NoticeEmail: r.Email, NoticePhone: r.Phone})
	}
	if err := s.lock(tx, r.SupplierID); err != nil {
		return Supplier{}, err
	}
	company, err := Get(tx, r.SupplierID)
	if err != nil {
		return company, err
	}
	for _, old := range []string{company.TradeName, company.LegalName} {
		if folded := text.Fold(old); folded != text.Fold(r.TradeName) && folded != text.Fold(r.LegalName) {
			company.Former = append(company.Former, old)
		}
	}
	company.TradeName, company.LegalName, company.Segment, company.Seat = r.TradeName, r.LegalName, r.Segment, r.Seat
	company.NoticeEmail, company.NoticePhone = r.Email, r.Phone
	if !company.Registered() {
		company.RegisteredAt = s.Now()
	}
	return company, update(tx, company)
}

// Refuse ends a request with a reason that the person reads. The fault is Invalid at "motivo" without one.
func (s *Service) Refuse(ctx context.Context, by person.Actor, id, reason string) error {
	if err := checkReason(reason); err != nil {
		return err
	}
	so := func(_ *db.Tx, r Registration) (bool, error) { return r.State == Refused && r.Reason == reason, nil }
	return s.decide(ctx, by, id, so, func(_ *db.Tx, _ string, r *Registration) error {
		r.State, r.Reason = Refused, reason
		return nil
	})
}

func checkReason(reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return fault.Fields{"motivo": "Escreva o motivo."}.Err()
	case n > maxReason:
		return fault.Fields{"motivo": "Cabem 1.000 letras. Encurte o motivo."}.Err()
	}
	return nil
}

// decide is the one way a request is decided: locked, by whoever may, once, recorded and told. so tells whether the same
// person decided the same before.
func (s *Service) decide(ctx context.Context, by person.Actor, id string, so func(*db.Tx, Registration) (bool, error), how func(tx *db.Tx, as string, r *Registration) error) error {
	manager, err := s.manages(ctx, by)
	if err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		r, err := s.requestByID(tx, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		as, err := decider(r, by, manager)
		if err != nil {
			return err
		}
		if r.State != Pending && r.DecidedBy == by.AccountID {
			if done, err := so(tx, r); done || err != nil {
				return err
			}
		}
		if r.State != Pending {
			return fault.New(fault.Conflict, "Este pedido já está "+r.State.Label()+".")
		}
		if err := how(tx, as, &r); err != nil {
			return err
		}
		r.DecidedAt, r.DecidedBy, r.DeciderName = s.Now().UTC().Truncate(time.Microsecond), by.AccountID, by.Name
		if err := saveRequest(tx, r); err != nil {
			return err
		}
		if err := s.recordRequest(tx, by, as, r, string(r.State), r.Reason); err != nil {
			return err
		}
		return s.tell(tx, RequestDecided, r.ID)
	})
}

// recordRequest appends to the request's own record; its row must be locked.
func (s *Service) recordRequest(tx *db.Tx, by person.Actor, role string, r Registration, act, reason string) error {
	data, err := json.Marshal(map[string]any{"cnpj": r.CNPJ, "supplier": r.SupplierID, "basis": r.Basis, "terms": r.TermsVersion, "level": by.Level})
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: "registration:" + r.ID, At: s.Now(), Act: act, ActorID: by.AccountID, ActorName: by.Name, ActorRole: role,
		AgencyID: agencyOf(by, role), Reason: reason, Data: data})
	return err
}

// ToDecide is a request as those who may decide it see it.
func (s *Service) ToDecide(ctx context.Context, who person.Actor, id string) (r Registration, err error) {
	manager, err := s.manages(ctx, who)
	if err != nil {
		return r, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if r, err = s.requestByID(tx, id, ""); err != nil {
			return err
		}
		lead := r.Joins && who.Leads(r.SupplierID)
		if r.State == Draft || !manager && !lead {
			return fault.New(fault.NotFound, "Não encontramos este pedido.")
		}
		return nil
	})
	return r, err
}

// shownPending is how many open requests a page lists; the oldest wait longest and come first.
const shownPending = 100

// PendingRequests are those that wait for the managers of the state agency, the oldest first.
func (s *Service) PendingRequests(ctx context.Context, manager person.Actor) (list []Registration, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, s.scanRegistration, `SELECT `+registrationColumns+` FROM registration WHERE state = 'pending' ORDER BY sent_at, id LIMIT $1`, shownPending)
		return err
	})
	return list, err
}

// joining are the open requests to join a company.
func (s *Service) joining(tx *db.Tx, supplierID string) ([]Registration, error) {
	return db.All(tx, s.scanRegistration, `SELECT `+registrationColumns+` FROM registration WHERE supplier_id = $1 AND state = 'pending' AND joins = 1 ORDER BY sent_at, id LIMIT $2`,
		supplierID, shownPending)
}

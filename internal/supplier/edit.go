package supplier

import (
	"context"
	"time"
	"unicode/utf8"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

// maxNames bounds the former names and aliases of one company.
const maxNames = 30

// Edit gives a company other names, segment, seat and contacts. The fault is Invalid with messages at "nome",
// "razao_social", "anteriores", "apelidos", "segmento", "email", "telefone".
func (s *Service) Edit(ctx context.Context, manager person.Actor, id string, to Supplier) error {
	if err := s.MayManage(ctx, manager); err != nil {
		return err
	}
	contact, err := to.checkEdit()
	if err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := s.lock(tx, id); err != nil {
			return err
		}
		now, err := unmerged(tx, id)
		if err != nil {
			return err
		}
		was := now
		now.TradeName, now.LegalName, now.Former, now.Aliases = to.TradeName, to.LegalName, to.Former, to.Aliases
		now.Segment, now.Seat, now.NoticeEmail, now.NoticePhone = to.Segment, to.Seat, contact.Email, contact.Phone
		if err := update(tx, now); err != nil {
			return err
		}
		return s.record(tx, manager, asManager, id, "edit", "", map[string]any{"was": map[string]any{"trade": was.TradeName, "legal": was.LegalName,
			"former": was.Former, "aliases": was.Aliases, "segment": was.Segment, "seat": was.Seat}})
	})
}

func (s Supplier) checkEdit() (person.Contact, error) {
	fields := fault.Fields{}
	for field, text := range fault.FieldsOf(check(Supplier{TradeName: s.TradeName})) {
		fields.Add(field, text)
	}
	for field, names := range map[string][]string{"nome": {s.TradeName}, "razao_social": {s.LegalName}, "anteriores": s.Former, "apelidos": s.Aliases} {
		if len(names) > maxNames {
			fields.Add(field, "Cabem 30 nomes.")
		}
		for _, n := range names {
			if utf8.RuneCountInString(n) > maxName {
				fields.Add(field, "Cabem 120 letras em cada nome.")
			}
		}
	}
	if s.Segment != "" && !taxonomy.Segments().Has(s.Segment) {
		fields.Add("segmento", "Escolha o que a empresa faz.")
	}
	contact := person.Contact{}
	if s.NoticeEmail != "" || s.NoticePhone != "" {
		var err error
		contact, err = person.CheckContact(s.NoticeEmail, s.NoticePhone)
		for field, text := range fault.FieldsOf(err) {
			fields.Add(field, text)
		}
	}
	return contact, fields.Err()
}

// unmerged is a supplier that stands for itself; Conflict for one that turned out to be another.
func unmerged(tx *db.Tx, id string) (Supplier, error) {
	company, err := Get(tx, id)
	if err == nil && company.ID != id {
		err = fault.New(fault.Conflict, "Esta empresa já foi juntada a "+company.TradeName+".")
	}
	return company, err
}

// CloseChannel takes a company out of the direct channel: new complaints go to the agency. Its open cases stay, and its
// people with them. The fault is Invalid at "motivo" without a reason.
func (s *Service) CloseChannel(ctx context.Context, manager person.Actor, id, reason string) error {
	return s.setChannel(ctx, manager, id, reason, "close_channel", func(company *Supplier) error {
		if !company.Registered() {
			return fault.New(fault.Conflict, "Esta empresa já está fora do canal direto.")
		}
		company.RegisteredAt = time.Time{}
		return nil
	})
}

// OpenChannel lets a company that has people and accepted the terms back into the direct channel.
func (s *Service) OpenChannel(ctx context.Context, manager person.Actor, id, reason string) error {
	return s.setChannel(ctx, manager, id, reason, "open_channel", func(company *Supplier) error {
		if company.Registered() {
			return fault.New(fault.Conflict, "Esta empresa já está no canal direto.")
		}
		company.RegisteredAt = s.Now()
		return nil
	})
}

func (s *Service) setChannel(ctx context.Context, manager person.Actor, id, reason, act string, change func(*Supplier) error) error {
	if err := s.MayManage(ctx, manager); err != nil {
		return err
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := s.lock(tx, id); err != nil {
			return err
		}
		if done, err := repeats(tx, manager, id, act, reason); done || err != nil {
			return err
		}
		company, err := unmerged(tx, id)
		if err != nil {
			return err
		}
		if act == "open_channel" {
			if err := s.checkMayReturn(tx, id); err != nil {
				return err
			}
		}
		if err := change(&company); err != nil {
			return err
		}
		if err := update(tx, company); err != nil {
			return err
		}
		return s.record(tx, manager, asManager, id, act, reason, nil)
	})
}

// checkMayReturn keeps complaints from going to a company where nobody would read them.
func (s *Service) checkMayReturn(tx *db.Tx, id string) error {
	holders, err := s.People.MandateHolders(tx, id, s.today())
	if err != nil {
		return err
	}
	accepted, err := acceptances(tx, id)
	if err == nil && (len(holders) == 0 || len(accepted) == 0) {
		err = fault.New(fault.Conflict, "Ninguém responde por esta empresa. Uma pessoa dela precisa pedir o cadastro.")
	}
	return err
}

// Dossier is everything the managers see of a company.
type Dossier struct {
	Company Supplier
	Group   []Supplier // others with the same CNPJ root
	Similar []Supplier // that may be the same
	Merged  []Supplier // that turned out to be this one
	People  []person.MandateHolder
	Terms   []Acceptance
	History []audit.Event // the newest first
}

// shownHistory is how many acts on a company a page shows.
const shownHistory = 50

// DossierOf gathers what the managers of the state agency see of a company.
func (s *Service) DossierOf(ctx context.Context, manager person.Actor, id string) (d Dossier, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return d, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if d.Company, err = Get(tx, id); err != nil {
			return err
		}
		id = d.Company.ID
		if d.Group, err = group(tx, d.Company); err != nil {
			return err
		}
		if d.Similar, err = pairsOf(tx, id); err != nil {
			return err
		}
		if d.Merged, err = db.All(tx, scan, `SELECT `+columns+` FROM supplier WHERE merged_into = $1 AND merged_into <> '' ORDER BY trade_name, id`, id); err != nil {
			return err
		}
		if d.People, err = s.People.MandateHolders(tx, id, s.today()); err != nil {
			return err
		}
		if d.Terms, err = acceptances(tx, id); err != nil {
			return err
		}
		d.History, err = audit.Latest(tx, stream(id), shownHistory)
		return err
	})
	return d, err
}

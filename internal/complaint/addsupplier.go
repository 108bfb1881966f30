package complaint

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// MaxSuppliers is how many companies one attendance may be about.
const MaxSuppliers = 20

// OtherSupplier is a further company: one of the master, by its CNPJ, or one described.
type OtherSupplier struct{ CNPJ, Name string }

func (o OtherSupplier) check() error {
	problems := fault.Fields{}
	switch {
	case o.CNPJ == "" && o.Name == "":
		problems.Add("cnpj", "Escreva o CNPJ ou o nome da outra empresa.")
	case o.CNPJ != "" && !cpfcnpj.ValidCNPJ(o.CNPJ):
		problems.Add("cnpj", "Confira o CNPJ: são 14 caracteres.")
	}
	if utf8.RuneCountInString(o.Name) > lengths["fornecedor_nome"] {
		problems.Add("nome", "Encurte o nome: cabem no máximo 120 letras.")
	}
	return problems.Err()
}

// AddSupplier makes a case about another company out of the same attendance: same consumer, facts and documents, with
// a thread, a clock and an outcome of its own, and the same protocol with a suffix, "…-49/2". It gives that
// protocol.
func (s *Service) AddSupplier(ctx context.Context, actor person.Actor, ref Ref, other OtherSupplier) (protocol string, err error) {
	if err := other.check(); err != nil {
		return "", err
	}
	var added Complaint
	ch := change{act: ActAddSupplier, tells: consumerOnly, data: map[string]any{"typed": other.CNPJ + " " + other.Name}}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		if added, err = s.sibling(tx, c, other); err == nil {
			ch.data["other"], ch.data["other_protocol"] = added.SupplierName, added.Protocol
			delete(ch.data, "typed")
		}
		return err
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return s.storeSibling(tx, actor, added, c.Protocol) }
	ref.Version = 0
	err = s.act(ctx, actor, AsOfficer, ref, ch)
	return added.Protocol, err
}

// sibling is the case about the other company. Who adds two at once takes turns at the attendance's first case.
func (s *Service) sibling(tx *db.Tx, c Complaint, other OtherSupplier) (Complaint, error) {
	first := c
	var err error
	if c.AttendanceID != "" {
		if first, err = byID(tx, c.AttendanceID, tx.ForUpdate()); err != nil {
			return c, err
		}
	}
	all, err := db.All(tx, scanComplaint, `SELECT `+columns+` FROM complaint WHERE attendance_id = $1 AND attendance_id <> ''`, first.ID)
	if err != nil {
		return c, err
	}
	n := len(all) + 2
	if n > MaxSuppliers {
		return c, fault.New(fault.Conflict, fmt.Sprintf("Um atendimento pode tratar de até %d empresas. Registre outro atendimento.", MaxSuppliers))
	}
	added, err := s.aboutOther(tx, c, other)
	if err != nil {
		return c, err
	}
	if slices.ContainsFunc(append(all, first), added.sameSupplier) {
		return c, fault.Fields{"cnpj": "Esta empresa já está neste atendimento."}.Err()
	}
	added.AttendanceID, added.Protocol = first.ID, fmt.Sprintf("%s/%d", first.Protocol, n)
	return added, nil
}

// aboutOther is the same story told of another company, at its beginning.
func (s *Service) aboutOther(tx *db.Tx, c Complaint, other OtherSupplier) (Complaint, error) {
	c.ID, c.Version, c.State, c.Resume, c.Outcome, c.ClosedAt = db.NewID(), 1, Screening, "", "", time.Time{}
	c.Unanswered, c.Late, c.PartyAt, c.AgentID, c.AgentName, c.HeldRule, c.HeldFromOn = false, false, time.Time{}, "", "", "", ""
	c.FiledAt, c.UpdatedAt = s.Now(), s.Now()
	c.SupplierID, c.SupplierName, c.SupplierCNPJ, c.Segment = "", other.Name, cpfcnpj.NormalizeCNPJ(other.CNPJ), ""
	c.ContactedSupplier, c.SupplierProtocol = false, ""
	if other.CNPJ == "" {
		return c, nil
	}
	known, err := supplier.GetByCNPJ(tx, other.CNPJ)
	if err == nil && known.MergedInto != "" {
		known, err = supplier.Get(tx, known.MergedInto)
	}
	switch {
	case err == nil:
		c.SupplierID, c.SupplierName, c.SupplierCNPJ, c.Segment = known.ID, known.TradeName, known.CNPJ, known.Segment
	case !fault.Is(err, fault.NotFound):
		return c, err
	case other.Name == "":
		return c, fault.Fields{"nome": "Não conhecemos este CNPJ. Escreva também o nome da empresa."}.Err()
	}
	return c, nil
}

func (c Complaint) sameSupplier(other Complaint) bool {
	switch {
	case c.SupplierID != "":
		return c.SupplierID == other.SupplierID
	case c.SupplierCNPJ != "":
		return c.SupplierCNPJ == other.SupplierCNPJ
	}
	return c.SupplierName == other.SupplierName
}

// storeSibling writes the new case with its clock, its receipt's code and the first event of its own chain.
func (s *Service) storeSibling(tx *db.Tx, actor person.Actor, c Complaint, from string) error {
	if err := s.restartClock(tx, &c); err != nil {
		return err
	}
	if err := insert(tx, c); err != nil {
		return err
	}
	if err := indexSearch(tx, c); err != nil {
		return err
	}
	if err := issueVerification(tx, c); err != nil {
		return err
	}
	event := audit.Event{Stream: stream(c.ID), At: s.Now(), Act: string(ActFile), ActorID: actor.AccountID, ActorName: actor.Name, ActorRole: string(AsOfficer),
		AgencyID: c.AgencyID, To: string(c.State)}
	return s.record(tx, actor.Level, c, event, change{act: ActFile, data: map[string]any{"route": c.Route, "rule": c.RouteRule, "added_from": from}})
}

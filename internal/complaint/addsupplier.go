package complaint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/text"
)

// maxSuppliers is how many companies one attendance may concern.
const maxSuppliers = 20

// AddForm is a further company that a complaint concerns: of the master by its CNPJ, or described.
type AddForm struct{ CNPJ, Name, Reason string }

func (f *AddForm) check() error {
	problems := fault.Fields{}
	f.Name = strings.TrimSpace(f.Name)
	if f.CNPJ != "" && !cpfcnpj.ValidCNPJ(f.CNPJ) {
		problems.Add("cnpj", "Confira o CNPJ: são 14 caracteres. Se não sabe, deixe em branco e escreva o nome.")
	}
	if f.CNPJ == "" && f.Name == "" {
		problems.Add("nome", "Escreva o nome da empresa, ou o CNPJ.")
	}
	tooLong(problems, "nome", f.Name, lengths["fornecedor_nome"])
	checkReason(problems, f.Reason, "Explique por que esta empresa também responde. O consumidor lê.")
	return problems.Err()
}

// AddSupplier opens the case of a further company under the same attendance: same consumer, facts and files, with its
// own thread, clock and outcome. Its protocol is the first one's with a suffix.
func (s *Service) AddSupplier(ctx context.Context, actor person.Actor, ref Ref, form AddForm) (protocol string, err error) {
	if err := form.check(); err != nil {
		return "", err
	}
	of, err := s.companyOf(ctx, form)
	if err != nil {
		return "", err
	}
	ch := change{act: ActAddSupplier, reason: form.Reason, tells: consumerOnly, data: map[string]any{"company": of.TradeName}, more: map[string]any{}}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error {
		protocol, err = s.addCase(tx, actor, c, of, form.Reason)
		ch.more["other"] = protocol
		return err
	}
	err = s.act(ctx, actor, AsOfficer, ref, ch)
	return protocol, err
}

// companyOf is the company of the form: as the master knows it, or as it was described.
func (s *Service) companyOf(ctx context.Context, form AddForm) (supplier.Supplier, error) {
	described := supplier.Supplier{TradeName: form.Name, CNPJ: cpfcnpj.NormalizeCNPJ(form.CNPJ)}
	if form.CNPJ == "" {
		return described, nil
	}
	found, err := s.Suppliers.ByCNPJ(ctx, form.CNPJ)
	switch {
	case err == nil:
		return found, nil
	case !fault.Is(err, fault.NotFound):
		return found, err
	case form.Name == "":
		return described, fault.Fields{"nome": "Não conhecemos este CNPJ. Escreva também o nome da empresa."}.Err()
	}
	return described, nil
}

func (s *Service) addCase(tx *db.Tx, actor person.Actor, from Complaint, of supplier.Supplier, reason string) (string, error) {
	first, err := s.byID(tx, from.root(), tx.ForUpdate()) // numbers are given one after the other
	if err != nil {
		return "", err
	}
	others, err := db.All(tx, scanComplaint, `SELECT `+columns+` FROM complaint WHERE attendance_id = $1 AND attendance_id <> ''`, first.ID)
	if err != nil {
		return "", err
	}
	if err := mayJoin(append(others, first), of); err != nil {
		return "", err
	}
	now := s.Now()
	c := Complaint{ID: db.NewID(), Protocol: fmt.Sprintf("%s/%d", first.Protocol, len(others)+2), AgencyID: from.AgencyID, Route: Agency, State: Screening, Version: 1,
		OfficerID: from.OfficerID, OfficerName: from.OfficerName, ConfirmJurisdiction: from.ConfirmJurisdiction, RouteRule: from.RouteRule, RouteWhy: from.RouteWhy,
		AttendanceID: first.ID, Consumer: first.Consumer, Purchase: first.Purchase, SupplierID: of.ID, FiledAt: now, UpdatedAt: now}
	c.SupplierName, c.SupplierCNPJ, c.Segment = of.TradeName, of.CNPJ, of.Segment
	// What only the first company knows of the purchase is none of the others'.
	c.ContractNumber, c.SupplierProtocol, c.ContactedSupplier = "", "", false
	return c.Protocol, s.storeAdded(tx, actor, c, reason, now)
}

func (s *Service) storeAdded(tx *db.Tx, actor person.Actor, c Complaint, reason string, now time.Time) error {
	if err := s.restartClock(tx, &c); err != nil {
		return err
	}
	if err := s.insert(tx, c); err != nil {
		return err
	}
	if err := indexSearch(tx, c); err != nil {
		return err
	}
	if err := issueVerification(tx, c, "receipt", newVerification(), now); err != nil {
		return err
	}
	event := audit.Event{Stream: stream(c.ID), At: now, Act: string(ActFile), ActorID: actor.AccountID, ActorName: actor.Name, ActorRole: string(AsOfficer),
		AgencyID: c.AgencyID, To: string(c.State), Reason: reason}
	return s.record(tx, actor.Level, c, event, change{act: ActFile, data: map[string]any{"route": c.Route, "rule": c.RouteRule}})
}

func mayJoin(cases []Complaint, of supplier.Supplier) error {
	if len(cases) >= maxSuppliers {
		return fault.New(fault.Conflict, "Uma reclamação cabe no máximo 20 empresas. Registre outra para as demais.")
	}
	there := slices.ContainsFunc(cases, func(c Complaint) bool {
		return c.SupplierID != "" && c.SupplierID == of.ID || c.SupplierCNPJ != "" && c.SupplierCNPJ == of.CNPJ || text.Fold(c.SupplierName) == text.Fold(of.TradeName)
	})
	if there {
		return fault.Fields{"nome": "Esta empresa já está nesta reclamação."}.Err()
	}
	return nil
}

// root is the first case of the attendance.
func (c Complaint) root() string {
	if c.AttendanceID != "" {
		return c.AttendanceID
	}
	return c.ID
}

// siblings are the other cases of the attendance, in the order of their numbers.
func siblings(tx *db.Tx, c Complaint) ([]Brief, error) {
	return db.All(tx, scanBrief, `SELECT protocol, state, outcome, supplier_name, filed_at, 0, 1 FROM complaint WHERE id = $1 AND id <> $2
		UNION ALL SELECT protocol, state, outcome, supplier_name, filed_at, 0, 1 FROM complaint WHERE attendance_id = $1 AND attendance_id <> '' AND id <> $2
		ORDER BY 5, 1`, c.root(), c.ID)
}

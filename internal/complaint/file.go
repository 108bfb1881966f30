package complaint

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/ledger"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// RequiredKinds are the documents a complaint must have, at least one of each.
var RequiredKinds = []attachment.Kind{attachment.AddressProof, attachment.Identity, attachment.RelationProof}

// Elsewhere is in the error of a filing that belongs to another Procon: the form is closed to this resident.
type Elsewhere struct {
	Destination  agency.Destination
	SupplierID   string
	Municipality string
	FactIn       string
}

func (e *Elsewhere) Error() string { return "belongs elsewhere: " + string(e.Destination.Kind) }

// Routed is where a complaint with these answers goes, by the rules of today.
type Routed struct {
	Supplier    supplier.Supplier // zero: not in the master
	Destination agency.Destination
}

// RouteOf decides where the answers so far lead. Without a municipality only a registered supplier can be decided;
// decided is then false and nothing is known yet.
func (s *Service) RouteOf(ctx context.Context, actor person.Actor, a Answers) (r Routed, decided bool, err error) {
	if r.Supplier, err = s.supplierOf(ctx, a); err != nil {
		return r, false, err
	}
	if !r.Supplier.Registered() && a["municipio"] == "" {
		return r, false, nil
	}
	r.Destination, err = s.Agencies.Decide(ctx, routeCase(actor, r.Supplier, a))
	return r, err == nil, err
}

func routeCase(actor person.Actor, of supplier.Supplier, a Answers) agency.Case {
	return agency.Case{SupplierRegistered: of.Registered(), SupplierSeat: of.Seat, Residence: a["municipio"], FactIn: a["fato"], CPF: actor.CPF}
}

// supplierOf is the company complained of: the one chosen, or the one whose CNPJ was typed, if the master has it.
func (s *Service) supplierOf(ctx context.Context, a Answers) (supplier.Supplier, error) {
	if id := a["fornecedor"]; id != "" && id != NotListed {
		return s.Suppliers.ByID(ctx, id)
	}
	if a["fornecedor_cnpj"] == "" {
		return supplier.Supplier{}, nil
	}
	found, err := s.Suppliers.ByCNPJ(ctx, a["fornecedor_cnpj"])
	if fault.Is(err, fault.NotFound) {
		return supplier.Supplier{}, nil
	}
	return found, err
}

// File turns the draft into a complaint and gives its protocol, once: filing the same draft again gives the same one
// . The last answers, given while sending, count without being stored in the draft. When it returns without
// error, the complaint, its files and its first notice are durable, and its protocol is in the ledger.
//
// Errors: fault.Invalid with messages by field; ErrLevel (fault.Forbidden); *Elsewhere (fault.Conflict).
func (s *Service) File(ctx context.Context, actor person.Actor, draftID string, last Answers) (protocol string, err error) {
	d, err := s.Draft(ctx, actor, draftID)
	if err != nil {
		return "", err
	}
	if d.ComplaintID != "" {
		return s.fileAgain(ctx, d.ComplaintID)
	}
	if !actor.Level.AtLeast(s.FilingLevel) {
		return "", fault.Wrap(fault.Forbidden, "Para enviar a reclamação, sua conta gov.br precisa ser de nível "+s.FilingLevel.Label()+" ou mais alto.", ErrLevel)
	}
	all := maps.Clone(d.Answers)
	maps.Copy(all, last)
	filing, problems := all.Read(calendar.Of(s.Now()))
	if problems != nil {
		return "", problems.Err()
	}
	of, err := s.supplierOf(ctx, all)
	if err != nil {
		return "", err
	}
	if err := s.Ledger.Ready(); err != nil {
		return "", err
	}
	var id string
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		id, protocol, err = s.fileDraft(tx, actor, d, filing, of)
		return err
	})
	switch {
	case errors.Is(err, errTypedMeanwhile):
		return s.File(ctx, actor, draftID, last)
	case err != nil:
		return "", err
	}
	return s.acknowledge(ctx, id, protocol)
}

// fileAgain gives the protocol of a draft that was filed before; into the ledger, too, if the first time got no further
// than the database.
func (s *Service) fileAgain(ctx context.Context, complaintID string) (protocol string, err error) {
	if protocol, err = s.protocolOf(ctx, complaintID); err != nil {
		return "", err
	}
	return s.acknowledge(ctx, complaintID, protocol)
}

// acknowledge gives a protocol once the ledger has it; only then may it be shown. The case is durable already.
func (s *Service) acknowledge(ctx context.Context, complaintID, protocol string) (string, error) {
	if err := s.Ledger.Append(ctx, ledger.Entry{At: s.Now(), Protocol: protocol, CaseID: complaintID}); err != nil {
		return "", err
	}
	return protocol, nil
}

// errTypedMeanwhile is a draft that changed in another tab between reading and filing it.
var errTypedMeanwhile = errors.New("complaint: the draft changed while it was filed")

func (s *Service) protocolOf(ctx context.Context, complaintID string) (protocol string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		protocol, err = db.Scalar[string](tx, `SELECT protocol FROM complaint WHERE id = $1`, complaintID)
		return err
	})
	return protocol, err
}

func (s *Service) fileDraft(tx *db.Tx, actor person.Actor, d Draft, f Filing, of supplier.Supplier) (id, protocol string, err error) {
	// Submitting twice at once: the second waits here and finds the first one's complaint.
	now, err := s.ownDraft(tx, actor, d.ID, tx.ForUpdate())
	switch {
	case err != nil:
		return "", "", err
	case now.ComplaintID != "":
		protocol, err = db.Scalar[string](tx, `SELECT protocol FROM complaint WHERE id = $1`, now.ComplaintID)
		return now.ComplaintID, protocol, err
	case !maps.Equal(now.Answers, d.Answers):
		return "", "", errTypedMeanwhile
	}
	destination, err := s.Agencies.DecideTx(tx, routeCase(actor, of, d.Answers))
	if err != nil {
		return "", "", err
	}
	c, err := newComplaint(actor, f, of, destination)
	if err != nil {
		return "", "", err
	}
	if err := s.checkFiles(tx, d.ID); err != nil {
		return "", "", err
	}
	if err := s.number(tx, &c, destination.Agency.Code); err != nil {
		return "", "", err
	}
	return c.ID, c.Protocol, s.store(tx, actor, c, d.ID)
}

func newComplaint(actor person.Actor, f Filing, of supplier.Supplier, to agency.Destination) (Complaint, error) {
	c := Complaint{ID: db.NewID(), AgencyID: to.Agency.ID, Route: Agency, Version: 1, Purchase: f.Purchase, SupplierID: of.ID,
		RouteRule: to.RuleID, RouteWhy: to.Why, ConfirmJurisdiction: to.ConfirmJurisdiction,
		Consumer: Consumer{AccountID: actor.AccountID, Name: actor.Name, CPF: actor.CPF, Level: actor.Level, Email: f.Email, Phone: f.Phone, Address: f.Address}}
	switch to.Kind {
	case agency.Direct:
		c.Route = Direct
	case agency.MunicipalHere, agency.StateForm:
	default:
		return c, &fault.Error{Kind: fault.Conflict, Text: to.Why, Err: &Elsewhere{to, of.ID, f.Municipality, f.FactIn}}
	}
	if of.ID != "" {
		c.SupplierName, c.SupplierCNPJ, c.Segment = of.TradeName, of.CNPJ, of.Segment
	}
	return c, nil
}

// checkFiles demands the required kinds of documents; the messages are by their form fields.
func (s *Service) checkFiles(tx *db.Tx, draftID string) error {
	files, err := s.Files.InDraft(tx, draftID)
	if err != nil {
		return err
	}
	return MissingFiles(files).Err()
}

// MissingFiles are messages for the required kinds that are not among the files; empty when all are there.
func MissingFiles(files []attachment.Attachment) fault.Fields {
	has := map[attachment.Kind]bool{}
	for _, f := range files {
		has[f.Kind] = true
	}
	missing := fault.Fields{}
	for _, kind := range RequiredKinds {
		if !has[kind] {
			missing.Add(kind.Field(), fmt.Sprintf("Falta enviar: %s. Pode ser uma foto.", kind.Label()))
		}
	}
	return missing
}

func (s *Service) number(tx *db.Tx, c *Complaint, agencyCode string) error {
	year := calendar.Of(s.Now()).Year()
	n, err := lastNumber(tx, year, agencyCode, 1)
	c.Protocol = FormatProtocol(year, agencyCode, n)
	return err
}

// store writes the new case with everything that belongs to it, in the filing's one transaction.
func (s *Service) store(tx *db.Tx, actor person.Actor, c Complaint, draftID string) error {
	to, ok := Next(c.Route, unfiled, "", ActFile, AsConsumer)
	if !ok {
		return fmt.Errorf("complaint: the table does not let a consumer file on the %s route", c.Route)
	}
	c.State, c.FiledAt, c.UpdatedAt = to, s.Now(), s.Now()
	if c.Route == Direct {
		c.PartyAt = c.FiledAt
	}
	if err := s.restartClock(tx, &c); err != nil {
		return err
	}
	if err := s.insert(tx, c); err != nil {
		return err
	}
	if err := s.Files.Adopt(tx, draftID, c.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE draft SET complaint_id = $2, data = '{}' WHERE id = $1`, draftID, c.ID); err != nil {
		return err
	}
	if err := indexSearch(tx, c); err != nil {
		return err
	}
	if err := indexForCompany(tx, c); err != nil {
		return err
	}
	if err := issueVerification(tx, c, "receipt", newVerification(), c.FiledAt); err != nil {
		return err
	}
	event := audit.Event{Stream: stream(c.ID), At: s.Now(), Act: string(ActFile), ActorID: actor.AccountID, ActorName: actor.Name, ActorRole: string(AsConsumer),
		AgencyID: c.AgencyID, To: string(c.State), Key: "draft:" + draftID}
	return s.record(tx, actor.Level, c, event, change{act: ActFile, tells: bothParties,
		data: map[string]any{"route": c.Route, "rule": c.RouteRule}})
}

func newVerification() string { return rand.Text()[:20] }

// issueVerification stores the code that a document's QR opens.
func issueVerification(tx *db.Tx, c Complaint, kind, code string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO verification (code, kind, complaint_id, issued_at) VALUES ($1, $2, $3, $4)`, code, kind, c.ID, at.UnixMicro())
	return err
}

// Verification is what the public may know of a document: that it is genuine.
type Verification struct {
	Code     string
	Kind     string // receipt, cip
	Protocol string
	AgencyID string
	IssuedAt int64 // unix microseconds
}

func scanVerification(r db.Row, v *Verification) error {
	return r.Scan(&v.Code, &v.Kind, &v.Protocol, &v.AgencyID, &v.IssuedAt)
}

// Verify tells whether a code belongs to a document of this installation; fault.NotFound when it does not.
func (s *Service) Verify(ctx context.Context, code string) (v Verification, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err = db.One(tx, scanVerification, `SELECT v.code, v.kind, c.protocol, c.agency_id, v.issued_at FROM verification v JOIN complaint c ON c.id = v.complaint_id WHERE v.code = $1`, code)
		return err
	})
	return v, err
}

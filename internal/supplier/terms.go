package supplier

import (
	"context"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Terms are what a company promises when it joins the direct channel. A version in use never changes.
type Terms struct {
	Version   string
	Body      string
	ValidFrom string // day
}

// Block is a part of the terms: a heading, a paragraph, or a list.
type Block struct {
	Heading, Text string
	Items         []string
}

// Blocks are the parts of the text in order.
func (t Terms) Blocks() (list []Block) {
	for part := range strings.SplitSeq(t.Body, "\n\n") {
		part = strings.TrimSpace(part)
		heading, isHeading := strings.CutPrefix(part, "## ")
		first, isList := strings.CutPrefix(part, "- ")
		switch {
		case part == "":
		case isHeading:
			list = append(list, Block{Heading: heading})
		case isList:
			list = append(list, Block{Items: strings.Split(strings.ReplaceAll(first, "\n- ", "\x00"), "\x00")})
		default:
			list = append(list, Block{Text: part})
		}
	}
	return list
}

func scanTerms(r db.Row, t *Terms) error { return r.Scan(&t.Version, &t.Body, &t.ValidFrom) }

// AddTerms stores a version of the terms; one that is there already stays as it is.
func AddTerms(tx *db.Tx, t Terms) error {
	_, err := tx.Exec(`INSERT INTO terms (version, body, valid_from) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING`, t.Version, t.Body, t.ValidFrom)
	return err
}

// CurrentTerms is the version in force today.
func (s *Service) CurrentTerms(ctx context.Context) (t Terms, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t, err = s.currentTerms(tx)
		return err
	})
	return t, err
}

func (s *Service) currentTerms(tx *db.Tx) (Terms, error) {
	return db.One(tx, scanTerms, `SELECT version, body, valid_from FROM terms WHERE valid_from <= $1 ORDER BY valid_from DESC, version DESC LIMIT 1`, s.today())
}

// Acceptance is who accepted a version of the terms for a company, and when.
type Acceptance struct {
	Version, AccountID, Name string
	At                       time.Time
}

// TermsDue tells which version a lead must accept for the company before going on; the zero Terms: none.
func (s *Service) TermsDue(ctx context.Context, lead person.Actor, supplierID string) (due Terms, err error) {
	if !lead.Leads(supplierID) {
		return Terms{}, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		due, err = s.termsDue(tx, supplierID)
		return err
	})
	return due, err
}

func (s *Service) termsDue(tx *db.Tx, supplierID string) (Terms, error) {
	current, err := s.currentTerms(tx)
	if err != nil {
		return Terms{}, err
	}
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM terms_acceptance WHERE supplier_id = $1 AND version = $2`, supplierID, current.Version)
	if err != nil || n > 0 {
		return Terms{}, err
	}
	return current, nil
}

// AcceptTerms records that a lead accepted a version for the company. The fault is Conflict when another version is in
// force by now, NotFound for whoever is not the company's lead.
func (s *Service) AcceptTerms(ctx context.Context, lead person.Actor, supplierID, version string) error {
	if !lead.Leads(supplierID) {
		return fault.New(fault.NotFound, "")
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := s.checkVersion(tx, version); err != nil {
			return err
		}
		if err := s.lock(tx, supplierID); err != nil {
			return err
		}
		accepted, err := accept(tx, supplierID, Acceptance{version, lead.AccountID, lead.Name, s.Now()})
		if err != nil || !accepted {
			return err
		}
		return s.record(tx, lead, asLead, supplierID, "accept_terms", "", map[string]any{"version": version})
	})
}

// checkVersion refuses a text that is no longer the one in force: nobody accepts what they did not read.
func (s *Service) checkVersion(tx *db.Tx, version string) error {
	current, err := s.currentTerms(tx)
	if err == nil && current.Version != version {
		err = fault.New(fault.Conflict, "O texto dos termos mudou. Leia a versão nova e decida de novo.")
	}
	return err
}

// Accept records an acceptance; the first one of a version counts.
func Accept(tx *db.Tx, supplierID string, a Acceptance) error {
	_, err := accept(tx, supplierID, a)
	return err
}

func accept(tx *db.Tx, supplierID string, a Acceptance) (accepted bool, err error) {
	n, err := tx.Exec(`INSERT INTO terms_acceptance (supplier_id, version, account_id, name, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (supplier_id, version) DO NOTHING`, supplierID, a.Version, a.AccountID, a.Name, a.At.UnixMicro())
	return n > 0, err
}

func acceptances(tx *db.Tx, supplierID string) ([]Acceptance, error) {
	return db.All(tx, func(r db.Row, a *Acceptance) error {
		var at int64
		err := r.Scan(&a.Version, &a.AccountID, &a.Name, &at)
		a.At = time.UnixMicro(at).UTC()
		return err
	}, `SELECT version, account_id, name, at FROM terms_acceptance WHERE supplier_id = $1 ORDER BY at DESC`, supplierID)
}

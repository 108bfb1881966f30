package supplier

import (
	"context"
	"strings"
	"time"

	"guiche/internal/agency"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/text"
)

// Service keeps and finds suppliers, and who acts for them. DB and Now are required; the others by whoever asks for
// registration, people or mergers.
type Service struct {
	DB        *db.DB
	Now       func() time.Time
	People    *person.Service
	Agencies  *agency.Service
	Documents Documents
	Jobs      *job.Queue
	Secrets   *secret.Ring
	// Merged moves what later packages keep under a supplier to the one it turned out to be, in the same transaction.
	Merged func(tx *db.Tx, from, to string) error
}

// Add stores a new supplier with its names and gives it an id. The fault is Invalid for a missing name or a wrong
// CNPJ, Conflict when the CNPJ is there already.
func (s *Service) Add(ctx context.Context, company Supplier) (Supplier, error) {
	err := s.DB.Transact(ctx, func(tx *db.Tx) (err error) {
		company, err = s.AddTx(tx, company)
		return err
	})
	return company, err
}

// AddTx is Add inside a transaction that does more. An id already set is kept.
func (s *Service) AddTx(tx *db.Tx, company Supplier) (Supplier, error) {
	company.CNPJ = cpfcnpj.NormalizeCNPJ(company.CNPJ)
	if err := check(company); err != nil {
		return company, err
	}
	if company.ID == "" {
		company.ID = db.NewID()
	}
	if company.AnswerDays == 0 {
		company.AnswerDays = DefaultAnswerDays
	}
	if err := insert(tx, company, s.Now()); err != nil {
		if db.IsDuplicate(err) {
			return company, fault.Wrap(fault.Conflict, "Este CNPJ já está cadastrado.", err)
		}
		return company, err
	}
	return company, nil
}

func check(company Supplier) error {
	fields := fault.Fields{}
	if text.Fold(company.TradeName) == "" {
		fields.Add("nome", "Escreva o nome da empresa.")
	}
	if company.CNPJ != "" && !cpfcnpj.ValidCNPJ(company.CNPJ) {
		fields.Add("cnpj", "Este CNPJ não existe: confira os quatorze caracteres.")
	}
	return fields.Err()
}

// ByID is one supplier with all its names; fault.NotFound when there is none. One that turned out to be another is
// that other one, here and wherever suppliers are found.
func (s *Service) ByID(ctx context.Context, id string) (Supplier, error) {
	return s.one(ctx, `id = $1`, id)
}

// TradeNames are the names of some suppliers by their ids, read at once; those that do not exist are left out.
func (s *Service) TradeNames(tx *db.Tx, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	companies, err := byIDs(tx, ids)
	for id, company := range companies {
		names[id] = company.TradeName
	}
	return names, err
}

// Names is TradeNames outside a transaction.
func (s *Service) Names(ctx context.Context, ids []string) (names map[string]string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		names, err = s.TradeNames(tx, ids)
		return err
	})
	return names, err
}

// ByCNPJ is the supplier of a CNPJ, with or without its mask; fault.NotFound when there is none.
func (s *Service) ByCNPJ(ctx context.Context, cnpj string) (Supplier, error) {
	return s.one(ctx, `cnpj = $1`, cpfcnpj.NormalizeCNPJ(cnpj))
}

func (s *Service) one(ctx context.Context, where, value string) (company Supplier, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		company, err = find(tx, where, value)
		return err
	})
	return company, err
}

// Get is ByID inside a transaction.
func Get(tx *db.Tx, id string) (Supplier, error) { return find(tx, `id = $1`, id) }

// GetByCNPJ is ByCNPJ inside a transaction.
func GetByCNPJ(tx *db.Tx, cnpj string) (Supplier, error) {
	return find(tx, `cnpj = $1`, cpfcnpj.NormalizeCNPJ(cnpj))
}

func find(tx *db.Tx, where, value string) (Supplier, error) {
	company, err := db.One(tx, scan, `SELECT `+columns+` FROM supplier WHERE `+where, value)
	if fault.Is(err, fault.NotFound) {
		return company, fault.Wrap(fault.NotFound, "Não encontramos esta empresa. Procure de novo pelo nome ou CNPJ.", err)
	}
	if err != nil {
		return company, err
	}
	if company.MergedInto != "" {
		return find(tx, `id = $1`, company.MergedInto)
	}
	names, err := namesOf(tx, []string{company.ID})
	company.take(names)
	return company, err
}

// take puts the names that are not columns of the supplier in their places.
func (s *Supplier) take(names []name) {
	for _, n := range names {
		switch n.kind {
		case FormerName:
			s.Former = append(s.Former, n.text)
		case Alias:
			s.Aliases = append(s.Aliases, n.text)
		}
	}
}

// names are all names of the supplier, each once.
func (s Supplier) names() []name {
	list := []name{{kind: TradeName, text: s.TradeName}, {kind: LegalName, text: s.LegalName}}
	for _, former := range s.Former {
		list = append(list, name{kind: FormerName, text: former})
	}
	for _, alias := range s.Aliases {
		list = append(list, name{kind: Alias, text: alias})
	}
	var out []name
	seen := map[string]bool{}
	for _, n := range list {
		n.supplierID, n.text = s.ID, strings.TrimSpace(n.text)
		n.folded = text.Fold(n.text)
		if key := string(n.kind) + n.folded; n.folded != "" && !seen[key] {
			seen[key] = true
			out = append(out, n)
		}
	}
	return out
}

package supplier

import (
	"context"
	"strings"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
)

// Root is the part of a CNPJ that all establishments of a company share: its first eight characters. Empty for what
// has none.
func Root(cnpj string) string {
	number := cpfcnpj.NormalizeCNPJ(cnpj)
	if len(number) < rootLength {
		return ""
	}
	return number[:rootLength]
}

// shownGroup bounds an economic group on a page; the largest chains have thousands of shops.
const shownGroup = 50

// Group are the suppliers of one CNPJ root.
func (s *Service) Group(ctx context.Context, root string) (list []Supplier, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = byRoot(tx, Root(root))
		return err
	})
	return list, err
}

func byRoot(tx *db.Tx, root string) ([]Supplier, error) {
	if root == "" {
		return nil, nil
	}
	return db.All(tx, scan, `SELECT `+columns+` FROM supplier WHERE cnpj >= $1 AND cnpj <= $2 AND merged_into = '' ORDER BY cnpj LIMIT $3`,
		root, root+strings.Repeat("Z", cnpjLength-rootLength), shownGroup)
}

// group are the others of a supplier's root.
func group(tx *db.Tx, of Supplier) (others []Supplier, err error) {
	list, err := byRoot(tx, Root(of.CNPJ))
	for _, s := range list {
		if s.ID != of.ID {
			others = append(others, s)
		}
	}
	return others, err
}

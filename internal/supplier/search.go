package supplier

import (
	"context"
	"strings"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/text"
)

const (
	// maxWords and maxTyped bound the work of one search, whatever is typed.
	maxWords = 5
	maxTyped = 200

	cnpjLength = 14
	rootLength = 8
)

// Search finds suppliers by what a person typed: registered ones first, at most limit. Nothing found is no error.
func (s *Service) Search(ctx context.Context, typed string, limit int) (hits []Hit, err error) {
	typed = typed[:min(len(typed), maxTyped)]
	words := significant(text.Fold(typed))
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 || limit < 1 {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if hits, err = byNumber(tx, typed, limit); err != nil || len(hits) > 0 {
			return err
		}
		hits, err = byName(tx, words, limit)
		return err
	})
	return hits, err
}

// byNumber finds by a CNPJ or the beginning of one, from its root on.
func byNumber(tx *db.Tx, typed string, limit int) ([]Hit, error) {
	number := cpfcnpj.NormalizeCNPJ(typed)
	if len(number) < rootLength || len(number) > cnpjLength || !strings.ContainsAny(number, "0123456789") || !plain(number) {
		return nil, nil
	}
	list, err := db.All(tx, scan, `SELECT `+columns+` FROM supplier WHERE id IN
			(SELECT CASE WHEN merged_into = '' THEN id ELSE merged_into END FROM supplier WHERE cnpj >= $1 AND cnpj <= $2)
		ORDER BY CASE WHEN registered_at IS NULL THEN 1 ELSE 0 END, cnpj LIMIT $3`,
		number, number+strings.Repeat("Z", cnpjLength-len(number)), limit)
	hits := make([]Hit, len(list))
	for i, company := range list {
		hits[i] = Hit{Supplier: company}
	}
	return hits, err
}

func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}

// byName tries the words as typed, then corrected, then run together, then some of them, and stops at the first that
// finds anything.
func byName(tx *db.Tx, words []string, limit int) ([]Hit, error) {
	x, counts := index{tx}, map[string]int{}
	if len(words) > 1 { // one word has no order; when it finds nothing, nobody has it
		var err error
		if counts, err = x.count(words); err != nil {
			return nil, err
		}
	}
	tries := []func() ([]candidate, error){
		func() ([]candidate, error) { return x.withAll(words, words, counts, limit) },
		func() ([]candidate, error) { return x.corrected(words, counts, limit) },
		func() ([]candidate, error) { return x.together(words) },
		func() ([]candidate, error) { return x.withSome(words) },
	}
	for _, try := range tries {
		ranked, err := try()
		if err != nil {
			return nil, err
		}
		if len(ranked) > 0 {
			return hitsOf(tx, ranked[:min(len(ranked), limit)])
		}
	}
	return nil, nil
}

func hitsOf(tx *db.Tx, ranked []candidate) ([]Hit, error) {
	ids := make([]string, len(ranked))
	for i, c := range ranked {
		ids[i] = c.id
	}
	companies, err := byIDs(tx, ids)
	hits := make([]Hit, len(ranked))
	for i, c := range ranked {
		hits[i] = Hit{Supplier: companies[c.id]}
		if c.best.kind == FormerName || c.best.kind == Alias {
			hits[i].MatchedName = c.best.text
		}
	}
	return hits, err
}

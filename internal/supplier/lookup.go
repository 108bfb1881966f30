package supplier

import (
	"slices"
	"strings"

	"guiche/internal/db"
	"guiche/internal/text"
)

const (
	// proposals is how many suppliers one question to the index proposes.
	proposals = 60
	// countedRows is how far rows are counted to find the rarest of several words.
	countedRows = 400
	// drivenRows bounds the suppliers looked at for one word while the other words are checked.
	drivenRows = 3000
	// correctionRows is how many suppliers with a similar word are looked at for its right spelling.
	correctionRows = 40
)

// index asks supplier_gram.
type index struct{ tx *db.Tx }

// withAll are the suppliers one of whose names has words beginning with all the given ones, ranked by the typed ones.
func (x index) withAll(typed, words []string, counts map[string]int, limit int) ([]candidate, error) {
	rare := slices.Clone(words)
	slices.SortStableFunc(rare, func(a, b string) int { return counts[a] - counts[b] })
	if len(rare) > 1 && counts[rare[0]] == 0 {
		return nil, nil
	}
	ids, err := x.having(registeredMark, rare)
	if err == nil && len(ids) < limit {
		var others []string
		others, err = x.having(wordMark, rare)
		ids = append(ids, others...)
	}
	if err != nil {
		return nil, err
	}
	return x.rank(typed, ids)
}

// count tells how many suppliers have a word beginning with each of these, up to countedRows.
func (x index) count(words []string) (map[string]int, error) {
	q := &db.Query{}
	for i, w := range words {
		if i > 0 {
			q.Add(`UNION ALL`)
		}
		q.Add(`SELECT CAST(? AS TEXT) AS word, count(*) AS rows_found FROM (SELECT 1 AS one FROM supplier_gram WHERE gram >= ? AND gram <= ? LIMIT ?) AS found`,
			w, wordMark+w, last(wordMark+w), countedRows)
	}
	counts := map[string]int{}
	_, err := db.All(x.tx, func(r db.Row, word *string) error {
		n := 0
		err := r.Scan(word, &n)
		counts[*word] = n
		return err
	}, q.Text(), q.Args()...)
	return counts, err
}

// last is the end of the range of entries that begin with prefix. Entries have small letters and digits only, which
// sort the same way in every collation.
func last(prefix string) string { return prefix + "zzzzzzzz" }

// having reads suppliers by the first word, and keeps those one of whose names has the other words too.
func (x index) having(mark string, words []string) ([]string, error) {
	q := (&db.Query{}).Add(`SELECT DISTINCT supplier_id FROM (SELECT supplier_id FROM supplier_gram WHERE gram >= ? AND gram <= ? LIMIT ?) AS found`,
		mark+words[0], last(mark+words[0]), drivenRows)
	if len(words) > 1 {
		q.Add(`WHERE EXISTS (SELECT 1 FROM supplier_name n WHERE n.supplier_id = found.supplier_id`)
		for _, w := range words[1:] {
			q.Add(`AND ' ' || n.folded LIKE ?`, "% "+w+"%")
		}
		q.Add(`)`)
	}
	q.Add(`LIMIT ?`, proposals)
	return db.Column[string](x.tx, q.Text(), q.Args()...)
}

// corrected is withAll with misspelt words corrected.
func (x index) corrected(typed []string, counts map[string]int, limit int) ([]candidate, error) {
	words, err := x.correct(typed, counts)
	if err != nil || len(words) == 0 || slices.Equal(words, typed) {
		return nil, err
	}
	if counts, err = x.count(words); err != nil {
		return nil, err
	}
	return x.withAll(typed, words, counts, limit)
}

// together are suppliers whose name is the typed words with spaces in other places.
func (x index) together(typed []string) ([]candidate, error) {
	if len(typed) == 1 {
		return nil, nil
	}
	ids, err := x.having(wordMark, []string{joined(typed)})
	if err != nil {
		return nil, err
	}
	return x.rank(typed, ids)
}

// correct spells each word as names do. A word that some name begins with stays; one that is like nothing is left out.
func (x index) correct(words []string, counts map[string]int) ([]string, error) {
	var out []string
	for _, w := range words {
		if counts[w] == 0 {
			var err error
			if w, err = x.spell(w); err != nil {
				return nil, err
			}
		}
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

// spell is the word of some name that is nearest to one that no name has; empty when all are too far.
func (x index) spell(word string) (string, error) {
	if len(word) < nearFrom {
		return "", nil
	}
	similar, err := x.near(word, correctionRows)
	if err != nil || len(similar) == 0 {
		return "", err
	}
	names, err := namesOf(x.tx, similar)
	return closest(word, names), err
}

// near are suppliers that have a word at most one mistake away, and some at two.
func (x index) near(word string, limit int) ([]string, error) {
	entries := near(word)
	if len(word) > 6 { // one more letter left out of what was typed finds some words at two mistakes
		for _, shorter := range near(word) {
			entries = append(entries, near(shorter[len(nearMark):])...)
		}
		slices.Sort(entries)
		entries = slices.Compact(entries)
	}
	if len(entries) == 0 {
		return nil, nil
	}
	// Joined, so that the index is asked once an entry: for WHERE gram IN, PostgreSQL may compare every row with every entry.
	rows := strings.Repeat(`(CAST(? AS TEXT)),`, len(entries))
	q := (&db.Query{}).Add(`WITH typed (gram) AS (VALUES `+strings.TrimSuffix(rows, ",")+`)`, anys(entries)...).
		Add(`SELECT DISTINCT supplier_id FROM (SELECT g.supplier_id FROM typed JOIN supplier_gram g ON g.gram = typed.gram LIMIT ?) AS found LIMIT ?`, drivenRows, limit)
	return db.Column[string](x.tx, q.Text(), q.Args()...)
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

// closest is the word of some names that is nearest to a misspelt one; empty when all are too far.
func closest(word string, names []name) string {
	best, fewest := "", mistakes(len(word))+1
	for _, n := range names {
		for _, w := range significant(n.folded) {
			if d := text.Distance(word, w, fewest); d < fewest || d == fewest && fewest <= mistakes(len(word)) && w < best {
				best, fewest = w, d
			}
		}
	}
	return best
}

// withSome are suppliers that have enough of the words, for names typed with a word too many.
func (x index) withSome(typed []string) ([]candidate, error) {
	var ids []string
	for _, w := range typed {
		for _, mark := range []string{registeredMark, wordMark} {
			found, err := x.having(mark, []string{w})
			if err != nil {
				return nil, err
			}
			ids = append(ids, found...)
		}
		if len(w) >= nearFrom {
			similar, err := x.near(w, correctionRows)
			if err != nil {
				return nil, err
			}
			ids = append(ids, similar...)
		}
	}
	return x.rank(typed, ids)
}

func (x index) rank(typed, ids []string) ([]candidate, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	names, err := namesOf(x.tx, ids)
	return rank(typed, names), err
}

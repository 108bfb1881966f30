package supplier

import (
	"cmp"
	"slices"
	"strings"

	"guiche/internal/text"
)

// enough is the least score of a hit: half of a name must be right.
const enough = 0.55

// candidate is a supplier that the index proposed, with the name of it that fits best.
type candidate struct {
	id         string
	registered bool
	score      float64
	best       name
}

// rank scores each proposed supplier by its best name, leaves out what does not fit, and puts registered suppliers
// first, then the better score, then the name.
func rank(words []string, names []name) []candidate {
	byID := map[string]*candidate{}
	var list []*candidate
	for _, n := range names {
		c := byID[n.supplierID]
		if c == nil {
			c = &candidate{id: n.supplierID, registered: n.registered}
			byID[n.supplierID], list = c, append(list, c)
		}
		if score := fit(words, significant(n.folded)); score > c.score || score == c.score && prefer(n.kind, c.best.kind) {
			c.score, c.best = score, n
		}
	}
	var out []candidate
	for _, c := range list {
		if c.score >= enough {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b candidate) int {
	if a.registered != b.registered {
		if a.registered {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.best.folded, b.best.folded), cmp.Compare(a.id, b.id))
}

// prefer tells whether a name is one that is shown anyway while the other is not.
func prefer(a, b NameKind) bool {
	order := []NameKind{TradeName, LegalName, Alias, FormerName}
	return slices.Index(order, a) < slices.Index(order, b)
}

// fit is how well the typed words fit a name, from 0 to 1: the mean of each word's best place in it, a little less for
// each word of the name that was not typed.
func fit(typed, in []string) float64 {
	if len(typed) == 0 || len(in) == 0 {
		return 0
	}
	sum := 0.0
	for _, w := range typed {
		best := 0.0
		for _, n := range in {
			best = max(best, likeness(w, n))
		}
		sum += best
	}
	spare := 0.02 * float64(min(5, max(0, len(in)-len(typed))))
	return max(sum/float64(len(typed))-spare, together(typed, in)-spare)
}

// likeness of a typed word and a word of a name: whole, beginning, one or two typing mistakes.
func likeness(typed, in string) float64 {
	switch {
	case typed == in:
		return 1
	case len(typed) >= 2 && strings.HasPrefix(in, typed):
		return 0.9
	}
	limit := mistakes(len(typed))
	switch text.Distance(typed, in, limit) {
	case 1:
		if limit >= 1 {
			return 0.8
		}
	case 2:
		if limit >= 2 {
			return 0.6
		}
	}
	return 0
}

// mistakes is how many a word of a length may have and still be meant.
func mistakes(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 7:
		return 1
	}
	return 2
}

// together forgives spaces in the wrong places.
func together(typed, in []string) float64 {
	a, b := strings.Join(typed, ""), strings.Join(in, "")
	limit := mistakes(len(a))
	if d := text.Distance(a, b, limit); d <= limit {
		return 0.9 - 0.1*float64(d)
	}
	return 0
}

package text

import (
	"slices"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/portuguese"
)

const (
	// maxWord bounds a stored word: longer ones are cut, because PostgreSQL refuses them in a query.
	maxWord = 64
	// maxQueryWords bounds the work of one search.
	maxQueryWords = 12
	// mostStems bounds what Stems remembers.
	mostStems = 1 << 15
)

// endings gives folded words back the accents by which the stemmer knows Portuguese suffixes, and -ões its singular,
// so that "reclamacao", "reclamação" and "Reclamações" share one stem whoever types them.
var endings = []struct{ folded, accented string }{
	{"cao", "ção"}, {"coes", "ção"}, {"ao", "ão"}, {"oes", "ão"}, {"avel", "ável"}, {"ivel", "ível"},
	{"encia", "ência"}, {"encias", "ências"}, {"ancia", "ância"}, {"ancias", "âncias"},
}

// Stem is the folded stem of one folded word.
func Stem(folded string) string {
	if len(folded) > maxWord {
		folded = folded[:maxWord]
	}
	env := snowballstem.NewEnv(accented(folded))
	portuguese.Stem(env)
	if stem := Fold(env.Current()); stem != "" {
		return stem
	}
	return folded
}

func accented(folded string) string {
	for _, e := range endings {
		if before, ok := strings.CutSuffix(folded, e.folded); ok {
			return before + e.accented
		}
	}
	return folded
}

// SearchText is what a search column holds for some texts: the stems of their words, in order.
func SearchText(parts ...string) string { return searchText(Stem, parts) }

func searchText(stem func(string) string, parts []string) string {
	words := Words(strings.Join(parts, " "))
	for i, word := range words {
		words[i] = stem(word)
	}
	return strings.Join(words, " ")
}

// Stems remembers stems, for one who makes very many search texts: people have few words.
type Stems map[string]string

// SearchText is the function of that name.
func (m Stems) SearchText(parts ...string) string { return searchText(m.stem, parts) }

func (m Stems) stem(word string) string {
	stem, known := m[word]
	if !known {
		if len(m) >= mostStems {
			clear(m)
		}
		stem = Stem(word)
		m[word] = stem
	}
	return stem
}

// QueryWords are the stems to look for when a person types q, each once, at most twelve. Nothing to look for: nil.
func QueryWords(q string) []string {
	var out []string
	for _, word := range Words(q) {
		if stem := Stem(word); !slices.Contains(out, stem) && len(out) < maxQueryWords {
			out = append(out, stem)
		}
	}
	return out
}

package supplier

import (
	"slices"
	"strings"
)

const (
	wordMark       = "="
	registeredMark = "!"
	nearMark       = "~"

	// maxEntry bounds an indexed word; the beginning of a longer one is enough to find it.
	maxEntry = 24
	// maxEntries bounds the index rows of one supplier, and so the size of the statement that writes them.
	maxEntries = 1000
	// nearFrom is the shortest word in which a typing mistake is forgiven.
	nearFrom = 4
)

// common words are in too many names to tell companies apart.
var common = []string{"ltda", "s", "a", "sa", "me", "epp", "eireli", "mei", "cia", "e", "de", "da", "do", "das", "dos"}

// significant are the words of a folded name that tell it apart; all of them when none does.
func significant(folded string) []string {
	words := strings.Fields(folded)
	out := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(common, w) })
	if len(out) == 0 {
		out = words
	}
	for i, w := range out {
		out[i] = w[:min(len(w), maxEntry)]
	}
	return out
}

// joined is the words run together, as people type them who forget the spaces.
func joined(words []string) string {
	all := strings.Join(words, "")
	return all[:min(len(all), maxEntry)]
}

// entries are the rows of the search index for all names of a supplier.
func (s Supplier) entries() []string {
	var out []string
	for _, n := range s.names() {
		words := significant(n.folded)
		out = append(out, wordMark+joined(words))
		for _, w := range words {
			out = append(out, wordMark+w)
			if s.Registered() {
				out = append(out, registeredMark+w)
			}
			out = append(out, near(w)...)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxEntries)]
}

// near are the rows by which a word is found in spite of a mistake: none for a short word.
func near(word string) []string {
	if len(word) < nearFrom {
		return nil
	}
	out := []string{nearMark + word}
	for i := range len(word) {
		out = append(out, nearMark+word[:i]+word[i+1:])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

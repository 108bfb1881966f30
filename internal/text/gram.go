package text

import "strings"

// Grams are the distinct trigrams of folded text. Each word is written with two spaces before and one after it, so
// that its beginning weighs more than its end.
func Grams(folded string) []string {
	var out []string
	seen := map[string]bool{}
	for _, word := range strings.Fields(folded) {
		padded := "  " + word + " "
		for i := 0; i+3 <= len(padded); i++ {
			if gram := padded[i : i+3]; !seen[gram] {
				seen[gram] = true
				out = append(out, gram)
			}
		}
	}
	return out
}

// Similarity of two folded texts: the trigrams they share among all they have, from 0 to 1.
func Similarity(a, b string) float64 {
	inA := map[string]bool{}
	for _, gram := range Grams(a) {
		inA[gram] = true
	}
	shared, onlyB := 0, 0
	for _, gram := range Grams(b) {
		if inA[gram] {
			shared++
		} else {
			onlyB++
		}
	}
	if len(inA)+onlyB == 0 {
		return 0
	}
	return float64(shared) / float64(len(inA)+onlyB)
}

// Distance counts the typing mistakes between two folded words: a letter left out, added, changed, or two neighbours
// swapped. Words that differ by more than limit give limit+1.
func Distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

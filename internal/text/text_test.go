package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"accents and case go":                     {"São José do NORTE", "sao jose do norte"},
		"accents written as separate marks go":    {"Sa\u0303o", "sao"},
		"punctuation becomes one space":           {"  Varejo -- Exemplo, S.A. ", "varejo exemplo s a"},
		"apostrophes split":                       {"Sant'Ana do Livramento", "sant ana do livramento"},
		"ordinals become letters":                 {"1ª via do nº 5", "1a via do no 5"},
		"letters without decomposition are known": {"Straße Søren", "strasse soren"},
		"wide letters become plain":               {"ＡＢＣ１", "abc1"},
		"other scripts are left out":              {"loja 店 x", "loja x"},
		"markup is only words":                    {"<b>oi</b>", "b oi b"},
		"nothing":                                 {" .-/ ", ""},
		"broken bytes":                            {"a\xffb", "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestWordsOfOneFamilyShareTheirStem(t *testing.T) {
	for _, family := range []string{
		"reclamação reclamacao Reclamações RECLAMACOES",
		"produto produtos",
		"colchão colchao colchões COLCHOES",
		"cobrança cobranca cobranças",
		"cancelamento cancelamentos",
		"devolução devolucao devoluções",
		"transferência transferencia transferências",
		"responsável responsavel",
		"telefone telefones",
	} {
		words := Words(family)
		for _, word := range words[1:] {
			if Stem(word) != Stem(words[0]) {
				t.Errorf("%q → %q, but %q → %q", words[0], Stem(words[0]), word, Stem(word))
			}
		}
	}
	if Stem("contrato") == Stem("conserto") {
		t.Error("words of different families must keep different stems")
	}
}

func TestStoredTextHoldsTheWordsThatAQueryAsksFor(t *testing.T) {
	stored := strings.Fields(SearchText("Comprei dois colchões", "e a entrega não veio. Protocolo 2026.0001.0000012-34"))
	for _, q := range []string{"colchao", "COLCHÕES entregas", "nao veio", "2026.0001.0000012-34", "comprei"} {
		for _, word := range QueryWords(q) {
			if !slices.ContainsFunc(stored, func(s string) bool { return strings.HasPrefix(s, word) }) {
				t.Errorf("query %q: %q is not in %q", q, word, stored)
			}
		}
	}
}

func TestQueryWordsAreBounded(t *testing.T) {
	if got := QueryWords(strings.Repeat("casa CASAS ", 50)); len(got) != 1 {
		t.Errorf("repeated words: %q", got)
	}
	if got := QueryWords("a b c d e f g h i j k l m n o p q r"); len(got) != maxQueryWords {
		t.Errorf("%d words", len(got))
	}
	if got := QueryWords(strings.Repeat("x", 10_000)); len(got) != 1 || len(got[0]) > maxWord {
		t.Errorf("a word of ten thousand letters gave %d words", len(got))
	}
	if got := QueryWords(`" OR 1=1 --`); !slices.Equal(got, []string{"or", "1"}) {
		t.Errorf("operators must become plain words: %q", got)
	}
	if QueryWords("?!") != nil {
		t.Error("nothing to look for must be nil")
	}
}

func TestDistance(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want int
	}{
		"equal":                      {"modelo", "modelo", 0},
		"neighbours swapped":         {"modleo", "modelo", 1},
		"a letter left out":          {"exmplo", "exemplo", 1},
		"a letter too many":          {"exxemplo", "exemplo", 1},
		"a letter changed":           {"varejo", "varijo", 1},
		"two mistakes":               {"telefonya", "tellefonia", 2},
		"too different to count":     {"banco", "padaria", 3},
		"too long a difference":      {"a", "abcdef", 3},
		"empty against one":          {"", "a", 1},
		"both empty":                 {"", "", 0},
		"swapped at the very end":    {"lojsa", "lojas", 1},
		"swapped at the very front":  {"olja", "loja", 1},
		"the same letters elsewhere": {"abc", "cab", 2},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Distance(c.a, c.b, 2); got != c.want {
				t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
			}
			if got := Distance(c.b, c.a, 2); got != c.want {
				t.Errorf("Distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
			}
		})
	}
}

var foldedShape = regexp.MustCompile(`^([a-z0-9]+( [a-z0-9]+)*)?$`)

func FuzzFold(f *testing.F) {
	for _, s := range []string{"São José", "1ª", "İstanbul", "ﬁm", "Ⅷ", "a\u0301\u0302b", "\xff", "ǅ", "ẞ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !foldedShape.MatchString(folded) {
			t.Errorf("Fold(%q) = %q has more than letters, digits and single spaces", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Errorf("Fold is not stable: %q, then %q", folded, again)
		}
		for _, word := range QueryWords(s) {
			if word == "" || strings.Contains(word, " ") || !foldedShape.MatchString(word) {
				t.Errorf("QueryWords(%q) has %q", s, word)
			}
		}
		if SearchText(s) != SearchText(folded) {
			t.Errorf("search text of %q depends on accents or case", s)
		}
	})
}

func BenchmarkSearchText(b *testing.B) {
	narrative := strings.Repeat("Comprei uma geladeira pela internet e a entrega não aconteceu no prazo combinado. ", 20)
	b.SetBytes(int64(len(narrative)))
	for b.Loop() {
		SearchText(narrative)
	}
}

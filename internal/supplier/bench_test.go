package supplier_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/supplier"
)

const benchSuppliers = 50_000

// syllables make a vocabulary whose words share trigrams as real names do; frequent ones come first.
var syllables = []string{"ca", "mar", "te", "lo", "ban", "co", "vi", "da", "ser", "ro", "lu", "pan", "mo", "ti", "gra", "sul", "fe", "ne", "bra", "zi"}

func vocabulary(random *rand.Rand) []string {
	words := []string{"comercio", "servicos", "brasil", "loja", "mercado", "telefonia", "banco", "moveis", "farmacia", "auto"}
	for range 4000 {
		w := ""
		for range 2 + random.IntN(3) {
			w += syllables[random.IntN(len(syllables))]
		}
		words = append(words, w)
	}
	return words
}

func fill(b *testing.B, d *db.DB) (*supplier.Service, []string) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	words := vocabulary(random)
	zipf := rand.NewZipf(random, 1.07, 8, uint64(len(words)-1))
	s := &supplier.Service{DB: d, Now: func() time.Time { return now }}
	var names []string
	for len(names) < benchSuppliers {
		err := d.Transact(ctx, func(tx *db.Tx) error {
			for range 1000 {
				name := fmt.Sprintf("%s %s %s", words[zipf.Uint64()], words[zipf.Uint64()], words[zipf.Uint64()])
				company := supplier.Supplier{TradeName: name, LegalName: name + " Comércio Ltda"}
				if random.IntN(100) == 0 {
					company.RegisteredAt = now
				}
				if _, err := s.AddTx(tx, company); err != nil {
					return err
				}
				names = append(names, name)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return s, names
}

// misspell swaps two neighbours in the middle of a name.
func misspell(name string) string {
	letters := []byte(name)
	at := len(letters) / 2
	for at > 1 && (letters[at] == ' ' || letters[at-1] == ' ') {
		at--
	}
	letters[at], letters[at-1] = letters[at-1], letters[at]
	return string(letters)
}

// BenchmarkSearch prints the p99 beside the mean, and how often the supplier meant is among the first ten.
func BenchmarkSearch(b *testing.B) {
	s, names := fill(b, dbtest.SQLite(b))
	for _, c := range []struct {
		name string
		ask  func(i int) string
	}{
		{"whole name", func(i int) string { return names[i*7919%len(names)] }},
		{"one mistake", func(i int) string { return misspell(names[i*7919%len(names)]) }},
		{"one common word", func(int) string { return "comercio" }},
		{"two common words", func(int) string { return "comercio brasil" }},
		{"two common words misspelt", func(int) string { return "comrecio brsail" }},
		{"one letter", func(int) string { return "c" }},
		{"nothing like it", func(int) string { return "xyzzy kwyjibo" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			found := 0
			for i := 0; b.Loop(); i++ {
				begin := time.Now()
				hits, err := s.Search(ctx, c.ask(i), 10)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
				if slices.ContainsFunc(hits, func(h supplier.Hit) bool { return h.TradeName == names[i*7919%len(names)] }) {
					found++
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(100*float64(found)/float64(len(took)), "found-%")
		})
	}
}

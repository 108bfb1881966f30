package supplier_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/supplier"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

func companies() []supplier.Supplier {
	signed := now.AddDate(0, -3, 0)
	return []supplier.Supplier{
		{TradeName: "Varejo Exemplo", LegalName: "Varejo Exemplo S.A.", CNPJ: "11.222.333/0001-81", RegisteredAt: signed, Former: []string{"Magazine Amostra"}, Aliases: []string{"Exemplo.com"}},
		{TradeName: "Telefonia Modelo", LegalName: "Telefonia Modelo Ltda.", CNPJ: "12.ABC.345/01DE-35", RegisteredAt: signed},
		{TradeName: "Loja Sem Cadastro", LegalName: "Loja Sem Cadastro Ltda.", CNPJ: "44.555.666/0001-81"},
		{TradeName: "Loja Cadastrada", LegalName: "Loja Cadastrada S.A.", RegisteredAt: signed},
		{TradeName: "Telefonia Andorinha", LegalName: "Andorinha Comunicações S.A."},
		{TradeName: "Padaria São José", LegalName: "Panificadora São José ME"},
		{TradeName: "S.A.", LegalName: ""},
	}
}

func service(t testing.TB, d *db.DB) *supplier.Service {
	t.Helper()
	s := &supplier.Service{DB: d, Now: func() time.Time { return now }}
	for _, company := range companies() {
		if _, err := s.Add(ctx, company); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestSearchFindsWhatPeopleMean(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		for name, c := range map[string]struct {
			typed string
			want  []string // trade names in order
		}{
			"the name as it is":                                         {"Telefonia Modelo", []string{"Telefonia Modelo"}},
			"small letters, no accents (R-1)":                           {"padaria sao jose", []string{"Padaria São José"}},
			"accents where there are none, and a typo":                  {"TELEFÔNIA MODLEO", []string{"Telefonia Modelo"}},
			"a letter left out":                                         {"varejo exmplo", []string{"Varejo Exemplo"}},
			"two mistakes in one long word":                             {"tellefonya modelo", []string{"Telefonia Modelo"}},
			"a mistake in each word":                                    {"verejo exenplo", []string{"Varejo Exemplo"}},
			"the beginning of a word":                                   {"exemp", []string{"Varejo Exemplo"}},
			"the beginnings of two words in another order":              {"mod tele", []string{"Telefonia Modelo"}},
			"words that several share, registered first":                {"telefonia", []string{"Telefonia Modelo", "Telefonia Andorinha"}},
			"registered first although the other is named the same way": {"loja", []string{"Loja Cadastrada", "Loja Sem Cadastro"}},
			"legal form added":                                          {"Telefonia Modelo LTDA", []string{"Telefonia Modelo"}},
			"a word too many":                                           {"varejo exemplo brasil", []string{"Varejo Exemplo"}},
			"spaces forgotten":                                          {"telefoniamodelo", []string{"Telefonia Modelo"}},
			"a space too many":                                          {"vare jo exemplo", []string{"Varejo Exemplo"}},
			"a former name":                                             {"magazine amostra", []string{"Varejo Exemplo"}},
			"an alias with its dot":                                     {"exemplo.com", []string{"Varejo Exemplo"}},
			"the legal name when it differs":                            {"andorinha comunicações", []string{"Telefonia Andorinha"}},
			"a CNPJ with its mask":                                      {"44.555.666/0001-81", []string{"Loja Sem Cadastro"}},
			"a CNPJ without mask, spaces around":                        {" 11222333000181 ", []string{"Varejo Exemplo"}},
			"an alphanumeric CNPJ in small letters":                     {"12.abc.345/01de-35", []string{"Telefonia Modelo"}},
			"the root of a CNPJ":                                        {"11222333", []string{"Varejo Exemplo"}},
			"the root of an alphanumeric CNPJ":                          {"12.abc.345", []string{"Telefonia Modelo"}},
			"half a CNPJ with mask":                                     {"11.222.333/0001", []string{"Varejo Exemplo"}},
			"a CNPJ that nobody has":                                    {"99.888.777/0001-00", nil},
			"a name made only of common words":                          {"s a", []string{"S.A."}},
			"another company altogether":                                {"oficina zebra", nil},
			"one common word and a wrong one":                           {"padaria zebra", nil},
			"nothing":                                                   {"", nil},
			"only punctuation":                                          {"?!...", nil},
			"operators of a query language":                             {`" OR 1=1; --`, nil},
			"a wildcard":                                                {"%", nil},
			"letters of another script":                                 {"店店店", nil},
			"ten thousand letters":                                      {strings.Repeat("x", 10_000), nil},
			"a cut multi-byte letter":                                   {strings.Repeat("é", 150), nil},
			"two hundred words":                                         {strings.Repeat("ab ", 200), nil},
		} {
			t.Run(name, func(t *testing.T) {
				hits, err := s.Search(ctx, c.typed, 10)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, h := range hits {
					got = append(got, h.TradeName)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("Search(%q) = %q, want %q", c.typed, got, c.want)
				}
			})
		}
	})
}

func TestTheNameThatMatchedIsToldOnlyWhenItIsNotShownAnyway(t *testing.T) {
	s := service(t, dbtest.SQLite(t))
	for typed, want := range map[string]string{"magazine amostra": "Magazine Amostra", "exemplo.com": "Exemplo.com", "varejo exemplo": "", "11222333000181": ""} {
		hits, err := s.Search(ctx, typed, 5)
		if err != nil || len(hits) != 1 || hits[0].MatchedName != want {
			t.Errorf("Search(%q): %+v, %v; want matched name %q", typed, hits, err, want)
		}
	}
}

func TestSearchIsLimited(t *testing.T) {
	s := service(t, dbtest.SQLite(t))
	for limit, want := range map[int]int{1: 1, 2: 2, 0: 0, -1: 0} {
		hits, err := s.Search(ctx, "loja", limit)
		if err != nil || len(hits) != want {
			t.Errorf("limit %d: %d hits, %v", limit, len(hits), err)
		}
	}
	if hits, err := s.Search(ctx, "loja", 1); err != nil || !hits[0].Registered() {
		t.Errorf("the one shown must be the registered one: %+v, %v", hits, err)
	}
}

func TestAdd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		for name, c := range map[string]struct {
			company supplier.Supplier
			want    fault.Kind
		}{
			"a name is required":                         {supplier.Supplier{TradeName: " ! "}, fault.Invalid},
			"a CNPJ must have right digits":              {supplier.Supplier{TradeName: "X", CNPJ: "11.222.333/0001-82"}, fault.Invalid},
			"a CNPJ is there once":                       {supplier.Supplier{TradeName: "X", CNPJ: "11222333000181"}, fault.Conflict},
			"a supplier without CNPJ may be added":       {supplier.Supplier{TradeName: "Sem Número"}, fault.Unknown},
			"and another without CNPJ, of the same name": {supplier.Supplier{TradeName: "Sem Número"}, fault.Unknown},
			"names may repeat each other":                {supplier.Supplier{TradeName: "Eco", LegalName: "ECO", Former: []string{"Eco", "éco"}}, fault.Unknown},
			"a hostile name is only a name":              {supplier.Supplier{TradeName: strings.Repeat("Zé'; DROP ", 500)}, fault.Unknown},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.Add(ctx, c.company)
				if fault.KindOf(err) != c.want || (c.want == fault.Unknown) != (err == nil) {
					t.Errorf("Add: %v, want %v", err, c.want)
				}
			})
		}
	})
}

func TestWhatWasAddedIsReadBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		got, err := s.ByCNPJ(ctx, "11.222.333/0001-81")
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.ByID(ctx, got.ID)
		if err != nil || again.TradeName != "Varejo Exemplo" || again.LegalName != "Varejo Exemplo S.A." || !again.Registered() || again.AnswerDays != 10 ||
			!slices.Equal(again.Former, []string{"Magazine Amostra"}) || !slices.Equal(again.Aliases, []string{"Exemplo.com"}) {
			t.Errorf("%+v, %v", again, err)
		}
		for _, id := range []string{"", "no-such-id", "nao-listado"} {
			if _, err := s.ByID(ctx, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("ByID(%q): %v", id, err)
			}
		}
		if _, err := s.ByCNPJ(ctx, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("suppliers without CNPJ must not be found by an empty one: %v", err)
		}
	})
}

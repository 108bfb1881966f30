package seed_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/agency"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
	"guiche/internal/seed"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
)

var (
	ctx = context.Background()
	now = func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
)

func base(t testing.TB, d *db.DB) *agency.Service {
	t.Helper()
	if err := seed.Base(ctx, d); err != nil {
		t.Fatal(err)
	}
	return &agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}
}

func TestEveryMunicipalityGetsExactlyOneDestination(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		agencies := base(t, d)
		places, err := agencies.Municipalities(ctx)
		if err != nil || len(places) != 497 {
			t.Fatalf("%d municipalities, %v", len(places), err)
		}
		kinds := map[agency.DestinationKind]int{}
		for _, m := range places {
			got, err := agencies.Decide(ctx, agency.Case{Residence: m.ID})
			if err != nil || got.Agency.ID == "" || got.RuleID == "" || !strings.Contains(got.Why, m.Name) {
				t.Errorf("%s: %+v, %v", m.Name, got, err)
			}
			kinds[got.Kind]++
		}
		want := map[agency.DestinationKind]int{agency.MunicipalSite: 13, agency.MunicipalHere: 0, agency.StateForm: 484}
		for kind, n := range want {
			if kinds[kind] != n {
				t.Errorf("%s: %d municipalities, want %d", kind, kinds[kind], n)
			}
		}
	})
}

func TestWhatIsKnownOfEachPlace(t *testing.T) {
	agencies := base(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		ask   agency.Case
		want  agency.DestinationKind
		by    string
		check bool
		says  string
	}{
		"Aceguá has none": {agency.Case{Residence: "4300034"}, agency.StateForm, seed.StateAgency, false, "não tem Procon municipal"},
		"Porto Alegre has one, not on this installation":   {agency.Case{Residence: "4314902"}, agency.MunicipalSite, "procon-4314902", false, "tem Procon próprio"},
		"Rio Grande has one, not on a new installation":    {agency.Case{Residence: "4315602"}, agency.MunicipalSite, seed.RioGrande, false, "tem Procon próprio"},
		"Alegrete: old news are unknown":                   {agency.Case{Residence: "4300406"}, agency.StateForm, seed.StateAgency, true, "cerca de 2009"},
		"Cidreira: approved, not confirmed open":           {agency.Case{Residence: "4305454"}, agency.StateForm, seed.StateAgency, true, "aprovada em agosto de 2025"},
		"Pinto Bandeira, the youngest: nothing known":      {agency.Case{Residence: "4314548"}, agency.StateForm, seed.StateAgency, true, "Não temos notícia"},
		"São José do Norte for a fact in Rio Grande (R-6)": {agency.Case{Residence: "4318507", FactIn: "4315602"}, agency.MunicipalSite, seed.RioGrande, false, "acordo"},
		"Santa Catarina (R-7)":                             {agency.Case{UF: "SC"}, agency.OtherState, "", false, "outro estado"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := agencies.Decide(ctx, c.ask)
			if err != nil || got.Kind != c.want || got.Agency.ID != c.by || got.ConfirmJurisdiction != c.check || !strings.Contains(got.Why, c.says) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestNamesHaveTheirAccents(t *testing.T) {
	agencies := base(t, dbtest.SQLite(t))
	for id, want := range map[string]string{"4300034": "Aceguá", "4315503": "Restinga Sêca", "4323606": "Vista Alegre do Prata", "4318507": "São José do Norte",
		"4317103": "Sant'Ana do Livramento", "4314548": "Pinto Bandeira", "4305871": "Coronel Barros"} {
		if got, err := agencies.Municipality(ctx, id); err != nil || got.Name != want || got.State != "RS" {
			t.Errorf("%s: %+v, %v; want %s", id, got, err, want)
		}
	}
	for _, name := range []string{"Restinga Sêca", "Vespasiano Corrêa", "Westfália"} {
		if got, err := agencies.FindMunicipality(ctx, name, 2); err != nil || len(got) != 1 || got[0].Name != name {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func demo(t testing.TB, d *db.DB) *supplier.Service {
	t.Helper()
	base(t, d)
	suppliers := &supplier.Service{DB: d, Now: now}
	if err := seed.Demo(ctx, &person.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}, suppliers); err != nil {
		t.Fatal(err)
	}
	return suppliers
}

func TestTheDemonstrationHasItsPeopleAndCompanies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		suppliers := demo(t, d)
		for cnpj, registered := range map[string]bool{"11222333000181": true, "12ABC34501DE35": true, "44555666000181": false} {
			if got, err := suppliers.ByCNPJ(ctx, cnpj); err != nil || got.Registered() != registered {
				t.Errorf("%s: %+v, %v", cnpj, got, err)
			}
		}
		for typed, want := range map[string]string{"telefonia modelo": "Telefonia Modelo", "TELEFÔNIA MODLEO": "Telefonia Modelo", "varejo exmplo": "Varejo Exemplo",
			"12.abc.345/01de-35": "Telefonia Modelo", "11222333": "Varejo Exemplo", "loja sem cadastro": "Loja Sem Cadastro", "magazine amostra": "Varejo Exemplo"} {
			hits, err := suppliers.Search(ctx, typed, 5)
			if err != nil || len(hits) == 0 || hits[0].TradeName != want {
				t.Errorf("%q: %+v, %v; want %s first", typed, hits, err, want)
			}
		}
		agencies := &agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}
		for name, c := range map[string]agency.Case{"Rio Grande": {Residence: "4315602"}, "the neighbour": {Residence: "4318507", FactIn: "4315602"}} {
			if got, err := agencies.Decide(ctx, c); err != nil || got.Kind != agency.MunicipalHere || got.Agency.ID != seed.RioGrande {
				t.Errorf("%s in the demonstration: %+v, %v", name, got, err)
			}
		}
		holders, err := (&person.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}).Grants(ctx)
		if err != nil || len(holders) != 5 {
			t.Errorf("%d roles, %v", len(holders), err)
		}
		if !slices.ContainsFunc(holders, func(h person.RoleHolder) bool {
			return h.CPF == "50060070013" && h.AgencyCode == seed.RioGrandeNo && h.Role == person.Officer
		}) {
			t.Errorf("Heitor works in Rio Grande: %+v", holders)
		}
	})
}

func TestSuppliersUseSegmentsThatExist(t *testing.T) {
	d := dbtest.SQLite(t)
	demo(t, d)
	var used []string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		used, err = db.Column[string](tx, `SELECT DISTINCT segment FROM supplier`)
		return err
	})
	if err != nil || len(used) < 15 {
		t.Fatalf("%d segments, %v", len(used), err)
	}
	for _, code := range used {
		if !taxonomy.Segments().Has(code) {
			t.Errorf("no segment %q", code)
		}
	}
}

// counts are the rows of every table that the seed fills.
func counts(t *testing.T, d *db.DB) (all []int64) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) error {
		for _, table := range []string{"municipality", "agency", "jurisdiction_rule", "deadline_rule", "supplier", "supplier_name", "supplier_gram", "role_grant", "event"} {
			n, err := db.Scalar[int64](tx, `SELECT count(*) FROM `+table)
			if err != nil {
				return err
			}
			all = append(all, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSeedingAgainAddsNothingAndKeepsWhatPeopleChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		demo(t, d)
		before := counts(t, d)
		err := d.Transact(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE agency SET phone = '(53) 3233-0000' WHERE id = $1`, seed.RioGrande)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		demo(t, d)
		if after := counts(t, d); !slices.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
		if a, err := (&agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}).Agency(ctx, seed.RioGrande); err != nil || a.Phone != "(53) 3233-0000" {
			t.Errorf("the telephone an administrator typed is gone: %q, %v", a.Phone, err)
		}
	})
}

func TestEveryStateWithAClockHasADeadline(t *testing.T) {
	d := dbtest.SQLite(t)
	base(t, d)
	err := d.Read(ctx, func(tx *db.Tx) error {
		for _, route := range []string{"direct", "agency"} {
			for _, state := range []string{"screening", "awaiting_consumer", "awaiting_supplier", "refusal_review", "awaiting_rating", "in_review"} {
				n, err := db.Scalar[int64](tx, `SELECT count(*) FROM deadline_rule WHERE route = $1 AND state = $2 AND agency_id = ''`, route, state)
				if err != nil || n != 1 {
					t.Errorf("%s %s: %d rules, %v (R-31)", route, state, n, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		demo(b, dbtest.SQLite(b))
	}
}

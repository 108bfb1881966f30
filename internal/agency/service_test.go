package agency_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/agency"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
)

var ctx = context.Background()

const (
	bruno       = "100.200.300-88"
	portoAlegre = "4314902"
	rioGrande   = "4315602"
	acegua      = "4300034"

	stateAgency     = "procon-rs"
	rioGrandeAgency = "procon-4315602"
)

// places are enough municipalities for every kind of answer and for names that are easily confused.
var places = map[string]string{
	acegua: "Aceguá", portoAlegre: "Porto Alegre", rioGrande: "Rio Grande", "4314407": "Pelotas", "4306932": "Entre-Ijuís",
	"4317103": "Sant'Ana do Livramento", "4315701": "Rio Pardo", "4318440": "São José das Missões", "4318457": "São José do Herval",
	"4318465": "São José do Hortêncio", "4318481": "São José do Inhacorá", "4318507": "São José do Norte", "4318606": "São José do Ouro",
	"4318614": "São José do Sul", "4318622": "São José dos Ausentes", "4318705": "São Leopoldo", "4318804": "São Lourenço do Sul",
}

func addPlaces(tx *db.Tx) error {
	for id, name := range places {
		if err := agency.PutMunicipality(tx, agency.Municipality{ID: id, State: "RS", Name: name}); err != nil {
			return err
		}
	}
	for _, a := range []agency.Agency{
		{ID: stateAgency, Code: "0001", Kind: agency.State, Name: "Procon RS", ShortName: "Procon RS", Municipality: portoAlegre, Installed: true},
		{ID: rioGrandeAgency, Code: "0002", Kind: agency.Municipal, Name: "Procon Rio Grande", ShortName: "Procon Rio Grande", Municipality: rioGrande, Installed: true},
		{ID: "procon-4314902", Kind: agency.Municipal, Name: "Procon Porto Alegre", ShortName: "Procon Porto Alegre", Municipality: portoAlegre},
	} {
		if err := agency.AddAgency(tx, a); err != nil {
			return err
		}
	}
	for residence, by := range map[string]string{portoAlegre: "procon-4314902", rioGrande: rioGrandeAgency} {
		r := agency.Rule{ID: "presenca-" + residence, Kind: agency.Presence, Residence: residence, Presence: agency.Present, AgencyID: by,
			ValidFrom: "2000-01-01", ValidTo: "9999-12-31", Reason: "Tem Procon próprio."}
		if err := agency.AddRule(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// clock is a hand that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func start(t testing.TB, d *db.DB) (*agency.Service, *clock) {
	t.Helper()
	if err := d.Transact(ctx, addPlaces); err != nil {
		t.Fatal(err)
	}
	c := &clock{time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)}
	return &agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: c.now}, c
}

func worker(role person.Role, agencyID string) person.Actor {
	return person.Actor{AccountID: "a-" + string(role), Name: "Elisa", Grants: []person.Grant{{Role: role, AgencyID: agencyID}}}
}

func TestQuestionsAboutPlacesThatDoNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := start(t, d)
		for name, c := range map[string]agency.Case{
			"nothing said":                        {},
			"an unknown municipality":             {Residence: "4399999"},
			"a municipality of another state":     {Residence: "3550308"},
			"a name instead of a code":            {Residence: "Aceguá"},
			"an unknown place of the fact":        {Residence: acegua, FactIn: "4399999"},
			"an unknown state":                    {UF: "XX"},
			"our own state as another one":        {UF: "RS"},
			"a registered supplier, wrong place":  {SupplierRegistered: true, Residence: "0"},
			"a registered supplier, wrong state":  {SupplierRegistered: true, UF: "UM TEXTO QUE IRIA PARA AS CONTAS"},
			"an attack instead of a municipality": {Residence: "' OR 1=1 --"},
		} {
			t.Run(name, func(t *testing.T) {
				if got, err := s.Decide(ctx, c); !fault.Is(err, fault.NotFound) {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
	})
}

func TestADatabaseWithoutReferenceDataSaysSo(t *testing.T) {
	s := &agency.Service{DB: dbtest.SQLite(t), Now: time.Now}
	if _, err := s.Decide(ctx, agency.Case{Residence: acegua}); err == nil || fault.KindOf(err) != fault.Unknown || !strings.Contains(err.Error(), "migrate") {
		t.Errorf("%v", err)
	}
}

func TestAReleaseOpensTheStateFormToOnePersonForSomeDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, clock := start(t, d)
		ask := func(cpf string) agency.DestinationKind {
			t.Helper()
			got, err := s.Decide(ctx, agency.Case{Residence: portoAlegre, CPF: cpf})
			if err != nil {
				t.Fatal(err)
			}
			return got.Kind
		}
		if got := ask(bruno); got != agency.MunicipalSite {
			t.Fatalf("before the release: %s", got)
		}
		if err := s.Release(ctx, worker(person.Officer, stateAgency), bruno, "Procon municipal alagado", 3); err != nil {
			t.Fatal(err)
		}
		if ask(bruno) != agency.StateForm || ask("10020030088") != agency.StateForm {
			t.Error("the release must hold for the CPF with and without mask")
		}
		if got := ask("111.444.777-35"); got != agency.MunicipalSite {
			t.Errorf("for somebody else: %s", got)
		}
		clock.at = clock.at.AddDate(0, 0, 2)
		if got := ask(bruno); got != agency.StateForm {
			t.Errorf("on the last day: %s", got)
		}
		clock.at = clock.at.AddDate(0, 0, 1)
		if got := ask(bruno); got != agency.MunicipalSite {
			t.Errorf("on the day after: %s", got)
		}
	})
}

func TestWhoMayRelease(t *testing.T) {
	s, _ := start(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		actor  person.Actor
		cpf    string
		reason string
		days   int
		want   fault.Kind
	}{
		"a manager of the state agency":           {worker(person.Manager, stateAgency), bruno, "motivo", 1, fault.Unknown},
		"an officer of a municipal agency":        {worker(person.Officer, rioGrandeAgency), bruno, "motivo", 1, fault.Forbidden},
		"an administrator who handles no case":    {worker(person.Admin, stateAgency), bruno, "motivo", 1, fault.Forbidden},
		"a consumer":                              {person.Actor{AccountID: "c"}, bruno, "motivo", 1, fault.Forbidden},
		"a visitor":                               {person.Actor{}, bruno, "motivo", 1, fault.Forbidden},
		"an officer without a reason":             {worker(person.Officer, stateAgency), bruno, "  ", 1, fault.Invalid},
		"an officer with a wrong CPF":             {worker(person.Officer, stateAgency), "100.200.300-89", "motivo", 1, fault.Invalid},
		"an officer for no day":                   {worker(person.Officer, stateAgency), bruno, "motivo", 0, fault.Invalid},
		"an officer for more than ninety days":    {worker(person.Officer, stateAgency), bruno, "motivo", 91, fault.Invalid},
		"an officer of the state for ninety days": {worker(person.Officer, stateAgency), bruno, "motivo", 90, fault.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Release(ctx, c.actor, c.cpf, c.reason, c.days)
			if fault.KindOf(err) != c.want || (c.want == fault.Unknown) != (err == nil) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestDemandIsCountedByManyAndStoredOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, clock := start(t, d)
		other := &agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: clock.now} // a second node
		poa := agency.Case{Residence: portoAlegre}
		answer, err := s.Decide(ctx, poa)
		if err != nil {
			t.Fatal(err)
		}
		var people sync.WaitGroup
		for range 20 {
			people.Go(func() { s.Count(poa, answer); other.Count(poa, answer) })
		}
		people.Wait()
		s.Count(agency.Case{UF: "SC"}, agency.Destination{Kind: agency.OtherState})
		for _, node := range []*agency.Service{s, other, s} {
			if err := node.FlushCounts(ctx); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Demand(ctx, worker(person.Manager, stateAgency), "2026-11-23", "2026-11-23")
		want := []agency.Demand{
			{Destination: agency.MunicipalSite, Municipality: portoAlegre, AgencyID: "procon-4314902", N: 40},
			{Destination: agency.OtherState, Municipality: "SC", N: 1},
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := s.Demand(ctx, worker(person.Manager, stateAgency), "2026-11-24", "2026-12-31"); err != nil || len(got) != 0 {
			t.Errorf("other days: %+v, %v", got, err)
		}
		if got, err := s.Demand(ctx, worker(person.Manager, rioGrandeAgency), "2026-11-01", "2026-11-30"); err != nil || len(got) != 0 {
			t.Errorf("another agency's demand was shown: %+v, %v", got, err)
		}
		if _, err := s.Demand(ctx, worker(person.Officer, stateAgency), "2026-11-01", "2026-11-30"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an officer read the demand: %v", err)
		}
	})
}

func TestCountsThatCouldNotBeStoredAreKept(t *testing.T) {
	s, _ := start(t, dbtest.SQLite(t))
	s.Count(agency.Case{Residence: acegua}, agency.Destination{Kind: agency.StateForm})
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.FlushCounts(gone); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	if err := s.FlushCounts(ctx); err != nil {
		t.Fatal(err)
	}
	got, err := s.Demand(ctx, worker(person.Manager, stateAgency), "2026-11-23", "2026-11-23")
	if err != nil || len(got) != 1 || got[0].N != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFindMunicipality(t *testing.T) {
	s, _ := start(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		typed string
		want  []string
	}{
		"the name":                              {"Aceguá", []string{"Aceguá"}},
		"without accent, with spaces":           {"  acegua ", []string{"Aceguá"}},
		"with the state":                        {"Aceguá - RS", []string{"Aceguá"}},
		"the IBGE code":                         {"4300034", []string{"Aceguá"}},
		"capitals":                              {"PORTO ALEGRE", []string{"Porto Alegre"}},
		"a name that begins other names":        {"Rio Grande", []string{"Rio Grande"}},
		"hyphens forgotten":                     {"entre ijuis", []string{"Entre-Ijuís"}},
		"the apostrophe forgotten":              {"santana do livramento", []string{"Sant'Ana do Livramento"}},
		"a typo":                                {"porto alegra", []string{"Porto Alegre"}},
		"letters swapped":                       {"peltoas", []string{"Pelotas"}},
		"a beginning shared by several":         {"são josé do", []string{"São José do Herval", "São José do Hortêncio", "São José do Inhacorá", "São José do Norte", "São José do Ouro", "São José do Sul", "São José dos Ausentes"}},
		"a word inside the name":                {"livramento", []string{"Sant'Ana do Livramento"}},
		"nothing typed":                         {"", nil},
		"a town of another state":               {"Florianópolis", nil},
		"only punctuation":                      {"- /", nil},
		"a thousand letters":                    {strings.Repeat("rio", 400), nil},
		"a code that does not exist":            {"9999999", nil},
		"the state alone is not a municipality": {"RS", nil},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := s.FindMunicipality(ctx, c.typed, 8)
			var got []string
			for _, m := range list {
				got = append(got, m.Name)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
	list, err := s.FindMunicipalityPrefix(ctx, "rio gr", 5)
	if err != nil || len(list) == 0 || list[0].Name != "Rio Grande" {
		t.Errorf("suggestions while typing: %+v, %v", list, err)
	}
	if list, err := s.FindMunicipality(ctx, "são", 3); err != nil || len(list) != 3 {
		t.Errorf("limit: %d, %v", len(list), err)
	}
}

func TestAnImportShowsWithinAMinuteOnEveryNode(t *testing.T) {
	d := dbtest.SQLite(t)
	s, clock := start(t, d)
	if list, err := s.Municipalities(ctx); err != nil || len(list) != len(places) {
		t.Fatalf("%d, %v", len(list), err)
	}
	err := d.Transact(ctx, func(tx *db.Tx) error {
		return agency.PutMunicipality(tx, agency.Municipality{ID: acegua, State: "RS", Name: "Aceguá Nova"})
	})
	if err != nil {
		t.Fatal(err)
	}
	clock.at = clock.at.Add(time.Minute)
	if m, err := s.Municipality(ctx, acegua); err != nil || m.Name != "Aceguá Nova" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestANewRuleIsFollowedByActsAtOnceAndShownWithinAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, clock := start(t, d)
		poa := agency.Case{Residence: portoAlegre}
		if got, err := s.Decide(ctx, poa); err != nil || got.Kind != agency.MunicipalSite {
			t.Fatalf("%s, %v", got.Kind, err)
		}
		acts := func() (got agency.Destination, err error) {
			err = d.Transact(ctx, func(tx *db.Tx) error { got, err = s.DecideTx(tx, poa); return err })
			return got, err
		}
		if err := d.Transact(ctx, func(tx *db.Tx) error { return agency.Install(tx, "procon-"+portoAlegre, "0009", agency.Brand{}) }); err != nil {
			t.Fatal(err)
		}
		if got, err := acts(); err != nil || got.Kind != agency.MunicipalHere {
			t.Errorf("an act: %s, %v", got.Kind, err)
		}
		clock.at = clock.at.Add(time.Minute)
		if got, err := s.Decide(ctx, poa); err != nil || got.Kind != agency.MunicipalHere {
			t.Errorf("a page a minute later: %s, %v", got.Kind, err)
		}
	})
}

func TestInstalled(t *testing.T) {
	s, _ := start(t, dbtest.SQLite(t))
	list, err := s.Installed(ctx)
	if err != nil || len(list) != 2 || list[0].ID != stateAgency || list[1].Code != "0002" {
		t.Errorf("%+v, %v", list, err)
	}
	if a, err := s.StateAgency(ctx); err != nil || a.Code != "0001" {
		t.Errorf("%+v, %v", a, err)
	}
}

func BenchmarkDecide(b *testing.B) {
	s, _ := start(b, dbtest.SQLite(b))
	for b.Loop() {
		if _, err := s.Decide(ctx, agency.Case{Residence: rioGrande}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindMunicipality(b *testing.B) {
	s, _ := start(b, dbtest.SQLite(b))
	for b.Loop() {
		if _, err := s.FindMunicipality(ctx, "porto alegra", 8); err != nil {
			b.Fatal(err)
		}
	}
}

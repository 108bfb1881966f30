package agency_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/agency"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// keepers are the administrators of the state's agency and of Rio Grande's.
var stateKeeper, cityKeeper = worker(person.Admin, stateAgency), worker(person.Admin, rioGrandeAgency)

// startAlmanac is start with the holidays of the program and a deadline of everybody.
func startAlmanac(t testing.TB, d *db.DB) (*agency.Service, *clock) {
	t.Helper()
	s, c := start(t, d)
	must(t, d.Transact(ctx, func(tx *db.Tx) error {
		if err := agency.SeedHolidays(tx, calendar.Holidays()); err != nil {
			return err
		}
		return agency.AddDeadline(tx, agency.Deadline{Rule: calendar.Rule{ID: "agency-screening-2026-1", Version: "2026-1", Amount: 2, Unit: calendar.Business},
			Route: "agency", State: "screening", ValidFrom: "2026-01-01", Source: "meta"})
	}))
	return s, c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func almanac(t testing.TB, s *agency.Service, agencyID string) (a *agency.Almanac) {
	t.Helper()
	must(t, s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a, err = s.Almanac(tx, agencyID)
		return err
	}))
	return a
}

func day(text string) calendar.Day {
	d, err := calendar.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// why is the reason for which an agency does not work on a day; empty: it works.
func why(t testing.TB, s *agency.Service, agencyID, on string) string {
	t.Helper()
	_, reason := almanac(t, s, agencyID).Calendar().Working(day(on))
	return reason
}

func TestStoredHolidaysAgreeWithAnIndependentList(t *testing.T) { // R-29, the oracle of facts
	text, err := os.ReadFile("../calendar/testdata/holidays_br_rs_2024_2035.json")
	must(t, err)
	var file struct {
		Days []struct {
			Date calendar.Day
			Name string
		}
	}
	must(t, json.Unmarshal(text, &file))
	var listed []calendar.Day
	for _, d := range file.Days {
		if d.Name != "Dia de Eleição" { // always a Sunday
			listed = append(listed, d.Date)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := startAlmanac(t, d)
		cal := almanac(t, s, rioGrandeAgency).Calendar()
		var kept []calendar.Day
		for on := day("2024-01-01"); on <= day("2035-12-31"); on++ {
			if _, is := cal.Holiday(on); is {
				kept = append(kept, on)
			}
		}
		if len(kept) < 130 || !slices.Equal(kept, listed) {
			t.Errorf("%d days kept, %d listed", len(kept), len(listed))
		}
	})
}

func TestAnAgencysCalendarHasItsSeatAndItsClosures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := startAlmanac(t, d)
		must(t, s.AddClosure(ctx, stateKeeper, stateAgency, agency.NewClosure{From: "2026-12-07", Why: "ponto facultativo"}))
		for on, want := range map[string]string{"2026-12-07": "ponto facultativo", "2027-02-02": "Navegantes", "2026-12-25": "Natal", "2026-12-08": ""} {
			if got := why(t, s, stateAgency, on); !strings.Contains(got, want) || (got == "") != (want == "") {
				t.Errorf("state agency on %s: %q", on, got)
			}
		}
		for _, on := range []string{"2026-12-07", "2027-02-02"} {
			if got := why(t, s, rioGrandeAgency, on); got != "" {
				t.Errorf("Rio Grande on %s: %q", on, got)
			}
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			_, err := s.Calendar(tx, "no-such-agency")
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("no agency, no calendar: %v", err)
		}
	})
}

func TestAChangeShowsAtOnceOnEveryNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := startAlmanac(t, d)
		other := &agency.Service{DB: d, Now: c.now}
		before := almanac(t, other, rioGrandeAgency)
		queries := d.Queries()
		if almanac(t, other, rioGrandeAgency) != before || d.Queries()-queries != 1 {
			t.Errorf("what has not changed costs %d queries", d.Queries()-queries)
		}
		must(t, s.AddHoliday(ctx, cityKeeper, rioGrandeAgency, agency.NewHoliday{Level: calendar.Municipal, Name: "São Pedro", Date: "29/06", Law: "Lei municipal 1/2026", From: "2027"}))
		if got := why(t, other, rioGrandeAgency, "2027-06-29"); got != "feriado municipal: São Pedro (Lei municipal 1/2026)" {
			t.Errorf("on the other node: %q", got)
		}
		if got := why(t, other, stateAgency, "2027-06-29"); got != "" {
			t.Errorf("in another municipality: %q", got)
		}
		if _, reason := before.Calendar().Working(day("2027-06-29")); reason != "" {
			t.Errorf("an almanac in use has changed: %q", reason)
		}
	})
}

func TestACalendarIsKnownAsItWasInEachEdition(t *testing.T) { // a date counted then can be explained now
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := startAlmanac(t, d)
		var editions []int64
		step := func(err error) {
			t.Helper()
			must(t, err)
			editions = append(editions, almanac(t, s, rioGrandeAgency).Calendar().Edition)
			c.at = c.at.Add(time.Hour)
		}
		step(nil)
		step(s.AddClosure(ctx, cityKeeper, rioGrandeAgency, agency.NewClosure{From: "2026-12-07", To: "2026-12-08", Why: "mudança de prédio"}))
		step(s.AddHoliday(ctx, cityKeeper, rioGrandeAgency, agency.NewHoliday{Level: calendar.Municipal, Name: "Aniversário", Date: "19/02", Law: "Lei 2", From: "2027"}))
		kept := almanac(t, s, rioGrandeAgency)
		closure, holiday := kept.Closures[0].ID, ""
		for _, h := range kept.Holidays {
			if h.Name == "Aniversário" {
				holiday = h.ID
			}
		}
		step(s.RemoveClosure(ctx, cityKeeper, rioGrandeAgency, closure))
		step(s.EndHoliday(ctx, cityKeeper, rioGrandeAgency, holiday, "2027"))

		now := almanac(t, &agency.Service{DB: d, Now: c.now}, rioGrandeAgency)
		for i, want := range []struct{ closed, off2027, off2028 bool }{{}, {true, false, false}, {true, true, true}, {false, true, true}, {false, true, false}} {
			cal := now.CalendarOf(editions[i])
			for on, off := range map[string]bool{"2026-12-08": want.closed, "2027-02-19": want.off2027, "2028-02-18": false, "2029-02-19": want.off2028} {
				if works, reason := cal.Working(day(on)); works == off {
					t.Errorf("edition %d, %s: works %v %s", i, on, works, reason)
				}
			}
		}
		if !slices.IsSorted(editions) || editions[0] >= editions[1] {
			t.Errorf("editions %v", editions)
		}
		var acts []string
		must(t, d.Read(ctx, func(tx *db.Tx) error {
			events, err := audit.Of(tx, "calendar:"+rioGrandeAgency)
			for _, e := range events {
				acts = append(acts, e.Act+" by "+e.ActorName)
			}
			return err
		}))
		if got := strings.Join(acts, ", "); got != "add_closure by Elisa, add_holiday by Elisa, remove_closure by Elisa, end_holiday by Elisa" {
			t.Errorf("on the record: %s", got)
		}
		if _, err := audit.Verify(ctx, d); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayChangeTheCalendar(t *testing.T) {
	s, _ := startAlmanac(t, dbtest.SQLite(t))
	city := agency.NewHoliday{Level: calendar.Municipal, Name: "Padroeiro", Date: "29/06", Law: "Lei 1", From: "2027"}
	state, country := city, city
	state.Level, country.Level = calendar.State, calendar.National
	for name, try := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"the city's administrator, a holiday of the city":     {s.AddHoliday(ctx, cityKeeper, rioGrandeAgency, city), fault.Unknown},
		"the city's administrator, a holiday of the state":    {s.AddHoliday(ctx, cityKeeper, rioGrandeAgency, state), fault.Forbidden},
		"the city's administrator, a holiday of the country":  {s.AddHoliday(ctx, cityKeeper, rioGrandeAgency, country), fault.Forbidden},
		"the city's administrator, of another agency":         {s.AddHoliday(ctx, cityKeeper, stateAgency, city), fault.Forbidden},
		"the state's administrator, a holiday of the state":   {s.AddHoliday(ctx, stateKeeper, stateAgency, state), fault.Unknown},
		"the state's administrator, a holiday of the country": {s.AddHoliday(ctx, stateKeeper, stateAgency, agency.NewHoliday{Level: calendar.National, Name: "X", Date: "30/06", Law: "Lei 1", From: "2027"}), fault.Unknown},
		"a manager":                   {s.AddHoliday(ctx, worker(person.Manager, stateAgency), stateAgency, city), fault.Forbidden},
		"ending Christmas, the city":  {s.EndHoliday(ctx, cityKeeper, rioGrandeAgency, "br-natal-1949", "2027"), fault.Forbidden},
		"ending another city's":       {s.EndHoliday(ctx, cityKeeper, rioGrandeAgency, "4314902-corpus-christi-1996", "2027"), fault.NotFound},
		"ending one that is not":      {s.EndHoliday(ctx, cityKeeper, rioGrandeAgency, "x", "2027"), fault.NotFound},
		"ending Christmas, the state": {s.EndHoliday(ctx, stateKeeper, stateAgency, "br-natal-1949", "2027"), fault.Unknown},
		"ending it again":             {s.EndHoliday(ctx, stateKeeper, stateAgency, "br-natal-1949", "2028"), fault.Conflict},
		"an officer closes the doors": {s.AddClosure(ctx, worker(person.Officer, stateAgency), stateAgency, agency.NewClosure{From: "2026-12-07", Why: "x"}), fault.Forbidden},
		"a deadline of another":       {s.SetDeadline(ctx, cityKeeper, stateAgency, newDeadline()), fault.Forbidden},
	} {
		if fault.KindOf(try.err) != try.want || (try.want == fault.Unknown) != (try.err == nil) {
			t.Errorf("%s: %v, want %v", name, try.err, try.want)
		}
	}
	if got := why(t, s, rioGrandeAgency, "2028-12-25"); got != "" {
		t.Errorf("Christmas has ended for all: %q", got)
	}
}

func TestHolidaysThatCannotBe(t *testing.T) {
	s, _ := startAlmanac(t, dbtest.SQLite(t))
	good := agency.NewHoliday{Level: calendar.Municipal, Name: "Padroeiro", Date: "29/06", Law: "Lei 1", From: "2027"}
	for name, c := range map[string]struct {
		change func(*agency.NewHoliday)
		field  string
	}{
		"no name":                      {func(h *agency.NewHoliday) { h.Name = " " }, "nome"},
		"a name too long":              {func(h *agency.NewHoliday) { h.Name = strings.Repeat("a", 81) }, "nome"},
		"no law":                       {func(h *agency.NewHoliday) { h.Law = "" }, "lei"},
		"nobody's":                     {func(h *agency.NewHoliday) { h.Level = "" }, "nivel"},
		"no date":                      {func(h *agency.NewHoliday) { h.Date = "" }, "data"},
		"two dates":                    {func(h *agency.NewHoliday) { h.Easter = "60" }, "data"},
		"a day that does not exist":    {func(h *agency.NewHoliday) { h.Date = "31/06" }, "data"},
		"a leap day":                   {func(h *agency.NewHoliday) { h.Date = "29/02" }, "data"},
		"not a date":                   {func(h *agency.NewHoliday) { h.Date = "junho" }, "data"},
		"too far from Easter":          {func(h *agency.NewHoliday) { h.Date, h.Easter = "", "300" }, "data"},
		"Easter in words":              {func(h *agency.NewHoliday) { h.Date, h.Easter = "", "sessenta" }, "data"},
		"since last year":              {func(h *agency.NewHoliday) { h.From = "2025" }, "desde"},
		"since a year far away":        {func(h *agency.NewHoliday) { h.From = "9999" }, "desde"},
		"one that is a holiday by now": {func(h *agency.NewHoliday) { h.Date = "02/02" }, "nome"},
		"Corpus Christi a second time": {func(h *agency.NewHoliday) { h.Date, h.Easter = "", "+60" }, "nome"},
	} {
		h := good
		c.change(&h)
		if err := s.AddHoliday(ctx, stateKeeper, stateAgency, h); !fault.Is(err, fault.Invalid) || fault.FieldsOf(err)[c.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.AddHoliday(ctx, stateKeeper, stateAgency, good))
	for _, year := range []string{"", "2024", "nunca", "2099"} {
		if err := s.EndHoliday(ctx, stateKeeper, stateAgency, "br-natal-1949", year); fault.FieldsOf(err)["ultimo_ano"] == "" {
			t.Errorf("last year %q: %v", year, err)
		}
	}
}

func TestClosuresThatCannotBe(t *testing.T) {
	s, c := startAlmanac(t, dbtest.SQLite(t)) // Monday 23 November
	must(t, s.AddClosure(ctx, stateKeeper, stateAgency, agency.NewClosure{From: "2026-12-21", To: "2027-01-06", Why: "recesso"}))
	for name, try := range map[string]struct {
		closure agency.NewClosure
		field   string
	}{
		"no reason":             {agency.NewClosure{From: "2026-12-07"}, "motivo"},
		"no first day":          {agency.NewClosure{Why: "x"}, "inicio"},
		"yesterday":             {agency.NewClosure{From: "2026-11-22", Why: "x"}, "inicio"},
		"a far day":             {agency.NewClosure{From: "2039-11-22", Why: "x"}, "inicio"},
		"the wrong way round":   {agency.NewClosure{From: "2026-12-07", To: "2026-12-06", Why: "x"}, "fim"},
		"two years":             {agency.NewClosure{From: "2026-12-07", To: "2028-12-06", Why: "x"}, "fim"},
		"no date":               {agency.NewClosure{From: "2026-12-07", To: "natal", Why: "x"}, "fim"},
		"crossing another":      {agency.NewClosure{From: "2027-01-06", To: "2027-01-08", Why: "x"}, "inicio"},
		"around another":        {agency.NewClosure{From: "2026-12-01", To: "2027-02-01", Why: "x"}, "inicio"},
		"a reason without end":  {agency.NewClosure{From: "2026-12-07", Why: strings.Repeat("a", 201)}, "motivo"},
		"and one that is right": {agency.NewClosure{From: "2026-11-23", To: "2026-11-24", Why: "enchente"}, ""},
	} {
		if err := s.AddClosure(ctx, stateKeeper, stateAgency, try.closure); (err == nil) != (try.field == "") || try.field != "" && fault.FieldsOf(err)[try.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	recess := almanac(t, s, stateAgency).Closures[1].ID
	if err := s.RemoveClosure(ctx, cityKeeper, rioGrandeAgency, recess); !fault.Is(err, fault.NotFound) {
		t.Errorf("another agency's: %v", err)
	}
	c.at = c.at.AddDate(0, 0, 28) // Monday 21 December: it has begun
	if err := s.RemoveClosure(ctx, stateKeeper, stateAgency, recess); !fault.Is(err, fault.Conflict) {
		t.Errorf("days that have begun: %v", err)
	}
	c.at = c.at.AddDate(0, 0, -1)
	must(t, s.RemoveClosure(ctx, stateKeeper, stateAgency, recess))
	if err := s.RemoveClosure(ctx, stateKeeper, stateAgency, recess); !fault.Is(err, fault.Conflict) {
		t.Errorf("twice: %v", err)
	}
	must(t, s.AddClosure(ctx, stateKeeper, stateAgency, agency.NewClosure{From: "2026-12-21", Why: "de novo"}))
}

func newDeadline() agency.NewDeadline {
	return agency.NewDeadline{Route: "agency", State: "screening", Amount: "5", Unit: calendar.Business, ValidFrom: "2026-12-01", Source: "Portaria 7/2026"}
}

func TestAnAgencysOwnDeadlineBeginsOnItsDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := startAlmanac(t, d)
		must(t, s.SetDeadline(ctx, stateKeeper, stateAgency, newDeadline()))
		c.at = c.at.Add(time.Hour)
		again := newDeadline()
		again.Amount, again.ValidFrom = "3", "2027-01-01"
		must(t, s.SetDeadline(ctx, stateKeeper, stateAgency, again))
		c.at = c.at.Add(time.Hour)
		again.Amount = "4" // thought better of it before it began
		must(t, s.SetDeadline(ctx, stateKeeper, stateAgency, again))
		book, city := almanac(t, s, stateAgency), almanac(t, s, rioGrandeAgency)
		for on, want := range map[string]string{"2026-11-30": "agency-screening-2026-1 2", "2026-12-01": "procon-rs-agency-screening-2026-2 5",
			"2026-12-31": "procon-rs-agency-screening-2026-2 5", "2027-01-01": "procon-rs-agency-screening-2027-2 4"} {
			got, err := book.Deadline("agency", "screening", day(on))
			if err != nil || got.ID+" "+string(rune('0'+got.Amount)) != want {
				t.Errorf("%s: %+v, %v; want %s", on, got, err, want)
			}
			if got, err := city.Deadline("agency", "screening", day(on)); err != nil || got.AgencyID != "" {
				t.Errorf("another agency on %s: %+v, %v", on, got, err)
			}
		}
		if old, known := book.DeadlineByID("procon-rs-agency-screening-2027-1"); !known || old.Amount != 3 || old.By != "Elisa" {
			t.Errorf("a version that was replaced is kept: %+v", old)
		}
		if _, err := book.Deadline("agency", "screening", day("2025-12-31")); err == nil {
			t.Error("before the first version there is none")
		}
	})
}

func TestDeadlinesThatCannotBe(t *testing.T) {
	s, _ := startAlmanac(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		change func(*agency.NewDeadline)
		field  string
	}{
		"no days":          {func(n *agency.NewDeadline) { n.Amount = "" }, "dias"},
		"zero days":        {func(n *agency.NewDeadline) { n.Amount = "0" }, "dias"},
		"more than a year": {func(n *agency.NewDeadline) { n.Amount = "366" }, "dias"},
		"no unit":          {func(n *agency.NewDeadline) { n.Unit = "" }, "unidade"},
		"from today":       {func(n *agency.NewDeadline) { n.ValidFrom = "2026-11-23" }, "desde"},
		"from never":       {func(n *agency.NewDeadline) { n.ValidFrom = "nunca" }, "desde"},
		"from far away":    {func(n *agency.NewDeadline) { n.ValidFrom = "2050-01-01" }, "desde"},
		"no ground":        {func(n *agency.NewDeadline) { n.Source = "" }, "fundamento"},
	} {
		n := newDeadline()
		c.change(&n)
		if err := s.SetDeadline(ctx, stateKeeper, stateAgency, n); fault.FieldsOf(err)[c.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	n := newDeadline()
	n.State = "hearing"
	if err := s.SetDeadline(ctx, stateKeeper, stateAgency, n); !fault.Is(err, fault.NotFound) {
		t.Errorf("a state without a clock: %v", err)
	}
}

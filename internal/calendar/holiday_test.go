package calendar

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"
)

// Election days are left out: they are public in the other list, but by the
// Constitution, art. 77, they fall on Sundays, which never count anyway.
const electionDay = "Dia de Eleição"

func TestHolidaysAgreeWithAnIndependentList(t *testing.T) {
	listed := independentHolidays(t)
	for year := 2024; year <= 2035; year++ {
		want := slices.DeleteFunc(slices.Clone(listed), func(d Day) bool { return d.Year() != year })
		if len(want) != 11 {
			t.Fatalf("%d: the list should have 10 national holidays and one of the state, it has %d", year, len(want))
		}
		if got := holidaysOf(For(""), year); !slices.Equal(got, want) {
			t.Errorf("%d: holidays %v, listed %v", year, got, want)
		}
	}
}

func TestEasterFallsOnKnownSundays(t *testing.T) {
	// The earliest and latest there are, both exceptions of the rule, and some of our years.
	for _, want := range []string{
		"1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2019-04-21",
		"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2035-03-25", "2038-04-25", "2049-04-18", "2076-04-19",
	} {
		if got := Easter(day(want).Year()); got != day(want) {
			t.Errorf("Easter of %d is %s, want %s", got.Year(), got, want)
		}
	}
}

func TestEachPlaceKeepsItsOwnHolidays(t *testing.T) {
	tests := []struct {
		name, place, day string
		holiday          string
	}{
		{"Navegantes in Porto Alegre", PortoAlegre, "2026-02-02", "Nossa Senhora dos Navegantes"},
		{"no Navegantes in Rio Grande", rioGrande, "2026-02-02", ""},
		{"no Navegantes for the state as a whole", "", "2026-02-02", ""},
		{"Corpus Christi in Porto Alegre", PortoAlegre, "2026-06-04", "Corpus Christi"},
		{"no Corpus Christi in Aceguá", acegua, "2026-06-04", ""},
		{"the state's day in Aceguá", acegua, "2026-09-20", "Revolução Farroupilha"},
		{"the state's day in no other state", saoPauloCity, "2026-09-20", ""},
		{"Christmas everywhere", saoPauloCity, "2026-12-25", "Natal"},
		{"no 20 November before 2024", "", "2023-11-20", ""},
		{"20 November from 2024", "", "2024-11-20", "Dia Nacional de Zumbi e da Consciência Negra"},
		{"Carnaval is not one", PortoAlegre, "2026-02-17", ""},
		{"Easter Sunday is not one", "", "2026-04-05", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := For(tt.place).Holiday(day(tt.day))
			if got.Name != tt.holiday || ok != (tt.holiday != "") {
				t.Errorf("holiday %q, %v; want %q", got.Name, ok, tt.holiday)
			}
		})
	}
}

func TestAHolidayHoldsFromItsFirstToItsLastYear(t *testing.T) {
	h := Holiday{When: fixed(time.March, 1), From: 2020, Until: 2022}
	for year, want := range map[int]bool{2019: false, 2020: true, 2022: true, 2023: false} {
		if _, ok := h.In(year); ok != want {
			t.Errorf("in %d: %v, want %v", year, ok, want)
		}
	}
}

func TestEveryHolidayNamesItsLawAndFirstYear(t *testing.T) {
	for _, h := range Holidays() {
		if h.Name == "" || h.Law == "" || h.From < 1949 || (h.Place != "" && h.Level() == National) {
			t.Errorf("incomplete: %+v", h)
		}
	}
}

func TestWorkingDaysSayWhyNot(t *testing.T) {
	flood := Closure{From: day("2024-05-06"), Why: "enchente"}
	tests := []struct {
		name string
		cal  Calendar
		day  string
		why  string
	}{
		{"a Monday", For(""), "2026-11-23", ""},
		{"a Saturday", For(""), "2026-11-21", "sábado"},
		{"a Sunday", For(""), "2026-11-22", "domingo"},
		{"a holiday on Sunday is a Sunday", For(""), "2026-11-15", "domingo"},
		{"a holiday in a closure is a holiday", For("", recess), "2026-12-25", "feriado nacional: Natal (Lei 662/1949)"},
		{"the first day of a closure", For("", recess), "2026-12-21", "sem expediente: recesso"},
		{"the last day of a closure", For("", recess), "2027-01-06", "sem expediente: recesso"},
		{"the day before a closure", For("", recess), "2026-12-18", ""},
		{"the day after a closure", For("", recess), "2027-01-07", ""},
		{"a closure without an end goes on", For("", flood), "2025-06-02", "sem expediente: enchente"},
		{"the day before a closure without an end", For("", flood), "2024-05-03", ""},
		{"the empty calendar knows no holiday", Calendar{}, "2026-12-25", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			working, why := tt.cal.Working(day(tt.day))
			if why != tt.why || working != (tt.why == "") {
				t.Errorf("Working = %v, %q; want %q", working, why, tt.why)
			}
		})
	}
}

// independentHolidays reads the public holidays of the country and the state.
func independentHolidays(t *testing.T) []Day {
	t.Helper()
	text, err := os.ReadFile("testdata/holidays_br_rs_2024_2035.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Days []struct {
			Date Day
			Name string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var days []Day
	for _, d := range file.Days {
		if d.Name == electionDay {
			if d.Date.Weekday() != time.Sunday {
				t.Errorf("the election of %s is not on a Sunday", d.Date)
			}
			continue
		}
		days = append(days, d.Date)
	}
	return days
}

func holidaysOf(cal Calendar, year int) []Day {
	var days []Day
	for d := Date(year, time.January, 1); d.Year() == year; d++ {
		if _, ok := cal.Holiday(d); ok {
			days = append(days, d)
		}
	}
	return days
}

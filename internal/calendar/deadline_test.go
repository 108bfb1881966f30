package calendar

import (
	"errors"
	"slices"
	"testing"
)

func TestEachSkippedDaySaysWhy(t *testing.T) {
	tests := []struct {
		name    string
		start   string
		rule    Rule
		cal     Calendar
		suspend []string
		want    []string
	}{
		{
			name: "business days over a holiday and a weekend", start: "2026-12-24", rule: Rule{Amount: 1, Unit: Business}, cal: For(""),
			want: []string{"2026-12-25 feriado nacional: Natal (Lei 662/1949)", "2026-12-26 sábado", "2026-12-27 domingo"},
		},
		{
			name: "calendar days list only what moved the end", start: "2026-12-10", rule: Rule{Amount: 9, Unit: CalendarDays}, cal: For(""),
			want: []string{"2026-12-19 sábado", "2026-12-20 domingo"},
		},
		{
			name: "a suspended Saturday is suspended first of all", start: "2026-12-11", rule: Rule{Amount: 1, Unit: Business}, cal: For(""),
			suspend: []string{"2026-12-12..2026-12-12"},
			want:    []string{"2026-12-12 prazo suspenso", "2026-12-13 domingo"},
		},
		{
			name: "state and municipal holidays say so", start: "2024-09-19", rule: Rule{Amount: 1, Unit: Business}, cal: For(PortoAlegre),
			want: []string{"2024-09-20 feriado estadual: Revolução Farroupilha (Decreto RS 36.180/1995)", "2024-09-21 sábado", "2024-09-22 domingo"},
		},
		{
			name: "a municipal holiday names its law", start: "2026-06-03", rule: Rule{Amount: 1, Unit: Business}, cal: For(PortoAlegre),
			want: []string{"2026-06-04 feriado municipal: Corpus Christi (Lei 9.093/1995, art. 2º)"},
		},
		{
			name: "closures give the agency's reason, or none", start: "2026-02-13", rule: Rule{Amount: 1, Unit: Business},
			cal:  For("", carnaval, Closure{From: day("2026-02-18"), To: day("2026-02-18")}),
			want: []string{"2026-02-14 sábado", "2026-02-15 domingo", "2026-02-16 sem expediente: Carnaval", "2026-02-17 sem expediente: Carnaval", "2026-02-18 sem expediente"},
		},
		{name: "nothing skipped is an empty list", start: "2026-11-23", rule: Rule{Amount: 1, Unit: Business}, cal: For(""), want: []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Due(day(tt.start), tt.rule, tt.cal, suspensions(t, tt.suspend))
			if err != nil {
				t.Fatal(err)
			}
			if lines := skippedLines(got); !slices.Equal(lines, tt.want) || got.Skipped == nil {
				t.Errorf("skipped %q, want %q", lines, tt.want)
			}
		})
	}
}

func TestSkippedDaysAreToldInRuns(t *testing.T) {
	rule := Rule{Amount: 6, Unit: Business}
	got, err := Due(day("2026-12-22"), rule, For("", Closure{From: day("2026-12-28"), To: day("2026-12-29"), Why: "recesso"}), suspensions(t, []string{"2026-12-30..2027-01-02"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"25 de dezembro de 2026: feriado nacional: Natal (Lei 662/1949)", "26 de dezembro a 27 de dezembro de 2026: fim de semana",
		"28 de dezembro a 29 de dezembro de 2026: sem expediente: recesso", "30 de dezembro de 2026 a 2 de janeiro de 2027: prazo suspenso",
		"3 de janeiro de 2027: fim de semana",
	}
	var lines []string
	for _, run := range got.Runs() {
		lines = append(lines, run.String()+": "+run.Why)
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
}

func TestDeadlinesThatCannotBeCounted(t *testing.T) {
	tests := []struct {
		name    string
		start   Day
		rule    Rule
		cal     Calendar
		suspend []Suspension
		want    error
	}{
		{name: "no start", rule: Rule{Amount: 1, Unit: Business}, want: ErrDays},
		{name: "a start beyond the calendar", start: lastDay + 1, rule: Rule{Amount: 1, Unit: Business}, want: ErrDays},
		{name: "no amount", start: 1, rule: Rule{Unit: Business}, want: ErrRule},
		{name: "a negative amount", start: 1, rule: Rule{Amount: -1, Unit: Business}, want: ErrRule},
		{name: "an absurd amount", start: 1, rule: Rule{Amount: MaxAmount + 1, Unit: CalendarDays}, want: ErrRule},
		{name: "no unit", start: 1, rule: Rule{Amount: 1}, want: ErrRule},
		{name: "an unknown unit", start: 1, rule: Rule{Amount: 1, Unit: "weeks"}, want: ErrRule},
		{
			name: "a suspension that goes on", start: day("2026-11-23"), rule: Rule{Amount: 10, Unit: CalendarDays},
			suspend: []Suspension{{From: day("2026-12-03")}}, want: ErrUnending,
		},
		{
			name: "a suspension that goes on, hidden behind one that ends", start: day("2026-11-23"), rule: Rule{Amount: 10, Unit: CalendarDays},
			suspend: []Suspension{{From: day("2026-11-24"), To: day("2026-11-30")}, {From: day("2026-11-25")}}, want: ErrUnending,
		},
		{
			name: "a suspension of centuries", start: day("2026-11-23"), rule: Rule{Amount: 1, Unit: CalendarDays},
			suspend: []Suspension{{From: 1, To: lastDay}}, want: ErrTooFar,
		},
		{
			name: "an agency that never opens again", start: day("2026-11-23"), rule: Rule{Amount: 1, Unit: Business},
			cal: For("", Closure{From: day("2026-11-24")}), want: ErrTooFar,
		},
		{name: "the end of the calendar", start: lastDay, rule: Rule{Amount: 1, Unit: CalendarDays}, want: ErrTooFar},
		{
			name: "a suspension that ends before it begins", start: day("2026-11-23"), rule: Rule{Amount: 1, Unit: Business},
			suspend: []Suspension{{From: day("2026-12-02"), To: day("2026-12-01")}}, want: ErrDays,
		},
		{
			name: "a suspension without a first day", start: day("2026-11-23"), rule: Rule{Amount: 1, Unit: Business},
			suspend: []Suspension{{To: day("2026-12-01")}}, want: ErrDays,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Due(tt.start, tt.rule, tt.cal, tt.suspend)
			if !errors.Is(err, tt.want) || got.Due != 0 {
				t.Errorf("Due = %v, %v; want the error %v", got, err, tt.want)
			}
		})
	}
}

func TestTheLongestDeadlineCanBeCounted(t *testing.T) {
	for _, unit := range []Unit{Business, CalendarDays} {
		got, err := Due(day("2026-11-23"), Rule{Amount: MaxAmount, Unit: unit}, For(""), nil)
		if err != nil || got.Due.Sub(day("2026-11-23")) != MaxAmount+len(got.Skipped) {
			t.Errorf("%s: due %s after %d skipped days, %v", unit, got.Due, len(got.Skipped), err)
		}
	}
}

func TestSuspensionsAreReadFromText(t *testing.T) {
	tests := []struct {
		name, text string
		want       Suspension
		fails      bool
	}{
		{name: "both ends", text: "2026-12-20..2027-01-06", want: Suspension{day("2026-12-20"), day("2027-01-06")}},
		{name: "one day", text: "2026-12-20..2026-12-20", want: Suspension{day("2026-12-20"), day("2026-12-20")}},
		{name: "still open", text: "2026-12-20..", want: Suspension{From: day("2026-12-20")}},
		{name: "one date only", text: "2026-12-20", fails: true},
		{name: "no start", text: "..2026-12-20", fails: true},
		{name: "end before start", text: "2026-12-20..2026-12-19", fails: true},
		{name: "a day that does not exist", text: "2026-12-20..2026-12-32", fails: true},
		{name: "three dots", text: "2026-12-20...2026-12-22", fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseSuspension(tt.text)
			if (err != nil) != tt.fails || (!tt.fails && got != tt.want) {
				t.Errorf("ParseSuspension(%q) = %v, %v", tt.text, got, err)
			}
		})
	}
}

func BenchmarkDueTenBusinessDays(b *testing.B) {
	cal, start, rule := For(PortoAlegre), day("2026-12-18"), Rule{Amount: 10, Unit: Business}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Due(start, rule, cal, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// day is for tests: it reads a day known to be right.
func day(text string) Day {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

func suspensions(t *testing.T, texts []string) []Suspension {
	t.Helper()
	var list []Suspension
	for _, text := range texts {
		s, err := ParseSuspension(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

func skippedLines(r Result) []string {
	lines := []string{}
	for _, s := range r.Skipped {
		lines = append(lines, s.On.String()+" "+s.Why)
	}
	return lines
}

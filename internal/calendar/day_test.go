package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDaysAreReadStrictly(t *testing.T) {
	tests := []struct {
		name, text string
		want       Day
		fails      bool
	}{
		{name: "an ordinary day", text: "2026-12-18", want: Date(2026, time.December, 18)},
		{name: "a leap day", text: "2024-02-29", want: Date(2024, time.February, 29)},
		{name: "the first day there is", text: "0001-01-01", want: firstDay},
		{name: "the last day there is", text: "9999-12-31", want: lastDay},
		{name: "29 February of a common year", text: "2026-02-29", fails: true},
		{name: "31 November", text: "2026-11-31", fails: true},
		{name: "month 13", text: "2026-13-01", fails: true},
		{name: "day zero", text: "2026-12-00", fails: true},
		{name: "the year zero", text: "0000-12-31", fails: true},
		{name: "no leading zero", text: "2026-1-2", fails: true},
		{name: "written the Brazilian way", text: "18/12/2026", fails: true},
		{name: "with an hour", text: "2026-12-18T00:00:00Z", fails: true},
		{name: "with a space", text: " 2026-12-18", fails: true},
		{name: "five digits in the year", text: "12026-12-18", fails: true},
		{name: "nothing", text: "", fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text)
			if (err != nil) != tt.fails || got != tt.want {
				t.Errorf("Parse(%q) = %v, %v; want %v", tt.text, got, err, tt.want)
			}
		})
	}
}

// The legal day is that of São Paulo, three hours behind UTC.
func TestInstantsFallOnTheDayOfSaoPaulo(t *testing.T) {
	tests := []struct{ name, instant, want string }{
		{"the first second after midnight", "2026-12-18T03:00:00Z", "2026-12-18"},
		{"the last second before midnight", "2026-12-18T02:59:59Z", "2026-12-17"},
		{"an instant told in another zone", "2026-12-18T08:00:00+09:00", "2026-12-17"},
		{"New Year's Eve is not over in São Paulo", "2027-01-01T01:00:00Z", "2026-12-31"},
		{"summer time of 2018, two hours behind UTC", "2018-12-18T02:00:00Z", "2018-12-18"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Of(instant(t, tt.instant)); got.String() != tt.want {
				t.Errorf("Of(%s) = %s, want %s", tt.instant, got, tt.want)
			}
		})
	}
}

func TestADeadlineEndsInTheLastSecondOfTheDay(t *testing.T) {
	tests := []struct{ name, day, want string }{
		{"today's law has no summer time", "2026-12-18", "2026-12-19T02:59:59Z"},
		{"the last day of a year", "2026-12-31", "2027-01-01T02:59:59Z"},
		{"the day before summer time began", "2018-11-03", "2018-11-04T02:59:59Z"},
		{"the day summer time began, without a midnight", "2018-11-04", "2018-11-05T01:59:59Z"},
		{"the day of 25 hours on which summer time ended", "2019-02-16", "2019-02-17T02:59:59Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			end := day(tt.day).End()
			if !end.Equal(instant(t, tt.want)) {
				t.Errorf("End of %s = %s, want %s", tt.day, end, tt.want)
			}
			if Of(end) != day(tt.day) || Of(end.Add(time.Second)) != day(tt.day)+1 {
				t.Errorf("End of %s is not its last second", tt.day)
			}
		})
	}
}

func TestDaysAddSubtractAndCompare(t *testing.T) {
	a, b := day("2024-02-28"), day("2024-03-01")
	if b.Sub(a) != 2 || a.Sub(b) != -2 || a.Add(2) != b || b.Add(-2) != a || a >= b {
		t.Errorf("%s and %s are two days apart", a, b)
	}
	if got := Date(2026, time.February, 31); got != day("2026-03-03") {
		t.Errorf("31 February rolls over to %s", got)
	}
}

// The weekday and the parts of each day agree with package time over 400 years,
// after which the Gregorian calendar repeats.
func TestDaysAgreeWithPackageTime(t *testing.T) {
	at := time.Date(1900, time.January, 1, 12, 0, 0, 0, time.UTC)
	for d := Date(1900, time.January, 1); d.Year() < 2300; d++ {
		if d.String() != at.Format("2006-01-02") || d.Weekday() != at.Weekday() {
			t.Fatalf("%s %s, package time says %s", d, d.Weekday(), at)
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestDaysTravelAsTextInJSON(t *testing.T) {
	type record struct{ On, None Day }
	text, err := json.Marshal(record{On: day("2026-12-18")})
	if err != nil || string(text) != `{"On":"2026-12-18","None":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	got := record{None: 1}
	if err := json.Unmarshal(text, &got); err != nil || got != (record{On: day("2026-12-18")}) {
		t.Errorf("read back %v, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"On":"18/12/2026"}`), &got); err == nil || got.On != day("2026-12-18") {
		t.Errorf("a wrong day was read as %v, %v", got.On, err)
	}
}

// Whatever is accepted is written back letter by letter, and is a real day.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2026-12-18", "2024-02-29", "2023-02-29", "0000-01-01", "", "2026-12-18\x00", "२०२६-१२-१८"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			if d != 0 {
				t.Errorf("Parse(%q) failed and still gave %d", text, d)
			}
			return
		}
		if d.String() != text || d < firstDay || d > lastDay {
			t.Errorf("Parse(%q) = %s (%d)", text, d, d)
		}
	})
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

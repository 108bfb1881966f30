package calendar

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the time zone must be there on machines that have none installed
)

// Day is a civil day of the Gregorian calendar. Days compare with ==, < and >,
// and their difference is a number of days. The zero Day means "no day".
type Day int32

// The days that can be written as YYYY-MM-DD.
const (
	firstDay Day = 1         // 0001-01-01
	lastDay  Day = 3_652_059 // 9999-12-31
)

// unixEpoch is 1970-01-01.
const unixEpoch = 719_163

const secondsPerDay = 24 * 60 * 60

const isoDay = "2006-01-02"

// Zone returns America/Sao_Paulo, the legal time of all deadlines.
func Zone() *time.Location { return saoPaulo() }

var saoPaulo = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		panic(fmt.Sprintf("calendar: the embedded time zones are damaged: %v", err))
	}
	return zone
})

// Date returns the day with this year, month and day of the month. As in
// [time.Date], values outside their range roll over: 31 February is in March.
func Date(year int, month time.Month, day int) Day {
	seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	return Day(seconds/secondsPerDay + unixEpoch)
}

// Of returns the day on which an instant falls in America/Sao_Paulo.
func Of(instant time.Time) Day {
	year, month, day := instant.In(Zone()).Date()
	return Date(year, month, day)
}

// Parse reads a day written as YYYY-MM-DD, from 0001-01-01 to 9999-12-31.
func Parse(text string) (Day, error) {
	t, err := time.Parse(isoDay, text)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("calendar: %q is not a day written as YYYY-MM-DD", text)
	}
	return Date(t.Date()), nil
}

// String writes the day as YYYY-MM-DD, and no day as the empty text.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.midnightUTC().Format(isoDay)
}

// MarshalText writes the day as [Day.String] does; JSON uses it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [Day.MarshalText] wrote; the empty text is no day.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	day, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// Add returns the day n days later, or earlier if n is negative.
func (d Day) Add(n int) Day { return d + Day(n) }

// Sub returns how many days d is after the other day, negative if before it.
func (d Day) Sub(other Day) int { return int(d - other) }

// Date returns the parts of the day.
func (d Day) Date() (year int, month time.Month, day int) { return d.midnightUTC().Date() }

// Year returns the year of the day.
func (d Day) Year() int { return d.midnightUTC().Year() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.midnightUTC().Weekday() }

// End returns 23:59:59 of the day in America/Sao_Paulo, the last second in
// which a deadline can still be met.
func (d Day) End() time.Time {
	year, month, day := d.Date()
	end := time.Date(year, month, day, 23, 59, 59, 0, Zone())
	// Summer time used to end at midnight, which made 23:59:59 happen twice.
	if again := end.Add(time.Hour); Of(again) == d {
		return again
	}
	return end
}

func (d Day) midnightUTC() time.Time {
	return time.Date(1, time.January, int(d), 0, 0, 0, 0, time.UTC)
}

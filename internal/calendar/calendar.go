package calendar

import "time"

// Calendar says which days an agency works. The zero Calendar knows weekends only.
type Calendar struct {
	Holidays []Holiday
	Closures []Closure
	// Edition names the stored rules it was made of; 0: the first ones, or those of this package.
	Edition int64
}

// Closure is a run of days on which an agency does not work, both ends
// included: a ponto facultativo, a recess, a flood. A zero To means that its
// end is not known.
type Closure struct {
	From Day    `json:"from"`
	To   Day    `json:"to"`
	Why  string `json:"why"` // what people read
}

func (c Closure) reason() string {
	if c.Why == "" {
		return "sem expediente"
	}
	return "sem expediente: " + c.Why
}

// For returns the calendar of an agency in a municipality (IBGE code, seven
// digits): national, state and municipal holidays, and the closures given. An
// empty municipality means Rio Grande do Sul without any municipal holiday.
func For(municipality string, closures ...Closure) Calendar {
	return From(Holidays(), municipality, closures...)
}

// From is For with holidays that somebody keeps, of any places, instead of those of this package.
func From(holidays []Holiday, municipality string, closures ...Closure) Calendar {
	if municipality == "" {
		municipality = RioGrandeDoSul
	}
	cal := Calendar{Closures: closures}
	for _, h := range holidays {
		if h.holdsIn(municipality) {
			cal.Holidays = append(cal.Holidays, h)
		}
	}
	return cal
}

// Working says whether the agency works on a day and, if not, why, in
// Portuguese. A weekend is named before a holiday, a holiday before a closure.
func (c Calendar) Working(day Day) (working bool, why string) {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false, weekdayName(w)
	}
	if h, ok := c.Holiday(day); ok {
		return false, h.String()
	}
	for _, closure := range c.Closures {
		if within(day, closure.From, closure.To) {
			return false, closure.reason()
		}
	}
	return true, ""
}

// Holiday returns the holiday on a day, weekends included.
func (c Calendar) Holiday(day Day) (Holiday, bool) {
	year := day.Year()
	for _, h := range c.Holidays {
		if on, ok := h.In(year); ok && on == day {
			return h, true
		}
	}
	return Holiday{}, false
}

// within says whether a day is in a run of days whose end may be unknown.
func within(day, from, to Day) bool {
	return day >= from && (to == 0 || day <= to)
}

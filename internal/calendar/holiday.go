package calendar

import (
	"strings"
	"time"
)

// Level says whose law makes a day a holiday.
type Level string

// The levels, in the words people read.
const (
	National  Level = "nacional"
	State     Level = "estadual"
	Municipal Level = "municipal"
)

// RioGrandeDoSul is the IBGE code of the state; its municipalities' codes start with it.
const RioGrandeDoSul = "43"

// PortoAlegre is the IBGE code of the state's capital.
const PortoAlegre = "4314902"

// Holiday is a rule that makes one day of each year a holiday in a place.
type Holiday struct {
	Name  string
	Place string // IBGE code of the state or municipality; empty for the whole country
	When  Yearly
	Law   string // as printed in reasons
	From  int    // first year it holds
	Until int    // last year it holds; 0 while in force
}

// Yearly is a date that comes back: a fixed one, or, when Month is zero, a
// number of days after Easter Sunday (negative before it).
type Yearly struct {
	Month       time.Month
	Day         int
	AfterEaster int
}

// In returns the day on which the date falls in a year.
func (y Yearly) In(year int) Day {
	if y.Month == 0 {
		return Easter(year).Add(y.AfterEaster)
	}
	return Date(year, y.Month, y.Day)
}

// In returns the day of the holiday in a year; false if it does not hold then.
func (h Holiday) In(year int) (Day, bool) {
	if year < h.From || (h.Until != 0 && year > h.Until) {
		return 0, false
	}
	return h.When.In(year), true
}

// Level follows from the place.
func (h Holiday) Level() Level {
	switch len(h.Place) {
	case 0:
		return National
	case len(RioGrandeDoSul):
		return State
	}
	return Municipal
}

// String says what kind of holiday it is, its name and its law, in Portuguese.
func (h Holiday) String() string {
	return "feriado " + string(h.Level()) + ": " + h.Name + " (" + h.Law + ")"
}

// holdsIn says whether the holiday is kept in a municipality (IBGE code).
func (h Holiday) holdsIn(municipality string) bool {
	return strings.HasPrefix(municipality, h.Place)
}

// Holidays returns every holiday this package knows, of all places. Days of
// ponto facultativo, such as Carnaval, are closures of an agency instead.
func Holidays() []Holiday {
	return []Holiday{
		{Name: "Confraternização Universal", When: fixed(time.January, 1), Law: "Lei 662/1949", From: 1950},
		{Name: "Sexta-feira Santa", When: fromEaster(-2), Law: "Lei 9.093/1995", From: 1996},
		{Name: "Tiradentes", When: fixed(time.April, 21), Law: "Lei 10.607/2002", From: 2003},
		{Name: "Dia do Trabalho", When: fixed(time.May, 1), Law: "Lei 662/1949", From: 1949},
		{Name: "Independência do Brasil", When: fixed(time.September, 7), Law: "Lei 662/1949", From: 1949},
		{Name: "Nossa Senhora Aparecida", When: fixed(time.October, 12), Law: "Lei 6.802/1980", From: 1980},
		{Name: "Finados", When: fixed(time.November, 2), Law: "Lei 10.607/2002", From: 2003},
		{Name: "Proclamação da República", When: fixed(time.November, 15), Law: "Lei 662/1949", From: 1949},
		{Name: "Dia Nacional de Zumbi e da Consciência Negra", When: fixed(time.November, 20), Law: "Lei 14.759/2023", From: 2024},
		{Name: "Natal", When: fixed(time.December, 25), Law: "Lei 662/1949", From: 1949},

		// The state's date: Lei 9.093/1995, art. 1º, II, leaves its choice to each state.
		{Name: "Revolução Farroupilha", Place: RioGrandeDoSul, When: fixed(time.September, 20), Law: "Decreto RS 36.180/1995", From: 1995},

		// Days of guard that Lei 9.093/1995, art. 2º, leaves to the municipality;
		// as the city published them in Jornal do Comércio, 5 February 2024.
		{Name: "Nossa Senhora dos Navegantes", Place: PortoAlegre, When: fixed(time.February, 2), Law: "Lei 9.093/1995, art. 2º", From: 1996},
		{Name: "Corpus Christi", Place: PortoAlegre, When: fromEaster(60), Law: "Lei 9.093/1995, art. 2º", From: 1996},
	}
}

func fixed(month time.Month, day int) Yearly { return Yearly{Month: month, Day: day} }

func fromEaster(days int) Yearly { return Yearly{AfterEaster: days} }

// Easter returns Easter Sunday of a year of the Gregorian calendar: the Sunday
// after the ecclesiastical full moon that falls on or after 21 March.
func Easter(year int) Day {
	moon := Date(year, time.March, 21).Add(daysToFullMoon(year))
	return moon.Add(7 - int(moon.Weekday()))
}

// daysToFullMoon counts from 21 March, by Gauss's rule with its two exceptions.
func daysToFullMoon(year int) int {
	century, cycle := year/100, year%19
	correction := 15 + century - century/4 - (8*century+13)/25
	days := (19*cycle + correction) % 30
	if days == 29 || (days == 28 && cycle > 10) {
		days--
	}
	return days
}

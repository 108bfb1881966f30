package calendar

import "testing"

const (
	acegua       = "4300034"
	rioGrande    = "4315602"
	saoPauloCity = "3550308"
)

var (
	carnaval = Closure{From: day("2026-02-16"), To: day("2026-02-17"), Why: "Carnaval"}
	recess   = Closure{From: day("2026-12-21"), To: day("2027-01-06"), Why: "recesso"}
)

// Worked out by hand on a printed calendar, not by the program.
func TestDueDatesWorkedOutByHand(t *testing.T) {
	tests := []struct {
		name     string
		start    string
		amount   int
		unit     Unit
		place    string
		closures []Closure
		suspend  []string
		due      string
	}{
		{name: "the day of the event does not count", start: "2026-11-23", amount: 1, unit: Business, due: "2026-11-24"},
		{name: "the day of the event does not count in calendar days either", start: "2026-11-23", amount: 1, unit: CalendarDays, due: "2026-11-24"},
		{name: "the last day counts", start: "2026-11-23", amount: 5, unit: Business, due: "2026-11-30"},
		{name: "ten business days over Christmas and New Year", start: "2026-12-18", amount: 10, unit: Business, due: "2027-01-05"},
		{name: "ten calendar days over Christmas", start: "2026-12-18", amount: 10, unit: CalendarDays, due: "2026-12-28"},
		{name: "ten calendar days without a holiday at the end", start: "2026-11-23", amount: 10, unit: CalendarDays, due: "2026-12-03"},
		{name: "twenty calendar days to rate", start: "2026-12-03", amount: 20, unit: CalendarDays, due: "2026-12-23"},
		{name: "a calendar end on Christmas, a Friday, moves to Monday", start: "2026-12-18", amount: 7, unit: CalendarDays, due: "2026-12-28"},
		{name: "a calendar end on 1 January, a Friday, moves to Monday", start: "2026-12-18", amount: 14, unit: CalendarDays, due: "2027-01-04"},

		{name: "a calendar end on Saturday moves to Monday", start: "2026-12-11", amount: 1, unit: CalendarDays, due: "2026-12-14"},
		{name: "a calendar end on Sunday moves to Monday", start: "2026-12-11", amount: 2, unit: CalendarDays, due: "2026-12-14"},
		{name: "a calendar end on Monday stays", start: "2026-12-11", amount: 3, unit: CalendarDays, due: "2026-12-14"},
		{name: "one business day after Friday is Monday", start: "2026-12-11", amount: 1, unit: Business, due: "2026-12-14"},
		{name: "an event on Saturday starts counting on Monday", start: "2026-12-12", amount: 1, unit: Business, due: "2026-12-14"},
		{name: "an event on Sunday starts counting on Monday", start: "2026-12-13", amount: 5, unit: Business, due: "2026-12-18"},
		{name: "an event on a holiday starts counting on the next working day", start: "2026-12-25", amount: 1, unit: Business, due: "2026-12-28"},
		{name: "an event on Saturday counts Sunday in calendar days", start: "2026-12-12", amount: 10, unit: CalendarDays, due: "2026-12-22"},

		{name: "20 November stops business days in 2026", start: "2026-11-16", amount: 5, unit: Business, due: "2026-11-24"},
		{name: "20 November 2023 was a working day", start: "2023-11-17", amount: 1, unit: Business, due: "2023-11-20"},
		{name: "20 November 2024 is the first one off", start: "2024-11-19", amount: 1, unit: Business, due: "2024-11-21"},
		{name: "a calendar end on 20 November 2023 stays", start: "2023-11-10", amount: 10, unit: CalendarDays, due: "2023-11-20"},
		{name: "a calendar end on 20 November 2024 moves", start: "2024-11-10", amount: 10, unit: CalendarDays, due: "2024-11-21"},
		{name: "15 November on a Friday makes a long weekend", start: "2024-11-14", amount: 1, unit: Business, due: "2024-11-18"},

		{name: "the leap day is a working day like others", start: "2024-02-28", amount: 1, unit: Business, due: "2024-02-29"},
		{name: "the leap day counts in calendar days", start: "2024-02-28", amount: 2, unit: CalendarDays, due: "2024-03-01"},
		{name: "a year without a leap day goes from 28 February to March", start: "2026-02-27", amount: 1, unit: CalendarDays, due: "2026-03-02"},
		{name: "a year after a leap day ends on 28 February", start: "2028-02-29", amount: 365, unit: CalendarDays, due: "2029-02-28"},
		{name: "365 days can end on a leap day", start: "2027-03-01", amount: 365, unit: CalendarDays, due: "2028-02-29"},
		{name: "ten business days across a leap day", start: "2028-02-28", amount: 10, unit: Business, due: "2028-03-13"},
		{name: "2100 has no leap day", start: "2100-02-28", amount: 1, unit: CalendarDays, due: "2100-03-01"},

		{name: "Carnaval is not a holiday", start: "2026-02-13", amount: 2, unit: Business, due: "2026-02-17"},
		{name: "Ash Wednesday is not a holiday", start: "2026-02-17", amount: 1, unit: Business, due: "2026-02-18"},
		{name: "an agency that closes for Carnaval does not count it", start: "2026-02-13", amount: 2, unit: Business, closures: []Closure{carnaval}, due: "2026-02-19"},
		{name: "a calendar end in a Carnaval closure moves to Wednesday", start: "2026-02-07", amount: 10, unit: CalendarDays, closures: []Closure{carnaval}, due: "2026-02-18"},

		{name: "Good Friday 2026", start: "2026-04-02", amount: 1, unit: Business, due: "2026-04-06"},
		{name: "Good Friday 2027 falls in March", start: "2027-03-24", amount: 2, unit: Business, due: "2027-03-29"},
		{name: "the early Easter of 2035", start: "2035-03-22", amount: 1, unit: Business, due: "2035-03-26"},
		{name: "the latest Easter there is, in 2038", start: "2038-04-22", amount: 1, unit: Business, due: "2038-04-26"},
		{name: "Good Friday and Tiradentes around one weekend", start: "2025-04-17", amount: 1, unit: Business, due: "2025-04-22"},
		{name: "a calendar end on Good Friday before Tiradentes moves four days", start: "2025-04-08", amount: 10, unit: CalendarDays, due: "2025-04-22"},
		{name: "two days to screen over that weekend", start: "2025-04-17", amount: 2, unit: Business, due: "2025-04-23"},
		{name: "Tiradentes in the middle of a week", start: "2026-04-20", amount: 1, unit: Business, due: "2026-04-22"},
		{name: "five days to review a refusal over Tiradentes", start: "2026-04-16", amount: 5, unit: Business, due: "2026-04-24"},
		{name: "1 May on a Friday", start: "2026-04-30", amount: 1, unit: Business, due: "2026-05-04"},
		{name: "7 September on a Monday", start: "2026-09-04", amount: 1, unit: Business, due: "2026-09-08"},
		{name: "20 September is a holiday of the state", start: "2024-09-19", amount: 1, unit: Business, due: "2024-09-23"},
		{name: "20 September is a working day in another state", start: "2024-09-19", amount: 1, unit: Business, place: saoPauloCity, due: "2024-09-20"},
		{name: "a calendar end on 12 October moves to Tuesday", start: "2026-10-02", amount: 10, unit: CalendarDays, due: "2026-10-13"},
		{name: "2 November on a Monday", start: "2026-10-30", amount: 1, unit: Business, due: "2026-11-03"},
		{name: "a holiday on Saturday does not free Monday", start: "2025-11-14", amount: 1, unit: Business, due: "2025-11-17"},
		{name: "a holiday on Sunday does not free Monday", start: "2026-11-13", amount: 1, unit: Business, due: "2026-11-16"},
		{name: "an election Sunday changes nothing", start: "2026-10-02", amount: 1, unit: Business, due: "2026-10-05"},
		{name: "Christmas Eve is a working day", start: "2026-12-23", amount: 1, unit: Business, due: "2026-12-24"},

		{name: "Navegantes in Porto Alegre", start: "2026-01-30", amount: 1, unit: Business, place: PortoAlegre, due: "2026-02-03"},
		{name: "no Navegantes in Aceguá", start: "2026-01-30", amount: 1, unit: Business, place: acegua, due: "2026-02-02"},
		{name: "no municipal holiday for the state as a whole", start: "2026-01-30", amount: 1, unit: Business, due: "2026-02-02"},
		{name: "Corpus Christi in Porto Alegre", start: "2026-06-03", amount: 1, unit: Business, place: PortoAlegre, due: "2026-06-05"},
		{name: "Corpus Christi is not a national holiday", start: "2026-06-03", amount: 1, unit: Business, place: rioGrande, due: "2026-06-04"},
		{name: "a calendar end on Corpus Christi moves in Porto Alegre", start: "2026-05-25", amount: 10, unit: CalendarDays, place: PortoAlegre, due: "2026-06-05"},
		{name: "Corpus Christi 2025, then a weekend", start: "2025-06-18", amount: 2, unit: Business, place: PortoAlegre, due: "2025-06-23"},
		{name: "state holidays hold in a municipality too", start: "2024-09-19", amount: 1, unit: Business, place: PortoAlegre, due: "2024-09-23"},

		{name: "31 December to the first Monday", start: "2026-12-31", amount: 1, unit: Business, due: "2027-01-04"},
		{name: "a calendar end on 1 January, a Thursday, moves to Friday", start: "2025-12-31", amount: 1, unit: CalendarDays, due: "2026-01-02"},
		{name: "1 January on a Saturday", start: "2027-12-31", amount: 1, unit: Business, due: "2028-01-03"},
		{name: "twenty business days in November", start: "2026-11-03", amount: 20, unit: Business, due: "2026-12-02"},
		{name: "twenty business days in December", start: "2026-12-01", amount: 20, unit: Business, due: "2026-12-30"},
		{name: "thirty calendar days from the end of January", start: "2026-01-31", amount: 30, unit: CalendarDays, due: "2026-03-02"},

		{name: "business days wait for the end of a recess", start: "2026-12-18", amount: 10, unit: Business, closures: []Closure{recess}, due: "2027-01-20"},
		{name: "a calendar end in a recess moves to its end", start: "2026-12-18", amount: 10, unit: CalendarDays, closures: []Closure{recess}, due: "2027-01-07"},
		{name: "a closure on a weekend changes nothing", start: "2026-12-11", amount: 1, unit: Business, closures: []Closure{{From: day("2026-12-12"), To: day("2026-12-13")}}, due: "2026-12-14"},

		{name: "five suspended days in calendar days", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-11-25..2026-11-29"}, due: "2026-12-08"},
		{name: "the same suspension in business days", start: "2026-11-23", amount: 10, unit: Business, suspend: []string{"2026-11-25..2026-11-29"}, due: "2026-12-10"},
		{name: "a suspension across Christmas in business days", start: "2026-12-21", amount: 5, unit: Business, suspend: []string{"2026-12-24..2026-12-28"}, due: "2026-12-31"},
		{name: "a suspension across Christmas in calendar days", start: "2026-12-21", amount: 5, unit: CalendarDays, suspend: []string{"2026-12-24..2026-12-28"}, due: "2026-12-31"},
		{name: "a suspended last day moves to the next", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-12-03..2026-12-03"}, due: "2026-12-04"},
		{name: "a suspended Friday at the end moves to Monday", start: "2026-12-07", amount: 4, unit: CalendarDays, suspend: []string{"2026-12-11..2026-12-11"}, due: "2026-12-14"},
		{name: "a suspended Monday after a weekend moves to Tuesday", start: "2026-12-11", amount: 1, unit: CalendarDays, suspend: []string{"2026-12-14..2026-12-14"}, due: "2026-12-15"},
		{name: "an open suspension after the end changes nothing", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-12-04.."}, due: "2026-12-03"},
		{name: "a suspension over before the event changes nothing", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-11-01..2026-11-22"}, due: "2026-12-03"},
		{name: "a suspension from the day of the event", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-11-23..2026-11-24"}, due: "2026-12-04"},
		{name: "overlapping suspensions count once, in any order", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-11-26..2026-11-29", "2026-11-25..2026-11-27"}, due: "2026-12-08"},
		{name: "two suspensions and an end on Sunday", start: "2026-11-23", amount: 10, unit: CalendarDays, suspend: []string{"2026-11-25..2026-11-25", "2026-12-01..2026-12-02"}, due: "2026-12-07"},

		{name: "a suspension across Corpus Christi in business days", start: "2026-06-01", amount: 5, unit: Business, place: PortoAlegre, suspend: []string{"2026-06-03..2026-06-05"}, due: "2026-06-11"},
		{name: "the same suspension in calendar days", start: "2026-06-01", amount: 5, unit: CalendarDays, place: PortoAlegre, suspend: []string{"2026-06-03..2026-06-05"}, due: "2026-06-09"},
		{name: "a suspension up to the eve of 20 November", start: "2026-11-16", amount: 3, unit: Business, suspend: []string{"2026-11-17..2026-11-19"}, due: "2026-11-25"},
		{name: "a suspended leap day and an end on Sunday", start: "2028-02-28", amount: 5, unit: CalendarDays, suspend: []string{"2028-02-29..2028-02-29"}, due: "2028-03-06"},
		{name: "a suspension across the end of the year", start: "2026-12-28", amount: 3, unit: Business, suspend: []string{"2026-12-30..2027-01-04"}, due: "2027-01-06"},

		{name: "an election Sunday changes nothing", start: "2026-10-02", amount: 1, unit: Business, due: "2026-10-05"},
		{name: "a calendar end on the second election Sunday moves to Monday", start: "2026-10-15", amount: 10, unit: CalendarDays, due: "2026-10-26"},
		{name: "the Carnaval closure of 2027", start: "2027-02-04", amount: 3, unit: Business, closures: []Closure{{From: day("2027-02-08"), To: day("2027-02-09"), Why: "Carnaval"}}, due: "2027-02-11"},
		{name: "a calendar end on Navegantes, a Tuesday, moves to Wednesday", start: "2027-01-23", amount: 10, unit: CalendarDays, place: PortoAlegre, due: "2027-02-03"},
		{name: "a bridge before a municipal holiday", start: "2027-01-29", amount: 1, unit: Business, place: PortoAlegre, closures: []Closure{{From: day("2027-02-01"), To: day("2027-02-01"), Why: "ponto facultativo"}}, due: "2027-02-03"},
		{name: "a closure on Christmas Eve", start: "2026-12-23", amount: 1, unit: Business, closures: []Closure{{From: day("2026-12-24"), To: day("2026-12-24"), Why: "ponto facultativo"}}, due: "2026-12-28"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rule := Rule{Amount: tt.amount, Unit: tt.unit}
			got, err := Due(day(tt.start), rule, For(tt.place, tt.closures...), suspensions(t, tt.suspend))
			if err != nil || got.Due.String() != tt.due {
				t.Errorf("Due = %s, %v; by hand %s; skipped %v", got.Due, err, tt.due, got.Skipped)
			}
		})
	}
}

package calendar_test

import (
	"fmt"
	"time"

	"guiche/internal/calendar"
)

// Ten business days from the Friday before Christmas, in Porto Alegre.
func ExampleDue() {
	start := calendar.Date(2026, time.December, 18)
	tenDays := calendar.Rule{ID: "supplier-answer", Version: "1", Amount: 10, Unit: calendar.Business}

	result, err := calendar.Due(start, tenDays, calendar.For(calendar.PortoAlegre), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("até", calendar.Phrase(result.Due, start))
	for _, skipped := range result.Skipped {
		fmt.Println(skipped.On, skipped.Why)
	}
	// Output:
	// até terça, 5 de janeiro de 2027
	// 2026-12-19 sábado
	// 2026-12-20 domingo
	// 2026-12-25 feriado nacional: Natal (Lei 662/1949)
	// 2026-12-26 sábado
	// 2026-12-27 domingo
	// 2027-01-01 feriado nacional: Confraternização Universal (Lei 662/1949)
	// 2027-01-02 sábado
	// 2027-01-03 domingo
}

// The company's deadline stands still while the consumer looks for a document.
func ExampleDue_suspended() {
	start := calendar.Date(2026, time.November, 23)
	tenDays := calendar.Rule{ID: "supplier-answer", Version: "1", Amount: 10, Unit: calendar.CalendarDays}
	asked := calendar.Suspension{From: start.Add(2), To: start.Add(6)}

	result, err := calendar.Due(start, tenDays, calendar.For(""), []calendar.Suspension{asked})
	fmt.Println(result.Due, len(result.Skipped), err)

	stillAsked := calendar.Suspension{From: start.Add(2)}
	_, err = calendar.Due(start, tenDays, calendar.For(""), []calendar.Suspension{stillAsked})
	fmt.Println(err)
	// Output:
	// 2026-12-08 5 <nil>
	// calendar: the deadline is suspended and nobody knows until when: since 2026-11-25
}

// A ponto facultativo is not a holiday: each agency says whether it closes.
func ExampleFor() {
	tuesday := calendar.Date(2026, time.February, 17)
	carnaval := calendar.Closure{From: tuesday, To: tuesday, Why: "ponto facultativo de Carnaval"}

	working, _ := calendar.For("").Working(tuesday)
	fmt.Println(working)
	working, why := calendar.For("", carnaval).Working(tuesday)
	fmt.Println(working, why)
	// Output:
	// true
	// false sem expediente: ponto facultativo de Carnaval
}

func ExampleRemaining() {
	now := time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC) // still the 23rd in São Paulo
	today := calendar.Of(now)
	fmt.Println(calendar.Remaining(today.Add(10), today))
	fmt.Println(calendar.Remaining(today, today))
	// Output:
	// faltam 10 dias
	// vence hoje
}

func ExampleDay_End() {
	due := calendar.Date(2026, time.December, 3)
	fmt.Println(due.End().Format(time.RFC3339))
	// Output: 2026-12-03T23:59:59-03:00
}

package seed

import (
	"fmt"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/db"
)

// deadlineVersion names this set of deadlines in each clock that it started.
const deadlineVersion = "2026-1"

// deadlines are those of every agency that has none of its own, from the first day of their version on.
var deadlines = []struct {
	route, state string
	amount       int
	unit         calendar.Unit
	source       string
}{
	{"agency", "screening", 2, calendar.Business, "meta de triagem da agência"},
	{"agency", "awaiting_consumer", 10, calendar.CalendarDays, "prazo da agência para complementar"},
	{"agency", "awaiting_supplier", 10, calendar.CalendarDays, "prazo da carta de informações preliminares"},
	{"agency", "refusal_review", 5, calendar.Business, "meta de análise da agência"},
	{"agency", "awaiting_rating", 20, calendar.CalendarDays, "prazo de avaliação, como no consumidor.gov.br"},
	{"agency", "in_review", 10, calendar.Business, "meta de análise da agência"},
	{"direct", "screening", 2, calendar.Business, "meta de triagem da agência"},
	{"direct", "awaiting_consumer", 10, calendar.CalendarDays, "prazo da agência para complementar"},
	{"direct", "awaiting_supplier", 10, calendar.CalendarDays, "termo de adesão, como no consumidor.gov.br"},
	{"direct", "refusal_review", 5, calendar.Business, "meta de análise da agência"},
	{"direct", "awaiting_rating", 20, calendar.CalendarDays, "prazo de avaliação, como no consumidor.gov.br"},
	{"direct", "in_review", 10, calendar.Business, "meta de análise da agência"},
}

func addDeadlines(tx *db.Tx) error {
	for _, r := range deadlines {
		err := agency.AddDeadline(tx, agency.Deadline{Route: r.route, State: r.state, ValidFrom: "2026-01-01", Source: r.source,
			Rule: calendar.Rule{ID: r.route + "-" + r.state + "-" + deadlineVersion, Version: deadlineVersion, Amount: r.amount, Unit: r.unit}})
		if err != nil {
			return fmt.Errorf("deadline of %s %s: %w", r.route, r.state, err)
		}
	}
	return nil
}

package seed

import (
	"fmt"

	"guiche/internal/db"
)

// deadlineVersion names this set of deadlines in each clock that it started.
const deadlineVersion = "2026-1"

// deadlines are those of every agency that has none of its own, from the first day of their version on.
var deadlines = []struct {
	route, state string
	amount       int
	unit         string
	source       string
}{
	{"agency", "screening", 2, "business", "meta de triagem da agência"},
	{"agency", "awaiting_consumer", 10, "calendar", "prazo da agência para complementar"},
	{"agency", "awaiting_supplier", 10, "calendar", "prazo da carta de informações preliminares"},
	{"agency", "refusal_review", 5, "business", "meta de análise da agência"},
	{"agency", "awaiting_rating", 20, "calendar", "prazo de avaliação, como no consumidor.gov.br"},
	{"agency", "in_review", 10, "business", "meta de análise da agência"},
	{"direct", "screening", 2, "business", "meta de triagem da agência"},
	{"direct", "awaiting_consumer", 10, "calendar", "prazo da agência para complementar"},
	{"direct", "awaiting_supplier", 10, "calendar", "termo de adesão, como no consumidor.gov.br"},
	{"direct", "refusal_review", 5, "business", "meta de análise da agência"},
	{"direct", "awaiting_rating", 20, "calendar", "prazo de avaliação, como no consumidor.gov.br"},
	{"direct", "in_review", 10, "business", "meta de análise da agência"},
}

func addDeadlines(tx *db.Tx) error {
	for _, r := range deadlines {
		_, err := tx.Exec(`INSERT INTO deadline_rule (id, agency_id, route, state, version, amount, unit, valid_from, source)
			VALUES ($1, '', $2, $3, $4, $5, $6, '2026-01-01', $7) ON CONFLICT (id) DO NOTHING`,
			r.route+"-"+r.state+"-"+deadlineVersion, r.route, r.state, deadlineVersion, r.amount, r.unit, r.source)
		if err != nil {
			return fmt.Errorf("deadline of %s %s: %w", r.route, r.state, err)
		}
	}
	return nil
}

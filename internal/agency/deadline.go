package agency

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// longestDeadline is the longest that an administrator may give a state; statutes that count in years are not of here.
const longestDeadline = 365

// NewDeadline is a new version of a deadline rule as the administrator typed it.
type NewDeadline struct {
	Route, State string
	Amount       string
	Unit         calendar.Unit
	ValidFrom    string // YYYY-MM-DD, tomorrow at the earliest
	Source       string
}

// SetDeadline keeps a new version of the agency's own deadline for a state, for clocks that start from a day on. The
// versions before it stay, and so do the clocks that run by them.
func (s *Service) SetDeadline(ctx context.Context, actor person.Actor, agencyID string, n NewDeadline) error {
	d, err := n.Read(s.today())
	if err != nil {
		return err
	}
	return s.changeCalendar(ctx, actor, agencyID, func(tx *db.Tx, of Agency, _ int64) (noted, error) {
		kept, err := deadlinesOf(tx, of.ID)
		if err != nil {
			return noted{}, err
		}
		if !slices.ContainsFunc(kept, d.sameState) {
			return noted{}, fault.New(fault.NotFound, "Não há prazo deste tipo.")
		}
		d.AgencyID, d.By, d.At, d.Version = of.ID, actor.Name, s.Now(), nextVersion(kept, d)
		d.ID = strings.Join([]string{of.ID, d.Route, d.State, d.Version}, "-")
		return noted{"set_deadline", map[string]any{"rule": d.ID, "amount": d.Amount, "unit": d.Unit, "valid_from": d.ValidFrom}, d.Source},
			insertDeadline(tx, d, actor.AccountID)
	})
}

func (d Deadline) sameState(other Deadline) bool {
	return d.Route == other.Route && d.State == other.State
}

// nextVersion is the year it begins to hold, and which of that year it is: 2027-2.
func nextVersion(kept []Deadline, d Deadline) string {
	year, last := d.ValidFrom[:4], 0
	for _, other := range kept {
		of, number, _ := strings.Cut(other.Version, "-")
		if n, err := strconv.Atoi(number); err == nil && of == year && other.sameState(d) {
			last = max(last, n)
		}
	}
	return fmt.Sprintf("%s-%d", year, last+1)
}

// Read checks what was typed; today may not change any more. The fault is Invalid by form field.
func (n NewDeadline) Read(today calendar.Day) (Deadline, error) {
	problems := fault.Fields{}
	d := Deadline{Route: n.Route, State: n.State, Source: strings.TrimSpace(n.Source), ValidFrom: n.ValidFrom}
	amount, err := strconv.Atoi(strings.TrimSpace(n.Amount))
	if err != nil || amount < 1 || amount > longestDeadline {
		problems.Add("dias", fmt.Sprintf("Escreva quantos dias, de 1 a %d.", longestDeadline))
	}
	if n.Unit != calendar.Business && n.Unit != calendar.CalendarDays {
		problems.Add("unidade", "Escolha dias úteis ou dias corridos.")
	}
	d.Rule = calendar.Rule{Amount: amount, Unit: n.Unit}
	switch from, err := calendar.Parse(n.ValidFrom); {
	case err != nil:
		problems.Add("desde", "Confira a data: dia, mês e ano.")
	case from <= today:
		problems.Add("desde", "Escolha um dia a partir de amanhã: o que começou hoje já tem prazo.")
	case from > today.Add(5*366):
		problems.Add("desde", "Escreva um dia dos próximos cinco anos.")
	}
	words(problems, "fundamento", d.Source, maxWhy, "Escreva em que este prazo se apoia: lei, decreto, portaria ou decisão.")
	return d, problems.Err()
}

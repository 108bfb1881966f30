package agency

import (
	"context"
	"fmt"
	"strings"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// longestClosure is the longest run of days that is closed at once; a longer one is written as two.
const longestClosure = 366

// NewClosure is days without work as the administrator typed them: YYYY-MM-DD, both included; an empty To is one day.
type NewClosure struct{ From, To, Why string }

// AddClosure keeps days on which the agency does not work, from today on. Running clocks keep their days.
func (s *Service) AddClosure(ctx context.Context, actor person.Actor, agencyID string, n NewClosure) error {
	c, err := n.read(s.today())
	if err != nil {
		return err
	}
	return s.changeCalendar(ctx, actor, agencyID, func(tx *db.Tx, of Agency, edition int64) (noted, error) {
		kept, err := closuresOf(tx, of.ID)
		if err != nil {
			return noted{}, err
		}
		for _, other := range kept {
			if !other.Removed && other.From <= c.To && (other.To == 0 || c.From <= other.To) {
				return noted{}, fault.Fields{"inicio": fmt.Sprintf("Estes dias se cruzam com “%s”, de %s a %s.", other.Why, short(other.From), short(other.To))}.Err()
			}
		}
		id := db.NewID()
		_, err = tx.Exec(`INSERT INTO closure (id, agency_id, from_on, to_on, why, added_in, by_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id, of.ID, c.From.String(), c.To.String(), c.Why, edition, actor.AccountID, actor.Name, s.Now().UnixMicro())
		return noted{"add_closure", map[string]any{"closure": id, "from": c.From, "to": c.To}, c.Why}, err
	})
}

func short(d calendar.Day) string {
	year, month, day := d.Date()
	return fmt.Sprintf("%02d/%02d/%d", day, month, year)
}

func (n NewClosure) read(today calendar.Day) (c calendar.Closure, err error) {
	problems := fault.Fields{}
	c.Why = strings.TrimSpace(n.Why)
	words(problems, "motivo", c.Why, maxWhy, "Escreva por que o órgão não abre. O motivo aparece na explicação dos prazos.")
	if c.From, err = calendar.Parse(n.From); err != nil {
		problems.Add("inicio", "Confira a data: dia, mês e ano.")
	} else if c.From < today {
		problems.Add("inicio", "O primeiro dia não pode ter passado. Prazos já contados não mudam.")
	} else if c.From > today.Add(5*366) {
		problems.Add("inicio", "Escreva um dia dos próximos cinco anos.")
	}
	c.To = c.From
	if n.To != "" {
		if c.To, err = calendar.Parse(n.To); err != nil {
			problems.Add("fim", "Confira a data: dia, mês e ano.")
		} else if c.To < c.From {
			problems.Add("fim", "O último dia vem antes do primeiro.")
		} else if c.To.Sub(c.From) > longestClosure {
			problems.Add("fim", "Cabe no máximo um ano de cada vez.")
		}
	}
	return c, problems.Err()
}

// RemoveClosure takes back days that have not begun. What was counted with them keeps its days.
func (s *Service) RemoveClosure(ctx context.Context, actor person.Actor, agencyID, closureID string) error {
	return s.changeCalendar(ctx, actor, agencyID, func(tx *db.Tx, of Agency, edition int64) (noted, error) {
		c, err := db.One(tx, scanClosure, `SELECT id, from_on, to_on, why, added_in, removed_in, by_name, at FROM closure WHERE id = $1 AND agency_id = $2`, closureID, of.ID)
		if fault.Is(err, fault.NotFound) {
			return noted{}, fault.Wrap(fault.NotFound, "Não encontramos estes dias entre os do seu órgão.", err)
		}
		if err != nil {
			return noted{}, err
		}
		if c.Removed || c.From <= s.today() {
			return noted{}, fault.New(fault.Conflict, "Só dias que ainda não começaram podem ser retirados.")
		}
		_, err = tx.Exec(`UPDATE closure SET removed_in = $2 WHERE id = $1`, c.ID, edition)
		return noted{"remove_closure", map[string]any{"closure": c.ID, "from": c.From, "to": c.To}, c.Why}, err
	})
}

package agency

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// NewHoliday is a holiday as the administrator typed it.
type NewHoliday struct {
	Level  calendar.Level
	Name   string
	Date   string // day and month, 02/02; empty: it is counted from Easter
	Easter string // days after Easter Sunday, -47 or 60; empty: it has a date
	Law    string
	From   string // first year
}

// What is stored of a person's words is bounded, in letters.
const (
	maxHolidayName = 80
	maxLaw         = 120
	maxWhy         = 200
)

// AddHoliday keeps a new holiday of the agency's municipality, or, by the administrator of the state's agency, of the
// state or the country. Running clocks keep their days. The fault is Invalid by form field.
func (s *Service) AddHoliday(ctx context.Context, actor person.Actor, agencyID string, n NewHoliday) error {
	h, err := n.read(s.today())
	if err != nil {
		return err
	}
	return s.changeCalendar(ctx, actor, agencyID, func(tx *db.Tx, of Agency, edition int64) (noted, error) {
		if h.Place, err = placeOf(of, n.Level); err != nil {
			return noted{}, err
		}
		kept, err := holidaysOf(tx, of.Municipality)
		if err != nil {
			return noted{}, err
		}
		for _, other := range kept {
			if other.Place == h.Place && other.When == h.When && other.Until == 0 {
				return noted{}, fault.Fields{"nome": fmt.Sprintf("Este dia já é feriado %s: %s.", h.Level(), other.Name)}.Err()
			}
		}
		h.ID, h.added, h.By, h.At = db.NewID(), edition, actor.Name, s.Now()
		return noted{"add_holiday", map[string]any{"holiday": h.ID, "place": h.Place, "name": h.Name, "law": h.Law, "from_year": h.From}, h.Name}, insertHoliday(tx, h, actor.AccountID)
	})
}

// EndHoliday makes a year the last in which a holiday holds: last year at the earliest, so that no past day changes.
func (s *Service) EndHoliday(ctx context.Context, actor person.Actor, agencyID, holidayID, lastYear string) error {
	year, err := strconv.Atoi(strings.TrimSpace(lastYear))
	if this := s.today().Year(); err != nil || year < this-1 || year > this+50 {
		return fault.Fields{"ultimo_ano": fmt.Sprintf("Escreva o último ano em que o feriado vale, de %d em diante.", this-1)}.Err()
	}
	return s.changeCalendar(ctx, actor, agencyID, func(tx *db.Tx, of Agency, edition int64) (noted, error) {
		h, err := db.One(tx, scanHoliday, `SELECT `+holidayColumns+` FROM holiday WHERE id = $1`, holidayID)
		if err != nil {
			return noted{}, noSuchHoliday(err)
		}
		if place, err := placeOf(of, h.Level()); err != nil || place != h.Place {
			return noted{}, noSuchHoliday(err)
		}
		if h.Until != 0 {
			return noted{}, fault.New(fault.Conflict, fmt.Sprintf("Este feriado já tem último ano: %d.", h.Until))
		}
		if year < h.From-1 {
			year = h.From - 1
		}
		_, err = tx.Exec(`UPDATE holiday SET until_year = $2, ended_in = $3 WHERE id = $1 AND until_year = 0`, h.ID, year, edition)
		return noted{"end_holiday", map[string]any{"holiday": h.ID, "name": h.Name, "until_year": year}, h.Name}, err
	})
}

func noSuchHoliday(err error) error {
	if err == nil || fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, "Não encontramos este feriado entre os que você pode mudar.", db.ErrNoRow)
	}
	return err
}

// placeOf is whose holidays of a level the agency keeps; the state's and the country's are kept by the state's agency.
func placeOf(of Agency, level calendar.Level) (string, error) {
	switch {
	case level == calendar.Municipal:
		return of.Municipality, nil
	case of.Kind != State:
		return "", fault.New(fault.Forbidden, "Feriados do estado e do país são mantidos pelo Procon do estado.")
	case level == calendar.State:
		return of.Municipality[:2], nil
	}
	return "", nil
}

// read checks what was typed.
func (n NewHoliday) read(today calendar.Day) (h Holiday, err error) {
	problems := fault.Fields{}
	h.Name, h.Law, h.Source = strings.TrimSpace(n.Name), strings.TrimSpace(n.Law), "incluído nesta instalação"
	words(problems, "nome", h.Name, maxHolidayName, "Escreva o nome do feriado.")
	words(problems, "lei", h.Law, maxLaw, "Escreva a lei que criou o feriado. Ela aparece na explicação dos prazos.")
	if n.Level != calendar.Municipal && n.Level != calendar.State && n.Level != calendar.National {
		problems.Add("nivel", "Escolha de quem é o feriado.")
	}
	if h.When, err = readYearly(n.Date, n.Easter); err != nil {
		problems.Add("data", fault.Text(err))
	}
	h.From, err = strconv.Atoi(strings.TrimSpace(n.From))
	if err != nil || h.From < today.Year() || h.From > today.Year()+50 {
		problems.Add("desde", fmt.Sprintf("Escreva o primeiro ano em que o feriado vale, de %d em diante.", today.Year()))
	}
	return h, problems.Err()
}

// readYearly reads a day and month, or a number of days after Easter: one of them.
func readYearly(date, easter string) (y calendar.Yearly, err error) {
	date, easter = strings.TrimSpace(date), strings.TrimSpace(easter)
	switch {
	case date == "" && easter == "":
		return y, fault.New(fault.Invalid, "Escreva o dia e o mês, como 02/02, ou os dias contados da Páscoa.")
	case date != "" && easter != "":
		return y, fault.New(fault.Invalid, "Preencha só um: o dia e o mês, ou os dias contados da Páscoa.")
	case easter != "":
		days, err := strconv.Atoi(strings.TrimPrefix(easter, "+"))
		if err != nil || days < -80 || days > 240 {
			return y, fault.New(fault.Invalid, "Escreva os dias contados da Páscoa como número, de -80 a 240.")
		}
		return calendar.Yearly{AfterEaster: days}, nil
	}
	// Read in a year without a leap day: a holiday comes back every year.
	t, err := time.Parse("2/1/2006", date+"/2026")
	if err != nil {
		return y, fault.New(fault.Invalid, "Escreva um dia e um mês que existem todo ano, como 02/02.")
	}
	return calendar.Yearly{Month: t.Month(), Day: t.Day()}, nil
}

// words checks a text that must be there and be short.
func words(problems fault.Fields, field, text string, most int, missing string) {
	switch {
	case text == "":
		problems.Add(field, missing)
	case utf8.RuneCountInString(text) > most:
		problems.Add(field, fmt.Sprintf("Encurte: cabem no máximo %d letras.", most))
	}
}

// noted is what the record keeps of a change.
type noted struct {
	act    string
	data   map[string]any
	reason string
}

// changeCalendar is the one way an agency's almanac changes: by its administrator, in a new edition that all nodes
// notice, and on the record.
func (s *Service) changeCalendar(ctx context.Context, actor person.Actor, agencyID string, change func(*db.Tx, Agency, int64) (noted, error)) error {
	if !actor.HasIn(person.Admin, agencyID) {
		return fault.New(fault.Forbidden, "Só quem administra o órgão muda o calendário e os prazos dele.")
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		of, err := ByID(tx, agencyID)
		if err != nil {
			return err
		}
		edition, err := newEdition(tx, s.Now())
		if err != nil {
			return err
		}
		f, err := change(tx, of, edition)
		if err != nil {
			return err
		}
		f.data["edition"] = edition
		data, err := json.Marshal(f.data)
		if err != nil {
			return err
		}
		_, err = audit.Append(tx, audit.Event{Stream: "calendar:" + agencyID, At: s.Now(), Act: f.act, ActorID: actor.AccountID, ActorName: actor.Name,
			ActorRole: string(person.Admin), AgencyID: agencyID, Reason: f.reason, Data: data})
		return err
	})
}

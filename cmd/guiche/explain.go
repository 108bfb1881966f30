package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
)

type explainCmd struct {
	Deadline explainDeadlineCmd `cmd:"" help:"Até quando vai um prazo, e que dias não contam."`
	Route    explainRouteCmd    `cmd:"" help:"Quem atende a reclamação de quem mora em um município."`
}

type explainDeadlineCmd struct {
	Start        string        `required:"" placeholder:"AAAA-MM-DD" help:"Dia do fato; o primeiro dia que conta é o seguinte."`
	Days         int           `required:"" placeholder:"N" help:"Tamanho do prazo."`
	Unit         calendar.Unit `required:"" enum:"business,calendar" placeholder:"UNIDADE" help:"business (dias úteis) ou calendar (dias corridos)."`
	Municipality string        `placeholder:"IBGE7" help:"Município do órgão, com seus feriados. Sem ele: só os nacionais e do estado."`
	Suspend      []string      `sep:"none" placeholder:"DE..ATÉ" help:"Dias em que o prazo para, como 2026-12-20..2027-01-05. Pode repetir."`
	JSON         bool          `name:"json" help:"Resposta para programas."`
}

// Run counts the deadline as the site does.
func (c explainDeadlineCmd) Run(p *program) error {
	if err := c.checkMunicipality(p); err != nil {
		return err
	}
	result, err := c.due()
	if err != nil {
		return usageError{err}
	}
	if c.JSON {
		return json.NewEncoder(p.out).Encode(result)
	}
	fmt.Fprintf(p.out, "%s (%s)\n", result.Due, calendar.Phrase(result.Due, 0))
	if len(result.Skipped) > 0 {
		fmt.Fprintln(p.out, "Dias que não contaram:")
	}
	for _, skipped := range result.Skipped {
		fmt.Fprintf(p.out, "  %s %s\n", skipped.On, skipped.Why)
	}
	return nil
}

func (c explainDeadlineCmd) due() (calendar.Result, error) {
	start, err := day("start", c.Start)
	if err != nil {
		return calendar.Result{}, err
	}
	var suspensions []calendar.Suspension
	for _, text := range c.Suspend {
		s, err := calendar.ParseSuspension(text)
		if err != nil {
			return calendar.Result{}, fmt.Errorf("suspend: escreva dois dias em ordem, como 2026-12-20..2027-01-05, não %q", text)
		}
		suspensions = append(suspensions, s)
	}
	rule := calendar.Rule{Amount: c.Days, Unit: c.Unit}
	result, err := calendar.Due(start, rule, calendar.For(c.Municipality), suspensions)
	return result, deadlineWords(err)
}

// deadlineWords says in Portuguese why a deadline cannot be counted.
func deadlineWords(err error) error {
	switch {
	case errors.Is(err, calendar.ErrRule):
		return fmt.Errorf("days: o prazo vai de 1 a %d dias", calendar.MaxAmount)
	case errors.Is(err, calendar.ErrUnending):
		return errors.New("suspend: o prazo está suspenso sem data para voltar, por isso não tem fim")
	case errors.Is(err, calendar.ErrTooFar), errors.Is(err, calendar.ErrDays):
		return errors.New("start: o prazo acabaria longe demais. Confira os dias")
	}
	return err
}

// checkMunicipality keeps a mistyped code from giving a deadline without the holidays that were meant.
func (c explainDeadlineCmd) checkMunicipality(p *program) error {
	if c.Municipality == "" {
		return nil
	}
	d, done, err := p.rules()
	if err != nil {
		return err
	}
	defer done()
	return p.known(d, c.Municipality)
}

// known is an error for what is not the code of a municipality. Of other states only the two digits that begin their
// codes are known.
func (p *program) known(d *db.DB, code string) error {
	agencies := &agency.Service{DB: d, Now: p.now}
	state, err := agencies.StateAgency(p)
	if err != nil {
		return err
	}
	switch agency.StateOf(code) {
	case "":
		return notMunicipality(code)
	case agency.StateOf(state.Municipality):
		if _, err = agencies.Municipality(p, code); fault.Is(err, fault.NotFound) {
			return notMunicipality(code)
		}
	}
	return err
}

func day(flag, text string) (calendar.Day, error) {
	d, err := calendar.Parse(text)
	if err != nil {
		return 0, fmt.Errorf("%s: escreva um dia que existe, como 2026-12-18, não %q", flag, text)
	}
	return d, nil
}

func notMunicipality(code string) error {
	return usageError{fmt.Errorf("%q não é um município: escreva o código do IBGE, sete dígitos, como 4300034 (Aceguá)", code)}
}

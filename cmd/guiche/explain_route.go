package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/seed"
	"guiche/internal/supplier"
)

type explainRouteCmd struct {
	Municipality string `required:"" placeholder:"IBGE7" help:"Município em que a pessoa mora."`
	Supplier     string `placeholder:"CNPJ" default:"nao-listado" help:"CNPJ da empresa, ou nao-listado."`
	FactIn       string `placeholder:"IBGE7" help:"Município em que o fato aconteceu, se foi em outro."`
	On           string `placeholder:"AAAA-MM-DD" help:"Dia da reclamação. Sem ele: hoje."`
	JSON         bool   `name:"json" help:"Resposta para programas."`
}

// routeAnswer is the destination as programs read it.
type routeAnswer struct {
	Destination agency.DestinationKind `json:"destination"`
	Agency      string                 `json:"agency"`
	Rule        string                 `json:"rule"`
	Why         string                 `json:"why"`
	Confirm     bool                   `json:"confirm_jurisdiction"`
	AskFactIn   []string               `json:"ask_fact_in,omitempty"`
}

// Run decides as the front door does, from the installation's own rules where there is one.
func (c explainRouteCmd) Run(p *program) error {
	if err := c.check(); err != nil {
		return usageError{err}
	}
	d, done, err := p.rules()
	if err != nil {
		return err
	}
	defer done()
	answer, err := c.decide(p, d)
	if err != nil {
		return asUsage(err)
	}
	if c.JSON {
		return json.NewEncoder(p.out).Encode(answer)
	}
	return answer.print(p)
}

func (c explainRouteCmd) check() error {
	if c.Supplier != notListed && !cpfcnpj.ValidCNPJ(c.Supplier) {
		return fmt.Errorf("supplier: %q não é um CNPJ. Confira os catorze caracteres, ou use nao-listado", c.Supplier)
	}
	if c.On == "" {
		return nil
	}
	_, err := day("on", c.On)
	return err
}

func (c explainRouteCmd) checkPlaces(p *program, d *db.DB) error {
	if err := p.known(d, c.Municipality); err != nil || c.FactIn == "" {
		return err
	}
	return p.known(d, c.FactIn)
}

const notListed = "nao-listado"

func (c explainRouteCmd) decide(p *program, d *db.DB) (routeAnswer, error) {
	if err := c.checkPlaces(p, d); err != nil {
		return routeAnswer{}, err
	}
	agencies := &agency.Service{DB: d, Now: p.now}
	state, err := agencies.StateAgency(p)
	if err != nil {
		return routeAnswer{}, err
	}
	question := agency.Case{Residence: c.Municipality, FactIn: c.FactIn, On: c.On}
	if uf := agency.StateOf(c.Municipality); uf != agency.StateOf(state.Municipality) {
		question.Residence, question.UF = "", uf
	}
	company, err := c.company(p, d)
	if err != nil {
		return routeAnswer{}, err
	}
	question.SupplierRegistered, question.SupplierSeat = company.Registered(), company.Seat
	decided, err := agencies.Decide(p, question)
	return routeAnswer{decided.Kind, nameOf(decided, question.UF), decided.RuleID, decided.Why, decided.ConfirmJurisdiction, decided.AskFactIn}, err
}

// company is the supplier of the CNPJ; one that is not in the list is nobody in particular.
func (c explainRouteCmd) company(p *program, d *db.DB) (supplier.Supplier, error) {
	if c.Supplier == notListed {
		return supplier.Supplier{}, nil
	}
	company, err := (&supplier.Service{DB: d, Now: p.now}).ByCNPJ(p, c.Supplier)
	if fault.Is(err, fault.NotFound) {
		return supplier.Supplier{}, nil
	}
	return company, err
}

// nameOf is the agency's name, or that of another state's Procon, which is no agency here.
func nameOf(d agency.Destination, uf string) string {
	if d.Kind != agency.OtherState {
		return d.Agency.Name
	}
	for _, other := range agency.OtherStates("") {
		if other.UF == uf {
			return other.Name
		}
	}
	return ""
}

func (a routeAnswer) print(p *program) error {
	lines := []string{fmt.Sprintf("%s: %s", a.Destination, a.Agency), a.Why}
	if a.Rule != "" {
		lines = append(lines, "Regra: "+a.Rule)
	}
	if a.Confirm {
		lines = append(lines, "Um servidor confirma a competência ao receber.")
	}
	if len(a.AskFactIn) > 0 {
		lines = append(lines, "A resposta muda se o fato aconteceu em: "+strings.Join(a.AskFactIn, ", ")+" (--fact-in).")
	}
	_, err := fmt.Fprintln(p.out, strings.Join(lines, "\n"))
	return err
}

// rules opens the installation's database to read, or, where there is none, a passing one with the data that every
// installation and the demonstration begin with.
func (p *program) rules() (d *db.DB, done func(), err error) {
	if p.hasDatabase() {
		d, err = p.readDatabase()
		return d, func() { _ = d.Close() }, err
	}
	p.log.Debug("não há dados nesta pasta: respondo pelas regras com que toda instalação começa", "data", p.Data)
	folder, err := os.MkdirTemp("", "guiche-explain-")
	if err != nil {
		return nil, nil, err
	}
	passing := *p
	passing.Data = folder
	d, err = passing.openDatabase()
	if err == nil {
		err = passing.play(d)
	}
	done = func() { _, _ = d.Close(), os.RemoveAll(folder) }
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	return d, done, nil
}

// play puts the companies of the demonstration into a passing database.
func (p *program) play(d *db.DB) error {
	keys, err := secret.Make(filepath.Join(p.Data, "guiche.key"))
	if err != nil {
		return err
	}
	return seed.Demo(p, &person.Service{DB: d, Now: p.now, Secrets: keys, Mail: noMail}, &supplier.Service{DB: d, Now: p.now})
}

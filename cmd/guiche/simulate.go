package main

import (
	"errors"
	"fmt"
	"os"

	"guiche/internal/simulate"
)

type simulateCmd struct {
	Cases int    `required:"" placeholder:"N" help:"Quantos casos inventar."`
	Seed  uint64 `default:"1" placeholder:"S" help:"Semente: a mesma, no mesmo dia, inventa os mesmos casos. Sem ela: 1."`
}

// Run fills an installation with invented history; about the companies that it has, so start guiche demo on it once before.
func (c simulateCmd) Run(p *program) (err error) {
	if c.Cases < 1 {
		return usageError{errors.New("cases: escreva quantos casos, a partir de 1")}
	}
	p.bulk = true
	i, err := p.install()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	h := &simulate.History{DB: i.db, People: i.people, Suppliers: i.suppliers, Complaints: i.complaints, Now: p.now, Seed: c.Seed,
		Progress: func(loaded, total int, perSecond float64) {
			fmt.Fprintf(os.Stderr, "%d de %d casos, %.0f por segundo\n", loaded, total, perSecond)
		},
		Indexing: func() { fmt.Fprintln(os.Stderr, "Agora os índices, que com milhões de casos levam minutos.") }}
	if err := h.Check(p); errors.Is(err, simulate.ErrReal) {
		return errors.New("nesta instalação há reclamações de pessoas: use outra, de teste")
	} else if err != nil {
		return err
	}
	rate, err := h.Load(p, c.Cases, c.Cases)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%d casos inventados, %.0f por segundo.\n", h.Loaded(), rate)
	return err
}

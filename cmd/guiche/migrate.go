package main

import (
	"fmt"

	"guiche/internal/db"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"Mostrar os passos da estrutura e quais faltam."`
	Up     migrateUpCmd     `cmd:"" help:"Aplicar o que falta e guardar os dados de referência."`
}

type migrateStatusCmd struct{}

// Run lists the steps of the schema. It changes nothing and works beside a running program.
func (migrateStatusCmd) Run(p *program) error {
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	steps, err := d.Migrations(p)
	if err != nil {
		return fmt.Errorf("banco de dados: %w", err)
	}
	for _, step := range steps {
		fmt.Fprintf(p.out, "%05d %-8s %s\n", step.Version, stateOf(step), step.Name)
	}
	return nil
}

func stateOf(step db.Migration) string {
	if step.Applied {
		return "aplicado"
	}
	return "falta"
}

type migrateUpCmd struct{}

// Run brings the schema and the reference data up to this program.
func (migrateUpCmd) Run(p *program) error {
	d, err := p.openDatabase()
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, "O banco de dados está em dia.")
	return d.Close()
}

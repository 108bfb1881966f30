package seed

import (
	"context"
	"fmt"

	"guiche/internal/agency"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// workers are the people of the demonstration who work in an agency.
var workers = []struct {
	name, cpf string
	role      person.Role
	code      string
}{
	{"Elisa Prates", "52998224725", person.Officer, StateCode},
	{"Fábio Nunes", "40050060007", person.Officer, StateCode},
	{"Gilda Teixeira", "39053344705", person.Manager, StateCode},
	{"Heitor Farias", "50060070013", person.Officer, RioGrandeNo},
	{"Kátia Wolff", "98765432100", person.Admin, StateCode},
}

// leads are the people of the demonstration who answer for a company from its first day.
var leads = []struct{ cpf, cnpj string }{
	{"12345678909", "11222333000181"}, // Inês Moraes, Varejo Exemplo
	{"60070080020", "12ABC34501DE35"}, // João Batista, Telefonia Modelo
}

// Demo puts the Procon of Rio Grande on the installation and stores the fictional suppliers and the roles of the
// demonstration. Base must have run.
func Demo(ctx context.Context, people *person.Service, suppliers *supplier.Service) error {
	list, err := companies(suppliers.Now().AddDate(0, -6, 0))
	if err != nil {
		return err
	}
	err = suppliers.DB.Transact(ctx, func(tx *db.Tx) error {
		if err := agency.Install(tx, RioGrande, RioGrandeNo, agency.Brand{Main: "#0b4f8a", Strong: "#06294a", Soft: "#dcebfa"}); err != nil {
			return err
		}
		for _, company := range list {
			if err := addMissing(tx, suppliers, company); err != nil {
				return fmt.Errorf("supplier %s: %w", company.TradeName, err)
			}
		}
		return addLeads(tx, people)
	})
	if err != nil {
		return err
	}
	for _, w := range workers {
		if err := people.Grant(ctx, "demo", w.cpf, w.role, w.code); err != nil {
			return fmt.Errorf("role of %s: %w", w.name, err)
		}
	}
	return nil
}

func addMissing(tx *db.Tx, suppliers *supplier.Service, company supplier.Supplier) error {
	_, err := supplier.GetByCNPJ(tx, company.CNPJ)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if company, err = suppliers.AddTx(tx, company); err != nil || !company.Registered() {
		return err
	}
	return supplier.Accept(tx, company.ID, supplier.Acceptance{Version: termsVersion, Name: "demonstração", At: company.RegisteredAt})
}

// addLeads gives a company its first person, once: who left stays away.
func addLeads(tx *db.Tx, people *person.Service) error {
	for _, l := range leads {
		company, err := supplier.GetByCNPJ(tx, l.cnpj)
		if err != nil {
			return err
		}
		had, err := person.HadMandates(tx, company.ID)
		if err == nil && !had {
			err = people.GrantMandate(tx, person.Actor{Name: "demonstração"}, l.cpf, company.ID, person.Lead, "seed", supplier.Endless)
		}
		if err != nil {
			return fmt.Errorf("lead of %s: %w", company.TradeName, err)
		}
	}
	return nil
}

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
		return nil
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
	if fault.Is(err, fault.NotFound) {
		_, err = suppliers.AddTx(tx, company)
	}
	return err
}

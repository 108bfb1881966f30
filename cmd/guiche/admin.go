package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/person"
)

type adminCmd struct {
	Grant  adminGrantCmd  `cmd:"" help:"Dar um papel em um órgão a um CPF, que não precisa ter entrado antes."`
	Revoke adminRevokeCmd `cmd:"" help:"Retirar um papel; vale na hora."`
	List   adminListCmd   `cmd:"" help:"Listar os papéis em vigor."`
}

// roleFlags say whose role in which agency.
type roleFlags struct {
	CPF    string      `required:"" name:"cpf" placeholder:"CPF" help:"Onze dígitos, com ou sem pontos."`
	Role   person.Role `required:"" enum:"officer,manager,admin" placeholder:"PAPEL" help:"officer (servidor), manager (gestor) ou admin (administrador)."`
	Agency string      `required:"" placeholder:"CÓDIGO" help:"Código do órgão no protocolo, como 0001."`
}

type adminGrantCmd struct {
	roleFlags `embed:""`
}

// Run gives the role.
func (c adminGrantCmd) Run(p *program) error {
	return p.withPeople(func(people *person.Service) error {
		if err := people.Grant(p, "guiche admin", c.CPF, c.Role, c.Agency); err != nil {
			return asUsage(err)
		}
		_, err := fmt.Fprintf(p.out, "%s agora é %s no órgão %s.\n", cpfcnpj.FormatCPF(c.CPF), c.Role, c.Agency)
		return err
	})
}

type adminRevokeCmd struct {
	roleFlags `embed:""`
}

// Run takes the role away.
func (c adminRevokeCmd) Run(p *program) error {
	return p.withPeople(func(people *person.Service) error {
		if err := people.Revoke(p, "guiche admin", c.CPF, c.Role, c.Agency); err != nil {
			return asUsage(err)
		}
		_, err := fmt.Fprintf(p.out, "%s não é mais %s no órgão %s.\n", cpfcnpj.FormatCPF(c.CPF), c.Role, c.Agency)
		return err
	})
}

// withPeople opens the installation to change who may do what.
func (p *program) withPeople(act func(*person.Service) error) error {
	d, err := p.openDatabase()
	if err != nil {
		return err
	}
	keys, err := p.openKeys(d)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	return errors.Join(act(&person.Service{DB: d, Now: p.now, Secrets: keys, Mail: noMail}), d.Close())
}

// noMail stands where a verb of the command line could never send any.
func noMail(*db.Tx, person.Account, string) error {
	return errors.New("this verb sends no mail")
}

type adminListCmd struct{}

// Run lists the roles, by agency.
func (adminListCmd) Run(p *program) error {
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	keys, err := p.readKeys(d)
	if err != nil {
		return err
	}
	holders, err := (&person.Service{DB: d, Now: p.now, Secrets: keys, Mail: noMail}).Grants(p)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ÓRGÃO\tPAPEL\tCPF\tNOME\tDESDE\tDADO POR")
	for _, h := range holders {
		fmt.Fprintf(table, "%s %s\t%s\t%s\t%s\t%s\t%s\n", h.AgencyCode, h.Agency, h.Role, cpfcnpj.FormatCPF(h.CPF), h.Name, calendar.Of(h.GrantedAt), h.GrantedBy)
	}
	return table.Flush()
}

package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"text/tabwriter"

	"guiche/internal/cpfcnpj"
	"guiche/internal/demo"
	"guiche/internal/demo/devidp"
	"guiche/internal/mail"
	"guiche/internal/oidc"
	"guiche/internal/seed"
)

type demoCmd struct{}

// Run plays a whole installation on this machine, with people and companies to play with.
func (demoCmd) Run(p *program) (err error) {
	p.warnOfUnknownSettings()
	if err := p.CheckDemo(); err != nil {
		return usageError{err}
	}
	l, err := p.door()
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // closed already after serving
	p.BaseURL = "http://" + l.Addr().String()
	i, err := p.install()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	if err := seed.Demo(p, i.people, i.suppliers); err != nil {
		return err
	}
	o, err := i.demoParts()
	if err != nil {
		return err
	}
	site, err := i.site(o)
	if err != nil {
		return err
	}
	if err := p.welcome(); err != nil {
		return err
	}
	return i.serve(site, l, o)
}

// demoParts are the embedded provider, and mail that stays here unless a server was named.
func (i *installation) demoParts() (parts, error) {
	const provider, client = "govbr", "guiche-demo"
	base := i.BaseURL
	issuer, secret := base+devidp.DefaultPath, rand.Text()
	signIn := oidc.New([]oidc.Provider{{
		Name: provider, Label: "gov.br", Issuer: issuer, ClientID: client, ClientSecret: secret,
		LogoutURL: issuer + "logout", CatalogURL: issuer + "catalogo/", APIURL: issuer + "api/",
	}}, base, nil, i.now)
	idp, err := devidp.New(devidp.Options{Issuer: issuer, Now: i.now, Clients: []devidp.Client{{
		ID: client, Secret: secret, RedirectURIs: []string{signIn.RedirectURL(provider)}, LogoutURIs: []string{base + "/"}, HomeURL: base + "/",
	}}})
	if err != nil {
		return parts{}, err
	}
	o := parts{signIn: signIn, outbox: mail.NewOutbox(i.now), mounts: map[string]http.Handler{idp.Path(): idp}}
	o.sender = o.outbox
	if i.SMTPURL == "" {
		o.replies, err = mail.NewReplyBox(demoMailbox, demoMailbox)
		return o, err
	}
	if o.replies, o.mailbox, err = i.openMailbox(); err != nil {
		return o, usageError{err}
	}
	o.sender, err = mail.ParseSMTP(i.SMTPURL, mail.Address{Address: i.MailFrom}, i.now)
	return o, err
}

// welcome says where the demonstration is and who to be there.
func (p *program) welcome() error {
	fmt.Fprintf(p.out, "Guichê, demonstração. Nada aqui é real.\n\n  Site        %s/\n  Quem ser    %s/demo\n  E-mails     %s/demo/correio\n  Dados       %s\n\n", p.BaseURL, p.BaseURL, p.BaseURL, p.Data)
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  PESSOA\tCPF\tNÍVEL\tQUEM É")
	for _, person := range demo.People() {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", person.Name, cpfcnpj.FormatCPF(person.CPF), person.Level, person.Is)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.out, "\nPara entrar, use o CPF, sem senha. Para encerrar: Ctrl+C.")
	return err
}

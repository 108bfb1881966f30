package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"text/tabwriter"

	"guiche/internal/calendar"
	"guiche/internal/secret"
	"guiche/internal/vault"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"Listar as chaves do arquivo e desde quando são usadas."`
	New    keysNewCmd    `cmd:"" help:"Pôr uma chave nova no arquivo. Vale a partir do próximo início."`
	Reseal keysResealCmd `cmd:"" help:"Cifrar de novo, com a chave mais nova, o que o banco de dados guarda."`
}

type keysListCmd struct{}

// Run lists the keys by their fingerprints, newest first. It works beside a running program.
func (keysListCmd) Run(p *program) error {
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	ring, err := p.loadKeys()
	if err != nil {
		return err
	}
	used, err := vault.Keys(p, d)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CHAVE\tUSADA DESDE")
	for _, id := range ring.IDs() {
		since := "ainda não usada"
		if at := slices.IndexFunc(used, func(k vault.Key) bool { return k.ID == id }); at >= 0 {
			since = calendar.Of(used[at].FirstAt).String()
		}
		fmt.Fprintf(table, "%s\t%s\n", id, since)
	}
	return table.Flush()
}

type keysNewCmd struct{}

// Run adds a key; data are sealed with it from the next start on.
func (keysNewCmd) Run(p *program) error {
	ring, err := secret.Add(p.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return noKeyFile{p.keyFile(), err}
	}
	if err != nil {
		return fmt.Errorf("key-file: %w", err)
	}
	p.removeUnfinishedKeys()
	_, err = fmt.Fprintf(p.out, "Chave nova: %s, em %s.\n1. Guarde uma cópia deste arquivo longe dos dados.\n2. Com vários nós: pare todos e leve o arquivo a cada um.\n3. Inicie de novo e use: guiche keys reseal\n",
		ring.IDs()[0], p.keyFile())
	return err
}

type keysResealCmd struct{}

// Run reseals all rows; it can be stopped and begun again.
func (keysResealCmd) Run(p *program) (err error) {
	d, err := p.openDatabase()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	ring, err := p.openKeys(d)
	if err != nil {
		return err
	}
	n, err := vault.Reseal(p, d, ring, p.counting("resealing rows"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Cifrado de novo com a chave %s: %d linhas. Não apague as chaves antigas do arquivo.\n", ring.IDs()[0], n)
	return err
}

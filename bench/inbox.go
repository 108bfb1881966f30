package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"guiche/internal/complaint"
	"guiche/internal/supplier"
)

// inboxCNPJ is the company whose inbox is measured, João's.
const inboxCNPJ = "12ABC34501DE35"

func joao() who { return who{cpf: "60070080020"} }

// measureInbox gives one company so many cases and asks for its inbox beside the officer's queue, which has at least
// as many: as fast as that is the bar.
func (b *bench) measureInbox() error {
	if b.inbox == 0 {
		return nil
	}
	b.say("one company with %s", thousands(b.inbox))
	if err := b.burden(); err != nil {
		return err
	}
	if _, err := b.program.start(b.ctx); err != nil {
		return err
	}
	if err := b.program.settle(); err != nil {
		return err
	}
	company := newVisitor(b.ctx, b.program.origin(), clients+2)
	if err := company.signIn(joao()); err != nil {
		return err
	}
	for _, of := range []struct{ what, inbox, queue string }{
		{"to be answered", "/empresa/fila", "/servidor/fila"},
		{"one state", "/empresa/fila?estado=awaiting_rating", "/servidor/fila?estado=in_review"},
		{"late", "/empresa/fila?prazo=vencidos", "/servidor/fila?prazo=vencidos"},
		{"search for a common word", "/empresa/fila?q=" + url.QueryEscape("cobrança"), "/servidor/fila?q=" + url.QueryEscape("cobrança")},
	} {
		queue, inbox, err := b.askBoth(b.officer, of.queue, company, of.inbox)
		if err != nil {
			return err
		}
		b.table.add(figure{id: "R-46", what: "inbox, " + of.what + ", " + thousands(b.inbox) + " of one company", value: inbox.percentile(50), unit: " ms",
			atMost: max(3, queue.percentile(50)), limit: queue.percentile(50), limitOf: "officer's queue", more: fmt.Sprintf("p50; p99 %.1f ms", inbox.percentile(99))})
	}
	return nil
}

// askBoth asks for two pages by turns, so that a slower minute of the machine is one for both.
func (b *bench) askBoth(one *visitor, path string, other *visitor, otherPath string) (first, second sample, err error) {
	const turns = 5
	for range turns {
		f, _, err := b.ask(one, path)
		if err != nil {
			return first, second, err
		}
		s, _, err := b.ask(other, otherPath)
		if err != nil {
			return first, second, err
		}
		first, second = first.and(f), second.and(s)
	}
	return first, second, nil
}

// burden stops the program and loads the company's cases.
func (b *bench) burden() (err error) {
	i, err := b.stopped()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.db.Close()) }()
	of, err := i.suppliers.ByCNPJ(b.ctx, inboxCNPJ)
	if err != nil {
		return err
	}
	if err := b.loader.burden(b.ctx, i, of, b.inbox); err != nil {
		return err
	}
	return i.settle(b.ctx)
}

// burden loads cases of the direct channel, all against one company.
func (l *loader) burden(ctx context.Context, i *installation, of supplier.Supplier, n int) error {
	cases := make([]complaint.Complaint, n)
	for at := range cases {
		c := l.Author().Next()
		c.SupplierID, c.SupplierName, c.SupplierCNPJ, c.Route = of.ID, of.TradeName, of.CNPJ, complaint.Direct
		l.Author().Life(&c)
		cases[at] = c
	}
	for batch := range slices.Chunk(cases, 5000) {
		if err := i.complaints.Load(ctx, batch); err != nil {
			return err
		}
		fmt.Fprintf(l.progress, "  loaded another %d cases of one company\n", len(batch))
	}
	return nil
}

package main

import (
	"context"
	"strings"

	"guiche/internal/attachment"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// companyInsiders are those to whom an object of the company's side is no secret; ok is false for other routes.
func companyInsiders(route, owner string) (inside []string, ok bool) {
	switch {
	case strings.Contains(route, "/gestao/empresas/") && strings.Contains(route, "{"):
		return map[string][]string{"paula": {"gilda"}, "inês": {"gilda"}}[owner], true
	case strings.Contains(route, "/empresa/pessoas/"), strings.Contains(route, "/empresa/cadastro/{"):
		return map[string][]string{"inês": {"inês"}, "ana": {"ana"}}[owner], true
	}
	return nil, false
}

// companyObjects are those that a route of the company's side must be tried with; ok is false for other routes.
func companyObjects(route string) (objects []string, ok bool) {
	switch {
	case strings.Contains(route, "/gestao/empresas/pedidos/{pedido}/arquivos/"):
		return []string{"paula", "crossed", "unknown"}, true
	case strings.Contains(route, "/gestao/empresas/pedidos/{pedido}"):
		return []string{"paula", "unknown"}, true
	case strings.Contains(route, "/gestao/empresas/{empresa}"), strings.Contains(route, "/empresa/pessoas/") && strings.Contains(route, "{"):
		return []string{"inês", "unknown"}, true
	}
	return nil, false
}

// paula is in no column of the table: she asks to act for companies.
func (w *walk) paula() person.Actor {
	ctx := context.Background()
	account, err := w.people.SignIn(ctx, person.Identity{Issuer: "test", Subject: "paula", CPF: "70480490490", Name: "Paula Simões", Level: person.Silver})
	w.must(err)
	who, err := w.people.Actor(ctx, account.ID)
	w.must(err)
	return who
}

// companyObject fills the names of an address of the company's side, each thing made anew.
func (w *walk) companyObject(route, object string, values map[string]string) {
	if object == "unknown" || !strings.Contains(route, "/empresa") {
		return
	}
	varejo := w.text(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)
	switch {
	case strings.Contains(route, "/cadastro/{pedido}"):
		values["pedido"], values["arquivo"] = w.asks(w.actor("ana"), false)
		if object == "crossed" {
			_, values["arquivo"] = w.asks(w.paula(), false)
		}
	case strings.Contains(route, "/gestao/empresas/pedidos/"):
		values["pedido"], values["arquivo"] = w.asks(w.paula(), true)
		if object == "crossed" {
			values["arquivo"] = w.cases["ana"]["arquivo"]
		}
	case strings.Contains(route, "{empresa}"):
		values["empresa"] = varejo
	case strings.Contains(route, "/pessoas/pedidos/"):
		values["pedido"], _ = w.asksFor(w.paula(), "11222333000181", true)
	case strings.Contains(route, "{convite}"):
		w.must(w.suppliers.Invite(context.Background(), w.actor("inês"), varejo, supplier.Invitation{CPF: w.freshCPF(), Email: "convite@exemplo.test", Role: person.Agent}))
		values["convite"] = w.column(`SELECT id FROM invitation ORDER BY id DESC LIMIT 1`)[0]
	case strings.Contains(route, "{mandato}"):
		values["mandato"] = w.colleague(varejo)
	}
}

// asks makes a request for a company that nobody acts for, with its document.
func (w *walk) asks(who person.Actor, sent bool) (request, file string) {
	w.Helper()
	free := w.column(`SELECT s.cnpj FROM supplier s WHERE s.registered_at IS NULL AND s.cnpj IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandate m WHERE m.supplier_id = s.id) ORDER BY s.cnpj LIMIT 1`)
	return w.asksFor(who, free[0], sent)
}

func (w *walk) asksFor(who person.Actor, cnpj string, sent bool) (request, file string) {
	w.Helper()
	ctx := context.Background()
	for _, old := range w.column(`SELECT id FROM registration WHERE account_id = $1 AND state IN ('draft', 'pending')`, who.AccountID) {
		w.must(w.suppliers.Withdraw(ctx, who, old))
	}
	id, err := w.suppliers.Begin(ctx, who, cnpj)
	w.must(err)
	w.must(w.suppliers.Declare(ctx, who, id, supplier.Declaration{LegalName: "Empresa Ltda.", TradeName: "Empresa", Segment: "8", Email: "a@empresa.test", Phone: "5133330000"}))
	paper, err := w.files.Receive(ctx, attachment.Upload{Kind: attachment.Other, Name: "procuracao.txt", By: who.AccountID, RegistrationID: id, Reader: strings.NewReader("Procuração " + id)})
	w.must(err)
	if sent {
		w.must(w.suppliers.Send(ctx, who, id, "2026-1"))
	}
	return id, paper.ID
}

// freshCPF is one that has no open invitation yet.
func (w *walk) freshCPF() string {
	for _, cpf := range []string{"70180190105", "70280290268", "70380390329", "70580590550", "70680690611"} {
		if len(w.column(`SELECT id FROM invitation WHERE cpf = $1 AND ended_at = 0`, cpf)) == 0 {
			return cpf
		}
	}
	w.Fatal("every CPF is invited")
	return ""
}

// colleague is the mandate of somebody whom Inês leads.
func (w *walk) colleague(supplierID string) string {
	w.Helper()
	const cpf = "70780790782"
	w.must(w.db.Transact(context.Background(), func(tx *db.Tx) error {
		return w.people.GrantMandate(tx, w.actor("inês"), cpf, supplierID, person.Agent, "test", supplier.Endless)
	}))
	return w.text(`SELECT id FROM mandate WHERE cpf = $1 AND supplier_id = $2 AND ended_at IS NULL`, cpf, supplierID)
}

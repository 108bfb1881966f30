package consumer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
)

func TestADirectCaseEndsInARatingOrAtTheProcon(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		of, err := b.f.Suppliers.ByCNPJ(t.Context(), "11222333000181")
		must(t, err)
		file := func(municipality string) string {
			return "/reclamacoes/" + b.f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID, "municipio": municipality}})
		}
		rated, sent, away := file(complainttest.Acegua), file(complainttest.Acegua), file("4314902")
		b.get(rated).is(http.StatusOK).sees("A empresa tem até quinta, 3 de dezembro para responder.")
		b.post(rated+"/avaliacao", url.Values{"resolvida": {"sim"}, "nota": {"5"}}).is(http.StatusConflict)
		b.post(rated+"/procon", nil).is(http.StatusConflict)
		b.f.Wait(11 * 24 * time.Hour)
		must(t, b.f.Service.KeepDeadlines(t.Context()))

		b.get(rated).sees("A empresa não respondeu: diga se resolveu", "A empresa não respondeu no prazo", "Enviar ao Procon", "O problema foi resolvido?")
		b.post(rated+"/avaliacao", url.Values{"comentario": {"<b>eu</b>"}}).is(http.StatusUnprocessableEntity).sees("Diga se o problema foi resolvido.", "Dê uma nota de 1 a 5.", "<b>eu</b>")
		b.post(rated+"/avaliacao", url.Values{"resolvida": {"sim"}, "nota": {"4"}}).is(http.StatusOK).sees("Encerrada", "Resolvida", "Avaliada: resolvida, nota 4")
		if strings.Contains(b.body, "Enviar ao Procon") {
			t.Error("a solved case is offered to the Procon")
		}
		b.post(sent+"/procon", nil).is(http.StatusOK).sees("Em triagem", "O caso foi enviado ao Procon", "Enviada ao Procon, com tudo")
		elsewhere := "/atendimento/destino?fornecedor=nao-listado&municipio=4314902"
		b.get(away).sees("Procurar o Procon Porto Alegre", "que não usa este site", elsewhere)
		if strings.Contains(b.body, "Enviar ao Procon") {
			t.Error("a case is offered to a Procon that does not work here")
		}
		b.post(away+"/procon", nil).is(http.StatusSeeOther) // a page from before
		if to := b.head.Get("Location"); to != "/atendimento/destino?fornecedor=nao-listado&municipio=4314902" {
			t.Errorf("Porto Alegre is sent to %s", to)
		}
		b.get("/painel").is(http.StatusOK).sees("O Procon que atende você não usa este site.") // said on the next page
		b.who = &b.f.Dandara
		b.post(away+"/procon", nil).is(http.StatusNotFound)
		b.post(away+"/avaliacao", url.Values{"resolvida": {"sim"}, "nota": {"4"}}).is(http.StatusNotFound)
	})
}

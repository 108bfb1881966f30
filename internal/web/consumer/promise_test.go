package consumer_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
)

const day = 24 * time.Hour

// answered is a direct case of Ana's to which Varejo Exemplo answered with an offer.
func answered(t *testing.T, b *browser) (at, protocol string) {
	t.Helper()
	of, err := b.f.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
	must(t, err)
	protocol = b.f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID}})
	must(t, b.f.Service.Answer(t.Context(), b.f.Ines, complaint.Ref{Protocol: protocol},
		complaint.AnswerForm{Kind: "partial_offer", Relief: "reembolso", Amount: "80,00", DueOn: "2026-12-04"}, complaint.Say{Body: "Devolvemos <b>parte</b>."}))
	return "/reclamacoes/" + protocol, protocol
}

func TestAnOfferIsAcceptedAndOnItsDayTheConsumerSaysWhetherItWasKept(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		at, _ := answered(t, b)
		b.get(at).is(http.StatusOK).sees("A empresa oferece: reembolso de R$ 80,00 até sexta, 4 de dezembro", "A empresa respondeu: atende em parte", "Devolvemos <b>parte</b>.",
			"Aceitar a oferta", "A reclamação termina com acordo. No dia 4 de dezembro de 2026 perguntamos", "Dizer se resolveu", "Enviar ao Procon", "Escreva à empresa", "O Procon também lê.")
		b.post(at+"/promessa", url.Values{"cumprida": {"sim"}}).is(http.StatusConflict).sees("Nenhuma oferta aceita espera")
		b.post(at+"/aceite", nil).is(http.StatusOK).sees("Você aceitou a oferta", "Acordo entre as partes", "Acordo aceito: a empresa tem até sexta, 4 de dezembro para cumprir", "Oferta aceita: a empresa tem até")
		if strings.Contains(b.body, at+"/aceite") || strings.Contains(b.body, at+"/procon") || strings.Contains(b.body, `id="promessa"`) {
			t.Error("an accepted offer is still to be decided")
		}
		b.post(at+"/aceite", nil).is(http.StatusConflict).sees("Isto não pode ser feito agora")
		b.f.Wait(12 * day)
		must(t, b.f.Service.KeepDeadlines(t.Context()))

		b.get("/painel").sees("Diga se a empresa cumpriu o que prometeu.", "tag-attention")
		b.get(at).sees("Chegou o dia do acordo", "A empresa cumpriu o que prometeu?", "O caso volta para o Procon")
		b.post(at+"/promessa", url.Values{"comentario": {"<i>nada</i>"}}).is(http.StatusUnprocessableEntity).sees("Diga se a empresa cumpriu", "<i>nada</i>", "Falta acertar 1 ponto")
		if strings.Contains(b.body, "<i>nada</i>") || strings.Contains(b.body, "<b>parte</b>") {
			t.Error("what people typed is alive")
		}
		b.post(at+"/promessa", url.Values{"cumprida": {"sim"}, "nota": {"9"}}).is(http.StatusUnprocessableEntity).sees("Dê uma nota de 1 a 5.")
		b.post(at+"/promessa", url.Values{"cumprida": {"nao"}, "comentario": {"Só veio metade."}}).is(http.StatusOK).
			sees("O Procon foi avisado", "Em análise pelo Procon", "A empresa não cumpriu o acordo. O caso voltou para o", "Só veio metade.", "Só o Procon lê.")
		b.post(at+"/promessa", url.Values{"cumprida": {"sim"}, "comentario": {"Tarde demais."}}).is(http.StatusConflict).sees("Nenhuma oferta aceita espera", "Tarde demais.")
	})
}

func TestWhileARefusalIsJudgedTheConsumerWritesToTheProcon(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		of, err := b.f.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
		must(t, err)
		protocol := b.f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID}})
		b.get("/reclamacoes/" + protocol).sees("Escreva à empresa")
		must(t, b.f.Service.Refuse(t.Context(), b.f.Ines, complaint.Ref{Protocol: protocol}, complaint.NotACustomer, complaint.Say{Body: "Não há compra neste CPF."}))
		b.get("/reclamacoes/"+protocol).sees("Escreva ao Procon", "O Procon decide se a recusa vale. A empresa também lê.")
		if strings.Contains(b.body, "Escreva à empresa") {
			t.Error("the company is still asked")
		}
	})
}

func TestAPromiseThatWasKeptEndsAsResolvedWithTheWordsOfTheConsumer(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		at, _ := answered(t, b)
		b.post(at+"/aceite", nil).is(http.StatusOK)
		b.f.Wait(12 * day)
		must(t, b.f.Service.KeepDeadlines(t.Context()))
		b.post(at+"/promessa", url.Values{"cumprida": {"sim"}, "comentario": {"Chegou tudo."}}).is(http.StatusOK).sees("Registramos que a empresa cumpriu", "Resolvida", "Acordo cumprido pela empresa", "Chegou tudo.")
		if strings.Contains(b.body, `id="promessa"`) {
			t.Error("the question is asked again")
		}
		b.who = &b.f.Dandara
		b.post(at+"/promessa", url.Values{"cumprida": {"sim"}}).is(http.StatusNotFound)
		b.post(at+"/aceite", nil).is(http.StatusNotFound)
	})
}

func TestWhatNeedsMeStandsFirst(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		at, _ := answered(t, b)
		b.post(at+"/aceite", nil).is(http.StatusOK)
		b.f.Wait(12 * day)
		must(t, b.f.Service.KeepDeadlines(t.Context()))
		b.f.Wait(time.Hour)
		newer := b.f.File(t, complainttest.Opts{})
		b.get("/painel").is(http.StatusOK)
		page := html.UnescapeString(b.body)
		if mine, other := strings.Index(page, at+`"`), strings.Index(page, newer); mine < 0 || mine > other {
			t.Errorf("the question about a promise stands at %d, behind %d", mine, other)
		}
	})
}

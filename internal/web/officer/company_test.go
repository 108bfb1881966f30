package officer_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// direct is a case of the direct channel against Varejo Exemplo.
func (w *world) direct(t *testing.T) string {
	t.Helper()
	of, err := w.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
	w.must(err)
	return w.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID}})
}

func TestAnOfficerDecidesAboutACompanysRefusal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		elisa := w.as(w.Elisa)
		for _, c := range []struct{ deed, flash, state, words string }{
			{"aceitar-recusa", "Recusa aceita.", "Encerrada: Recusada", "aceitou a recusa da empresa e encerrou o caso"},
			{"devolver-a-empresa", "O caso voltou para a empresa", "Aguardando resposta da empresa", "não aceitou a recusa: a empresa precisa responder"},
		} {
			protocol := w.direct(t)
			elisa.get(caseURL(protocol)).want(t, 200, "desde 23 de novembro, 09:00").lacks(t, deedURL(protocol, c.deed))
			w.must(w.Service.Refuse(t.Context(), w.Ines, complaint.Ref{Protocol: protocol}, complaint.OtherCompany, complaint.Say{Body: "Foi a <b>filial</b>."}))
			elisa.get(caseURL(protocol)).want(t, 200, "Decida: A empresa recusou o caso. Motivo: A reclamação é sobre outra empresa", "Foi a &lt;b&gt;filial&lt;/b&gt;.", `data-key="a"`, `data-key="d"`)
			elisa.do(protocol, c.deed).want(t, 422, "Explique a decisão: consumidor e empresa leem.", `href="#`+c.deed+`-motivo"`)
			old := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, c.deed), "motivo", "Texto que demorou.")
			w.as(w.Fabio).do(protocol, "assumir")
			elisa.send(deedURL(protocol, c.deed), old).want(t, 409, "Fábio Nunes mexeu", "Texto que demorou.")
			elisa.do(protocol, c.deed, "motivo", "Li a nota.").want(t, 200, c.flash, c.state, c.words, "Li a nota.").lacks(t, "Decida: ")
		}
	})
}

func TestAnOfficerSaysWhomAMessageIsFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		elisa, protocol := w.as(w.Elisa), w.direct(t)
		for _, c := range []struct{ to, words, reads string }{
			{"consumidor", "Só para Ana.", "ana"}, {"empresa", "Só para a loja.", "company"}, {"todos", "Para os dois.", "ana company"}, {"", "Sem dizer.", "ana"},
		} {
			elisa.do(protocol, "mensagem", "mensagem", c.words, "para", c.to).want(t, 200, "Mensagem enviada.", c.words)
			ana, err := w.Service.AsConsumer(t.Context(), w.Ana, protocol)
			w.must(err)
			company, err := w.Service.AsSupplier(t.Context(), w.Ines, protocol)
			w.must(err)
			for reader, seen := range map[string]string{"ana": jsonOf(t, ana.Messages), "company": jsonOf(t, company.Messages)} {
				if strings.Contains(seen, c.words) != strings.Contains(c.reads, reader) {
					t.Errorf("para %q: %s reads it: %v", c.to, reader, strings.Contains(seen, c.words))
				}
			}
		}
		elisa.get(caseURL(protocol)).want(t, 200, "· para a empresa", "· para o consumidor", "· para todos", "Enviar mensagem")
		elisa.do(protocol, "mensagem", "mensagem", "Para quem?", "para", "officers").want(t, 422, "Escolha para quem é a mensagem.", "Para quem?", `href="#mensagem-para"`)
		without := w.File(t, complainttest.Opts{})
		elisa.get(caseURL(without)).want(t, 200, "Enviar ao consumidor", "a empresa não vê o caso").lacks(t, "mensagem-para", "· para o consumidor")
		elisa.do(without, "mensagem", "mensagem", "Oi, loja.", "para", "empresa").want(t, 422, "A empresa ainda não é parte deste caso", "Oi, loja.")
	})
}

func TestAnOfficerSeesWhatTheCompanyOfferedAndThatItBrokeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.direct(t)
		w.Wait(11 * 24 * time.Hour)
		w.must(w.Service.KeepDeadlines(t.Context()))
		w.as(w.Elisa).get(caseURL(protocol)).want(t, 200, "empresa não respondeu no prazo")
		ref := complaint.Ref{Protocol: protocol}
		w.must(w.Service.Answer(t.Context(), w.Ines, ref, complaint.AnswerForm{Kind: "full_offer", Relief: "troca", DueOn: "2026-12-10"}, complaint.Say{Body: "Trocamos."}))
		w.as(w.Elisa).get(caseURL(protocol)).want(t, 200, "empresa respondeu fora do prazo", "A empresa respondeu fora do prazo: atende ao pedido", "troca do produto até quinta, 10 de dezembro")
		w.must(w.Service.Accept(t.Context(), w.Ana, ref))
		w.as(w.Elisa).get(caseURL(protocol)).want(t, 200, "troca do produto até quinta, 10 de dezembro de 2026: em andamento")
		w.Wait(8 * 24 * time.Hour)
		w.must(w.Service.KeepDeadlines(t.Context()))
		w.must(w.Service.TellPromise(t.Context(), w.Ana, ref, complaint.PromiseAnswer{Kept: "nao"}))
		elisa := w.as(w.Elisa)
		elisa.get(caseURL(protocol)).want(t, 200, "acordo descumprido", "10 de dezembro de 2026: descumprido", "Em análise pelo Procon", `value="settlement_broken"`)
		elisa.do(protocol, "encerrar", "resultado", "settlement_broken", "motivo", "A loja não trocou.").want(t, 200, "Encerrada: Acordo não cumprido")
		if r := w.as(w.Heitor).send(deedURL(protocol, "aceitar-recusa"), url.Values{"motivo": {"x"}, "versao": {"1"}}); r.status != 404 {
			t.Errorf("another agency: %d", r.status)
		}
	})
}

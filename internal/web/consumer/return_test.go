package consumer_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/person"
)

func TestAMessageSentAfterTheSessionEndedIsThereAfterSignIn(t *testing.T) { // also of a form with files
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		here := "/reclamacoes/" + protocol
		b.who = &person.Actor{}
		b.send(here+"/mensagem", url.Values{"mensagem": {"A loja ligou hoje."}, "volta": {here}}, file{"anexos", "foto.txt", strings.Repeat("x", 1<<20)}).is(http.StatusSeeOther)
		if to := b.head.Get("Location"); to != "/entrar?volta="+url.QueryEscape(here) {
			t.Fatalf("sent to %q", to)
		}
		b.who = &b.f.Ana
		b.get(here).is(http.StatusOK).sees("A loja ligou hoje.</textarea>")
		b.get(here)
		if strings.Contains(b.body, "A loja ligou hoje.") {
			t.Error("what was kept is given back once")
		}
	})
}

// lostAt sends a form when the session has ended, and signs in again.
func (b *browser) lostAt(here, form string, values url.Values, files ...file) *browser {
	b.t.Helper()
	who := b.who
	b.who = &person.Actor{}
	values.Set("volta", here)
	if files != nil {
		b.send(here+"/"+form, values, files...)
	} else {
		b.post(here+"/"+form, values)
	}
	b.is(http.StatusSeeOther)
	b.who = who
	return b.get(here).is(http.StatusOK)
}

func TestWhatIsDecidedAfterTheSessionEndedIsAskedOnceMore(t *testing.T) { // nobody believes that it was done
	const notTaken = "Sua sessão tinha terminado, por isso o envio não chegou. Confira e envie de novo."
	story(t, func(t *testing.T, b *browser) {
		here, _ := answered(t, b)
		b.lostAt(here, "mensagem", url.Values{"mensagem": {"Ligaram hoje."}}, file{"anexos", "foto.txt", "foto"}).sees("Confira, escolha os arquivos de novo e envie.", "Ligaram hoje.</textarea>")
		b.lostAt(here, "mensagem", url.Values{"mensagem": {"Ligaram ontem."}}).sees(notTaken, "Ligaram ontem.</textarea>")
		b.lostAt(here, "avaliacao", url.Values{"resolvida": {"nao"}, "nota": {"2"}, "comentario": {"Só <b>metade</b>."}}).
			sees(notTaken, `<details id="avaliar" name="escolha" open>`, `value="nao" checked`, `value="2" checked`, "Só <b>metade</b>.</textarea>")
		b.get(here)
		if strings.Contains(b.body, "não chegou") || strings.Contains(b.body, "metade") || strings.Contains(b.body, `name="escolha" open`) {
			t.Error("it is said and given back once")
		}
		b.lostAt(here, "aceite", url.Values{}).sees(notTaken, `<details id="aceitar" name="escolha" open>`)
		b.post(here+"/aceite", nil).is(http.StatusOK)
		b.f.Wait(12 * day)
		must(t, b.f.Service.KeepDeadlines(t.Context()))
		b.lostAt(here, "promessa", url.Values{"cumprida": {"nao"}, "comentario": {"Faltou a nota."}}).sees(notTaken, `value="nao" checked`, "Faltou a nota.</textarea>")
	})
}

func TestACaseSentToTheProconAfterTheSessionEndedIsAskedOnceMore(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		here, _ := answered(t, b)
		b.lostAt(here, "procon", url.Values{}).sees("o envio não chegou", `<details id="procon" name="escolha" open>`)
		b.get(here).sees(`<details id="procon" name="escolha"><summary`)
	})
}

func TestTheCaseSaysOnTopWhatWasAskedAndWhyItEnded(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		ref := func() complaint.Ref { return b.f.Ref(t, b.f.Elisa, protocol, "") }
		onTop := func(words string, want bool) {
			t.Helper()
			b.get("/reclamacoes/" + protocol).is(http.StatusOK)
			top, _, _ := strings.Cut(b.body, `id="historia"`)
			if strings.Contains(top, "<p class=\"text\">"+words+"</p></div>") != want {
				t.Errorf("above the history, %q: want %v", words, want)
			}
		}
		must(t, b.f.Service.Ask(t.Context(), b.f.Elisa, complaint.AsOfficer, ref(), complaint.Say{Body: "Envie a nota."}))
		onTop("Envie a nota.", true)
		must(t, b.f.Service.Supply(t.Context(), b.f.Ana, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Aqui está."}))
		onTop("Envie a nota.", false)
		must(t, b.f.Service.Close(t.Context(), b.f.Elisa, ref(), complaint.FoundedAttended, "A loja pagou."))
		onTop("A loja pagou.", true)
	})
}

func TestWhoBeginsAnotherComplaintKeepsTheWayThatLedHere(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&fornecedor_nome=Bazar+do+Beto&municipio=4300034")
		first := b.at
		b.get("/reclamacoes/nova?fornecedor=nao-listado&fornecedor_nome=Bazar+do+Beto&municipio=4300034").sees("Você continua um rascunho guardado")
		values := url.Values{}
		form, _, _ := strings.Cut(strings.SplitN(b.body, `action="/rascunhos"`, 2)[1], "</form>")
		for _, h := range hidden.FindAllStringSubmatch(form, -1) {
			values.Set(h[1], h[2])
		}
		r := b.post("/rascunhos", values).is(http.StatusOK)
		if r.at == first || !strings.Contains(r.at, "passo=endereco") {
			t.Errorf("at %s, after %s", r.at, first)
		}
		b.sees("Aceguá")
		b.get(strings.Replace(b.at, "passo=endereco", "passo=empresa", 1)).sees(`value="Bazar do Beto"`)
	})
}

func TestWhereItHappenedGoesWithTheMunicipality(t *testing.T) { // or the case says a place nobody named for it
	story(t, func(t *testing.T, b *browser) {
		const norte = "4318507" // its residents may go to Rio Grande for what happened there
		for _, c := range []struct{ query, fact string }{
			{"municipio=" + norte + "&fato=" + complainttest.RioGrande, complainttest.RioGrande},
			{"municipio=" + complainttest.Acegua, ""},
			{"fato=isto-estragaria-o-rascunho", ""},
		} {
			b.get("/reclamacoes/nova?fornecedor=nao-listado&" + c.query).is(http.StatusOK)
			mine, err := b.f.Service.Panel(t.Context(), b.f.Ana)
			must(t, err)
			if got := mine.Drafts[0].Answers["fato"]; len(mine.Drafts) != 1 || got != c.fact {
				t.Errorf("after %s it happened in %q, want %q", c.query, got, c.fact)
			}
		}
	})
}

func TestWhatIsGoneStaysGoneAtASecondTap(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		documents := "/reclamacoes/nova?" + url.Values{"rascunho": {draft}, "passo": {"documentos"}}.Encode()
		b.send(documents, url.Values{"acao": {"enviar"}}, docs...).is(http.StatusOK)
		remove := regexp.MustCompile(`/rascunhos/[^"]+/remover`).FindString(b.body)
		for range 2 {
			if b.post(remove, nil).is(http.StatusOK); b.at != documents || strings.Contains(b.body, remove) {
				t.Errorf("at %s", b.at)
			}
		}
		discard := "/rascunhos/" + draft + "/descartar"
		b.who = &b.f.Dandara
		b.post(remove, nil).is(http.StatusNotFound)
		b.post(discard, nil)
		b.who = &b.f.Ana
		b.get("/painel").sees(discard)
		for range 2 {
			b.post(discard, nil).is(http.StatusOK).sees("Rascunho apagado.")
		}
		if strings.Contains(b.body, discard) {
			t.Error("it is still there")
		}
		b.post(remove, nil).is(http.StatusNotFound)
	})
}

func TestADraftThatAnotherTabSentIsNotSaidToBeDeleted(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		for strings.HasPrefix(b.at, "/reclamacoes/nova") {
			b.fill(complainttest.Answers())
		}
		b.post("/rascunhos/"+draft+"/descartar", nil).is(http.StatusOK).sees("Esta reclamação já foi enviada, por isso não foi apagada.", "Protocolo 2026.")
		if b.at != "/painel" || strings.Contains(b.body, "Rascunho apagado") {
			t.Errorf("at %s", b.at)
		}
	})
}

func TestWhoHasTooManyDraftsIsToldWhatToDo(t *testing.T) { // quality 3: limits per person
	story(t, func(t *testing.T, b *browser) {
		for range complaint.DraftsAtOnce {
			_, _, err := b.f.Service.StartDraft(t.Context(), b.f.Ana, nil, true)
			must(t, err)
		}
		b.post("/rascunhos", url.Values{}).is(http.StatusOK).sees("Você já tem 20 reclamações começadas")
		if b.at != "/painel" {
			t.Errorf("at %s", b.at)
		}
	})
}

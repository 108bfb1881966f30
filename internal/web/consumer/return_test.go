package consumer_test

import (
	"net/http"
	"net/url"
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

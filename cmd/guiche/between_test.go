package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/person"
)

// What falls between two requests, or between two people.

func TestATypedFormWaitsForTheSignIn(t *testing.T) { // R-15, interface.md "Manners"
	t.Parallel()
	w := newWalk(t, "")
	draft := w.draft(w.actor("ana"), nil)
	for _, c := range []struct {
		name, who, path, field, back string
		files                        bool
	}{
		{"the consumer's message", "ana", "/reclamacoes/" + w.cases["ana"]["protocolo"] + "/mensagem", "mensagem", "/reclamacoes/" + w.cases["ana"]["protocolo"], true},
		{"the consumer's message without files", "ana", "/reclamacoes/" + w.cases["ana"]["protocolo"] + "/mensagem", "mensagem", "/reclamacoes/" + w.cases["ana"]["protocolo"], false},
		{"a step of the form", "ana", "/reclamacoes/nova?rascunho=" + draft + "&passo=relato", "relato", "", false},
		{"the contact", "ana", "/conta", "email", "", false},
		{"the officer's note", "elisa", "/servidor/casos/" + w.cases["ana"]["protocolo"] + "/nota", "mensagem", "/servidor/casos/" + w.cases["ana"]["protocolo"], true},
		{"the officer's closing", "elisa", "/servidor/casos/" + w.cases["ana"]["protocolo"] + "/encerrar", "motivo", "/servidor/casos/" + w.cases["ana"]["protocolo"], false},
		{"a release", "elisa", "/servidor/liberacao", "motivo", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBrowser(t, w.BaseURL)
			form := url.Values{c.field: {"escrito antes de entrar"}, "volta": {c.back}}
			if c.back == "" {
				form.Del("volta")
			}
			r := b.post(c.path, form)
			if c.files {
				r = b.upload(c.path, form, paper{"anexos", "a.txt", "papel"})
			}
			if inWords(r) != "in" {
				t.Fatalf("%d to %s", r.status, r.to)
			}
			page := b.signInAt(r.to, cpfOf()[c.who])
			if page.status != http.StatusOK || !strings.Contains(page.body, "escrito antes de entrar") {
				t.Errorf("%d: what was typed is lost", page.status)
			}
		})
	}
}

func TestAFormKeptForOnePersonIsNotShownToAnother(t *testing.T) {
	t.Parallel()
	w := newWalk(t, "")
	b := newBrowser(t, w.BaseURL)
	b.signIn(cpfOf()["ana"])
	b.post("/sair", nil)
	b.post("/conta", url.Values{"email": {"escrito por Ana"}})
	b.signIn(cpfOf()["ana"])
	b.signIn(cpfOf()["bruno"]) // at the same machine, without leaving
	if page := b.get("/conta"); strings.Contains(page.body, "escrito por Ana") {
		t.Error("Bruno reads what Ana typed")
	}
}

func TestAFileOfSomebodyElseCannotBeTakenIntoAMessage(t *testing.T) {
	t.Parallel()
	w := newWalk(t, "")
	elisa := w.actor("elisa")
	waiting, err := w.files.Receive(context.Background(), attachment.Upload{Kind: attachment.Message, Name: "espera.txt", By: elisa.AccountID, ComplaintID: w.cases["ana"]["id"], Reader: strings.NewReader("de Elisa")})
	w.must(err)
	before := w.fingerprint("message", "event", "complaint")
	for what, id := range map[string]string{"of another case": w.cases["dandara"]["arquivo"], "of a note": w.cases["note"]["arquivo"], "that waits for Elisa": waiting.ID,
		"of the own filing": w.cases["ana"]["arquivo"], "of somebody's draft": w.draftObject("crossed")["arquivo"], "that is none": "x"} {
		r := w.browsers["ana"].post("/reclamacoes/"+w.cases["ana"]["protocolo"]+"/mensagem", url.Values{"mensagem": {"veja"}, "anexo": {id}})
		if r.status != http.StatusConflict && r.status != http.StatusUnprocessableEntity {
			t.Errorf("a file %s: %d", what, r.status)
		}
	}
	if r := w.browsers["ana"].post("/reclamacoes/nova?rascunho="+w.draftObject("crossed")["rascunho"]+"&passo=documentos", url.Values{"anexo": {waiting.ID}}); r.status >= 500 {
		t.Errorf("documents: %d", r.status)
	}
	if w.fingerprint("message", "event", "complaint") != before {
		t.Error("a message was written")
	}
}

func TestEveryReadingOfAnOfficerIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWalk(t, "")
	reads := func() int {
		return len(w.column(`SELECT act FROM event WHERE stream = $1 AND actor_id = $2`, "read:"+w.cases["ana"]["id"], w.actor("elisa").AccountID))
	}
	before := reads()
	if r := w.browsers["elisa"].get("/servidor/casos/" + w.cases["ana"]["protocolo"] + "/arquivos/" + w.cases["ana"]["arquivo"]); r.status != http.StatusOK {
		t.Fatalf("download: %d", r.status)
	}
	if reads() != before+1 {
		t.Error("a file was read by its address alone and nobody will know")
	}
	w.browsers["elisa"].get("/servidor/casos/" + w.cases["ana"]["protocolo"])
	if reads() != before+1 {
		t.Error("the case opened right after it is the same reading")
	}
	w.browsers["fábio"].get("/servidor/casos/" + w.cases["ana"]["protocolo"] + "?de=telefone")
	if why := w.text(`SELECT data FROM event WHERE stream = $1 AND actor_id = $2`, "read:"+w.cases["ana"]["id"], w.actor("fábio").AccountID); !strings.Contains(why, "call") {
		t.Errorf("the reason is %s", why)
	}
}

func TestSigningOutEndsTheSessionItself(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	b := newBrowser(t, s.BaseURL)
	b.get("/entrar")
	before := b.cookie()
	b.signIn(cpfOf()["ana"])
	after := b.cookie()
	if before == "" || before == after {
		t.Errorf("the session before signing in is the one after: %q", after)
	}
	ask := func(cookie string) string {
		return inWords(newBrowser(t, s.BaseURL).send("GET", "/painel", "", "Cookie", "guiche="+cookie))
	}
	if ask(before) != "in" || ask(after) != "200" {
		t.Error("the old cookie is signed in, or the new one is not")
	}
	if b.post("/sair", nil); ask(after) != "in" {
		t.Error("the cookie works after leaving")
	}
}

func TestWithoutASecondFactorARoleCountsForNothing(t *testing.T) { // quality 3: officers need one where configured
	t.Parallel()
	s := openSiteWith(t, func(p *program) { p.SecondFactor = true })
	elisa := newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"]) // the provider asks her for one, and Bruno for none
	s.must(s.people.Grant(t.Context(), "test", cpfOf()["bruno"], person.Officer, s.text(`SELECT code FROM agency WHERE kind = 'state'`)))
	bruno := newBrowser(t, s.BaseURL).signIn(cpfOf()["bruno"])
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	theCase := "/servidor/casos/" + s.complain(s.actor("ana"), nil)
	for _, path := range []string{"/servidor/fila", "/servidor/liberacao", theCase} {
		if r := elisa.get(path); r.status != http.StatusOK {
			t.Errorf("with a second factor %s answers %d", path, r.status)
		}
		if r := bruno.get(path); r.status != http.StatusNotFound {
			t.Errorf("without a second factor %s answers %d", path, r.status)
		}
	}
	if r := bruno.post(theCase+"/nota", url.Values{"mensagem": {"x"}}); r.status != http.StatusNotFound {
		t.Errorf("a note answers %d", r.status)
	}
	if r := bruno.get("/painel"); r.status != http.StatusOK {
		t.Errorf("the own panel answers %d", r.status)
	}
}

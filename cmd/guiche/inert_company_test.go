package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// register goes through everything that takes text on the way of a company into the direct channel, with one text
// everywhere: Ana asks, Gilda refuses and then approves.
func register(t testing.TB, databaseURL, text string) *journey {
	t.Helper()
	j := newJourney(t, databaseURL, text)
	gilda := newBrowser(j, j.BaseURL).signIn(cpfOf()["gilda"])
	long, words := letters(j.text, 1000), letters(j.text, 120)
	j.see("before", j.ana.get("/empresa/cadastro")) // says what the act before did
	j.see("/empresa/cadastro/TEXT", j.ana.get("/empresa/cadastro/"+url.PathEscape(j.text)))
	j.see("/gestao/empresas/TEXT", gilda.get("/gestao/empresas/"+url.PathEscape(j.text)))
	j.see("cnpj wrong", j.ana.post("/empresa/cadastro", url.Values{"cnpj": {j.text}}))
	j.get(j.ana, "/empresa/convite", "codigo", j.text)
	j.see("invitation", j.ana.post("/empresa/convite", url.Values{"codigo": {j.text}}))
	at := j.ask(words)
	request := "/gestao/empresas/pedidos" + strings.TrimPrefix(at, "/empresa/cadastro")
	j.see("requests", gilda.get("/gestao/empresas"))
	j.see("request", gilda.get(request))
	j.see("refusal wrong", gilda.post(request+"/recusar", url.Values{"motivo": {strings.Repeat(words, 50)}}))
	j.done("refusal", gilda.post(request+"/recusar", url.Values{"motivo": {long}}))
	j.see("refused", j.ana.get(at))
	request = "/gestao/empresas/pedidos" + strings.TrimPrefix(j.ask(words), "/empresa/cadastro")
	j.done("approval", gilda.post(request+"/aprovar", nil))
	j.get(gilda, "/gestao/empresas", "q", j.text)
	j.get(gilda, "/gestao/empresas", "q", typedMarker)
	j.get(j.stranger, "/atendimento", "q", typedMarker)
	j.changes(gilda, long, words)
	j.see("people", j.ana.get("/empresa/pessoas"))
	j.see("people wrong", j.ana.post("/empresa/pessoas/convites", url.Values{"cpf": {j.text}, "email": {j.text}, "papel": {j.text}, "ate": {j.text}}))
	j.see("leaving", j.ana.get("/empresa/sair"))
	j.see("leaving wrong", j.ana.post("/empresa/sair", url.Values{"sucessor": {j.text}}))
	j.merge(gilda, long)
	j.doJobs()
	for n, m := range j.outbox.All() {
		j.see(fmt.Sprint("mail ", n), j.stranger.get("/demo/correio/"+m.ID))
		j.see(fmt.Sprint("mail html ", n), j.stranger.get("/demo/correio/"+m.ID+"/html"))
		if strings.ContainsAny(m.Subject+m.From+m.To.Name+m.To.Address, "\r\n\x00") {
			j.Errorf("mail to %q, %q", m.To, m.Subject)
		}
	}
	return j
}

// ask sends a request with the text as the company's names, and gives its address.
func (j *journey) ask(name string) string {
	j.Helper()
	at := j.done("asked", j.ana.post("/empresa/cadastro", url.Values{"cnpj": {lojaCNPJ}})).to
	wrong := url.Values{}
	for field := range declaration() {
		wrong.Set(field, j.text)
	}
	j.see("declaration wrong", j.ana.upload(at, wrong, paper{"documento", inHeader(j.text) + ".pdf", "<html><script>1</script>"}))
	good := declaration()
	good.Set("razao_social", name)
	good.Set("nome", name)
	j.done("declaration", j.ana.upload(at, good, paper{"documento", inHeader(j.text) + ".txt", "Procuração de " + at}))
	page := j.see("terms", j.ana.get(at+"/termos"))
	j.see("terms wrong", j.ana.post(at+"/termos", url.Values{"versao": {j.text}}))
	form := formAt(j, page.body, at+"/termos")
	form.Set("aceito", "1")
	j.done("sent", j.ana.post(at+"/termos", form))
	j.see("status", j.ana.get(at))
	return at
}

// changes are what a manager types about a company.
func (j *journey) changes(gilda *browser, long, words string) {
	j.Helper()
	id := j.wholeSite.text(`SELECT id FROM supplier WHERE cnpj = $1`, lojaCNPJ)
	at := "/gestao/empresas/" + id
	wrong := url.Values{}
	for _, field := range []string{"nome", "razao_social", "apelidos", "anteriores", "segmento", "sede", "email", "telefone"} {
		wrong.Set(field, j.text)
	}
	j.see("edit wrong", gilda.post(at, wrong))
	j.done("edit", gilda.post(at, url.Values{"nome": {words}, "razao_social": {words}, "apelidos": {"Outro\n" + words}, "segmento": {"8"}}))
	j.done("channel", gilda.post(at+"/canal", url.Values{"motivo": {long}}))
	j.see("company", gilda.get(at))
}

// merge joins the company to another, refused first.
func (j *journey) merge(gilda *browser, long string) {
	j.Helper()
	id, varejo := j.wholeSite.text(`SELECT id FROM supplier WHERE cnpj = $1`, lojaCNPJ), j.wholeSite.text(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)
	j.see("duplicates", gilda.get("/gestao/empresas/duplicadas"))
	j.see("merge", gilda.get("/gestao/empresas/juntar?de="+id+"&para="+varejo))
	j.see("merge TEXT", gilda.get("/gestao/empresas/juntar?"+url.Values{"de": {j.text}, "para": {varejo}}.Encode()))
	j.see("merge wrong", gilda.post("/gestao/empresas/juntar", url.Values{"de": {id}, "para": {varejo}, "motivo": {strings.Repeat(j.text, 50)}}))
	j.done("merged", gilda.post("/gestao/empresas/juntar", url.Values{"de": {id}, "para": {varejo}, "motivo": {long}}))
	j.see("company that stays", gilda.get("/gestao/empresas/"+varejo))
}

// done demands that a form was accepted.
func (j *journey) done(where string, r reply) reply {
	j.Helper()
	if j.see(where, r); r.status != http.StatusSeeOther {
		j.Fatalf("%s is not done with %q: %d %s", where, letters(j.text, 80), r.status, r.body)
	}
	return r
}

func TestWhatIsTypedOnTheWayIntoTheDirectChannelStaysText(t *testing.T) { // quality 3, R-44, R-45
	usual := register(t, "", harmless)
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			register(t, "", text).compare(usual)
		})
	}
	t.Run("the other engine", func(t *testing.T) {
		t.Parallel()
		register(t, engines()["postgres"](t), "\x00 "+hostile()["SQL"]+hostile()["bytes"])
	})
}

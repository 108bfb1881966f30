package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// What becomes of a form that is sent when the session has ended.

// backOf is where a form leads after sign-in.
func backOf(t testing.TB, r reply) string {
	t.Helper()
	to, err := url.Parse(r.to)
	if err != nil || inWords(r) != "in" {
		t.Fatalf("%d to %q", r.status, r.to)
	}
	return to.Query().Get("volta")
}

func TestAFormSentWithoutASessionNeverLeadsToNoPage(t *testing.T) { // also of a browser that does not say where the form stood
	t.Parallel()
	w := newWalk(t, "")
	for _, route := range w.routes() {
		if !strings.HasPrefix(route, "POST ") {
			continue
		}
		for _, object := range objectsOf(route) {
			path := w.address(route, object)
			r := newBrowser(t, w.BaseURL).post(path, nil)
			if inWords(r) != "in" {
				continue
			}
			for _, back := range []string{backOf(t, r), backOf(t, newBrowser(t, w.BaseURL).send("POST", path, "", "Content-Type", formType, "Referer", w.BaseURL+path))} {
				if r := newBrowser(t, w.BaseURL).get(back); r.status == http.StatusMethodNotAllowed || r.status == http.StatusNotFound {
					t.Errorf("%s %s leads to %s, which answers %d", route, object, back, r.status)
				}
			}
		}
	}
}

// actionsOn are where the forms of a page go.
func actionsOn(t testing.TB, page string) map[string]url.Values {
	t.Helper()
	all := map[string]url.Values{}
	for n := range parse(t, page).Descendants() {
		if n.Data != "form" || attribute(n, "method") != "post" || attribute(n, "action") == "/sair" {
			continue
		}
		all[attribute(n, "action")] = hiddenIn(n)
		for button := range n.Descendants() {
			if to := attribute(button, "formaction"); button.Type == html.ElementNode && to != "" {
				all[to] = hiddenIn(n)
			}
		}
	}
	return all
}

// formPages are pages with forms, by who opens them.
func (w *walk) formPages() map[string][]string {
	varejo, other := w.cases["varejo"]["empresa"], w.text(`SELECT id FROM supplier WHERE registered_at IS NOT NULL ORDER BY id DESC LIMIT 1`)
	ana, bruno := w.cases["ana"]["protocolo"], w.cases["bruno"]["protocolo"]
	draft := w.draftObject("ana")["rascunho"]
	w.browsers["dandara"].post("/conta", url.Values{"email": {"dandara@example.com"}})
	w.otherSession()
	w.must(w.suppliers.Invite(w.Context(), w.actor("inês"), varejo, supplier.Invitation{CPF: cpfOf()["bruno"], Email: "convite@example.com", Role: person.Agent}))
	declared := w.browsers["bruno"].requestPage(complainttest.Varejo)
	w.browsers["bruno"].upload(declared, declaration(), paper{"documento", "procuracao.txt", "Procuração"}).leads(w, declared+"/termos")
	step := "/reclamacoes/nova?rascunho=" + draft + "&passo="
	return map[string][]string{
		"ana": {"/painel", "/conta", "/reclamacoes/" + ana, step + "contato", step + "contato&continua=1", step + "endereco", step + "empresa", step + "problema", step + "compra",
			step + "relato&depois=revisao", step + "documentos", step + "revisao", "/empresa/codigo", "/empresa/cadastro"},
		"bruno":   {"/reclamacoes/" + bruno, declared, declared + "/termos", w.linkIn("convite@example.com"), "/empresa/cadastro/" + w.cases["request"]["pedido"]},
		"dandara": {"/conta"},
		"elisa":   {"/servidor/fila", "/servidor/casos/" + ana, "/servidor/casos/" + ana + "?fila=q%3Dloja", "/servidor/casos/" + w.cases["letter"]["protocolo"], "/servidor/liberacao"},
		"gilda": {"/gestao/empresas/" + varejo, "/gestao/empresas/duplicadas", "/gestao/empresas/pedidos/" + w.cases["request"]["pedido"],
			"/gestao/empresas/juntar?de=" + other + "&para=" + varejo},
		"inês": {"/empresa/fila", "/empresa/casos/" + bruno, "/empresa/casos/" + bruno + "?ato=pergunta", "/empresa/modelos?empresa=" + varejo,
			"/empresa/modelos?modelo=" + w.cases["varejo"]["modelo"], "/empresa/pessoas", "/empresa/pessoas?empresa=" + varejo, "/empresa/sair?empresa=" + varejo},
		"kátia": {"/admin/textos/said"},
	}
}

// requestPage begins a request for a company and gives the page of its declaration.
func (b *browser) requestPage(cnpj string) string {
	b.Helper()
	return b.post("/empresa/cadastro", url.Values{"cnpj": {cnpj}}).leads(b, "/empresa/cadastro/").to
}

func TestWhoseSessionEndedComesBackToThePageOfTheForm(t *testing.T) { // every form that the program draws
	t.Parallel()
	w := newWalk(t, "")
	seen := 0
	for name, pages := range w.formPages() {
		for _, at := range pages {
			page := w.browsers[name].get(at).says(t, http.StatusOK)
			for action, form := range actionsOn(t, page.body) {
				seen++
				r := newBrowser(t, w.BaseURL).send("POST", action, form.Encode(), "Content-Type", formType, "Referer", w.BaseURL+at)
				back := backOf(t, r)
				again := w.browsers[name].get(back)
				if _, there := actionsOn(t, again.body)[action]; again.status != http.StatusOK || !there {
					t.Errorf("%s sends %s from %s and comes back to %s: %d, without the form", name, action, at, back, again.status)
				}
				if form.Get("quem") != w.actor(name).AccountID {
					t.Errorf("%s: the form %s does not say whose page it stands on", at, action)
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d forms", seen) // the pages lost theirs
	}
}

func TestWhatWasTypedIsGivenBackToItsSenderAndToNobodyElse(t *testing.T) { // R-15, quality 3: two people at one machine
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, open(t))
			varejo, other := w.cases["varejo"]["empresa"], w.text(`SELECT id FROM supplier WHERE registered_at IS NOT NULL ORDER BY id DESC LIMIT 1`)
			w.must(w.db.Transact(t.Context(), func(tx *db.Tx) error {
				return w.people.GrantMandate(tx, w.actor("inês"), cpfOf()["joão"], varejo, person.Lead, "seed", "9999-12-31")
			}))
			ana := w.cases["ana"]["protocolo"]
			for _, c := range []struct{ who, next, at, action, field string }{
				{"dandara", "bruno", "/conta", "/conta", "email"},
				{"bruno", "dandara", "/empresa/codigo", "/empresa/codigo", "codigo"},
				{"bruno", "dandara", "/empresa/cadastro", "/empresa/cadastro", "cnpj"},
				{"elisa", "fábio", "/servidor/casos/" + ana, "/servidor/casos/" + ana + "/nota", "mensagem"},
				{"elisa", "fábio", "/servidor/liberacao", "/servidor/liberacao", "motivo"},
				{"inês", "joão", "/empresa/modelos?empresa=" + varejo, "/empresa/modelos", "titulo"},
				{"inês", "joão", "/empresa/pessoas?empresa=" + varejo, "/empresa/pessoas/convites", "email"},
				{"inês", "joão", "/empresa/pessoas?empresa=" + varejo, "/empresa/pessoas/pedidos/" + w.cases["join"]["pedido"] + "/recusar", "motivo"},
				{"gilda", "kátia", "/gestao/empresas/" + varejo, "/gestao/empresas/" + varejo + "/canal", "motivo"},
				{"gilda", "kátia", "/gestao/empresas/juntar?de=" + other + "&para=" + varejo, "/gestao/empresas/juntar", "motivo"},
				{"gilda", "kátia", "/gestao/empresas/pedidos/" + w.cases["request"]["pedido"], "/gestao/empresas/pedidos/" + w.cases["request"]["pedido"] + "/recusar", "motivo"},
			} {
				for _, from := range []string{w.BaseURL + c.at, ""} { // some browsers do not say where the form stood
					form := actionsOn(t, w.browsers[c.who].get(c.at).says(t, http.StatusOK).body)[c.action]
					form.Set(c.field, "zebrinha")
					lost := func() (b *browser, to string) {
						b = newBrowser(t, w.BaseURL)
						return b, b.send("POST", c.action, form.Encode(), "Content-Type", formType, "Referer", from).to
					}
					b, to := lost()
					if page := b.signInAt(to, cpfOf()[c.who]); page.status != http.StatusOK || !strings.Contains(page.body, "zebrinha") || !strings.Contains(page.body, "por isso o envio não chegou") {
						t.Errorf("%s, from %q: %d, without what was typed, or a word that it was not taken: %s", c.action, from, page.status, page.body)
					}
					b, to = lost()
					for _, page := range []reply{b.signInAt(to, cpfOf()[c.next]), b.get(c.at), b.get(c.action)} {
						if strings.Contains(page.body, "zebrinha") || strings.Contains(page.body, "não chegou") {
							t.Errorf("%s reads what %s typed at %s", c.next, c.who, c.at)
						}
					}
				}
			}
		})
	}
}

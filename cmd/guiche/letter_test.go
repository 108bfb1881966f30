package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/db"
)

// notified is a case whose company got a letter by e-mail, and the case of a second company in it.
func (s *wholeSite) notified(t testing.TB) (first, second string) {
	t.Helper()
	elisa := s.actor("elisa")
	first = s.complain(s.actor("ana"), nil)
	ref := func() complaint.Ref {
		c, err := s.complaints.AsOfficer(context.Background(), elisa, first, complaint.FromQueue)
		s.must(err)
		return complaint.Ref{Protocol: first, Version: c.Version}
	}
	second, err := s.complaints.AddSupplier(context.Background(), elisa, ref(), complaint.AddForm{Name: "Transportes Ligeiros", Reason: "Transportou."})
	s.must(err)
	s.must(s.complaints.Notify(context.Background(), elisa, ref(), complaint.NotifyForm{Channel: "email", Email: "sac@ferragem.test"}))
	return first, second
}

// send does a form of the page as its browser would.
func (s *wholeSite) send(b *browser, page, action string, fields url.Values) reply {
	s.Helper()
	form := formAt(s, b.get(page).body, action)
	for name, value := range fields {
		form[name] = value
	}
	return b.upload(action, form)
}

func (s *wholeSite) mailTo(address string) string {
	s.Helper()
	s.doJobs()
	for _, m := range s.outbox.All() {
		if m.To.Address == address {
			return m.Text
		}
	}
	s.Fatal("no mail to " + address)
	return ""
}

func TestALetterFromTheOfficersFormToTheCompanysAnswer(t *testing.T) {
	s := openSite(t, "")
	people := cpfOf()
	elisa, company := newBrowser(t, s.BaseURL).signIn(people["elisa"]), newBrowser(t, s.BaseURL)
	newBrowser(t, s.BaseURL).signIn(people["ana"])
	protocol := s.complain(s.actor("ana"), nil)
	at := "/servidor/casos/" + protocol
	if r := s.send(elisa, at, at+"/notificar", url.Values{"canal": {"email"}}); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "Escreva o e-mail da empresa") {
		t.Fatalf("without an address: %d", r.status)
	}
	if r := s.send(elisa, at, at+"/notificar", url.Values{"canal": {"email"}, "email": {"sac@ferragem.test"}, "texto": {"Quando chega?"}}); r.status != http.StatusSeeOther {
		t.Fatalf("notified: %d %s", r.status, r.body)
	}
	page := elisa.get(at).body
	for _, want := range []string{"CIP 20", "enviada para sac@ferragem.test", "código ainda não usado", at + "/codigo"} {
		if !strings.Contains(page, want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	slug := s.text(`SELECT CAST(year AS TEXT) || '-' || substr('000000' || CAST(number AS TEXT), -6) FROM letter`)
	if r := elisa.get(at + "/cartas/" + slug); r.status != http.StatusOK || !strings.HasPrefix(r.body, "%PDF-") {
		t.Errorf("the letter: %d", r.status)
	}
	code := strings.TrimSpace(strings.SplitN(strings.SplitN(s.mailTo("sac@ferragem.test"), "Código de acesso: ", 2)[1], "\n", 2)[0])
	r := company.get("/empresa/codigo")
	if r.status != http.StatusSeeOther && r.status != http.StatusOK || strings.Contains(r.body, `name="codigo"`) {
		t.Errorf("without sign-in: %d %s", r.status, r.to)
	}
	company.signIn(people["bruno"])
	if r := company.post("/empresa/codigo", url.Values{"codigo": {"ABCD-EFGH-JKLM"}}); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "não abre nenhum caso") {
		t.Errorf("a wrong code: %d", r.status)
	}
	for range 20 { // pressed again and again; none of it is a guess
		company.post("/empresa/codigo", url.Values{"codigo": {" "}}).says(t, http.StatusUnprocessableEntity, "Escreva o código")
	}
	if r := company.post("/empresa/codigo", url.Values{"codigo": {code}}); r.status != http.StatusSeeOther || r.to != "/empresa/casos/"+protocol {
		t.Fatalf("the code: %d %s", r.status, r.to)
	}
	there := "/empresa/casos/" + protocol
	if r := s.send(company, there, there+"/resposta", url.Values{"tipo": {"information"}, "mensagem": {"Chega amanhã."}}); r.status != http.StatusSeeOther {
		t.Fatalf("the answer: %d %s", r.status, r.body)
	}
	if page := elisa.get(at).body; !strings.Contains(page, "Chega amanhã.") || !strings.Contains(page, "abriu a notificação com o código") {
		t.Error("the officer does not see the answer, or that the letter was opened")
	}
	paper, err := s.complaints.LetterOf(context.Background(), s.actor("elisa"), protocol, slug)
	s.must(err)
	data, err := paper.Paper()
	s.must(err)
	if r := newBrowser(t, s.BaseURL).get("/verificar/" + data.Verify); r.status != http.StatusOK || !strings.Contains(r.body, "Carta de informações preliminares") || strings.Contains(r.body, "Ana") {
		t.Errorf("the verification: %d", r.status)
	}
	s.log.check(t)
}

func TestACompanyReadsAboutItsNotice(t *testing.T) {
	o := newOffice(t, "")
	elisa, guest := newBrowser(t, o.BaseURL).signIn(cpfOf()["elisa"]), newBrowser(t, o.BaseURL).signIn(cpfOf()["bruno"])
	here := o.against("ana", "A estante nunca chegou.")
	o.must(o.db.Transact(context.Background(), func(tx *db.Tx) error { // as after the direct channel
		_, err := tx.Exec(`UPDATE complaint SET route = 'agency', state = 'in_review' WHERE protocol = $1`, here)
		return err
	}))
	at := "/servidor/casos/" + here
	if r := o.send(elisa, at, at+"/notificar", nil); r.status != http.StatusSeeOther {
		t.Fatalf("notified: %d %s", r.status, r.body)
	}
	o.see(elisa.get(at), 200, "por este sistema", "ainda não aberta", "!abriu a notificação")
	o.see(o.rosa.get("/empresa/casos/"+here), 200, "A estante nunca chegou.")
	o.see(o.ines.get("/empresa/casos/"+here), 200, "Rosa Terra</strong> · A empresa abriu a notificação")
	o.see(elisa.get(at), 200, "aberta em", "Rosa Terra</strong> · A empresa abriu a notificação", "!ainda não aberta", "!com o código", "!Inês Moraes</strong> · A empresa abriu")

	first, _ := o.notified(t)
	code := strings.TrimSpace(strings.SplitN(strings.SplitN(o.mailTo("sac@ferragem.test"), "Código de acesso: ", 2)[1], "\n", 2)[0])
	c, err := o.complaints.AsOfficer(context.Background(), o.actor("elisa"), first, complaint.FromLink)
	o.must(err)
	o.must(o.complaints.Close(context.Background(), o.actor("elisa"), complaint.Ref{Protocol: first, Version: c.Version}, complaint.Unfounded, "Só fez a entrega."))
	o.see(guest.post("/empresa/codigo", url.Values{"codigo": {code}}), 409, "Este caso está encerrado", first, "encerrada desde", "Não fundamentada", "o mesmo código volta a servir até", "!Ana")
	o.see(guest.get("/empresa/casos/"+first), 404)
}

func TestACodeOnPaperIsPrintedOnceAndNeverKept(t *testing.T) {
	s := openSite(t, "")
	elisa := newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	protocol := s.complain(s.actor("ana"), nil)
	at := "/servidor/casos/" + protocol
	if r := s.send(elisa, at, at+"/notificar", url.Values{"canal": {"post"}, "endereco": {"Rua do Comércio, 5\r\nBagé, RS"}}); r.status != http.StatusSeeOther {
		t.Fatalf("notified: %d %s", r.status, r.body)
	}
	if r := elisa.post(at+"/codigo", nil); r.status != http.StatusOK || !strings.HasPrefix(r.body, "%PDF-") {
		t.Fatalf("printed: %d", r.status)
	}
	if !strings.Contains(elisa.get(at).body, "Cada impressão faz um código novo") {
		t.Error("the page does not say what printing does")
	}
	if r := s.send(elisa, at, at+"/entrega", url.Values{"situacao": {"enviada"}, "rastreio": {"AA123456789BR"}}); r.status != http.StatusSeeOther {
		t.Fatalf("posted: %d %s", r.status, r.body)
	}
	if !strings.Contains(elisa.get(at).body, "AA123456789BR") {
		t.Error("the page does not show the tracking number")
	}
}

func TestACaseOfASecondCompanyHasItsOwnAddressWithASlash(t *testing.T) {
	s := openSite(t, "")
	people := cpfOf()
	elisa, ana, dandara := newBrowser(t, s.BaseURL).signIn(people["elisa"]), newBrowser(t, s.BaseURL), newBrowser(t, s.BaseURL).signIn(people["dandara"])
	newBrowser(t, s.BaseURL).signIn(people["ana"])
	first, second := s.notified(t)
	at := "/servidor/casos/" + second
	page := elisa.get(at)
	if page.status != http.StatusOK || !strings.Contains(page.body, "Transportes Ligeiros") || !strings.Contains(page.body, `href="/servidor/casos/`+first) {
		t.Fatalf("the officer's page: %d", page.status)
	}
	if !strings.Contains(elisa.get("/servidor/casos/"+first).body, `href="`+at) {
		t.Error("the first case does not lead to the second")
	}
	if r := s.send(elisa, at, at+"/nota", url.Values{"mensagem": {"Nota da segunda."}}); r.status != http.StatusSeeOther || r.to != at {
		t.Errorf("a note: %d %s", r.status, r.to)
	}
	if strings.Contains(elisa.get("/servidor/casos/"+first).body, "Nota da segunda.") {
		t.Error("the note is in the first case too")
	}
	mine := "/reclamacoes/" + second
	if r := ana.signInAt(mine, people["ana"]); r.status != http.StatusOK || !strings.Contains(r.body, "Transportes Ligeiros") {
		t.Errorf("after signing in: %d", r.status)
	}
	if r := ana.get(mine + "/comprovante.pdf"); r.status != http.StatusOK || strings.Contains(r.header.Get("Content-Disposition"), "/2") {
		t.Errorf("the receipt: %d %s", r.status, r.header.Get("Content-Disposition"))
	}
	if r := dandara.get(mine); r.status != http.StatusNotFound {
		t.Errorf("somebody else: %d", r.status)
	}
	for _, nothing := range []string{first + "/3", first + "/0", first + "/1x", first + "/2/2"} {
		if r := elisa.get("/servidor/casos/" + nothing); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", nothing, r.status)
		}
	}
	if !strings.Contains(s.log.String(), "GET /servidor/casos/{protocolo}") {
		t.Error("the log does not name the route")
	}
	s.log.check(t)
}

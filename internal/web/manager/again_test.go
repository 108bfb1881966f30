package manager_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

func (w *world) post(path string, form url.Values, status int) (to string) {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if answer.Code != status {
		w.Errorf("%s answered %d, want %d: %s", path, answer.Code, status, answer.Body)
	}
	return answer.Header().Get("Location")
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)"[^>]* value="([^"]*)"`)

// form is what a form of a page sends, with more values.
func (w *world) form(page, action string, more ...string) url.Values {
	w.Helper()
	_, rest, found := strings.Cut(w.get(page, 200), `action="`+action+`"`)
	if !found {
		w.Fatalf("no form %s at %s", action, page)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(rest, -1) {
		values.Add(m[1], m[2])
	}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values
}

// taps sends a form several times at once, and again when all were answered.
func (w *world) taps(path string, form url.Values) {
	w.Helper()
	var taps sync.WaitGroup
	for range 4 {
		taps.Go(func() { w.post(path, form, 303) })
	}
	taps.Wait()
	w.post(path, form, 303)
}

func TestASecondTapDoesNotPutACompanyBackIntoTheDirectChannel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.who = w.Gilda
		varejo, err := w.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
		w.must(err)
		page := "/gestao/empresas/" + varejo.ID
		w.taps(page+"/canal", w.form(page, page+"/canal", "motivo", "Não responde."))
		if n := strings.Count(w.get(page, 200, "fora do canal direto"), "<li>Saiu do canal direto"); n != 1 {
			t.Errorf("taken out %d times", n)
		}
		w.taps(page+"/canal", w.form(page, page+"/canal", "motivo", "Acertou o que faltava."))
		if n := strings.Count(w.get(page, 200, "no canal direto desde"), "<li>Voltou ao canal direto"); n != 1 {
			t.Errorf("let in %d times", n)
		}
		w.post(page+"/canal", w.form(page, page+"/canal", "motivo", ""), 422)
	})
}

func TestASecondTapOfAManagerIsNoConflict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.who = w.Gilda
		for _, deed := range []string{"/aprovar", "/recusar"} {
			page := "/gestao/empresas/pedidos/" + w.request(w.Ana)
			w.taps(page+deed, w.form(page, page+deed, "papel", "agent", "motivo", "Falta a procuração."))
			w.get(page, 200, "Decidido por Gilda Teixeira")
		}
		varejo, err := w.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
		w.must(err)
		telefonia, err := w.Suppliers.ByCNPJ(t.Context(), complainttest.Telefonia)
		w.must(err)
		page := "/gestao/empresas/juntar?de=" + telefonia.ID + "&para=" + varejo.ID
		form := w.form(page, "/gestao/empresas/juntar", "motivo", "Mesma empresa.")
		w.taps("/gestao/empresas/juntar", form)
		if to := w.post("/gestao/empresas/juntar", form, 303); to != "/gestao/empresas/"+varejo.ID {
			t.Errorf("led to %s", to)
		}
		form.Set("motivo", "Outro motivo.")
		w.post("/gestao/empresas/juntar", form, 409)
	})
}

// request is one to join Varejo, sent by somebody.
func (w *world) request(who person.Actor) string {
	w.Helper()
	id, err := w.Suppliers.Begin(w.Context(), who, complainttest.Varejo)
	w.must(err)
	w.must(w.Suppliers.Declare(w.Context(), who, id, supplier.Declaration{LegalName: "Varejo Exemplo S.A.", TradeName: "Varejo Exemplo", Segment: "8",
		Email: "contato@varejo.example", Phone: "(51) 3333-0000"}))
	_, err = w.Files.Receive(w.Context(), attachment.Upload{Kind: attachment.Other, Name: "procuracao.txt", By: who.AccountID, RegistrationID: id, Reader: strings.NewReader(id)})
	w.must(err)
	w.must(w.Suppliers.Send(w.Context(), who, id, "2026-1"))
	return id
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

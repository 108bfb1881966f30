package manager_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
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
		if err != nil {
			t.Fatal(err)
		}
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

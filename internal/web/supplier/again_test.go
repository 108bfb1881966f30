package supplier_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/supplier"
	face "guiche/internal/web/supplier"
	"guiche/internal/web/ui"
)

// world is the companies' face over a real installation; who makes the next request.
type world struct {
	*testing.T
	*complainttest.Fixture
	handler http.Handler
	who     person.Actor
	cookies []*http.Cookie
	company string
}

func eachWorld(t *testing.T, story func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{T: t, Fixture: complainttest.New(t, d)}
		sessions := scs.New()
		view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: w.Now, Sessions: sessions,
			Actor: func(r *http.Request) (person.Actor, error) { return w.People.Actor(r.Context(), w.who.AccountID) },
			Faces: map[string]fs.FS{"supplier": face.Templates}})
		w.must(err)
		mux := http.NewServeMux()
		for _, route := range face.Routes(&face.Site{UI: view, Suppliers: w.Suppliers, Complaints: w.Service, Agencies: w.Agencies, Files: w.Files, Now: w.Now}) {
			mux.Handle(route.Pattern, view.Handle(route))
		}
		w.handler, w.who = sessions.LoadAndSave(mux), w.Ines
		varejo, err := w.Suppliers.ByCNPJ(t.Context(), complainttest.Varejo)
		w.must(err)
		w.company = varejo.ID
		story(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) ask(r *http.Request, status int) *httptest.ResponseRecorder {
	w.Helper()
	for _, c := range w.cookies {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if set := answer.Result().Cookies(); len(set) > 0 {
		w.cookies = set
	}
	if answer.Code != status {
		w.Fatalf("%s answered %d, want %d: %s", r.URL, answer.Code, status, answer.Body)
	}
	return answer
}

func (w *world) get(path string, status int) string {
	w.Helper()
	return w.ask(httptest.NewRequest(http.MethodGet, path, nil), status).Body.String()
}

func (w *world) post(path string, form url.Values, status int) (to string) {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.ask(r, status).Header().Get("Location")
}

var sent = regexp.MustCompile(`<form method="post" action="([^"]*)"|<input type="hidden" name="([^"]*)"[^>]* value="([^"]*)"|</form>`)

// twice sends the form of a page whose address ends so, two times, and wants the same answer.
func (w *world) twice(page, action string, more ...string) {
	w.Helper()
	to, values := "", url.Values{}
	for _, m := range sent.FindAllStringSubmatch(w.get(page, 200), -1) {
		switch inside := strings.HasSuffix(to, action) && to != ""; {
		case inside && m[0] == "</form>":
			for i := 0; i+1 < len(more); i += 2 {
				values.Set(more[i], more[i+1])
			}
			first := w.post(to, values, 303)
			if second := w.post(to, values, 303); second != first {
				w.Errorf("%s led to %s, then to %s", to, first, second)
			}
			return
		case inside:
			values.Add(m[2], m[3])
		default:
			to = m[1]
		}
	}
	w.Fatalf("no form %s at %s", action, page)
}

func TestASecondTapSendsNoSecondInvitation(t *testing.T) {
	eachWorld(t, func(w *world) {
		people := "/empresa/pessoas?empresa=" + w.company
		w.twice(people, "/convites", "cpf", "704.804.904-90", "email", "pessoa@exemplo.test", "papel", "agent")
		if n := strings.Count(w.get(people, 200), "<h3>pessoa@exemplo.test</h3>"); n != 1 {
			t.Errorf("invited %d times", n)
		}
	})
}

func TestASecondTapOfACompanysPersonIsNoConflict(t *testing.T) {
	eachWorld(t, func(w *world) {
		people := "/empresa/pessoas?empresa=" + w.company
		w.must(w.Suppliers.Invite(t.Context(), w.Ines, w.company, supplier.Invitation{CPF: "70480490490", Email: "pessoa@exemplo.test", Role: person.Agent}))
		w.twice(people, "/cancelar")
		w.Represent(t, "Paula Simões", "70480490490", complainttest.Varejo, person.Agent)
		w.twice(people, "/encerrar")
		if strings.Contains(w.get(people, 200), "Paula Simões") {
			t.Error("Paula is still there")
		}
		w.twice("/empresa/sair?empresa="+w.company, "/empresa/sair", "sucessor", "ninguem")
		w.get(people, 404)
		for _, other := range []person.Actor{w.Joao, w.Ana} {
			w.who = other
			w.post("/empresa/sair", url.Values{"empresa": {w.company}}, 404)
		}
	})
}

func TestARequestTakenBackTwiceLeadsToTheSamePage(t *testing.T) {
	eachWorld(t, func(w *world) {
		id, err := w.Suppliers.Begin(t.Context(), w.Ana, "44555666000181")
		w.must(err)
		w.who = w.Dandara
		w.post("/empresa/cadastro/"+id+"/desistir", nil, 404)
		w.who = w.Ana
		w.twice("/empresa/cadastro/"+id, "/desistir")
	})
}

package admin_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/admin"
	"guiche/internal/web/ui"
)

// world is the administrator's face over a real installation; who makes the next request.
type world struct {
	*testing.T
	*complainttest.Fixture
	ui      *ui.UI
	handler http.Handler
	katia   person.Actor
	who     person.Actor
	cookies []*http.Cookie
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{T: t, Fixture: complainttest.New(t, d)}
	w.katia = w.SignIn(t, "Kátia Wolff", "98765432100", person.Gold)
	sessions := scs.New()
	view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: w.Now, Sessions: sessions,
		Actor: func(*http.Request) (person.Actor, error) { return w.who, nil }, Faces: map[string]fs.FS{"admin": admin.Templates}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, route := range admin.Routes(&admin.Site{UI: view, Agencies: w.Agencies, Texts: &notice.Texts{DB: w.DB, Now: w.Now}, Now: w.Now}) {
		mux.Handle(route.Pattern, view.Handle(route))
	}
	w.ui, w.handler, w.who = view, sessions.LoadAndSave(mux), w.katia
	return w
}

func (w *world) get(path string, status int, words ...string) string {
	w.Helper()
	return w.see(httptest.NewRequest(http.MethodGet, path, nil), status, words...)
}

func (w *world) post(path string, form url.Values, status int, words ...string) string {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.see(r, status, words...)
}

func (w *world) ask(r *http.Request) *httptest.ResponseRecorder {
	for _, c := range w.cookies {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if fresh := answer.Result().Cookies(); len(fresh) > 0 {
		w.cookies = fresh
	}
	return answer
}

func (w *world) see(r *http.Request, status int, words ...string) string {
	w.Helper()
	answer := w.ask(r)
	body := answer.Body.String()
	if answer.Code != status {
		w.Fatalf("%s %s answered %d, want %d: %s", r.Method, r.URL, answer.Code, status, body)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			w.Errorf("%s %s lacks %q: %s", r.Method, r.URL, word, body)
		}
	}
	return body
}

func (w *world) sendMails() {
	w.Helper()
	if err := w.Jobs.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for name, page := range admin.Pages() {
		if err := templatecheck.CheckHTML(w.ui.Template(name).Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyAnAdministratorSeesTheFace(t *testing.T) { // quality section 3: deny by default
	w := newWorld(t, dbtest.SQLite(t))
	w.get("/admin", 200, "Administração do Procon RS")
	w.who = person.Actor{}
	w.get("/admin", 303)
	for _, who := range []person.Actor{w.Ana, w.Elisa, w.Gilda, w.Heitor} {
		w.who = who
		w.get("/admin", 404)
	}
}

package manager_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/agency"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/web/manager"
	"guiche/internal/web/ui"
)

// world is the manager's face over a real installation; who makes the next request.
type world struct {
	*testing.T
	*complainttest.Fixture
	ui      *ui.UI
	handler http.Handler
	who     person.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{T: t, Fixture: complainttest.New(t, d)}
	sessions := scs.New()
	view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: w.Now, Sessions: sessions,
		Actor: func(*http.Request) (person.Actor, error) { return w.who, nil }, Faces: map[string]fs.FS{"manager": manager.Templates}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, route := range manager.Routes(&manager.Site{UI: view, Complaints: w.Service, Agencies: w.Agencies, Suppliers: w.Suppliers, Files: w.Files, Now: w.Now}) {
		mux.Handle(route.Pattern, view.Handle(route))
	}
	w.ui, w.handler = view, sessions.LoadAndSave(mux)
	return w
}

func (w *world) get(path string, status int, words ...string) string {
	w.Helper()
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	body := answer.Body.String()
	if answer.Code != status {
		w.Fatalf("%s answered %d, want %d: %s", path, answer.Code, status, body)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			w.Errorf("%s lacks %q: %s", path, word, body)
		}
	}
	return body
}

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for name, page := range manager.Pages() {
		if err := templatecheck.CheckHTML(w.ui.Template(name).Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheManagerSeesWhereCasesStandAndWhatWasSentElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.who = w.Gilda
		w.get("/gestao", 200, "0 casos abertos", "Nenhuma resposta neste período")
		w.File(t, complainttest.Opts{})
		closed := w.File(t, complainttest.Opts{})
		if err := w.Service.Close(t.Context(), w.Elisa, complaint.Ref{Protocol: closed}, complaint.Settled, "Acordo."); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			w.Agencies.Count(agency.Case{Residence: complainttest.Acegua}, agency.Destination{Kind: agency.StateForm})
		}
		w.Agencies.Count(agency.Case{UF: "SC"}, agency.Destination{Kind: agency.OtherState})
		if err := w.Agencies.FlushCounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.get("/gestao", 200, "1 caso aberto, 1 sem responsável", `<a href="/servidor/fila?estado=screening">Em triagem <span class="num">1</span>`,
			`<a href="/servidor/fila?estado=closed">Encerrada <span class="num">1</span>`, "4 respostas no período",
			`<td>Formulário do estado</td><td>Aceguá</td><td class="num">3</td><td class="num">75 %</td>`,
			`<td>Procon de outro estado</td><td>outro estado (SC)</td><td class="num">1</td><td class="num">25 %</td>`)
		w.get("/gestao?inicio=2026-10-01&fim=2026-11-22", 200, "Nenhuma resposta neste período", `value="2026-10-01"`)
	})
}

func TestAPeriodThatCannotBeIsSaidAtItsField(t *testing.T) { // interface.md "Manners"
	w := newWorld(t, dbtest.SQLite(t))
	w.who = w.Gilda
	w.get("/gestao?inicio=ontem", 422, `id="inicio-error"`, "Confira a data")
	w.get("/gestao?inicio=2026-11-20&fim=2026-11-10", 422, `id="fim-error"`, "vem antes do começo")
}

func TestOnlyAManagerSeesThePage(t *testing.T) { // quality section 3: deny by default
	w := newWorld(t, dbtest.SQLite(t))
	w.get("/gestao", 303)
	for _, who := range []person.Actor{w.Ana, w.Elisa, w.Heitor} {
		w.who = who
		w.get("/gestao", 404)
	}
}

package supplier_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/person"
	"guiche/internal/web/supplier"
	"guiche/internal/web/ui"
)

func TestTheTemplatesOfCasesFitTheirStructs(t *testing.T) {
	view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: complainttest.Start, Sessions: scs.New(),
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil }, Faces: map[string]fs.FS{"supplier": supplier.Templates}})
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range supplier.CasePages() {
		if err := templatecheck.CheckHTML(view.Template(name).Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

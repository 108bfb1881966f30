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

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: complainttest.Start, Sessions: scs.New(),
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil }, Faces: map[string]fs.FS{"supplier": supplier.Templates}})
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(supplier.Templates, "*.html")
	if err != nil || len(files) != len(supplier.Pages()) {
		t.Errorf("%d templates, %d checked, %v", len(files), len(supplier.Pages()), err)
	}
	for name, page := range supplier.Pages() {
		if view.Template(name) == nil {
			t.Errorf("no template %s", name)
			continue
		}
		if err := templatecheck.CheckHTML(view.Template(name).Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package public

import (
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/web/ui"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	u, err := ui.New(ui.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Sessions: scs.New(), Faces: map[string]fs.FS{"public": Templates}})
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]any{
		"home": homePage{}, "company": companyPage{}, "residence": residencePage{}, "acessibilidade": textPage{}, "privacidade": textPage{}, "presencial": textPage{},
		"direct": destinationPage{}, "form": destinationPage{}, "municipal": destinationPage{}, "other": destinationPage{}, "fact": destinationPage{},
	}
	files, err := fs.Glob(Templates, "*.html")
	if err != nil || len(files) != len(pages) {
		t.Errorf("%d templates, %d checked, %v", len(files), len(pages), err)
	}
	for name, page := range pages {
		template := u.Template("public/" + name)
		if template == nil {
			t.Errorf("no template %s", name)
			continue
		}
		if err := templatecheck.CheckHTML(template.Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package supplier

import (
	"embed"
	"net/http"
	"time"

	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// Site is what the pages of this face need. All fields are required.
type Site struct {
	UI        *ui.UI
	Suppliers *supplier.Service
	Now       func() time.Time
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /empresa", Who: ui.SignedIn, Handler: s.start},
		{Pattern: "GET /empresa/termos", Who: ui.Anyone, Handler: s.showTerms},
	}
}

// start leads to the cases of the company, and who acts for none to the request to do so.
func (s *Site) start(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	if len(who.Mandates) == 0 {
		return ui.SeeOther(w, r, "/empresa/cadastro")
	}
	return ui.SeeOther(w, r, "/empresa/fila")
}

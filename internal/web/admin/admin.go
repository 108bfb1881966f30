package admin

import (
	"embed"
	"net/http"
	"time"

	"guiche/internal/agency"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// Site is what the pages of this face need. All fields are required.
type Site struct {
	UI       *ui.UI
	Agencies *agency.Service
	Texts    *notice.Texts
	Now      func() time.Time
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin", Who: ui.AdminOnly, Handler: s.start},
		{Pattern: "GET /admin/textos", Who: ui.AdminOnly, Handler: s.texts},
		{Pattern: "GET /admin/textos/{aviso}", Who: ui.AdminOnly, Handler: s.showText},
		{Pattern: "POST /admin/textos/{aviso}", Who: ui.AdminOnly, Handler: s.changeText},
		{Pattern: "GET /admin/textos/{aviso}/email", Who: ui.AdminOnly, Handler: s.letter},
	}
}

// place is one thing to look after, on the start page.
type place struct{ Icon, URL, Title, About string }

// places are the pages of this face that the start page leads to.
func places() []place {
	return []place{
		{"mail", "/admin/textos", "Textos dos avisos", "O que os e-mails dizem ao consumidor e à empresa."},
	}
}

type startPage struct {
	ui.Page
	Agency agency.Agency
	Places []place
}

func (s *Site) start(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, of, err := s.page(r, who, "Administração")
	if err != nil {
		return err
	}
	p.Breadcrumb = nil
	return s.UI.Render(w, http.StatusOK, "admin/start", startPage{p, of, places()})
}

// page begins a page in the name of the agency the actor administers.
func (s *Site) page(r *http.Request, who person.Actor, title string) (ui.Page, agency.Agency, error) {
	p := s.UI.Page(r, who, title)
	p.Work = true
	p.Breadcrumb = []ui.Link{{URL: "/admin", Text: "Administração"}, {Text: title, Current: true}}
	of, err := s.Agencies.Agency(r.Context(), who.AdminOf())
	if err == nil {
		p.Theme.Agency = of.ShortName
	}
	return p, of, err
}

package public

import (
	"context"
	"embed"
	"net/http"

	"guiche/internal/agency"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// Site is the front door. All fields but Pending and Interrupted are required.
type Site struct {
	UI        *ui.UI
	Agencies  *agency.Service
	Suppliers *supplier.Service
	// Pending is where an unfinished complaint of a person goes on; empty: there is none. Nil: nobody is asked.
	Pending func(ctx context.Context, who person.Actor) (address string, err error)
	// Interrupted is where a visitor goes on with a sign-in that led nowhere: some providers send people here
	// after registering. Empty: there is none. Nil: nobody is asked.
	Interrupted func(*http.Request) (address string)
}

// Templates are the pages, rendered as "public/NAME".
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of the front door.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /{$}", Who: ui.Anyone, Handler: s.home},
		{Pattern: "GET /atendimento", Who: ui.Anyone, Handler: s.company},
		{Pattern: "GET /atendimento/municipio", Who: ui.Anyone, Handler: s.residence},
		{Pattern: "GET /atendimento/destino", Who: ui.Anyone, Handler: s.destination},
		{Pattern: "GET /municipios", Who: ui.Anyone, Handler: s.suggest},
		{Pattern: "GET /presencial", Who: ui.Anyone, Handler: s.text("presencial", "Atendimento presencial")},
		{Pattern: "GET /acessibilidade", Who: ui.Anyone, Handler: s.text("acessibilidade", "Acessibilidade")},
		{Pattern: "GET /privacidade", Who: ui.Anyone, Handler: s.text("privacidade", "Privacidade")},
	}
}

type homePage struct {
	ui.Page
	Query      string
	Pending    string
	SignIn     string // to go on with a sign-in
	AnswerDays int64
}

func (s *Site) home(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page := homePage{Page: s.UI.Page(r, who, "Problema com uma empresa?"), AnswerDays: supplier.DefaultAnswerDays}
	page.Search = "q"
	if s.Pending != nil && who.SignedIn() {
		var err error
		if page.Pending, err = s.Pending(r.Context(), who); err != nil {
			return err
		}
	}
	if s.Interrupted != nil && !who.SignedIn() {
		page.SignIn = s.Interrupted(r)
	}
	return s.UI.Render(w, http.StatusOK, "public/home", page)
}

type textPage struct{ ui.Page }

// text is a page that only says something.
func (s *Site) text(name, title string) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		page := textPage{s.UI.Page(r, who, title)}
		page.Breadcrumb = crumbs(title)
		return s.UI.Render(w, http.StatusOK, "public/"+name, page)
	}
}

// crumbs are the way from the start page to here.
func crumbs(here string, between ...ui.Link) []ui.Link {
	list := append([]ui.Link{{URL: "/", Text: "Início"}}, between...)
	return append(list, ui.Link{Text: here, Current: true})
}

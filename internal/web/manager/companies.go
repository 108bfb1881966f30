package manager

import (
	"net/http"
	"net/url"

	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// shownHits is how many companies a search shows.
const shownHits = 30

type companiesPage struct {
	ui.Page
	Requests []supplier.Registration
	Field    *ui.Field
	Hits     []supplier.Hit
	Listed   []supplier.Listed
	Next     string // address of the next page; empty: none
}

// companies shows the requests that wait first, then the companies of the direct channel, or those that a search finds.
func (s *Site) companies(w http.ResponseWriter, r *http.Request, who person.Actor) (err error) {
	q := r.URL.Query()
	page := companiesPage{Page: s.workPage(r, who, "Empresas"),
		Field: &ui.Field{Name: "q", Label: "Nome ou CNPJ", Kind: ui.Search, Value: ui.Clean(q.Get("q")), Autocomplete: "off"}}
	page.Search = "q"
	if page.Requests, err = s.Suppliers.PendingRequests(r.Context(), who); err != nil {
		return err
	}
	if page.Field.Value != "" {
		page.Hits, err = s.Suppliers.Search(r.Context(), page.Field.Value, shownHits)
	} else {
		err = s.listed(r, who, &page)
	}
	if err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "manager/companies", page)
}

func (s *Site) listed(r *http.Request, who person.Actor, page *companiesPage) error {
	q := r.URL.Query()
	list, more, err := s.Suppliers.RegisteredCompanies(r.Context(), who, q.Get("nome"), q.Get("depois"))
	page.Listed = list
	if more {
		last := list[len(list)-1]
		page.Next = "/gestao/empresas?" + url.Values{"nome": {last.TradeName}, "depois": {last.ID}}.Encode()
	}
	return err
}

// workPage begins a page of the managers, with the way from their start page to here.
func (s *Site) workPage(r *http.Request, who person.Actor, title string, between ...ui.Link) ui.Page {
	p := s.UI.Page(r, who, title)
	p.Work = true
	p.Breadcrumb = append([]ui.Link{{URL: "/gestao", Text: "Gestão"}}, between...)
	p.Breadcrumb = append(p.Breadcrumb, ui.Link{Text: title, Current: true})
	return p
}

func companiesLink() ui.Link { return ui.Link{URL: "/gestao/empresas", Text: "Empresas"} }

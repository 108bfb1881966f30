package supplier

import (
	"net/http"

	"guiche/internal/calendar"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type choosePage struct {
	ui.Page
	Enough   bool // the account's level is
	Tells    bool // gov.br can be asked
	Links    []linkChoice
	Requests []supplier.Registration
	Form     ui.Form
}

type linkChoice struct {
	supplier.Link
	Objection string // why it is not enough; empty: it is
}

func cnpjForm() ui.Form {
	return ui.Form{{Name: "cnpj", Label: "CNPJ da empresa", Kind: ui.Text, Size: "m", Autocomplete: "off", Hint: "São quatorze números ou letras, como 12.345.678/0001-95."}}
}

// choose is where a person begins to act for a company, and sees what became of earlier requests.
func (s *Site) choose(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	form := cnpjForm()
	if typed := s.UI.Kept(r.Context(), r.URL.Path); typed != nil {
		form.Fill(typed)
	}
	return s.chooseAgain(w, r, who, http.StatusOK, form)
}

func (s *Site) chooseAgain(w http.ResponseWriter, r *http.Request, who person.Actor, status int, form ui.Form) error {
	page := choosePage{Page: s.UI.Page(r, who, "Responder por uma empresa"), Enough: who.Level.AtLeast(person.Silver), Form: form}
	page.Tells = s.TellsCompanies != nil && s.TellsCompanies(r)
	page.Problems = form.Problems()
	links, err := s.Suppliers.Links(r.Context(), who)
	if err != nil {
		return err
	}
	for _, l := range links {
		page.Links = append(page.Links, linkChoice{l, l.Objection(calendar.Of(s.Now()).String())})
	}
	if page.Requests, err = s.Suppliers.Requests(r.Context(), who); err != nil {
		return err
	}
	return s.UI.Render(w, status, "supplier/choose", page)
}

// begin opens a request for the company chosen or typed.
func (s *Site) begin(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	form := cnpjForm().Fill(values)
	id, err := s.Suppliers.Begin(r.Context(), who, form.Get("cnpj").Value)
	if form.Fail(err) {
		return s.chooseAgain(w, r, who, http.StatusUnprocessableEntity, form)
	}
	if fault.Is(err, fault.Forbidden) {
		return ui.SeeOther(w, r, "/conta/nivel?volta=/empresa/cadastro")
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, requestURL(id))
}

func requestURL(id string) string { return "/empresa/cadastro/" + id }

package supplier

import (
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type termsPage struct {
	ui.Page
	Terms supplier.Terms
}

// showTerms is the text that companies accept, for everybody to read.
func (s *Site) showTerms(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	current, err := s.Suppliers.CurrentTerms(r.Context())
	if err != nil {
		return err
	}
	page := termsPage{s.UI.Page(r, who, "Termos do canal direto"), current}
	return s.UI.Render(w, http.StatusOK, "supplier/terms", page)
}

// acceptancePage shows the terms in full above the box that accepts them: for a request, or for a company whose lead
// must accept a new version.
type acceptancePage struct {
	ui.Page
	Terms   supplier.Terms
	Company string
	Action  string // where the form goes
	Back    string // the step before; empty: none
	Button  string
	Form    ui.Form
}

func acceptanceForm(version, companyID string) ui.Form {
	return ui.Form{
		{Name: "versao", Kind: ui.Hidden, Value: version},
		{Name: "empresa", Kind: ui.Hidden, Value: companyID},
		{Name: "aceito", Kind: ui.Checkbox, Label: "Li os termos, posso decidir pela empresa e aceito em nome dela."},
	}
}

// accepted reads the form; without the tick it says so at the box.
func (p *acceptancePage) accepted(w http.ResponseWriter, r *http.Request) (version string, ok bool, err error) {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return "", false, err
	}
	version = p.Form.Fill(values).Get("versao").Value
	if p.Form.Get("aceito").Value == "1" {
		return version, true, nil
	}
	p.Form.Get("aceito").Error = "Para continuar, marque que aceita os termos."
	p.Form.Get("versao").Value = p.Terms.Version
	p.Problems = p.Form.Problems()
	return version, false, nil
}

// due begins the page on which a lead accepts a new version; none due leads on.
func (s *Site) due(r *http.Request, who person.Actor, named string) (page acceptancePage, id string, err error) {
	if id, err = inHand(who, named); err != nil {
		return page, id, err
	}
	if !who.Leads(id) {
		return page, id, fault.New(fault.NotFound, "")
	}
	terms, err := s.Suppliers.TermsDue(r.Context(), who, id)
	if err != nil {
		return page, id, err
	}
	company, err := s.Suppliers.ByID(r.Context(), id)
	page = acceptancePage{Page: s.UI.Page(r, who, "O texto dos termos mudou"), Terms: terms, Company: company.TradeName, Action: "/empresa/termos/aceite",
		Button: "Aceitar e continuar", Form: acceptanceForm(terms.Version, id)}
	return page, id, err
}

func (s *Site) showDue(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, _, err := s.due(r, who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	if page.Terms.Version == "" {
		return ui.SeeOther(w, r, "/empresa")
	}
	return s.UI.Render(w, http.StatusOK, "supplier/acceptance", page)
}

func (s *Site) acceptDue(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	page, id, err := s.due(r, who, values.Get("empresa"))
	if err != nil {
		return err
	}
	version, ok, err := page.accepted(w, r)
	if err != nil {
		return err
	}
	if !ok && page.Terms.Version != "" {
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/acceptance", page)
	}
	if err := s.Suppliers.AcceptTerms(r.Context(), who, id, version); err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Termos aceitos.")
	return ui.SeeOther(w, r, "/empresa")
}

package supplier

import (
	"net/http"
	"net/url"
	"slices"

	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type modelsPage struct {
	ui.Page
	Company string
	Models  []supplier.Template
	ID      string // of the template in the form; a new one has it from the beginning
	Editing bool
	Form    ui.Form
	Fields  []struct{ Name, Means string }
}

func modelForm() ui.Form {
	return ui.Form{{Name: "titulo", Label: "Nome do modelo", Kind: ui.Text, MaxLength: 80}, {Name: "texto", Label: "Texto", Kind: ui.Long, MaxLength: 10_000}}
}

// models lists the company's answer templates; "modelo" opens one in the form.
func (s *Site) models(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, err := s.modelsPage(r, who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	for _, t := range p.Models {
		if t.ID == r.URL.Query().Get("modelo") {
			p.ID, p.Editing = t.ID, true
			p.Form.Fill(url.Values{"titulo": {t.Title}, "texto": {t.Body}})
		}
	}
	if kept := s.UI.Kept(r.Context(), "/empresa/modelos"); kept != nil {
		p.Form.Fill(kept)
	}
	return s.UI.Render(w, http.StatusOK, "supplier/models", p)
}

func (s *Site) modelsPage(r *http.Request, who person.Actor, named string) (modelsPage, error) {
	company, err := inHand(who, named)
	if err != nil {
		return modelsPage{}, err
	}
	p := modelsPage{Page: s.workPage(r, who, "Modelos de resposta"), Company: company, Form: modelForm(), Fields: supplier.TemplateFields, ID: db.NewID()}
	p.Models, err = s.Suppliers.Templates(r.Context(), who, company)
	return p, err
}

func (s *Site) saveModel(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	p, err := s.modelsPage(r, who, values.Get("empresa"))
	if err != nil {
		return err
	}
	p.ID = values.Get("modelo")
	p.Editing = slices.ContainsFunc(p.Models, func(t supplier.Template) bool { return t.ID == p.ID })
	typed := p.Form.Fill(values).Values()
	err = s.Suppliers.SaveTemplate(r.Context(), who, supplier.Template{ID: p.ID, SupplierID: p.Company, Title: typed["titulo"], Body: typed["texto"]})
	if p.Form.Fail(err) {
		p.Problems = p.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/models", p)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Modelo guardado.")
	return ui.SeeOther(w, r, ofCompany("/empresa/modelos", p.Company))
}

func (s *Site) deleteModel(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	company, err := inHand(who, values.Get("empresa"))
	if err == nil {
		err = s.Suppliers.DeleteTemplate(r.Context(), who, company, r.PathValue("modelo"))
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Modelo apagado.")
	return ui.SeeOther(w, r, ofCompany("/empresa/modelos", company))
}

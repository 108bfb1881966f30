package manager

import (
	"cmp"
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type duplicatesPage struct {
	ui.Page
	Pairs []supplier.Pair
}

// duplicates are the pairs of companies that may be one, which nobody has settled yet.
func (s *Site) duplicates(w http.ResponseWriter, r *http.Request, who person.Actor) (err error) {
	page := duplicatesPage{Page: s.workPage(r, who, "Empresas que podem estar repetidas", companiesLink())}
	if page.Pairs, err = s.Suppliers.Duplicates(r.Context(), who); err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "manager/duplicates", page)
}

// different says that two companies are not one.
func (s *Site) different(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := s.Suppliers.Different(r.Context(), who, values.Get("a"), values.Get("b")); err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Guardado. Estas duas não aparecem mais como repetidas.")
	return ui.SeeOther(w, r, "/gestao/empresas/duplicadas")
}

type mergePage struct {
	ui.Page
	From, To supplier.Supplier
	Form     ui.Form
}

// merging begins the page that asks before one company becomes another.
func (s *Site) merging(r *http.Request, who person.Actor, from, to string) (page mergePage, err error) {
	page = mergePage{Page: s.workPage(r, who, "Juntar duas empresas", companiesLink())}
	page.From, page.To, err = s.Suppliers.Both(r.Context(), who, from, to)
	page.Form = ui.Form{
		{Name: "de", Kind: ui.Hidden, Value: page.From.ID}, {Name: "para", Kind: ui.Hidden, Value: page.To.ID},
		{Name: "motivo", Label: "Motivo", Kind: ui.Long, MaxLength: 1000, Hint: "Como você sabe que são a mesma empresa. Fica no histórico."},
	}
	return page, err
}

func (s *Site) showMerge(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q, typed := r.URL.Query(), s.UI.Kept(r.Context(), r.URL.Path)
	page, err := s.merging(r, who, cmp.Or(q.Get("de"), typed.Get("de")), cmp.Or(q.Get("para"), typed.Get("para")))
	if err != nil {
		return err
	}
	page.Form.Get("motivo").Value = ui.Clean(typed.Get("motivo"))
	return s.UI.Render(w, http.StatusOK, "manager/merge", page)
}

func (s *Site) merge(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	from, to, reason := values.Get("de"), values.Get("para"), ui.Clean(values.Get("motivo"))
	page, err := s.merging(r, who, from, to)
	if fault.Is(err, fault.Conflict) && s.Suppliers.Merge(r.Context(), who, from, to, reason) == nil { // a second tap
		s.UI.Flash(r.Context(), "As duas empresas agora são uma só.")
		return ui.SeeOther(w, r, companyURL(to))
	}
	if err != nil {
		return err
	}
	page.Form.Get("motivo").Value = reason
	err = s.Suppliers.Merge(r.Context(), who, page.From.ID, page.To.ID, reason)
	if page.Form.Fail(err) {
		page.Problems = page.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/merge", page)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), page.From.TradeName+" agora é "+page.To.TradeName+".")
	return ui.SeeOther(w, r, companyURL(page.To.ID))
}

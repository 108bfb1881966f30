package supplier

import (
	"net/http"

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

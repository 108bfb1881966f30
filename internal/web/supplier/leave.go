package supplier

import (
	"cmp"
	"net/http"

	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type leavePage struct {
	ui.Page
	Company supplier.Supplier
	Alone   bool // the only lead
	Form    ui.Form
}

// alone is the value of the choice to leave without a successor.
const alone = "ninguem"

// leaving begins the page on which a person ends their own access.
func (s *Site) leaving(r *http.Request, who person.Actor, named string) (page leavePage, id string, err error) {
	if id, err = inHand(who, named); err != nil {
		return page, id, err
	}
	staff, err := s.Suppliers.StaffOf(r.Context(), who, id)
	if err != nil {
		return page, id, err
	}
	page = leavePage{Page: s.workPage(r, who, "Sair de "+staff.Company.TradeName), Company: staff.Company, Alone: staff.Alone(who),
		Form: ui.Form{{Name: "empresa", Kind: ui.Hidden, Value: id}}}
	if page.Alone {
		successor := &ui.Field{Name: "sucessor", Label: "Quem fica responsável no seu lugar?", Kind: ui.Radio}
		for _, h := range staff.People {
			if h.CPF != who.CPF {
				successor.Options = append(successor.Options, ui.Option{Value: h.ID, Label: cmp.Or(h.Name, "CPF "+cpfcnpj.MaskCPF(h.CPF))})
			}
		}
		successor.Options = append(successor.Options, ui.Option{Value: alone, Label: "Ninguém", Hint: "O Procon será avisado de que a empresa está sem responsável."})
		page.Form = append(page.Form, successor)
	}
	return page, id, nil
}

func (s *Site) showLeave(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, _, err := s.leaving(r, who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "supplier/leave", page)
}

// leave ends the person's own access at once: the next request has it no more.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	page, id, err := s.leaving(r, who, values.Get("empresa"))
	if fault.Is(err, fault.NotFound) { // who left and tapped twice has left
		if err := s.Suppliers.Leave(r.Context(), who, values.Get("empresa"), supplier.Leaving{}); err != nil {
			return err
		}
		return s.afterLeaving(w, r, "esta empresa")
	}
	if err != nil {
		return err
	}
	how := supplier.Leaving{Successor: values.Get("sucessor")}
	if how.Successor == alone {
		how = supplier.Leaving{Sure: true}
	}
	err = s.Suppliers.Leave(r.Context(), who, id, how)
	if page.Form.Fail(err) {
		page.Problems = page.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/leave", page)
	}
	if err != nil {
		return err
	}
	return s.afterLeaving(w, r, page.Company.TradeName)
}

func (s *Site) afterLeaving(w http.ResponseWriter, r *http.Request, company string) error {
	s.UI.Flash(r.Context(), "Você não responde mais por "+company+".")
	return ui.SeeOther(w, r, "/painel")
}

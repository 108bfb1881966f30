package supplier

import (
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type codePage struct {
	ui.Page
	Enough bool // the account's level is
	Form   ui.Form
}

func (s *Site) codePage(r *http.Request, who person.Actor) codePage {
	p := codePage{Page: s.UI.Page(r, who, "Abrir uma notificação"), Enough: who.Level.AtLeast(person.Silver)}
	p.Form = ui.Form{{Name: "codigo", Label: "Código de acesso", Hint: "São 12 letras e números, na carta ou no e-mail: ABCD-EFGH-JKLM.", Kind: ui.Text, MaxLength: 20, Size: "m", Autocomplete: "off"}}
	return p
}

// showCode asks for the code of a letter. It comes typed, never in the address, which others may see.
func (s *Site) showCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.UI.Render(w, http.StatusOK, "supplier/code", s.codePage(r, who))
}

// enterCode opens the one case of the code and leads there.
func (s *Site) enterCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	protocol, err := s.Complaints.OpenByCode(r.Context(), who, values.Get("codigo"))
	switch {
	case err == nil:
		return ui.SeeOther(w, r, "/empresa/casos/"+protocol)
	case !fault.Is(err, fault.Invalid):
		return err
	}
	p := s.codePage(r, who)
	p.Form.Fill(values)
	p.Form.Fail(err)
	p.Problems = p.Form.Problems()
	return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/code", p)
}

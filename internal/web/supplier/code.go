package supplier

import (
	"errors"
	"net/http"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
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
	p := s.codePage(r, who)
	p.Form.Fill(s.UI.Kept(r.Context(), r.URL.Path))
	return s.UI.Render(w, http.StatusOK, "supplier/code", p)
}

// enterCode opens the one case of the code and leads there.
func (s *Site) enterCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	protocol, err := s.Complaints.OpenByCode(r.Context(), who, values.Get("codigo"))
	var over complaint.CaseOver
	switch {
	case err == nil:
		return ui.SeeOther(w, r, "/empresa/casos/"+protocol)
	case errors.As(err, &over):
		return s.showOver(w, r, who, over)
	case !fault.Is(err, fault.Invalid):
		return err
	}
	p := s.codePage(r, who)
	p.Form.Fill(values)
	p.Form.Fail(err)
	p.Problems = p.Form.Problems()
	return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/code", p)
}

type overPage struct {
	ui.Page
	complaint.CaseOver
	Agency agency.Agency
	Since  string // the day it was closed
}

// showOver says that the case of a code is closed, and whom to ask.
func (s *Site) showOver(w http.ResponseWriter, r *http.Request, who person.Actor, over complaint.CaseOver) error {
	of, err := s.Agencies.Agency(r.Context(), over.AgencyID)
	if err != nil {
		return err
	}
	p := overPage{Page: s.UI.Page(r, who, "Este caso está encerrado"), CaseOver: over, Agency: of, Since: calendar.Of(over.ClosedAt).String()}
	p.Theme.Agency = of.ShortName
	return s.UI.Render(w, http.StatusConflict, "supplier/over", p)
}

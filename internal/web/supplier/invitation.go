package supplier

import (
	"cmp"
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type invitationPage struct {
	ui.Page
	Code       string
	Problem    string // why the link opens nothing
	Enough     bool   // the account's level is
	Invitation supplier.Invitation
	Until      string // last day of the access; empty: no end
	Company    supplier.Supplier
}

// showInvitation is where the link of an invitation leads: it asks before it changes anything.
func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.invitation(w, r, who, cmp.Or(r.URL.Query().Get("codigo"), s.UI.Kept(r.Context(), r.URL.Path).Get("codigo")))
}

func (s *Site) invitation(w http.ResponseWriter, r *http.Request, who person.Actor, code string) error {
	page := invitationPage{Page: s.UI.Page(r, who, "Convite"), Code: code, Enough: who.Level.AtLeast(person.Silver)}
	page.Path = "/empresa" // the secret of the address stays out of the page's links
	var err error
	page.Invitation, page.Company, err = s.Suppliers.InvitationOf(r.Context(), who, code)
	if fault.Is(err, fault.Invalid) {
		page.Problem = fault.Text(err)
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/invitation", page)
	}
	if err != nil {
		return err
	}
	if page.Invitation.ValidTo != supplier.Endless {
		page.Until = page.Invitation.ValidTo
	}
	page.Title = "Convite para responder por " + page.Company.TradeName
	return s.UI.Render(w, http.StatusOK, "supplier/invitation", page)
}

func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, err := s.Suppliers.AcceptInvitation(r.Context(), who, values.Get("codigo"))
	if fault.Is(err, fault.Invalid) {
		return s.invitation(w, r, who, values.Get("codigo"))
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Pronto. Você já pode responder pela empresa.")
	return ui.SeeOther(w, r, ofCompany("/empresa/pessoas", id))
}

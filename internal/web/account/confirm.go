package account

import (
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type confirmPage struct {
	ui.Page
	Code    string
	Problem string
}

// showConfirm asks before confirming: programs that check mail follow its links, and that must change nothing.
func (s *Site) showConfirm(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page := confirmPage{Page: s.confirmFrame(r, who), Code: r.URL.Query().Get("codigo")}
	if page.Code == "" {
		page.Problem = "O link está incompleto. Copie o endereço inteiro da mensagem."
		return s.UI.Render(w, http.StatusUnprocessableEntity, "account/confirm", page)
	}
	return s.UI.Render(w, http.StatusOK, "account/confirm", page)
}

// confirmFrame keeps the secret of the address out of the page's links.
func (s *Site) confirmFrame(r *http.Request, who person.Actor) ui.Page {
	page := s.UI.Page(r, who, "Confirmar e-mail")
	page.Path = "/conta"
	return page
}

func (s *Site) confirm(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	typed, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = s.People.ConfirmEmail(r.Context(), typed.Get("codigo"))
	if fault.Is(err, fault.Invalid) {
		page := confirmPage{Page: s.confirmFrame(r, who), Problem: fault.Text(err)}
		return s.UI.Render(w, http.StatusUnprocessableEntity, "account/confirm", page)
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, "/conta/email-confirmado")
}

func (s *Site) showConfirmed(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.UI.Render(w, http.StatusOK, "account/confirmed", s.UI.Page(r, who, "E-mail confirmado"))
}

package account

import (
	"net/http"
	"time"

	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/session"
	"guiche/internal/web/ui"
)

type accountPage struct {
	ui.Page
	MaskedCPF   string
	Level       string
	MayRaise    bool
	Unconfirmed string // e-mail that waits for its link
	Form        ui.Form
	Sessions    []sessionRow
}

type sessionRow struct {
	ID, Agent     string
	Created, Seen time.Time
	Current       bool
}

func contactForm() ui.Form {
	return ui.Form{
		{Name: "email", Label: "E-mail", Kind: ui.Email, Hint: "Por ele avisamos de cada novidade.", Autocomplete: "email"},
		{Name: "telefone", Label: "Telefone com DDD", Kind: ui.Phone, Hint: "Por exemplo, (51) 99999-0000.", Autocomplete: "tel-national", InputMode: "tel", Size: "m"},
	}
}

// show is who I am, how I am reached and where I am signed in. A form typed before the session was lost is back.
func (s *Site) show(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	form := contactForm()
	form.Get("email").Value, form.Get("telefone").Value = who.Email, showPhone(who.Phone)
	if typed := s.UI.Kept(r.Context(), "/conta"); typed != nil {
		form.Fill(typed)
	}
	return s.render(w, r, who, http.StatusOK, form)
}

func (s *Site) render(w http.ResponseWriter, r *http.Request, who person.Actor, status int, form ui.Form) error {
	sessions, err := s.sessions(r, who)
	if err != nil {
		return err
	}
	page := accountPage{
		Page: s.UI.Page(r, who, "Minha conta"), MaskedCPF: cpfcnpj.MaskCPF(who.CPF), Level: who.Level.Label(),
		MayRaise: !who.Level.AtLeast(person.Silver), Form: form, Sessions: sessions,
	}
	page.Problems = form.Problems()
	if !who.EmailConfirmed {
		page.Unconfirmed = who.Email
	}
	return s.UI.Render(w, status, "account/account", page)
}

func (s *Site) sessions(r *http.Request, who person.Actor) ([]sessionRow, error) {
	list, err := s.People.Sessions(r.Context(), who.AccountID)
	if err != nil {
		return nil, err
	}
	current := session.ID(r.Context(), s.Sessions)
	rows := make([]sessionRow, 0, len(list))
	for _, v := range list {
		rows = append(rows, sessionRow{v.ID, browser(v.Agent), v.Created, v.Seen, v.ID == current})
	}
	return rows, nil
}

// change stores e-mail and telephone.
func (s *Site) change(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	typed, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	form := contactForm().Fill(typed)
	email, phone := form.Get("email").Value, form.Get("telefone").Value
	err = s.People.SetContact(r.Context(), who, email, phone)
	if form.Fail(err) {
		return s.render(w, r, who, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	text := "Guardado."
	if email != "" && email != who.Email {
		text = "Guardado. Enviamos uma mensagem para " + email + ": abra o link dela para confirmar que o e-mail é seu."
	}
	s.UI.Flash(r.Context(), text)
	return ui.SeeOther(w, r, "/conta")
}

func (s *Site) endSession(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	if err := s.UI.Gone(r, s.People.EndSession(r.Context(), who.AccountID, r.PathValue("id"))); err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Sessão encerrada. Quem estava nela precisa entrar de novo.")
	return ui.SeeOther(w, r, "/conta")
}

// askConfirmation sends the link again.
func (s *Site) askConfirmation(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	err := s.People.AskConfirmation(r.Context(), who)
	if fault.Is(err, fault.Invalid) {
		form := contactForm()
		form.Get("email").Value, form.Get("telefone").Value = who.Email, showPhone(who.Phone)
		form.Fail(err)
		return s.render(w, r, who, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Enviamos outra mensagem. Olhe também no lixo eletrônico.")
	return ui.SeeOther(w, r, "/conta")
}

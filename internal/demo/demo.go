package demo

import (
	"embed"
	"net/http"
	"slices"
	"time"

	"guiche/internal/demo/devidp"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Site is what this face is made of.
type Site struct {
	UI     *ui.UI
	Outbox *mail.Outbox
	Now    func() time.Time
	// Replies and Take are the way of an answer to a mail; nil where answers are read from a real mailbox, or by nobody.
	Replies *mail.ReplyBox
	Take    Take
}

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /demo", Who: ui.Anyone, Handler: s.people},
		{Pattern: "GET /demo/correio", Who: ui.Anyone, Handler: s.mails},
		{Pattern: "GET /demo/correio/{id}", Who: ui.Anyone, Handler: s.mail},
		{Pattern: "POST /demo/correio/{id}", Who: ui.Anyone, Handler: s.reply},
		{Pattern: "GET /demo/correio/{id}/html", Who: ui.Anyone, Handler: s.html},
	}
}

type peoplePage struct {
	ui.Page
	People       []Person
	Unregistered string // CNPJ of a company that is in the list and has not signed the terms
	Provider     string // where the provider's switches are
}

func (s *Site) people(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page := peoplePage{Page: s.UI.Page(r, who, "Quem você quer ser?"), People: People(), Unregistered: UnregisteredCNPJ, Provider: devidp.DefaultPath}
	page.Wide = true
	return s.UI.Render(w, http.StatusOK, "demo/people", page)
}

type mailsPage struct {
	ui.Page
	Mails []mail.Sent // newest first
}

func (s *Site) mails(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page := mailsPage{Page: s.UI.Page(r, who, "E-mails enviados"), Mails: s.Outbox.All()}
	page.Wide = true
	slices.Reverse(page.Mails)
	return s.UI.Render(w, http.StatusOK, "demo/mails", page)
}

type mailPage struct {
	ui.Page
	Subject, Name, Address, Text string
	At                           time.Time
	HTML                         string // address of the HTML form; empty when there is none
	ID                           string
	Form                         ui.Form // to answer it; empty: nobody reads answers
	Returns                      bool    // it can be sent back
}

func (s *Site) mail(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	m, err := s.find(r)
	if err != nil {
		return err
	}
	page := mailPage{Page: s.UI.Page(r, who, "E-mail: "+m.Subject), Subject: m.Subject, Name: m.To.Name, Address: m.To.Address, Text: m.Text, At: m.At}
	page.Wide = true
	page.Breadcrumb = []ui.Link{{URL: "/demo", Text: "Demonstração"}, {URL: "/demo/correio", Text: "E-mails enviados"}, {Text: m.Subject, Current: true}}
	if m.HTML != "" {
		page.HTML = "/demo/correio/" + m.ID + "/html"
	}
	page.ID, page.Returns = m.ID, s.Replies != nil
	if !who.SignedIn() { // other pages have nothing to say to visitors
		page.Flash = s.UI.Sessions.PopString(r.Context(), "flash")
	}
	if s.Replies != nil && m.ReplyTo != "" {
		page.Form = replyForm()
	}
	ui.FrameLetter(w)
	return s.UI.Render(w, http.StatusOK, "demo/mail", page)
}

func (s *Site) find(r *http.Request) (mail.Sent, error) {
	m, ok := s.Outbox.ByID(r.PathValue("id"))
	if !ok {
		return m, fault.New(fault.NotFound, "Este e-mail não está mais guardado. A demonstração guarda os últimos 500, até ser encerrada.")
	}
	return m, nil
}

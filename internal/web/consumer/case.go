package consumer

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

type casePage struct {
	ui.Page
	Case          complaint.Case
	Agency        agency.Agency
	Municipality  string
	Next          string
	Yours         bool
	Just          bool // filed a moment ago: the page is the receipt
	MailTo        string
	Timeline      []casefile.Moment
	Act           string // what the form does: mensagem, resposta, reabertura; empty: nothing can be said
	Form          ui.Form
	Rating        ui.Form // empty: nothing to rate now
	Procon        *procon // where the case can go on; nil: it stays here
	SilentCompany bool    // it let its time pass and said nothing since
	Offer         offer
	Conflict      string // why an act was not done
	Again         string // the form that was sent when the session had ended: it stands open
	Key           string
	Kept          []attachment.Attachment // files that came with a form that was refused
	Subject       string
	Problem       string
	Remedy        string
	BoughtHow     string
}

// show is the case as its consumer sees it.
func (s *Site) show(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	protocol := r.PathValue("protocolo")
	c, err := s.Complaints.AsConsumer(r.Context(), who, protocol)
	if fault.Is(err, fault.NotFound) && who.Agency() != "" {
		return ui.SeeOther(w, r, (&url.URL{Path: "/servidor/casos/" + protocol}).String())
	}
	if err != nil {
		return err
	}
	page, err := s.casePage(r, who, c)
	if err != nil {
		return err
	}
	s.fillAgain(r, &page)
	page.Just = r.URL.Query().Get("registrada") == "1"
	return s.UI.Render(w, http.StatusOK, "consumer/case", page)
}

// fillAgain gives back what was typed into a form that was sent when the session had ended, and opens that form.
func (s *Site) fillAgain(r *http.Request, p *casePage) {
	for name, form := range map[string]ui.Form{"mensagem": p.Form, "avaliacao": p.Rating, "promessa": p.Offer.Kept, "aceite": nil, "procon": nil} {
		if kept := s.UI.Kept(r.Context(), "/reclamacoes/"+p.Case.Protocol+"/"+name); kept != nil {
			form.Fill(kept)
			p.Again = name
		}
	}
}

// Word is what the agency wrote when it brought the case where it stands: what it asks for, where the case went, why
// it ended. Nil: nothing.
func (p casePage) Word() *casefile.Moment {
	if p.Case.State != complaint.AwaitingConsumer && p.Case.State != complaint.Closed && p.Case.State != complaint.Referred {
		return nil
	}
	for _, m := range slices.Backward(p.Timeline) {
		if m.Role == complaint.AsOfficer && m.What != "" && m.Reason+m.Body != "" {
			return &m
		}
	}
	return nil
}

// sentFiles are the files of one entry of the history, and the case they belong to.
type sentFiles struct {
	Protocol string
	Files    []attachment.Attachment
}

// Sent is what the part that lists files needs of them.
func (p casePage) Sent(files []attachment.Attachment) sentFiles {
	return sentFiles{p.Case.Protocol, files}
}

func (s *Site) casePage(r *http.Request, who person.Actor, c complaint.Case) (casePage, error) {
	of, err := s.Agencies.Agency(r.Context(), c.AgencyID)
	if err != nil {
		return casePage{}, err
	}
	m, err := s.Agencies.Municipality(r.Context(), c.Consumer.Municipality)
	if err != nil {
		return casePage{}, err
	}
	p := casePage{Page: s.UI.Page(r, who, "Reclamação "+c.Protocol), Case: c, Agency: of, Municipality: m.Name,
		Yours:    complaint.Owner(c.State) == complaint.AsConsumer,
		Timeline: casefile.Timeline(c, who.AccountID, of.ShortName), Act: s.whatCanBeSaid(c.Complaint), Key: rand.Text(),
		Subject: taxonomy.Subjects().Label(c.Subject), Problem: taxonomy.Problems().Label(c.Problem),
		Remedy: taxonomy.Remedies().Label(c.Remedy), BoughtHow: taxonomy.Purchases().Label(c.BoughtHow)}
	p.Breadcrumb = []ui.Link{{URL: "/painel", Text: "Minhas reclamações"}, {Text: c.Protocol, Current: true}}
	if who.EmailConfirmed {
		p.MailTo = who.Email
	}
	p.Form = sayForm(p.Act, c.UsualThread(complaint.AsConsumer), c.Complaint)
	p.Offer = s.offerOf(c, p.Timeline)
	p.Next = whatNext(c.Complaint, p.Offer.Promise, of.ShortName, s.today())
	p.Yours = p.Yours || len(p.Offer.Kept) > 0
	if p.Procon, err = s.proconOf(r, c.Complaint); err != nil {
		return p, err
	}
	p.SilentCompany = c.Unanswered && p.Offer.Answer == nil
	if _, may := complaint.Next(c.Route, c.State, c.Resume, complaint.ActRate, complaint.AsConsumer); may && len(p.Offer.Kept) == 0 { // one question at a time
		p.Rating = ratingForm()
	}
	return p, nil
}

// procon is who handles a direct case that the company did not resolve.
type procon struct {
	Here bool   // the case goes there with one click
	Name string // of one that does not use this site
	URL  string // of the page that says how to reach it
}

func (s *Site) proconOf(r *http.Request, c complaint.Complaint) (*procon, error) {
	if !c.CanEscalate(s.Now()) {
		return nil, nil
	}
	to, here, err := s.Complaints.Competent(r.Context(), c)
	name := to.Agency.ShortName
	if name == "" {
		name = "Procon do seu estado"
	}
	return &procon{here, name, destinationURL("", c.Consumer.Municipality, c.FactIn)}, err
}

// whatCanBeSaid is which act a consumer's text would be now.
func (s *Site) whatCanBeSaid(c complaint.Complaint) string {
	for act, name := range map[complaint.Act]string{complaint.ActSupply: "resposta", complaint.ActReopen: "reabertura"} {
		if _, ok := complaint.Next(c.Route, c.State, c.Resume, act, complaint.AsConsumer); ok && (act != complaint.ActReopen || c.CanReopen(s.Now())) {
			return name
		}
	}
	if _, ok := complaint.Next(c.Route, c.State, c.Resume, complaint.ActMessage, complaint.AsConsumer); ok {
		return "mensagem"
	}
	return ""
}

// sayForm says whom the words reach: in the direct channel the company too.
func sayForm(act string, to complaint.Thread, c complaint.Complaint) ui.Form {
	label := map[string]string{"resposta": "Sua resposta", "reabertura": "O que há de novo?"}[act]
	hint := ""
	switch {
	case to == complaint.ToAll && label == "" && c.State == complaint.RefusalReview: // the company has said its word
		hint = "O Procon decide se a recusa vale. A empresa também lê."
	case to == complaint.ToAll && label == "":
		label, hint = "Escreva à empresa", "O Procon também lê."
	case to == complaint.ToAll:
		hint = "A empresa e o Procon leem."
	case c.IsParty():
		hint = "Só o Procon lê. A empresa não vê este texto."
	}
	if label == "" {
		label = "Escreva ao Procon"
	}
	return ui.Form{
		{Name: "mensagem", Label: label, Hint: hint, Kind: ui.Long, MaxLength: complaint.MessageLimit},
		{Name: "anexos", Label: "Arquivos", Kind: ui.File, Multiple: true, Optional: true, Accept: casefile.Accepted, Hint: "Até 20 MB cada: PDF, foto, áudio ou texto."},
	}
}

// say takes what the consumer writes in the case, with files: a message, the answer to what was asked, or the new
// facts that reopen it.
func (s *Site) say(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	c, err := s.Complaints.AsConsumer(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	sent, err := casefile.Receive(w, r, s.Files, func(field string) (attachment.Upload, bool) {
		return attachment.Upload{Kind: attachment.Message, By: who.AccountID, ComplaintID: c.ID}, field == attachment.Message.Field()
	})
	if err != nil {
		return err
	}
	act := sent.Values["ato"]
	if act == "" {
		act = s.whatCanBeSaid(c.Complaint)
	}
	if len(sent.Refused) == 0 {
		err = s.do(r, who, c, act, sent)
	} else {
		err = sent.Refused.Err()
	}
	if err == nil {
		s.UI.Flash(r.Context(), said[act])
		return ui.SeeOther(w, r, "/reclamacoes/"+c.Protocol)
	}
	return s.sayAgain(w, r, who, c, sent, err)
}

var said = map[string]string{"mensagem": "Mensagem enviada.", "resposta": "Resposta enviada. O caso voltou a andar.", "reabertura": "Reclamação reaberta."}

func (s *Site) do(r *http.Request, who person.Actor, c complaint.Case, act string, sent casefile.Received) error {
	ref := complaint.Ref{Protocol: c.Protocol, Key: sent.Values["chave"]}
	text := complaint.Say{Body: sent.Values["mensagem"], Files: sent.Files}
	switch act {
	case "resposta":
		return s.Complaints.Supply(r.Context(), who, ref, text)
	case "reabertura":
		return s.Complaints.Reopen(r.Context(), who, complaint.AsConsumer, ref, text)
	}
	return s.Complaints.Message(r.Context(), who, complaint.AsConsumer, ref, text)
}

// sayAgain shows the case with what was typed and the files that came, and what is wrong.
func (s *Site) sayAgain(w http.ResponseWriter, r *http.Request, who person.Actor, c complaint.Case, sent casefile.Received, failure error) error {
	status := ui.Status(failure)
	if status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return failure
	}
	c, err := s.Complaints.AsConsumer(r.Context(), who, c.Protocol)
	if err != nil {
		return err
	}
	p, err := s.casePage(r, who, c)
	if err != nil {
		return err
	}
	if len(p.Form) > 0 {
		p.Form.Get("mensagem").Value = sent.Values["mensagem"]
	}
	if !p.Form.Fail(failure) {
		p.Form.Get("mensagem").Error = fault.Text(failure)
	}
	p.Problems = p.Form.Problems()
	if p.Kept, err = casefile.Waiting(r.Context(), s.Files, c.ID, who); err != nil {
		return err
	}
	return s.UI.Render(w, status, "consumer/case", p)
}

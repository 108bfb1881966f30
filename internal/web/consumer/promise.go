package consumer

import (
	"net/http"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// offer is what the page shows of the company's answer and of the promise in it.
type offer struct {
	Answer    *casefile.Moment  // the company's last answer, while it matters; nil: none
	MayAccept bool              // it offers something that the consumer may take now
	AskedOn   string            // the day on which the consumer will be asked, YYYY-MM-DD
	Promise   *complaint.Answer // the offer that was accepted; nil: none
	Kept      ui.Form           // asks whether it was kept; empty: not now
}

func (s *Site) offerOf(c complaint.Case, timeline []casefile.Moment) offer {
	o := offer{Promise: c.Promise()}
	if open := c.OpenOffer(); open != nil {
		o.MayAccept, o.AskedOn = true, open.DueOn
	}
	if o.Promise != nil && o.Promise.Promise == complaint.PromiseAsked {
		o.Kept = keptForm()
	}
	if !c.Open() && complaint.PromiseStep(o.Promise, s.today()) == "" {
		return o
	}
	for i, m := range timeline {
		if m.Answer != nil {
			o.Answer = &timeline[i]
		}
	}
	return o
}

// whatNext is what happens next, an accepted offer first.
func whatNext(c complaint.Complaint, promise *complaint.Answer, by string, today calendar.Day) string {
	step := complaint.PromiseStep(promise, today)
	switch {
	case step == "":
		return complaint.NextStep(c, by, today)
	case c.Open():
		return step + " " + complaint.NextStep(c, by, today)
	}
	return step
}

func keptForm() ui.Form {
	rating := ratingForm()
	rating.Get("nota").Optional = true
	comment := rating.Get("comentario")
	comment.Hint = "A empresa e o Procon leem. Se ela não cumpriu, conte o que faltou."
	return ui.Form{
		{Name: "cumprida", Label: "A empresa cumpriu o que prometeu?", Kind: ui.Radio, Options: []ui.Option{
			{Value: "sim", Label: "Sim, cumpriu"}, {Value: "nao", Label: "Não cumpriu", Hint: "O caso volta para o Procon, com tudo o que já aconteceu."}}},
		rating.Get("nota"), comment,
	}
}

// accept takes the company's offer.
func (s *Site) accept(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	protocol := r.PathValue("protocolo")
	err = s.Complaints.Accept(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")})
	if fault.Is(err, fault.Conflict) {
		return s.afterConflict(w, r, who, nil, err)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Você aceitou a oferta. No dia combinado perguntamos se a empresa cumpriu.")
	return ui.SeeOther(w, r, "/reclamacoes/"+protocol)
}

// tellPromise takes the consumer's word on whether the accepted offer was kept.
func (s *Site) tellPromise(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	protocol, form := r.PathValue("protocolo"), keptForm().Fill(values)
	answer := complaint.PromiseAnswer{Kept: form.Get("cumprida").Value, Score: form.Get("nota").Value, Comment: form.Get("comentario").Value}
	err = s.Complaints.TellPromise(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")}, answer)
	if form.Fail(err) || fault.Is(err, fault.Conflict) {
		return s.afterConflict(w, r, who, form, err)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), map[string]string{"sim": "Obrigado. Registramos que a empresa cumpriu.", "nao": "O Procon foi avisado de que a empresa não cumpriu e vai olhar o caso."}[answer.Kept])
	return ui.SeeOther(w, r, "/reclamacoes/"+protocol)
}

// afterConflict shows the case as it is now, with why the act was not done and what was typed.
func (s *Site) afterConflict(w http.ResponseWriter, r *http.Request, who person.Actor, typed ui.Form, failure error) error {
	c, err := s.Complaints.AsConsumer(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	page, err := s.casePage(r, who, c)
	if err != nil {
		return err
	}
	page.Problems = typed.Problems()
	if fault.Is(failure, fault.Conflict) {
		page.Conflict = fault.Text(failure)
	}
	if typed != nil {
		page.Offer.Kept, page.Rating = typed, nil
	}
	return s.UI.Render(w, ui.Status(failure), "consumer/case", page)
}

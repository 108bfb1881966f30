package consumer

import (
	"errors"
	"net/http"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

func ratingForm() ui.Form {
	return ui.Form{
		{Name: "resolvida", Label: "O problema foi resolvido?", Kind: ui.Radio, Options: []ui.Option{{Value: "sim", Label: "Sim"}, {Value: "nao", Label: "Não"}}},
		{Name: "nota", Label: "Que nota você dá ao atendimento da empresa?", Kind: ui.Radio, Options: []ui.Option{
			{Value: "1", Label: "1, muito ruim"}, {Value: "2", Label: "2"}, {Value: "3", Label: "3"}, {Value: "4", Label: "4"}, {Value: "5", Label: "5, muito bom"}}},
		{Name: "comentario", Label: "Comentário", Kind: ui.Long, Optional: true, MaxLength: 2000},
	}
}

// rate takes what the consumer says of the company's answer, and closes the case.
func (s *Site) rate(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	protocol := r.PathValue("protocolo")
	c, err := s.Complaints.AsConsumer(r.Context(), who, protocol)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	form := ratingForm().Fill(values)
	err = s.Complaints.Rate(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")},
		complaint.RatingAnswers{Solved: form.Get("resolvida").Value, Score: form.Get("nota").Value, Comment: form.Get("comentario").Value})
	switch {
	case err == nil:
		s.UI.Flash(r.Context(), "Avaliação enviada. Obrigado.")
		return ui.SeeOther(w, r, "/reclamacoes/"+protocol)
	case !form.Fail(err):
		return err
	}
	page, err := s.casePage(r, who, c)
	if err != nil {
		return err
	}
	page.Rating, page.Problems = form, form.Problems()
	return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/case", page)
}

// escalate sends a direct case to the agency that is competent, or says which Procon that is when it does not work
// here.
func (s *Site) escalate(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	protocol := r.PathValue("protocolo")
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = s.Complaints.Escalate(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")})
	if elsewhere, is := errors.AsType[*complaint.Elsewhere](err); is && fault.Is(err, fault.Conflict) {
		s.UI.Flash(r.Context(), "O Procon que atende você não usa este site. Fale com ele e leve o comprovante: sua reclamação continua no painel.")
		return ui.SeeOther(w, r, destinationURL("", elsewhere.Municipality, elsewhere.FactIn))
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "O caso foi enviado ao Procon. O protocolo é o mesmo.")
	return ui.SeeOther(w, r, "/reclamacoes/"+protocol)
}

package officer

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// letterDeeds are what an officer does to reach companies.
func letterDeeds() []deed {
	return []deed{
		{name: "notificar", act: complaint.ActNotify, key: "i", label: "Notificar", title: "Notificar a empresa (CIP)", send: "Emitir a notificação",
			said: "Notificação emitida. O prazo da empresa começou, e o consumidor foi avisado.", fresh: true, form: notifyForm, do: notify},
		{name: "entrega", act: complaint.ActTrackLetter, key: "g", label: "Entrega", title: "Entrega da carta pelo correio", send: "Registrar",
			said: "Entrega registrada.", fresh: true, form: deliveryForm, do: deliver},
		{name: "incluir-empresa", act: complaint.ActAddSupplier, key: "u", label: "Incluir empresa", title: "Incluir outra empresa na reclamação", send: "Incluir a empresa",
			said: "Empresa incluída, com caso próprio. O consumidor foi avisado.", fresh: true, form: addForm, do: addSupplier},
	}
}

func notifyForm() ui.Form {
	return ui.Form{
		{Name: "canal", Label: "Como enviar", Kind: ui.Radio, Options: []ui.Option{{Value: string(complaint.ByEmail), Label: "E-mail"}, {Value: string(complaint.ByPost), Label: "Correio"}}},
		{Name: "email", Label: "E-mail da empresa", Hint: "Recebe o código de acesso: confira no site da empresa.", Kind: ui.Text, Optional: true, MaxLength: 254},
		{Name: "endereco", Label: "Endereço, para o correio", Hint: "Como vai no envelope, uma linha para cada parte.", Kind: ui.Long, Optional: true, MaxLength: 300},
		{Name: "rastreio", Label: "Código de rastreamento", Hint: "Pode ser escrito depois, em Entrega.", Kind: ui.Text, Optional: true, MaxLength: 40},
		textField(),
	}
}

func textField() *ui.Field {
	return &ui.Field{Name: "texto", Label: "O que você quer saber da empresa", Hint: "Vai na carta. O consumidor também lê.", Kind: ui.Long, Optional: true, MaxLength: complaint.MessageLimit}
}

func deliveryForm() ui.Form {
	return ui.Form{
		{Name: "situacao", Label: "O que aconteceu", Kind: ui.Radio, Options: []ui.Option{{Value: complaint.LetterOnItsWay, Label: "Foi postada"},
			{Value: complaint.LetterDelivered, Label: "Foi entregue"}, {Value: complaint.LetterReturned, Label: "Voltou"}}},
		{Name: "rastreio", Label: "Código de rastreamento", Kind: ui.Text, Optional: true, MaxLength: 40},
		{Name: "dia", Label: "Dia da entrega ou da devolução", Hint: "O que está no aviso de recebimento (AR). Da entrega em diante conta o prazo da empresa.", Kind: ui.Date, Optional: true},
	}
}

func addForm() ui.Form {
	return ui.Form{
		{Name: "cnpj", Label: "CNPJ", Kind: ui.Text, Optional: true, MaxLength: 20},
		{Name: "nome", Label: "Nome da empresa", Hint: "Se o CNPJ é conhecido, o nome vem do cadastro.", Kind: ui.Text, Optional: true, MaxLength: 120},
		reasonForm("O consumidor lê este texto. Diga por que esta empresa também responde."),
	}
}

func addSupplier(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	_, err := to.AddSupplier(ctx, who, ref, complaint.AddForm{CNPJ: sent.Values["cnpj"], Name: sent.Values["nome"], Reason: sent.Values["motivo"]})
	return err
}

func notify(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Notify(ctx, who, ref, complaint.NotifyForm{Channel: sent.Values["canal"], Email: sent.Values["email"], Address: sent.Values["endereco"],
		Tracking: sent.Values["rastreio"], Text: sent.Values["texto"]})
}

func deliver(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Deliver(ctx, who, ref, complaint.Delivery{What: sent.Values["situacao"], Tracking: sent.Values["rastreio"], On: sent.Values["dia"]})
}

// fitLetters leaves only what can be done: a company with people here needs no address, and only a letter on its way is
// delivered.
func (p *casePage) fitLetters() {
	if open := p.panel("notificar"); open != nil && p.Case.CompanyHere {
		open.Inputs = []input{{textField(), "notificar-texto"}}
		open.title = "Notificar a empresa (CIP), que a lê neste sistema"
	}
	last := p.Case.LastLetter()
	if last == nil || !last.Travels() {
		p.Panels = slices.DeleteFunc(p.Panels, func(open *panel) bool { return open.name == "entrega" })
	}
}

// Renewable is the letter that may get another code; nil: none.
func (p *casePage) Renewable() *complaint.Letter {
	if last := p.Case.LastLetter(); last != nil && last.Renewable() && p.Case.Open() && p.Case.Route == complaint.Agency {
		return last
	}
	return nil
}

// letter prints a copy of a letter, without its code: that is known only to who got it.
func (s *Site) letter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	l, err := s.Complaints.LetterOf(r.Context(), who, r.PathValue("protocolo"), r.PathValue("carta"))
	if err != nil {
		return err
	}
	return s.print(w, l, "", "inline")
}

func (s *Site) print(w http.ResponseWriter, l complaint.Letter, code, how string) error {
	paper, err := l.Paper()
	if err != nil {
		return err
	}
	paper.Code, paper.VerifyURL, paper.AnswerURL = code, s.BaseURL+"/verificar/"+paper.Verify, s.BaseURL+"/empresa/codigo"
	if paper.Registered {
		paper.AnswerURL = s.BaseURL + "/empresa"
	}
	var pdf bytes.Buffer
	if err := paper.Write(&pdf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", how+`; filename="cip-`+l.Slug()+`.pdf"`)
	_, _ = pdf.WriteTo(w) // a visitor who left needs no answer
	return nil
}

// renewCode sends another code to the company, or gives the letter with it to be printed for the post.
func (s *Site) renewCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	protocol := r.PathValue("protocolo")
	l, code, err := s.Complaints.RenewCode(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")})
	if err != nil {
		return err
	}
	if l.Channel == complaint.ByPost {
		return s.print(w, l, code, "attachment")
	}
	s.UI.Flash(r.Context(), "O código novo foi para "+l.Email+". O anterior não vale mais.")
	return ui.SeeOther(w, r, caseURL(protocol, readCasePlace(values.Get("de"), values.Get("fila"))))
}

// Sent words where a letter is.
func (p *casePage) Sent(l complaint.Letter) string {
	switch {
	case l.ReturnedOn != "":
		return "voltou em " + dayWords(l.ReturnedOn)
	case l.DeliveredOn != "":
		return "entregue em " + dayWords(l.DeliveredOn)
	case l.Channel == complaint.ByPost:
		return "entrega ainda não registrada"
	case l.Channel == complaint.ByEmail:
		return "enviada para " + l.Email
	}
	return "a empresa lê neste sistema"
}

func dayWords(on string) string {
	day, err := calendar.Parse(on)
	if err != nil {
		return on
	}
	return calendar.LongDate(day)
}

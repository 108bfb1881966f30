package officer

import (
	"context"
	"net/http"
	"slices"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// letterDeeds are what an officer does about the company that is not here yet: notify it, follow the letter, add
// another company to the attendance.
func letterDeeds() []deed {
	return []deed{
		{name: "notificar", act: complaint.ActNotify, key: "i", label: "Notificar", title: "Notificar a empresa (CIP)", send: "Emitir a carta",
			said: "Carta emitida. O prazo da empresa começou, e o consumidor foi avisado.", fresh: true, form: notifyForm, do: notify},
		{name: "entrega", act: complaint.ActDeliver, key: "l", label: "Entrega", title: "Entrega da carta", send: "Guardar",
			said: "Guardado na carta.", form: deliveryForm, do: deliver},
		{name: "codigo", act: complaint.ActRenewCode, key: "g", label: "Novo código", title: "Enviar outro código de acesso", send: "Enviar outro código",
			said: "Outro código está a caminho. O anterior deixou de valer.", form: codeForm, do: renewCode},
		{name: "incluir-empresa", act: complaint.ActAddSupplier, key: "s", label: "Incluir outra empresa", title: "Incluir outra empresa neste atendimento", send: "Incluir a empresa",
			said: "Empresa incluída. O caso dela tem conversa, prazo e resultado próprios, e o consumidor foi avisado.", form: otherForm, do: addSupplier},
	}
}

func notifyForm() ui.Form {
	return ui.Form{
		{Name: "canal", Label: "Como a carta vai", Hint: "Se alguém da empresa já responde por aqui, a carta vai pelo portal, e esta escolha não é usada.", Kind: ui.Select, Optional: true,
			Options: []ui.Option{{Value: string(complaint.ByEmail), Label: "Por e-mail, com código de acesso"}, {Value: string(complaint.ByPost), Label: "Pelo correio, com código impresso"}}},
		{Name: "email", Label: "E-mail da empresa", Hint: "Em branco, vai para o e-mail do cadastro da empresa.", Kind: ui.Text, Optional: true, MaxLength: 254},
		{Name: "endereco", Label: "Endereço da empresa", Hint: "Só para o correio: como vai no envelope, com CEP.", Kind: ui.Long, Optional: true, MaxLength: complaint.MaxLetterAddress},
		{Name: "aos_cuidados", Label: "Aos cuidados de", Kind: ui.Text, Optional: true, MaxLength: complaint.MaxLetterCare},
		{Name: "rastreio", Label: "Código de rastreio", Hint: "Se você já tem. Pode ser escrito depois, em “Entrega”.", Kind: ui.Text, Optional: true, MaxLength: complaint.MaxLetterTracking},
		{Name: "texto", Label: "Algo mais na carta", Hint: "O relato e o pedido já vão na carta.", Kind: ui.Long, Optional: true, MaxLength: complaint.MaxLetterWords},
	}
}

func deliveryForm() ui.Form {
	return ui.Form{
		{Name: "situacao", Label: "O que aconteceu com a carta", Kind: ui.Select, Options: []ui.Option{{Value: complaint.Posted, Label: "Foi postada"},
			{Value: complaint.Delivered, Label: "Foi entregue"}, {Value: complaint.Returned, Label: "Voltou"}}},
		{Name: "rastreio", Label: "Código de rastreio", Kind: ui.Text, Optional: true, MaxLength: complaint.MaxLetterTracking},
		{Name: "dia", Label: "Dia", Hint: "O dia da entrega ou da devolução, como está no aviso de recebimento. O prazo da empresa é contado dele.", Kind: ui.Date, Optional: true},
		{Name: "motivo", Label: "Por que voltou", Kind: ui.Text, Optional: true, MaxLength: 200},
	}
}

func codeForm() ui.Form {
	return ui.Form{{Name: "email", Label: "E-mail da empresa", Hint: "Em branco, vai para o mesmo e-mail de antes.", Kind: ui.Text, Optional: true, MaxLength: 254}}
}

func otherForm() ui.Form {
	return ui.Form{
		{Name: "cnpj", Label: "CNPJ da outra empresa", Kind: ui.Text, Optional: true, MaxLength: 20},
		{Name: "nome", Label: "Nome da outra empresa", Hint: "Não precisa, se conhecemos o CNPJ.", Kind: ui.Text, Optional: true, MaxLength: 120},
	}
}

func notify(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	v := sent.Values
	return to.Notify(ctx, who, ref, complaint.NotifyForm{Channel: complaint.Channel(v["canal"]), Email: v["email"], Address: v["endereco"], Care: v["aos_cuidados"],
		Tracking: v["rastreio"], Words: v["texto"]})
}

func deliver(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	v := sent.Values
	return to.Deliver(ctx, who, ref, complaint.DeliveryForm{What: v["situacao"], Tracking: v["rastreio"], On: v["dia"], Reason: v["motivo"]})
}

func renewCode(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.MailCode(ctx, who, ref, sent.Values["email"])
}

func addSupplier(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	_, err := to.AddSupplier(ctx, who, ref, complaint.OtherSupplier{CNPJ: sent.Values["cnpj"], Name: sent.Values["nome"]})
	return err
}

// forLetters leaves out what only makes sense with a letter, or with one that went another way.
func forLetters(c complaint.Case, possible []deed) []deed {
	return slices.DeleteFunc(possible, func(d deed) bool {
		switch d.act {
		case complaint.ActDeliver:
			return len(c.Letters) == 0 || c.Letters[0].Channel != complaint.ByPost
		case complaint.ActRenewCode:
			return len(c.Letters) == 0 || c.Letters[0].Channel != complaint.ByEmail || !c.Letters[0].CanRenew()
		}
		return false
	})
}

// Siblings are the other companies of the attendance, with the addresses of their cases.
func (p casePage) Siblings() (list []other) {
	for _, b := range p.Case.Siblings {
		list = append(list, other{b, caseURL(b.Protocol, p.Place)})
	}
	return list
}

type letterPage struct {
	ui.Page
	Protocol string
	Letter   complaint.Letter
	Paper    notice.CIP
	Prints   bool // a copy with a new code may be printed
}

// LetterURL is where the letter's PDF is.
func (p letterPage) PDF() string { return letterURL(p.Protocol, p.Letter.Ref()) + ".pdf" }

// Print is where a copy with a new code is asked for; Back is the case.
func (p letterPage) Print() string { return letterURL(p.Protocol, p.Letter.Ref()) + "/imprimir" }
func (p letterPage) Back() string  { return "/servidor/casos/" + p.Protocol }

func letterURL(protocol, ref string) string {
	return "/servidor/casos/" + protocol + "/cartas/" + ref
}

// codeKey is under which name a session has the code that its officer prints. Nobody else sees it, and it goes with
// the session: what stays is the paper.
func codeKey(letterID string) string { return "carta:" + letterID }

// letter is one letter to the company, as a page or as PDF.
func (s *Site) letter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	ref, pdf := casefile.LetterName(r)
	c, l, err := s.Complaints.LetterOf(r.Context(), who, complaint.AsOfficer, r.PathValue("protocolo"), ref)
	if err != nil {
		return err
	}
	code := s.UI.Sessions.GetString(r.Context(), codeKey(l.ID))
	if pdf {
		return casefile.SendLetter(w, l, s.BaseURL, code)
	}
	page, _, err := s.page(r, who, l.Title())
	if err != nil {
		return err
	}
	p := letterPage{page, c.Protocol, l, casefile.Letter(l, s.BaseURL, code), printable(c, l)}
	return s.UI.Render(w, http.StatusOK, "officer/letter", p)
}

// printable tells whether a copy with a new code may be printed: of the last letter, while nobody opened it.
func printable(c complaint.Case, l complaint.Letter) bool {
	return len(c.Letters) > 0 && c.Letters[0].ID == l.ID && l.Channel == complaint.ByPost && l.CanRenew() && c.Open()
}

// printLetter makes the code of a letter that goes by post, and leads to the copy that has it.
func (s *Site) printLetter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	ref, _ := casefile.LetterName(r)
	c, l, err := s.Complaints.LetterOf(r.Context(), who, complaint.AsOfficer, r.PathValue("protocolo"), ref)
	if err != nil {
		return err
	}
	if !printable(c, l) {
		return fault.New(fault.Conflict, "Esta carta não leva outro código: não foi pelo correio, já foi aberta ou voltou.")
	}
	code, err := s.Complaints.PrintCode(r.Context(), who, complaint.Ref{Protocol: c.Protocol})
	if err != nil {
		return err
	}
	s.UI.Sessions.Put(r.Context(), codeKey(l.ID), code)
	return ui.SeeOther(w, r, letterURL(c.Protocol, l.Ref())+".pdf")
}

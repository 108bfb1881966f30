package officer

import (
	"strconv"
	"strings"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// input is a field of one of several forms on a page: its id carries the name of its form.
type input struct {
	*ui.Field
	ID string
}

// panel is the form of one deed on the page of a case.
type panel struct {
	deed
	Inputs []input
	Open   bool
	Lost   bool // it cannot be done any more; shown for the words that were typed
	Kept   []attachment.Attachment
}

// Look is that of all its fields; empty when somebody has written into one.
func (p *panel) Look() string {
	if len(p.Kept) > 0 {
		return ""
	}
	looks := []string{p.name, p.send, strconv.FormatBool(p.Lost)}
	for _, in := range p.Inputs {
		look := in.Look()
		if look == "" {
			return ""
		}
		looks = append(looks, look)
	}
	return strings.Join(looks, "\x00")
}

// What the template may know of a deed.
func (d deed) Name() string  { return d.name }
func (d deed) Key() string   { return d.key }
func (d deed) Label() string { return d.label }
func (d deed) Title() string { return d.title }
func (d deed) Send() string  { return d.send }
func (d deed) Files() bool   { return d.files }
func (d deed) Form() bool    { return d.form != nil }
func (d deed) Quiet() bool   { return d.act == complaint.ActNote }
func (d deed) Final() bool   { return d.act == complaint.ActClose || d.act == complaint.ActAcceptRefusal }

// First is the id of the form's first field, to which the deed's key leads.
func (p *panel) First() string { return p.Inputs[0].ID }

func newPanel(d deed) *panel {
	p := &panel{deed: d}
	for _, f := range d.form() {
		p.Inputs = append(p.Inputs, input{f, d.name + "-" + f.Name})
	}
	return p
}

func (p *panel) fields() ui.Form {
	form := make(ui.Form, len(p.Inputs))
	for i, in := range p.Inputs {
		form[i] = in.Field
	}
	return form
}

// fill shows again what was typed.
func (p *panel) fill(values map[string]string) {
	for _, in := range p.Inputs {
		if in.Kind != ui.File {
			in.Value = values[in.Name]
		}
	}
	p.Open = true
}

// problems are the errors of the form, each leading to its field.
func (p *panel) problems() []ui.Problem {
	var out []ui.Problem
	for _, in := range p.Inputs {
		if in.Error != "" {
			out = append(out, ui.Problem{Field: in.ID, Text: in.Error})
		}
	}
	return out
}

func talkForm(label, hint string) ui.Form {
	return ui.Form{
		{Name: "mensagem", Label: label, Hint: hint, Kind: ui.Long, MaxLength: complaint.MessageLimit},
		{Name: attachment.Message.Field(), Label: "Arquivos", Kind: ui.File, Multiple: true, Optional: true, Accept: casefile.Accepted},
	}
}

func reasonForm(hint string) *ui.Field {
	return &ui.Field{Name: "motivo", Label: "Motivo", Hint: hint, Kind: ui.Long, MaxLength: complaint.MessageLimit}
}

func messageForm() ui.Form { return talkForm("Texto", "O consumidor recebe aviso por e-mail.") }

func askForm() ui.Form {
	return talkForm("O que você precisa", "Diga o documento ou a informação e para que serve. O caso espera a resposta.")
}

func noteForm() ui.Form { return talkForm("Texto da nota", "Só quem trabalha no órgão lê.") }

func reopenForm() ui.Form {
	return talkForm("O que há de novo", "O consumidor lê este texto.")
}

func refusalForm() ui.Form {
	return ui.Form{reasonForm("O consumidor e a empresa leem este texto. Comece pela decisão.")}
}

func recallForm() ui.Form { return ui.Form{reasonForm("O consumidor lê este texto.")} }

func referForm() ui.Form {
	bodies := &ui.Field{Name: "orgao", Label: "Órgão", Kind: ui.Select}
	for _, b := range complaint.Bodies {
		bodies.Options = append(bodies.Options, ui.Option{Value: b.Code, Label: b.Name + ": " + b.What})
	}
	return ui.Form{
		bodies,
		{Name: "orgao_nome", Label: "Nome, se não está na lista", Kind: ui.Text, Optional: true, MaxLength: 120},
		{Name: "referencia", Label: "Número no outro órgão", Kind: ui.Text, Optional: true, MaxLength: 60},
		reasonForm("O consumidor lê este texto. Diga por que o caso vai para lá e o que ele faz agora."),
	}
}

func closeForm() ui.Form {
	outcomes := &ui.Field{Name: "resultado", Label: "Como terminou", Kind: ui.Select}
	for _, o := range complaint.OfficerOutcomes {
		outcomes.Options = append(outcomes.Options, ui.Option{Value: string(o), Label: o.Label()})
	}
	return ui.Form{outcomes, reasonForm("O consumidor lê este texto. Comece pela decisão.")}
}

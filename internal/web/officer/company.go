package officer

import (
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// chooseReader lets the officer say whom a message is for, where the company is party.
func (p *casePage) chooseReader() {
	open := p.panel("mensagem")
	if open == nil || !p.Case.IsParty() {
		return
	}
	open.title, open.send = "Mensagem", "Enviar mensagem"
	open.fields().Get("mensagem").Hint = "Quem recebe é avisado por e-mail."
	to := &ui.Field{Name: "para", Label: "Para", Kind: ui.Radio, Value: "consumidor", Options: []ui.Option{
		{Value: "consumidor", Label: "Consumidor"}, {Value: "empresa", Label: "Empresa"}, {Value: "todos", Label: "Todos"}}}
	open.Inputs = append([]input{{to, "mensagem-para"}}, open.Inputs...)
}

// Refusal is why the company refused the case, while an officer decides about it; nil: nothing to decide.
func (p *casePage) Refusal() *casefile.Moment {
	if p.Case.State != complaint.RefusalReview {
		return nil
	}
	return p.newest(func(m casefile.Moment) bool { return m.Act == complaint.ActRefuse })
}

// Answer is the company's last answer; nil: none.
func (p *casePage) Answer() *casefile.Moment {
	return p.newest(func(m casefile.Moment) bool { return m.Answer != nil })
}

func (p *casePage) newest(is func(casefile.Moment) bool) *casefile.Moment {
	for i, m := range p.Timeline {
		if is(m) {
			return &p.Timeline[i]
		}
	}
	return nil
}

// Agreement says what was accepted, until when, and what became of it; empty: nothing was accepted.
func (p *casePage) Agreement() string {
	promise := p.Case.Promise()
	if promise == nil {
		return ""
	}
	return casefile.Offer(*promise, calendar.Day(0)) + ": " + promise.Promise.Label()
}

// Broken tells that the consumer said the company did not keep what it promised.
func (p *casePage) Broken() bool {
	promise := p.Case.Promise()
	return promise != nil && promise.Promise == complaint.PromiseBroken
}

package notice

import (
	"guiche/internal/mail"
)

// Company is what every mail to somebody who answers for a company says. It never names the consumer.
type Company struct {
	Name     string // first name of who reads it; empty: not known
	Desk     bool   // it goes to the address that the company gave for notices
	Protocol string // empty: the mail is about the company, not about a case
	Company  string
	Agency   string
	Brand    string // colour of the agency, #rrggbb; empty: the default
	URL      string // of the case, or of what to do
	// Answered tells that an answer to the mail gets into the case.
	Answered bool
}

func (c Company) frame() mail.Frame {
	if c.Desk {
		return c.frameBecause("Você recebeu este e-mail porque " + c.Company + " deu este endereço para os avisos do " + c.Agency +
			". Para ver os detalhes, quem responde pela empresa entra com gov.br: " + neverAsk)
	}
	return c.frameBecause(answerable(c.Answered) + "Você recebeu este e-mail porque responde por " + c.Company + " neste canal do " + c.Agency +
		". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk)
}

func (c Company) frameBecause(why string) mail.Frame {
	f := mail.Frame{Agency: c.Agency, Brand: c.Brand, Greeting: greet(c.Name), Button: mail.Button{URL: c.URL}, Footer: why}
	if c.Protocol != "" {
		f.Facts = []mail.Fact{{Label: "Protocolo", Value: c.Protocol}}
	}
	f.Facts = append(f.Facts, mail.Fact{Label: "Empresa", Value: c.Company})
	return f
}

// fields are those of every mail to a company about a case, and more.
func (c Company) fields(more ...Field) []Field {
	return c.basic(append(more, may("nome", "primeiro nome de quem recebe", c.Name), may("protocolo", "número do protocolo", c.Protocol))...)
}

// basic are the fields that every mail to a company has, and more.
func (c Company) basic(more ...Field) []Field {
	return append(more, may("empresa", "nome da empresa", c.Company), agencyField(c.Agency))
}

// Fields implements Message for mails that have no values of their own.
func (c Company) Fields() []Field { return c.fields() }

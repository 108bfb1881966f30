package notice

import (
	"guiche/internal/mail"
)

// Case is what every mail to a consumer says of their complaint.
type Case struct {
	Name     string // of the person, as they want to be called
	Protocol string
	Supplier string
	Agency   string
	Brand    string // colour of the agency, #rrggbb; empty: the default
	URL      string // of the case
	// Answered tells that an answer to the mail gets into the case.
	Answered bool
}

func (c Case) frame() mail.Frame {
	return mail.Frame{
		Agency: c.Agency, Brand: c.Brand, Greeting: greet(c.Name),
		Facts:  []mail.Fact{{Label: "Protocolo", Value: c.Protocol}, {Label: "Empresa", Value: c.Supplier}},
		Button: mail.Button{URL: c.URL},
		Footer: answerable(c.Answered) + "Você recebeu este e-mail porque fez uma reclamação no " + c.Agency + ". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk,
	}
}

// fields are those of every mail about a case, and more.
func (c Case) fields(more ...Field) []Field {
	return append(more, may("nome", "primeiro nome de quem recebe", c.Name), may("protocolo", "número do protocolo", c.Protocol),
		may("empresa", "nome da empresa", c.Supplier), agencyField(c.Agency))
}

// Fields implements Message for mails that have no values of their own.
func (c Case) Fields() []Field { return c.fields() }

// answerable says first, at the end of a mail, that it may be answered.
func answerable(yes bool) string {
	if !yes {
		return ""
	}
	return "Você também pode responder a este e-mail, com arquivos: a resposta entra no caso.\n"
}

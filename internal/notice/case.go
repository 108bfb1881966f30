package notice

import (
	"guiche/internal/mail"
)

// Case is what every mail about a complaint says of it.
type Case struct {
	Name     string // of the person, as they want to be called
	Protocol string
	Supplier string
	Agency   string
	Brand    string // colour of the agency, #rrggbb; empty: the default
	URL      string // of the case
}

// Message is one kind of mail.
type Message interface {
	// Frame is the subject and the content.
	Frame() (subject string, f mail.Frame)
}

func (c Case) frame(paragraphs ...string) mail.Frame {
	return mail.Frame{
		Agency: c.Agency, Brand: c.Brand, Greeting: "Olá, " + c.Name + ".", Paragraphs: paragraphs,
		Facts:  []mail.Fact{{Label: "Protocolo", Value: c.Protocol}, {Label: "Empresa", Value: c.Supplier}},
		Button: mail.Button{Text: "Ver a reclamação", URL: c.URL},
		Footer: "Você recebeu este e-mail porque fez uma reclamação no " + c.Agency + ". Para ver os detalhes é preciso entrar com gov.br: nunca pedimos senha nem pagamento por e-mail.",
	}
}

// Compose makes the mail of a message. id is unique to it, so that the same news is never sent as two mails.
func Compose(m Message, id string, to mail.Address) (mail.Message, error) {
	subject, frame := m.Frame()
	text, html, err := frame.Render()
	return mail.Message{ID: id, From: frame.Agency, To: to, Subject: subject, Text: text, HTML: html}, err
}

package notice

import (
	"guiche/internal/mail"
)

// Message is one kind of mail with its values.
type Message interface {
	// About is what kind of mail it is.
	About() About
	// Fields are the placeholders its words may have, with their values.
	Fields() []Field
	// frame is everything around the words: greeting, facts, address of the button, why it came.
	frame() mail.Frame
}

// About is a kind of mail: Kind never changes and names the file of the words, Title says when it is sent.
type About struct {
	Kind, Title string
	To          Reader
}

// Reader is to whom a mail goes, in words.
type Reader string

const (
	ToConsumer Reader = "Para o consumidor"
	ToCompany  Reader = "Para a empresa"
	ToAgency   Reader = "Para quem trabalha no órgão"
)

// Field is a placeholder: {name} in the words is filled with the value, which is text and is never read again.
type Field struct {
	Name, Means, Value string
	Required           bool // the text must have it: without it the reader does not know what to do
}

func may(name, means, value string) Field { return Field{Name: name, Means: means, Value: value} }

func must(name, means, value string) Field {
	return Field{Name: name, Means: means, Value: value, Required: true}
}

// Compose makes the mail of a message in these words, or in ours when they are empty or no good for it any more. id
// is unique to the news, so that the same news is never sent as two mails.
func Compose(m Message, words Words, id string, to mail.Address) (mail.Message, error) {
	if Check(m, words) != nil {
		ours, err := Ours(m)
		if err != nil {
			return mail.Message{}, err
		}
		words = ours
	}
	values, frame := valuesOf(m), m.frame()
	frame.Paragraphs, frame.Button.Text = paragraphs(words.Text, values), fill(words.Button, values)
	text, html, err := frame.Render()
	return mail.Message{ID: id, From: frame.Agency, To: to, Subject: fill(words.Subject, values), Text: text, HTML: html}, err
}

const neverAsk = "nunca pedimos senha nem pagamento por e-mail."

func greet(name string) string {
	if name == "" {
		return "Olá."
	}
	return "Olá, " + name + "."
}

// agencyField is the placeholder that every message has.
func agencyField(name string) Field { return may("orgao", "nome do órgão", name) }

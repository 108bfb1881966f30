package notice

import "guiche/internal/mail"

// ConfirmEmail asks the owner of a typed address to confirm it.
type ConfirmEmail struct {
	Name, Agency, Brand string
	URL                 string
}

func (n ConfirmEmail) About() About {
	return About{"confirm_email", "Confirmação do e-mail escrito na conta", ToConsumer}
}

func (n ConfirmEmail) Fields() []Field {
	return []Field{may("nome", "nome de quem recebe", n.Name), agencyField(n.Agency)}
}

func (n ConfirmEmail) frame() mail.Frame {
	return mail.Frame{Agency: n.Agency, Brand: n.Brand, Greeting: greet(n.Name), Button: mail.Button{URL: n.URL}, Footer: "Nunca pedimos senha nem pagamento por e-mail."}
}

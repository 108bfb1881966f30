package notice

import "guiche/internal/mail"

// ConfirmEmail asks the owner of a typed address to confirm it.
type ConfirmEmail struct {
	Name, Agency, Brand string
	URL                 string
}

func (n ConfirmEmail) Frame() (string, mail.Frame) {
	return "Confirme seu e-mail", mail.Frame{
		Agency: n.Agency, Brand: n.Brand, Greeting: "Olá, " + n.Name + ".",
		Paragraphs: []string{"Este endereço foi escrito no " + n.Agency + " para receber avisos sobre reclamações.", "Foi você? Confirme em até 48 horas. Se não foi, ignore esta mensagem: nada será enviado."},
		Button:     mail.Button{Text: "Confirmar este e-mail", URL: n.URL},
		Footer:     "Nunca pedimos senha nem pagamento por e-mail.",
	}
}

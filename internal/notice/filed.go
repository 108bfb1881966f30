package notice

import "guiche/internal/mail"

// Filed confirms a new complaint.
type Filed struct {
	Case
	Next string // who does what now, until when
}

func (n Filed) Frame() (string, mail.Frame) {
	return "Recebemos sua reclamação " + n.Protocol, n.frame("Sua reclamação foi registrada.", n.Next, "Guarde o número do protocolo. O comprovante em PDF está na página da reclamação.")
}

// FiledUnconfirmed confirms a new complaint to an address that its owner has not confirmed yet: it may be somebody
// else's, so it names neither the person nor the company.
type FiledUnconfirmed struct {
	Agency, Brand string
	Protocol      string
	URL           string
}

func (n FiledUnconfirmed) Frame() (string, mail.Frame) {
	return "Recebemos a reclamação " + n.Protocol, mail.Frame{
		Agency: n.Agency, Brand: n.Brand, Greeting: "Olá.",
		Paragraphs: []string{"Uma reclamação foi registrada com este e-mail.", "Para receber os próximos avisos, confirme o e-mail pelo link que enviamos em outra mensagem. Se não foi você, ignore as duas: nada mais será enviado."},
		Facts:      []mail.Fact{{Label: "Protocolo", Value: n.Protocol}},
		Button:     mail.Button{Text: "Ver a reclamação", URL: n.URL},
		Footer:     "Conhecer o número do protocolo não dá acesso à reclamação. Nunca pedimos senha nem pagamento por e-mail.",
	}
}

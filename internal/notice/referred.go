package notice

import "guiche/internal/mail"

// Referred tells that another body handles the case now.
type Referred struct {
	Case
	Body string
}

func (n Referred) Frame() (string, mail.Frame) {
	f := n.frame("Sua reclamação foi encaminhada para: "+n.Body+".", "Na página da reclamação está explicado por quê e o que você faz agora.")
	f.Button.Text = "Ver a explicação"
	return "Sua reclamação " + n.Protocol + " foi encaminhada", f
}

// Recalled tells that the agency took a referred case back.
type Recalled struct{ Case }

func (n Recalled) Frame() (string, mail.Frame) {
	return "Sua reclamação " + n.Protocol + " voltou para análise", n.frame("O " + n.Agency + " voltou a cuidar da sua reclamação. O motivo está na página dela.")
}

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

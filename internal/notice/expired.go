package notice

import "guiche/internal/mail"

// Expired tells that a deadline passed, and what follows.
type Expired struct {
	Case
	What string // whose deadline, and what it means
	Next string
}

func (n Expired) Frame() (string, mail.Frame) {
	return "Um prazo terminou na reclamação " + n.Protocol, n.frame(n.What, n.Next)
}

// Reminder tells the consumer that their own deadline comes near.
type Reminder struct {
	Case
	Until string // last day, as people say it
	Left  string // "faltam 2 dias"
}

func (n Reminder) Frame() (string, mail.Frame) {
	f := n.frame("Esperamos a sua resposta até "+n.Until+" ("+n.Left+").", "Se você já respondeu, não precisa fazer nada.")
	f.Button.Text = "Responder"
	return "Lembrete: a reclamação " + n.Protocol + " espera por você", f
}

// Escalated tells that a case of the direct channel went to the agency.
type Escalated struct {
	Case
	Next string
}

func (n Escalated) Frame() (string, mail.Frame) {
	return "Sua reclamação " + n.Protocol + " foi para o Procon", n.frame("O caso inteiro, com mensagens e arquivos, está agora com o "+n.Agency+". O protocolo é o mesmo.", n.Next)
}

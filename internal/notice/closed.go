package notice

import "guiche/internal/mail"

// Closed tells that the case ended.
type Closed struct {
	Case
	Outcome     string // in words
	ReopenUntil string // last day to reopen, as people say it
}

func (n Closed) Frame() (string, mail.Frame) {
	f := n.frame("Sua reclamação foi encerrada. Resultado: "+n.Outcome+".", "O motivo está na página da reclamação.",
		"Se houver fatos novos, você pode pedir a reabertura até "+n.ReopenUntil+".")
	f.Button.Text = "Ler o motivo"
	return "Sua reclamação " + n.Protocol + " foi encerrada", f
}

// Reopened tells that a closed case is open again.
type Reopened struct {
	Case
	Next string
}

func (n Reopened) Frame() (string, mail.Frame) {
	return "Sua reclamação " + n.Protocol + " foi reaberta", n.frame("Sua reclamação foi reaberta.", n.Next)
}

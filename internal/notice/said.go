package notice

import "guiche/internal/mail"

// Said tells that somebody wrote to the consumer.
type Said struct {
	Case
	By string // who wrote: "O Procon RS" or the company
}

func (n Said) Frame() (string, mail.Frame) {
	return "Nova mensagem na reclamação " + n.Protocol, n.frame(n.By + " escreveu para você. Leia e responda na página da reclamação.")
}

package notice

import (
	"strconv"
	"strings"

	"guiche/internal/mail"
)

// ReplyRefused tells who answered by e-mail what of it did not get into the case.
type ReplyRefused struct {
	Case
	Files []string // names, as sent; none: the words themselves did not get in
	Why   string   // in words, as a sentence
}

func (n ReplyRefused) About() About {
	return About{"reply_refused", "Resposta por e-mail que não entrou inteira", ToConsumer}
}

func (n ReplyRefused) Fields() []Field {
	return n.fields(must("o_que", "o que não entrou", listed(n.Files)), must("motivo", "por quê", n.Why))
}

func (n ReplyRefused) frame() mail.Frame { return n.answering(n.Case.frame()) }

// ReplyTooLate tells who answered by e-mail that the case is closed.
type ReplyTooLate struct{ Case }

func (n ReplyTooLate) About() About {
	return About{"reply_too_late", "Resposta por e-mail a uma reclamação encerrada", ToConsumer}
}

func (n ReplyTooLate) frame() mail.Frame { return n.answering(n.Case.frame()) }

// answering says why the mail came to whoever answered one of ours, consumer or company.
func (c Case) answering(f mail.Frame) mail.Frame {
	f.Footer = "Você recebeu este e-mail porque respondeu a um aviso do " + c.Agency + ". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk
	return f
}

// listedFiles is how many names a mail lists.
const listedFiles = 5

func listed(files []string) string {
	switch {
	case len(files) == 0:
		return "a mensagem"
	case len(files) > listedFiles:
		return strings.Join(files[:listedFiles], ", ") + " e mais " + strconv.Itoa(len(files)-listedFiles)
	}
	return strings.Join(files, ", ")
}

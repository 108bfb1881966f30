package complaint

import (
	"guiche/internal/calendar"
)

// NextStep says to the consumer who does what now, and until when. by is the agency's short name.
func NextStep(c Complaint, by string, today calendar.Day) string {
	until := ""
	if c.HasDue() {
		until = calendar.Phrase(calendar.Of(c.DueAt), today)
	}
	switch c.State {
	case Screening:
		return "O " + by + " vai ler sua reclamação até " + until + "."
	case AwaitingConsumer:
		return "Você tem até " + until + " para responder ao que foi pedido."
	case AwaitingSupplier:
		return "A empresa tem até " + until + " para responder."
	case RefusalReview:
		return "A empresa recusou a reclamação. O " + by + " analisa a recusa até " + until + "."
	case AwaitingRating:
		return "Diga até " + until + " se a empresa resolveu. Se não resolveu, você pode levar o caso ao Procon."
	case InReview:
		return "O " + by + " analisa o caso até " + until + "."
	case Hearing:
		return "Há uma audiência marcada. A data está nesta página."
	case Referred:
		return "Outro órgão cuida do caso agora."
	}
	if c.Outcome == Settled {
		return "O caso terminou com acordo."
	}
	return "O caso está encerrado."
}

// PromiseStep says to the consumer where an accepted offer stands; empty when nothing of it is to come.
func PromiseStep(p *Answer, today calendar.Day) string {
	switch {
	case p != nil && p.Promise == PromiseOpen:
		due, _ := calendar.Parse(p.DueOn) // as stored
		return "Acordo aceito: a empresa tem até " + calendar.Phrase(due, today) + " para cumprir. Nesse dia perguntamos a você se ela cumpriu."
	case p != nil && p.Promise == PromiseAsked:
		return "Diga se a empresa cumpriu o que prometeu."
	}
	return ""
}

// expired says to the consumer what it means that a clock ran out.
func expired(from State, route Route, by string) string {
	switch {
	case from == AwaitingSupplier && route == Direct:
		return "A empresa não respondeu no prazo."
	case from == AwaitingSupplier:
		return "A empresa não respondeu no prazo. O " + by + " segue com o caso."
	case from == AwaitingRating:
		return "O prazo para avaliar terminou, e o caso foi encerrado sem avaliação."
	}
	return "O prazo para você responder terminou. O caso segue com o que já foi enviado; você ainda pode escrever na página dele."
}

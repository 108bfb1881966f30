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
		return "Diga até " + until + " se a empresa resolveu."
	case InReview:
		return "O " + by + " analisa o caso até " + until + "."
	case Hearing:
		return "Há uma audiência marcada. A data está nesta página."
	case Referred:
		return "Outro órgão cuida do caso agora."
	}
	return "O caso está encerrado."
}

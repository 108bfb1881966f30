package casefile

import (
	"cmp"
	"fmt"
	"strings"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

// what words an event; a message or note needs no words beside its own.
func what(e audit.Event, agency string) string {
	facts := complaint.FactsOf(e)
	switch complaint.Act(e.Act) {
	case complaint.ActFile:
		return "Reclamação registrada"
	case complaint.ActTake:
		return "Alguém do " + agency + " está cuidando do caso"
	case complaint.ActRelease:
		return "O caso voltou para a fila"
	case complaint.ActConfirmJurisdiction:
		return "Competência confirmada"
	case complaint.ActAsk:
		if e.ActorRole == string(complaint.AsSupplier) {
			return "A empresa pediu informações"
		}
		return "O " + agency + " pediu informações"
	case complaint.ActSupply:
		return "Informações enviadas"
	case complaint.ActRefer:
		return "Encaminhada para: " + facts.BodyName
	case complaint.ActRecall:
		return "O " + agency + " voltou a cuidar do caso"
	case complaint.ActClose:
		return "Encerrada. Resultado: " + facts.Outcome.Label()
	case complaint.ActReopen:
		return "Reaberta"
	case complaint.ActRate:
		return fmt.Sprintf("Avaliada: %s, nota %d", strings.ToLower(facts.Outcome.Label()), facts.Score)
	case complaint.ActEscalate:
		return "Enviada ao Procon, com tudo o que já aconteceu"
	case complaint.ActExpire:
		return expired(complaint.State(e.From), complaint.State(e.To), agency)
	case complaint.ActRemind:
		return "Lembrete do prazo"
	case complaint.HappenedReturn:
		return "Um e-mail " + toWhom(facts.Party) + " voltou: " + complaint.BounceWords(facts.Bounce)
	case complaint.HappenedStranger:
		return "Chegou uma resposta a um e-mail " + toWhom(facts.Party) + " de um endereço desconhecido. Ela não entrou no caso"
	}
	return companyAct(e, agency)
}

// companyAct words what happens between a company, its consumer and the agency.
func companyAct(e audit.Event, agency string) string {
	facts := complaint.FactsOf(e)
	switch complaint.Act(e.Act) {
	case complaint.ActNotify:
		return strings.TrimSpace("O " + agency + " notificou a empresa " + facts.Channel.Words())
	case complaint.ActDeliverLetter, complaint.ActRestartClock:
		return "A carta foi entregue à empresa"
	case complaint.ActReturnLetter:
		return "A carta à empresa voltou"
	case complaint.ActOpenLetter:
		if facts.Channel == complaint.ByPortal {
			return "A empresa abriu a notificação"
		}
		return "A empresa abriu a notificação com o código"
	case complaint.ActAssign:
		return "Mudou quem cuida do caso na empresa"
	case complaint.ActAddSupplier:
		return "Outra empresa entrou na reclamação: " + facts.Company
	case complaint.ActRefuse:
		return "A empresa recusou o caso. Motivo: " + facts.Refusal.Label()
	case complaint.ActAcceptRefusal:
		return "O " + agency + " aceitou a recusa da empresa e encerrou o caso"
	case complaint.ActOverturnRefusal:
		return "O " + agency + " não aceitou a recusa: a empresa precisa responder"
	case complaint.ActAccept:
		return "Oferta aceita: a empresa tem " + until(facts.DueOn, calendar.Of(e.At)) + " para cumprir"
	case complaint.ActPromiseDue:
		return "Chegou o dia do acordo: o consumidor diz se a empresa cumpriu"
	case complaint.ActPromiseKept:
		if facts.Score > 0 {
			return fmt.Sprintf("Acordo cumprido pela empresa, nota %d", facts.Score)
		}
		return "Acordo cumprido pela empresa"
	case complaint.ActPromiseBroken:
		if e.From == string(complaint.Closed) {
			return "A empresa não cumpriu o acordo. O caso voltou para o " + agency
		}
		return "A empresa não cumpriu o acordo"
	}
	return ""
}

// expired words the end of a clock.
func expired(from, to complaint.State, agency string) string {
	switch {
	case from == complaint.AwaitingSupplier:
		return "A empresa não respondeu no prazo"
	case from == complaint.AwaitingRating:
		return "O prazo para avaliar terminou. Encerrada sem avaliação"
	case to == complaint.AwaitingSupplier:
		return "O prazo para responder ao pedido terminou. O prazo da empresa voltou a correr"
	}
	return "O prazo para responder ao " + agency + " terminou"
}

// answered words that the company answered, how, and whether in time.
func answered(a complaint.Answer) string {
	kind := map[complaint.AnswerKind]string{complaint.FullOffer: "atende ao pedido", complaint.PartialOffer: "atende em parte, ou de outro modo",
		complaint.NoOffer: "não atende ao pedido", complaint.Information: "já resolvido, ou nada a fazer"}[a.Kind]
	if a.Late {
		return "A empresa respondeu fora do prazo: " + kind
	}
	return "A empresa respondeu: " + kind
}

// Offer words what a company promises: what, how much and until when. Empty when it promises nothing.
func Offer(a complaint.Answer, today calendar.Day) string {
	if !a.Kind.Offers() {
		return ""
	}
	what := map[string]string{"reembolso": "reembolso", "outro": "outra solução, descrita na resposta"}[a.Relief]
	what = cmp.Or(what, lowerFirst(taxonomy.Remedies().Label(a.Relief)))
	switch {
	case a.AmountCents > 0 && a.Relief == "reembolso":
		what += " de " + ui.Money(a.AmountCents)
	case a.AmountCents > 0:
		what += ", " + ui.Money(a.AmountCents) + ","
	}
	return what + " " + until(a.DueOn, today)
}

func until(day string, today calendar.Day) string {
	due, err := calendar.Parse(day)
	if err != nil {
		return "até " + day
	}
	return "até " + calendar.Phrase(due, today)
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// ToWhom says whom the words were for, where more than one could read them; empty for an event without words.
func (m Moment) ToWhom() string {
	switch {
	case m.Body == "" || m.Note:
		return ""
	case m.To == complaint.ToAll:
		return "para todos"
	case m.Role != complaint.AsOfficer:
		return "para o Procon"
	case m.To == complaint.ToSupplier:
		return "para a empresa"
	}
	return "para o consumidor"
}

// toWhom is whose mail it was.
func toWhom(r complaint.Role) string {
	if r == complaint.AsSupplier {
		return "à empresa"
	}
	return "ao consumidor"
}

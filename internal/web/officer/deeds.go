package officer

import (
	"context"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// deed is one thing an officer does to a case, with its button, its key and, when it needs words, its form.
type deed struct {
	name  string // last part of its address
	act   complaint.Act
	key   string
	label string // of its button in the bar
	title string // above its form
	send  string // of the form's own button
	said  string // when it is done
	fresh bool   // it contradicts what others do meanwhile, so it asks whether the case changed
	files bool
	form  func() ui.Form // nil: a button is enough
	do    func(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error
}

// deeds are all of them, in the order of the bar.
func deeds() []deed {
	return append([]deed{
		{name: "assumir", act: complaint.ActTake, key: "t", label: "Assumir", said: "Este caso agora é seu.", fresh: true, do: take},
		{name: "largar", act: complaint.ActRelease, key: "t", label: "Largar", said: "O caso voltou para a fila, sem responsável.", fresh: true, do: giveBack},
		{name: "mensagem", act: complaint.ActMessage, key: "m", label: "Mensagem", title: "Mensagem ao consumidor", send: "Enviar ao consumidor",
			said: "Mensagem enviada.", files: true, form: messageForm, do: message},
		{name: "pedido", act: complaint.ActAsk, key: "p", label: "Pedir", title: "Pedir informação ou documento", send: "Enviar pedido",
			said: "Pedido enviado. O prazo do consumidor começou.", fresh: true, files: true, form: askForm, do: ask},
		{name: "nota", act: complaint.ActNote, key: "o", label: "Nota", title: "Nota interna", send: "Guardar nota", said: "Nota guardada. Só o órgão lê.",
			files: true, form: noteForm, do: note},
		{name: "aceitar-recusa", act: complaint.ActAcceptRefusal, key: "a", label: "Aceitar recusa", title: "Aceitar a recusa da empresa e encerrar", send: "Aceitar a recusa",
			said: "Recusa aceita. O caso terminou, e os dois lados foram avisados.", fresh: true, form: refusalForm, do: acceptRefusal},
		{name: "devolver-a-empresa", act: complaint.ActOverturnRefusal, key: "d", label: "Devolver à empresa", title: "Não aceitar a recusa: a empresa responde", send: "Devolver à empresa",
			said: "O caso voltou para a empresa, e o prazo dela continua.", fresh: true, form: refusalForm, do: overturnRefusal},
		{name: "encaminhar", act: complaint.ActRefer, key: "e", label: "Encaminhar", title: "Encaminhar a outro órgão", send: "Encaminhar o caso",
			said: "Caso encaminhado. O consumidor foi avisado.", fresh: true, form: referForm, do: refer},
		{name: "encerrar", act: complaint.ActClose, key: "c", label: "Encerrar", title: "Encerrar o caso", send: "Encerrar o caso",
			said: "Caso encerrado. O consumidor foi avisado.", fresh: true, form: closeForm, do: closeCase},
		{name: "retomar", act: complaint.ActRecall, key: "r", label: "Retomar", title: "Retomar o caso encaminhado", send: "Retomar o caso",
			said: "O caso voltou para o órgão.", fresh: true, form: recallForm, do: recall},
		{name: "reabrir", act: complaint.ActReopen, key: "r", label: "Reabrir", title: "Reabrir o caso", send: "Reabrir o caso",
			said: "Caso reaberto. O consumidor foi avisado.", fresh: true, files: true, form: reopenForm, do: reopen},
		{name: "confirmar-competencia", act: complaint.ActConfirmJurisdiction, key: "k", label: "Confirmar competência", said: "Competência confirmada.",
			fresh: true, do: confirm},
	}, letterDeeds()...)
}

func say(sent casefile.Received) complaint.Say {
	return complaint.Say{Body: sent.Values["mensagem"], Files: sent.Files}
}

func take(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, _ casefile.Received) error {
	return to.Take(ctx, who, ref)
}

func giveBack(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, _ casefile.Received) error {
	return to.Release(ctx, who, ref)
}

func message(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	text := say(sent)
	var known bool
	if text.To, known = addressees[sent.Values["para"]]; !known {
		return fault.Fields{"para": "Escolha para quem é a mensagem."}.Err()
	}
	return to.Message(ctx, who, complaint.AsOfficer, ref, text)
}

// addressees are whom an officer's message may be for, as its form names them.
var addressees = map[string]complaint.Thread{"": complaint.ToConsumer, "consumidor": complaint.ToConsumer, "empresa": complaint.ToSupplier, "todos": complaint.ToAll}

func acceptRefusal(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.AcceptRefusal(ctx, who, ref, sent.Values["motivo"])
}

func overturnRefusal(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.OverturnRefusal(ctx, who, ref, sent.Values["motivo"])
}

func ask(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Ask(ctx, who, complaint.AsOfficer, ref, say(sent))
}

func note(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Note(ctx, who, complaint.AsOfficer, ref, say(sent))
}

func refer(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Refer(ctx, who, ref, complaint.Referral{Body: sent.Values["orgao"], BodyName: sent.Values["orgao_nome"],
		Reason: sent.Values["motivo"], Reference: sent.Values["referencia"]})
}

func closeCase(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Close(ctx, who, ref, complaint.Outcome(sent.Values["resultado"]), sent.Values["motivo"])
}

func recall(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Recall(ctx, who, ref, sent.Values["motivo"])
}

func reopen(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Reopen(ctx, who, complaint.AsOfficer, ref, say(sent))
}

func confirm(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, _ casefile.Received) error {
	return to.ConfirmJurisdiction(ctx, who, ref)
}

package supplier

import (
	"context"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// deed is one thing the company does to a case. The page shows the form of one at a time.
type deed struct {
	Name   string // last part of its address, and the word of "ato"
	act    complaint.Act
	Key    string
	Label  string // of its button in the bar
	Title  string // above its form
	About  string // what it does, below the title
	Send   string
	said   string
	fresh  bool // it contradicts what others do meanwhile
	Files  bool
	Models bool // a template may be used
	form   func(*Site) ui.Form
	do     func(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error
}

// deeds are all of them, in the order of the bar: the first possible one is open.
func deeds() []deed {
	return []deed{
		{Name: "resposta", act: complaint.ActAnswer, Key: "r", Label: "Responder", Title: "Responder à reclamação", Send: "Enviar a resposta", said: "Resposta enviada ao consumidor.",
			About: "O consumidor e o Procon leem esta resposta.", fresh: true, Files: true, Models: true, form: answerForm, do: answer},
		{Name: "pergunta", act: complaint.ActAsk, Key: "p", Label: "Pedir dados", Title: "Pedir dados ao consumidor", Send: "Enviar o pedido",
			said: "Pedido enviado. O prazo da empresa parou até o consumidor responder.", fresh: true, Files: true, form: askForm, do: ask,
			About: "O prazo da empresa fica parado enquanto o consumidor não responde. Isto pode ser feito três vezes em um caso."},
		{Name: "mensagem", act: complaint.ActMessage, Key: "m", Label: "Mensagem", Title: "Escrever no caso", Send: "Enviar a mensagem", said: "Mensagem enviada.", Files: true, Models: true, form: talk("Mensagem"), do: message},
		{Name: "nota", act: complaint.ActNote, Key: "o", Label: "Nota", Title: "Nota da empresa", Send: "Guardar a nota", said: "Nota guardada. Só a empresa lê.",
			About: "Só quem atende pela empresa lê.", Files: true, form: talk("Nota"), do: note},
		{Name: "responsavel", act: complaint.ActAssign, Key: "a", Label: "Responsável", Title: "Quem cuida do caso", Send: "Guardar", said: "Responsável guardado.",
			About: "Os avisos do caso passam a ir para essa pessoa.", form: func(*Site) ui.Form {
				return ui.Form{{Name: "responsavel", Label: "Responsável", Kind: ui.Select, Optional: true}}
			}, do: assign},
		{Name: "recusa", act: complaint.ActRefuse, Key: "x", Label: "Recusar", Title: "Recusar o caso", Send: "Recusar e enviar ao Procon", said: "Recusa enviada. O Procon vai analisar.",
			About: "Use só quando a reclamação não é para a empresa. O Procon analisa o motivo; o prazo da empresa fica parado enquanto isso.", fresh: true, Files: true, form: refuseForm, do: refuse},
	}
}

func text(label string) *ui.Field {
	return &ui.Field{Name: "mensagem", Label: label, Kind: ui.Long, MaxLength: complaint.MessageLimit}
}

func papers() *ui.Field {
	return &ui.Field{Name: attachment.Message.Field(), Label: "Arquivos", Kind: ui.File, Multiple: true, Optional: true, Accept: casefile.Accepted,
		Hint: "Até 20 MB cada: PDF, foto, áudio ou texto."}
}

func talk(label string) func(*Site) ui.Form {
	return func(*Site) ui.Form { return ui.Form{text(label), papers()} }
}

func askForm(*Site) ui.Form {
	f := text("O que a empresa precisa saber ou receber")
	f.Hint = "Diga para que serve. Não peça o que já está no caso."
	return ui.Form{f, papers()}
}

func answerForm(s *Site) ui.Form {
	kind := &ui.Field{Name: "tipo", Label: "Tipo da resposta", Kind: ui.Radio}
	for _, k := range complaint.AnswerKinds {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: k.Label()})
	}
	relief := &ui.Field{Name: "providencia", Label: "O que a empresa vai fazer", Kind: ui.Select, Hint: "Se atende ao pedido, no todo ou em parte."}
	for _, e := range taxonomy.Remedies() {
		relief.Options = append(relief.Options, ui.Option{Value: e.Code, Label: e.Label})
	}
	return ui.Form{kind, relief,
		{Name: "valor", Label: "Valor, em reais", Kind: ui.Text, Optional: true, InputMode: "decimal", Size: "s", MaxLength: 20},
		{Name: "ate", Label: "A empresa cumpre até", Kind: ui.Date, Size: "s", Hint: "Se atende ao pedido. Nesse dia o consumidor diz se foi cumprido."},
		text("Resposta ao consumidor"), papers()}
}

func refuseForm(*Site) ui.Form {
	why := &ui.Field{Name: "motivo", Label: "Motivo", Kind: ui.Select}
	for _, reason := range complaint.RefusalReasons {
		why.Options = append(why.Options, ui.Option{Value: string(reason), Label: reason.Label()})
	}
	f := text("Explicação")
	f.Hint = "O Procon e o consumidor leem. Junte o que comprova."
	return ui.Form{why, f, papers()}
}

func say(sent casefile.Received) complaint.Say {
	return complaint.Say{Body: sent.Values["mensagem"], Files: sent.Files}
}

func answer(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	v := sent.Values
	return to.Answer(ctx, who, ref, complaint.AnswerForm{Kind: v["tipo"], Relief: v["providencia"], Amount: v["valor"], DueOn: v["ate"]}, say(sent))
}

func ask(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Ask(ctx, who, complaint.AsSupplier, ref, say(sent))
}

func message(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Message(ctx, who, complaint.AsSupplier, ref, say(sent))
}

func note(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Note(ctx, who, complaint.AsSupplier, ref, say(sent))
}

func assign(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Assign(ctx, who, ref, sent.Values["responsavel"])
}

func refuse(ctx context.Context, to *complaint.Service, who person.Actor, ref complaint.Ref, sent casefile.Received) error {
	return to.Refuse(ctx, who, ref, complaint.RefusalReason(sent.Values["motivo"]), say(sent))
}

package officer

import (
	"net/http"
	"slices"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type postPage struct {
	ui.Page
	Case complaint.Complaint
	Sent []sentMail
	Came []cameMail
}

type sentMail struct {
	complaint.SentMail
	About, Who string
}

type cameMail struct {
	complaint.CameMail
	Who string
}

// partyWords are the parties, as officers call them.
var partyWords = map[complaint.Role]string{complaint.AsConsumer: "consumidor", complaint.AsSupplier: "empresa"}

// noticeWords are what the mails about a case are about.
var noticeWords = map[complaint.Act]string{
	complaint.ActFile: "Reclamação registrada", complaint.ActMessage: "Nova mensagem", complaint.ActAsk: "Pedido de informação", complaint.ActSupply: "Informações enviadas",
	complaint.ActNotify: "Notificação", complaint.ActAnswer: "Resposta da empresa", complaint.ActRefuse: "Recusa da empresa", complaint.ActAcceptRefusal: "Recusa aceita",
	complaint.ActOverturnRefusal: "Recusa não aceita", complaint.ActAccept: "Oferta aceita", complaint.ActRate: "Avaliação", complaint.ActEscalate: "Caso enviado ao Procon",
	complaint.ActRefer: "Encaminhamento", complaint.ActRecall: "Caso retomado", complaint.ActClose: "Encerramento", complaint.ActReopen: "Reabertura",
	complaint.ActPromiseDue: "Dia de uma promessa", complaint.ActPromiseKept: "Promessa cumprida", complaint.ActPromiseBroken: "Promessa não cumprida",
	complaint.ActExpire: "Prazo terminado", complaint.ActRemind: "Lembrete de prazo",
	"reply_refused": "Resposta por e-mail que não entrou inteira", "reply_too_late": "Resposta por e-mail a um caso encerrado",
}

// post lists what went out and came in by e-mail about a case.
func (s *Site) post(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	post, err := s.Complaints.Post(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	page, _, err := s.page(r, who, "E-mails do caso "+post.Protocol)
	if err != nil {
		return err
	}
	p := postPage{Page: page, Case: post.Complaint}
	p.Breadcrumb = []ui.Link{{URL: "/servidor/fila", Text: "Fila"}, {URL: "/servidor/casos/" + post.Protocol, Text: post.Protocol}, {Text: "E-mails", Current: true}}
	for _, m := range post.Sent {
		about := noticeWords[m.Kind]
		if about == "" {
			about = "Aviso"
		}
		p.Sent = append(p.Sent, sentMail{m, about, partyWords[m.To]})
	}
	for _, m := range post.Came {
		p.Came = append(p.Came, cameMail{m, partyWords[m.From]})
	}
	return s.UI.Render(w, http.StatusOK, "officer/post", p)
}

// MailReturned tells that a mail about the case reached nobody.
func (p *casePage) MailReturned() bool {
	return slices.ContainsFunc(p.Case.Events, func(e audit.Event) bool { return complaint.Act(e.Act) == complaint.HappenedReturn })
}

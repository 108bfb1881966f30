package officer_test

import (
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/mail"
)

func TestTheMailsOfACase(t *testing.T) { // bounces shown
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		box, err := mail.NewReplyBox("respostas@procon.test", "respostas@procon.test")
		w.must(err)
		outbox, postman := mail.NewOutbox(w.Now), complaint.Postman{Complaints: w.Service, People: w.People}
		complaint.Teller{DB: d, Sender: outbox, Agencies: w.Agencies, Now: w.Now, BaseURL: "https://procon.exemplo", Replies: box}.Register(w.Jobs)
		protocol := w.File(t, complainttest.Opts{})
		w.must(w.Jobs.Drain(t.Context()))
		told := outbox.All()[0]
		elisa := w.as(w.Elisa)
		elisa.get(caseURL(protocol)).want(t, 200, caseURL(protocol)+"/avisos").lacks(t, "um e-mail voltou")
		elisa.get(caseURL(protocol)+"/avisos").want(t, 200, "Reclamação registrada", "11144477735@exemplo.test", "enviado")

		take := func(m mail.Incoming) {
			_, err := postman.Take(t.Context(), m)
			w.must(err)
		}
		_, token, _ := strings.Cut(strings.TrimSuffix(told.ReplyTo, "@procon.test"), "+")
		take(mail.Incoming{Kind: mail.Reply, ID: "1", From: told.To.Address, Token: strings.ToUpper(token), Text: "Oi.", Quoted: "> <b>citado</b>"})
		take(mail.Incoming{Kind: mail.Reply, ID: "2", From: "outra@exemplo.test", Token: strings.ToUpper(token), Text: "Oi."})
		take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{ID: told.ID, Final: true, Status: "5.2.2"}})
		elisa.get(caseURL(protocol)).want(t, 200, "um e-mail voltou", "Um e-mail ao consumidor voltou: a caixa postal está cheia", "de um endereço desconhecido")
		elisa.get(caseURL(protocol)+"/avisos").want(t, 200, "voltou: a caixa postal está cheia", "Entrou no caso", "não é o da parte", "&lt;b&gt;citado").lacks(t, "<b>citado")
		w.as(w.Heitor).get(caseURL(protocol)+"/avisos").want(t, 404).lacks(t, "exemplo.test")
		w.as(w.Ana).get(caseURL(protocol)+"/avisos").want(t, 404)
	})
}

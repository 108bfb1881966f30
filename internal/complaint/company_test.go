package complaint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

const portoAlegre = "4314902"

func bruno(t *testing.T, f *complainttest.Fixture) person.Actor {
	return f.SignIn(t, "Bruno Lopes", "10020030088", person.Gold)
}

// directOf files a complaint of somebody against a registered company.
func directOf(t *testing.T, f *complainttest.Fixture, by person.Actor, cnpj, municipality string) string {
	t.Helper()
	of, err := f.Suppliers.ByCNPJ(ctx, cnpj)
	ok(t, err)
	return f.File(t, complainttest.Opts{By: by, Answers: complaint.Answers{"fornecedor": of.ID, "municipio": municipality}})
}

func post(f *complainttest.Fixture) *mail.Outbox {
	outbox := mail.NewOutbox(f.Now)
	complaint.Teller{DB: f.DB, Sender: outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo"}.Register(f.Jobs)
	return outbox
}

// subjects of the mails to an address since the last time, without the protocol.
func subjects(t *testing.T, f *complainttest.Fixture, outbox *mail.Outbox, to person.Actor, protocol string) []string {
	t.Helper()
	ok(t, f.Jobs.Drain(ctx))
	var list []string
	for _, m := range outbox.All() {
		if m.To.Address == to.Email {
			list = append(list, strings.TrimSpace(strings.ReplaceAll(m.Subject, protocol, "")))
		}
	}
	return list
}

func byCompany(t *testing.T, f *complainttest.Fixture, who person.Actor, protocol string) complaint.Case {
	t.Helper()
	c, err := f.Service.AsSupplier(ctx, who, protocol)
	ok(t, err)
	return c
}

func refOf(c complaint.Case) complaint.Ref {
	return complaint.Ref{Protocol: c.Protocol, Version: c.Version}
}

func TestAnOfferThatWasAcceptedAndNotKept(t *testing.T) { // through weeks
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox, b := post(f), bruno(t, f)
		protocol := directOf(t, f, b, complainttest.Varejo, portoAlegre) // Monday 23 November, until Thursday 3 December
		mine := complaint.Ref{Protocol: protocol}
		f.Wait(2 * aDay)
		ok(t, f.Service.Ask(ctx, f.Ines, complaint.AsSupplier, refOf(byCompany(t, f, f.Ines, protocol)), say("Qual o número do pedido?")))
		f.Wait(3 * aDay)
		ok(t, f.Service.Supply(ctx, b, mine, say("Pedido 123.")))
		c := byCompany(t, f, f.Ines, protocol)
		if due := c.DueAt.In(time.FixedZone("", -3*3600)).Format("2006-01-02"); due != "2026-12-07" { // four days stood still: Monday 7 December
			t.Fatalf("the company's clock goes on until %s", due)
		}
		ok(t, f.Service.Answer(ctx, f.Ines, refOf(c), complaint.AnswerForm{Kind: "full_offer", Relief: "reembolso", Amount: "1.234,56", DueOn: "2026-12-10"}, say("Devolvemos o valor.")))
		ok(t, f.Service.Accept(ctx, b, mine))
		if c, err := f.Service.AsConsumer(ctx, b, protocol); err != nil || c.State != complaint.Closed || c.Outcome != complaint.Settled || c.LastOffer().Promise != complaint.PromiseOpen {
			t.Fatalf("accepted: %s %s, %v", c.State, c.Outcome, err)
		}
		f.Wait(12 * aDay) // Thursday 10 December, 9 o'clock
		sweepAtOnce(t, f)
		sweepAtOnce(t, f)
		if err := f.Service.TellPromise(ctx, b, mine, complaint.PromiseAnswer{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing chosen: %v", err)
		}
		ok(t, f.Service.TellPromise(ctx, b, mine, complaint.PromiseAnswer{Kept: "nao", Comment: "O dinheiro não veio."}))
		back, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
		ok(t, err)
		if back.State != complaint.InReview || back.Route != complaint.Agency || back.Outcome != "" || !back.HasDue() || back.LastOffer().Promise != complaint.PromiseBroken {
			t.Errorf("with the officer: %s %s %q", back.Route, back.State, back.Outcome)
		}
		if err := f.Service.TellPromise(ctx, b, mine, complaint.PromiseAnswer{Kept: "sim"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("another word on it: %v", err)
		}
		if got := acts(back); got != "file ask supply answer accept promise_due promise_broken" {
			t.Errorf("acts: %s", got)
		}
		wantConsumer := []string{"Recebemos sua reclamação", "Precisamos de informações suas: reclamação", "A empresa respondeu: reclamação",
			"Você aceitou a oferta: reclamação", "A empresa cumpriu a oferta? Reclamação", "A oferta não foi cumprida: reclamação"}
		if got := subjects(t, f, outbox, b, protocol); !slices.Equal(got, wantConsumer) {
			t.Errorf("to the consumer: %q", got)
		}
		got := subjects(t, f, outbox, f.Ines, protocol)
		if len(got) != 4 || !strings.HasPrefix(got[1], "O consumidor enviou") || !strings.HasPrefix(got[2], "Oferta aceita") || !strings.HasPrefix(got[3], "Oferta não cumprida") {
			t.Errorf("to the company: %q", got)
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestAPromiseThatWasKeptIsResolved(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Telefonia, complainttest.Acegua)
		mine := complaint.Ref{Protocol: protocol}
		if err := f.Service.Accept(ctx, f.Ana, mine); !fault.Is(err, fault.Conflict) {
			t.Errorf("accepted before any offer: %v", err)
		}
		ok(t, f.Service.Answer(ctx, f.Joao, refOf(byCompany(t, f, f.Joao, protocol)), complaint.AnswerForm{Kind: "partial_offer", Relief: "troca", DueOn: "2026-11-30"}, say("Trocamos.")))
		if err := f.Service.Accept(ctx, f.Dandara, mine); !fault.Is(err, fault.NotFound) {
			t.Errorf("another person accepts: %v", err)
		}
		ok(t, f.Service.Accept(ctx, f.Ana, mine))
		if err := f.Service.TellPromise(ctx, f.Ana, mine, complaint.PromiseAnswer{Kept: "sim"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("before its day: %v", err)
		}
		f.Wait(7*aDay - 1*time.Hour) // Monday 30 November, 8 o'clock
		ok(t, f.Service.KeepDeadlines(ctx))
		if c := stateOf(t, f, protocol); c.LastOffer().Promise != complaint.PromiseOpen {
			t.Errorf("asked in the night")
		}
		f.Wait(time.Hour)
		ok(t, f.Service.KeepDeadlines(ctx))
		ok(t, f.Service.TellPromise(ctx, f.Ana, mine, complaint.PromiseAnswer{Kept: "sim", Score: "4"}))
		if c := stateOf(t, f, protocol); c.State != complaint.Closed || c.Outcome != complaint.Resolved || c.LastOffer().Promise != complaint.PromiseKept {
			t.Errorf("%s %s", c.State, c.Outcome)
		}
	})
}

func TestTheCompanySeesWhatItNeedsAndNothingElse(t *testing.T) { // quality 3
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		ok(t, f.Service.Note(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("segredo dos servidores")))
		ok(t, f.Service.Message(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("só para a consumidora")))
		ok(t, f.Service.Message(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "só para a empresa", To: complaint.ToSupplier}))
		ok(t, f.Service.Note(ctx, f.Ines, complaint.AsSupplier, complaint.Ref{Protocol: protocol}, say("nota da empresa")))
		ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("para todos")))

		c := byCompany(t, f, f.Ines, protocol)
		who := c.Consumer
		if who.Name == "" || who.CPF == "" || who.Email+who.Phone+who.Street+who.Number+who.District+who.Postcode+who.AccountID+string(who.Level) != "" || c.OfficerID+c.RouteWhy != "" {
			t.Errorf("the company knows of the consumer: %+v, and %q", who, c.RouteWhy)
		}
		for _, file := range c.Files {
			if file.Kind == attachment.Identity || file.Kind == attachment.AddressProof {
				t.Errorf("the company sees the consumer's %s", file.Kind)
			}
			if _, err := f.Service.FileOf(ctx, f.Joao, complaint.AsSupplier, protocol, file.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("another company opens a file: %v", err)
			}
		}
		all, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
		ok(t, err)
		mine := stateOf(t, f, protocol)
		for name, want := range map[string]struct {
			c    complaint.Case
			said string
		}{
			"company":  {c, "só para a empresa|nota da empresa|para todos"},
			"consumer": {mine, "só para a consumidora|para todos"},
			"officer":  {all, "segredo dos servidores|só para a consumidora|só para a empresa|para todos"},
		} {
			var said []string
			for _, m := range want.c.Messages {
				said = append(said, m.Body)
			}
			if got := strings.Join(said, "|"); got != want.said {
				t.Errorf("%s reads %s", name, got)
			}
			spoken := 0
			for _, e := range want.c.Events {
				if complaint.FactsOf(e).Message != "" {
					spoken++
				}
			}
			if spoken != len(said) {
				t.Errorf("%s sees %d events of %d messages", name, spoken, len(said))
			}
		}
		for name, stranger := range map[string]person.Actor{"another company": f.Joao, "an officer": f.Elisa, "the consumer": f.Ana, "nobody": {}} {
			if _, err := f.Service.AsSupplier(ctx, stranger, protocol); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads the company's page: %v", name, err)
			}
			if err := f.Service.Answer(ctx, stranger, complaint.Ref{Protocol: protocol}, complaint.AnswerForm{Kind: "information"}, say("x")); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s answers for the company: %v", name, err)
			}
		}
	})
}

func TestACompanyIsNotPartyBeforeItIsNotified(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		if _, err := f.Service.AsSupplier(ctx, f.Ines, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
		err := f.Service.Message(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Olá", To: complaint.ToSupplier})
		if !fault.Is(err, fault.Invalid) || fault.FieldsOf(err)["para"] == "" {
			t.Errorf("a message to nobody: %v", err)
		}
	})
}

func TestAMandateThatEndedEndsTheAccess(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		of := byCompany(t, f, f.Ines, protocol).SupplierID
		ok(t, f.DB.Transact(ctx, func(tx *db.Tx) error {
			_, err := f.People.EndMandate(tx, f.Ines, f.Ines.CPF, of)
			return err
		}))
		ines := f.SignIn(t, "Inês Moraes", "12345678909", person.Gold)
		if _, err := f.Service.AsSupplier(ctx, ines, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("who left still reads: %v", err)
		}
		if _, err := f.Service.Inbox(ctx, ines, of, complaint.InboxFilter{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("and lists: %v", err)
		}
	})
}

func TestARefusalIsReviewedWhileTheClockStands(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua) // until Thursday 3 December
		if err := f.Service.Refuse(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, protocol)), "because", say("")); len(fault.FieldsOf(err)) != 2 {
			t.Errorf("no reason, no words: %v", err)
		}
		ok(t, f.Service.Refuse(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, protocol)), complaint.NotACustomer, say("Não há compra neste CPF.")))
		f.Wait(3 * aDay)
		ref := f.Ref(t, f.Elisa, protocol, "")
		if err := f.Service.OverturnRefusal(ctx, f.Elisa, ref, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("no reason: %v", err)
		}
		ok(t, f.Service.OverturnRefusal(ctx, f.Elisa, ref, "A nota está no caso."))
		c := byCompany(t, f, f.Ines, protocol)
		if c.State != complaint.AwaitingSupplier || c.DueAt.In(time.FixedZone("", -3*3600)).Format("01-02") != "12-07" { // four days stood still
			t.Errorf("%s until %s", c.State, c.DueAt)
		}
		ok(t, f.Service.Refuse(ctx, f.Ines, refOf(c), complaint.InCourt, say("Processo 1.")))
		ok(t, f.Service.AcceptRefusal(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), "O caso já está na Justiça."))
		if mine := stateOf(t, f, protocol); mine.State != complaint.Closed || mine.Outcome != complaint.Refused {
			t.Errorf("%s %s", mine.State, mine.Outcome)
		}
	})
}

func TestALateAnswerIsAcceptedAndMarked(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		f.Wait(11 * aDay)
		ok(t, f.Service.KeepDeadlines(ctx))
		answer := complaint.AnswerForm{Kind: "full_offer", Relief: "troca", DueOn: "2026-12-20"}
		ok(t, f.Service.Answer(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, protocol)), answer, say("Trocamos.")))
		c := stateOf(t, f, protocol)
		if c.State != complaint.AwaitingRating || !c.Late || !c.LastOffer().Late || strings.Contains(c.Label(), "não respondeu") {
			t.Errorf("%s, late %v, %q", c.State, c.Late, c.Label())
		}
		ok(t, f.Service.Accept(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		other := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		answer.DueOn = "2027-01-20"
		ok(t, f.Service.Answer(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, other)), answer, say("Trocamos.")))
		if err := f.Service.Answer(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, other)), answer, say("De novo.")); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second answer in time: %v", err)
		}
	})
}

func TestAnAnswerIsTyped(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		ref := refOf(byCompany(t, f, f.Ines, protocol))
		for name, c := range map[string]struct {
			form complaint.AnswerForm
			text string
			bad  string // fields
		}{
			"nothing":                      {complaint.AnswerForm{}, "", "mensagem tipo"},
			"an offer of nothing":          {complaint.AnswerForm{Kind: "full_offer"}, "Sim.", "ate providencia"},
			"an offer of yesterday":        {complaint.AnswerForm{Kind: "full_offer", Relief: "troca", DueOn: "2026-11-22"}, "Sim.", "ate"},
			"an offer in two years":        {complaint.AnswerForm{Kind: "partial_offer", Relief: "troca", DueOn: "2028-11-22"}, "Sim.", "ate"},
			"an amount that is none":       {complaint.AnswerForm{Kind: "partial_offer", Relief: "reembolso", Amount: "muito", DueOn: "2026-12-01"}, "Sim.", "valor"},
			"a day that is none":           {complaint.AnswerForm{Kind: "partial_offer", Relief: "reembolso", DueOn: "amanhã"}, "Sim.", "ate"},
			"a kind that is none":          {complaint.AnswerForm{Kind: "offer"}, "Sim.", "tipo"},
			"a text of ten thousand and 1": {complaint.AnswerForm{Kind: "refusal"}, strings.Repeat("é", 10_001), "mensagem"},
		} {
			err := f.Service.Answer(ctx, f.Ines, ref, c.form, say(c.text))
			var fields []string
			for field := range fault.FieldsOf(err) {
				fields = append(fields, field)
			}
			slices.Sort(fields)
			if got := strings.Join(fields, " "); got != c.bad {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	})
}

func TestACompanyAsksThreeTimesAtMost(t *testing.T) { // asking does not stop the clock for ever
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		for n := range 4 {
			err := f.Service.Ask(ctx, f.Ines, complaint.AsSupplier, refOf(byCompany(t, f, f.Ines, protocol)), say(fmt.Sprint("Pergunta ", n)))
			if (err == nil) != (n < 3) {
				t.Fatalf("question %d: %v", n+1, err)
			}
			if err == nil {
				ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("Resposta.")))
			}
		}
	})
}

func TestTheInboxIsTheCompanysOwn(t *testing.T) { // R-46; quality 3
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		first := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		f.Wait(aDay)
		second := directOf(t, f, f.Dandara, complainttest.Varejo, complainttest.RioGrande)
		theirs := directOf(t, f, f.Ana, complainttest.Telefonia, complainttest.Acegua)
		varejo, telefonia := byCompany(t, f, f.Ines, first).SupplierID, byCompany(t, f, f.Joao, theirs).SupplierID
		colleague := f.Represent(t, "Rosa Terra", "70680690611", complainttest.Varejo, person.Agent)
		ok(t, f.Service.Assign(ctx, f.Ines, complaint.Ref{Protocol: second}, colleague.AccountID))
		if err := f.Service.Assign(ctx, f.Ines, complaint.Ref{Protocol: second}, f.Joao.AccountID); !fault.Is(err, fault.Invalid) {
			t.Errorf("given to another company's person: %v", err)
		}
		ok(t, f.Service.Refuse(ctx, colleague, refOf(byCompany(t, f, colleague, second)), complaint.InCourt, say("Na Justiça.")))
		for name, c := range map[string]struct {
			of     person.Actor
			filter complaint.InboxFilter
			want   string
		}{
			"all open, what runs out first on top": {f.Ines, complaint.InboxFilter{}, second + " " + first},
			"to be answered":                       {f.Ines, complaint.InboxFilter{States: []complaint.State{complaint.AwaitingSupplier}}, first},
			"in two states":                        {f.Ines, complaint.InboxFilter{States: []complaint.State{complaint.AwaitingSupplier, complaint.RefusalReview}}, second + " " + first},
			"of a named colleague":                 {f.Ines, complaint.InboxFilter{Agent: colleague.AccountID}, second},
			"a colleague's":                        {colleague, complaint.InboxFilter{Agent: "me"}, second},
			"nobody's":                             {f.Ines, complaint.InboxFilter{Agent: "none"}, first},
			"by number":                            {f.Ines, complaint.InboxFilter{Text: second}, second},
			"by a word of the story":               {f.Ines, complaint.InboxFilter{Text: "estantes dandara"}, second},
			"by CPF":                               {f.Ines, complaint.InboxFilter{Text: "111.444.777-35"}, first},
			"another company's number":             {f.Ines, complaint.InboxFilter{Text: theirs}, ""},
			"late ones":                            {f.Ines, complaint.InboxFilter{Due: "late"}, ""},
		} {
			page, err := f.Service.Inbox(ctx, c.of, varejo, c.filter)
			var got []string
			for _, row := range page.Rows {
				got = append(got, row.Protocol)
			}
			if strings.Join(got, " ") != c.want || err != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		page, err := f.Service.Inbox(ctx, colleague, varejo, complaint.InboxFilter{Limit: 1})
		if n := page.Counts; err != nil || n.Open != 2 || n.Mine != 1 || n.Unassigned != 1 || n.ByState[complaint.AwaitingSupplier] != 1 || len(page.Rows) != 1 {
			t.Errorf("counts %+v, %v", n, err)
		}
		if next, err := f.Service.Inbox(ctx, colleague, varejo, complaint.InboxFilter{Limit: 1, After: page.Next}); err != nil || len(next.Rows) != 1 || next.Next != "" {
			t.Errorf("second page: %+v, %v", next, err)
		}
		if _, err := f.Service.Inbox(ctx, f.Ines, telefonia, complaint.InboxFilter{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another company's inbox: %v", err)
		}
	})
}

func TestNewsGoToWhoeverHasTheCase(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		colleague := f.Represent(t, "Rosa Terra", "70680690611", complainttest.Varejo, person.Agent)
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		if lead, agent := subjects(t, f, outbox, f.Ines, protocol), subjects(t, f, outbox, colleague, protocol); len(lead) != 1 || len(agent) != 0 {
			t.Errorf("a case nobody has: %q, %q", lead, agent)
		}
		ok(t, f.Service.Assign(ctx, f.Ines, complaint.Ref{Protocol: protocol}, colleague.AccountID))
		ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("E então?")))
		if lead, agent := subjects(t, f, outbox, f.Ines, protocol), subjects(t, f, outbox, colleague, protocol); len(lead) != 1 || len(agent) != 1 {
			t.Errorf("a case somebody has: %q, %q", lead, agent)
		}
	})
}

package complaint_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

const aDay = 24 * time.Hour

// direct files a complaint in the direct channel against a registered company.
func direct(t *testing.T, f *complainttest.Fixture, municipality string) string {
	t.Helper()
	of, err := f.Suppliers.ByCNPJ(ctx, "11222333000181")
	ok(t, err)
	return f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID, "municipio": municipality}})
}

func stateOf(t *testing.T, f *complainttest.Fixture, protocol string) complaint.Case {
	t.Helper()
	c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
	ok(t, err)
	return c
}

// sweepAtOnce keeps the deadlines on several nodes at the same moment.
func sweepAtOnce(t *testing.T, f *complainttest.Fixture) {
	t.Helper()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := f.Service.KeepDeadlines(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestASweepTellsHowManyItMoved(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		moved := 0
		f.Service.Swept = func(n int) { moved += n }
		direct(t, f, complainttest.Acegua)
		direct(t, f, complainttest.Acegua)
		ok(t, f.Service.KeepDeadlines(ctx))
		if moved != 0 {
			t.Errorf("%d moved before their day", moved)
		}
		f.Wait(11 * aDay) // also past both reminders
		ok(t, f.Service.KeepDeadlines(ctx))
		if moved != 2 {
			t.Errorf("%d moved, want 2", moved)
		}
	})
}

func TestADirectCaseTheCompanyNeverAnswered(t *testing.T) { // through months
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := mail.NewOutbox(f.Now)
		complaint.Teller{DB: f.DB, Sender: outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo"}.Register(f.Jobs)
		protocol := direct(t, f, complainttest.Acegua) // Monday 23 November; 10 days: Thursday 3 December
		f.Wait(10 * aDay)
		sweepAtOnce(t, f)
		if c := stateOf(t, f, protocol); c.State != complaint.AwaitingSupplier {
			t.Fatalf("on the last day: %s", c.State)
		}
		f.Wait(aDay)
		sweepAtOnce(t, f)
		c := stateOf(t, f, protocol)
		if c.State != complaint.AwaitingRating || !c.CanEscalate(f.Now()) {
			t.Fatalf("after the last day: %s", c.State)
		}
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		c = stateOf(t, f, protocol)
		if c.State != complaint.Screening || c.Route != complaint.Agency || c.Protocol != protocol || len(c.Files) != 3 || !c.HasDue() {
			t.Errorf("escalated: %s %s with %d files", c.Route, c.State, len(c.Files))
		}
		if _, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue); err != nil {
			t.Errorf("the officer: %v", err)
		}
		ok(t, f.Jobs.Drain(ctx))
		want := []string{"Recebemos sua reclamação", "Um prazo terminou na reclamação", "Sua reclamação  foi para o Procon"}
		if got := subjects(t, f, outbox, f.Ana, protocol); !slices.Equal(got, want) {
			t.Errorf("mails to the consumer: %q", got)
		}
		want = []string{"Nova reclamação: responda até quinta, 3 de dezembro", "O prazo terminou: caso", "O caso  foi para o Procon"}
		if got := subjects(t, f, outbox, f.Ines, protocol); !slices.Equal(got, want) {
			t.Errorf("mails to the company: %q", got)
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestNobodyRatesInTime(t *testing.T) { // unrated is never shown as solved
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := direct(t, f, complainttest.Acegua)
		f.Wait(11 * aDay)
		ok(t, f.Service.KeepDeadlines(ctx))
		f.Wait(21 * aDay)
		sweepAtOnce(t, f)
		c := stateOf(t, f, protocol)
		if c.State != complaint.Closed || c.Outcome != complaint.Unrated || !c.CanEscalate(f.Now()) {
			t.Fatalf("%s %s", c.State, c.Outcome)
		}
		if got := acts(c); got != "file expire expire" {
			t.Errorf("acts: %s", got)
		}
		f.Wait(31 * aDay)
		if err := f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}); !fault.Is(err, fault.Conflict) {
			t.Errorf("after 31 days: %v", err)
		}
	})
}

func TestTheConsumerRates(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := direct(t, f, complainttest.Acegua)
		yes := complaint.RatingAnswers{Solved: "sim", Score: "5", Comment: "Resolveram."}
		if err := f.Service.Rate(ctx, f.Ana, complaint.Ref{Protocol: protocol}, yes); !fault.Is(err, fault.Conflict) {
			t.Errorf("before the time: %v", err)
		}
		f.Wait(11 * aDay)
		ok(t, f.Service.KeepDeadlines(ctx))
		for name, bad := range map[string]complaint.RatingAnswers{"nothing": {}, "a score of six": {"sim", "6", ""}, "a long comment": {"nao", "1", strings.Repeat("a", 2001)}} {
			if err := f.Service.Rate(ctx, f.Ana, complaint.Ref{Protocol: protocol}, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := f.Service.Rate(ctx, f.Dandara, complaint.Ref{Protocol: protocol}, yes); !fault.Is(err, fault.NotFound) {
			t.Errorf("another person: %v", err)
		}
		ok(t, f.Service.Rate(ctx, f.Ana, complaint.Ref{Protocol: protocol}, yes))
		if err := f.Service.Rate(ctx, f.Ana, complaint.Ref{Protocol: protocol}, yes); !fault.Is(err, fault.Conflict) {
			t.Errorf("twice: %v", err)
		}
		if c := stateOf(t, f, protocol); c.Outcome != complaint.Resolved || c.CanEscalate(f.Now()) {
			t.Errorf("%s, may escalate %v", c.Outcome, c.CanEscalate(f.Now()))
		}
	})
}

func TestEscalatingGoesToWhoIsCompetent(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		here, away := direct(t, f, complainttest.RioGrande), direct(t, f, "4314902")
		f.Wait(11 * aDay)
		ok(t, f.Service.KeepDeadlines(ctx))
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: here}))
		if _, err := f.Service.AsOfficer(ctx, f.Heitor, here, complaint.FromQueue); err != nil {
			t.Errorf("Rio Grande's officer: %v", err)
		}
		if _, err := f.Service.AsOfficer(ctx, f.Elisa, here, complaint.FromQueue); !fault.Is(err, fault.NotFound) {
			t.Errorf("the state's officer still sees it: %v", err)
		}
		for officer, found := range map[*person.Actor]int{&f.Heitor: 1, &f.Elisa: 1} { // Elisa finds the one of Porto Alegre
			if page, err := f.Service.Queue(ctx, *officer, complaint.Filter{Text: "estante"}); err != nil || len(page.Rows) != found {
				t.Errorf("%s finds %d cases by a word, %v", officer.Name, len(page.Rows), err)
			}
		}
		if err := f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: away}); !fault.Is(err, fault.Conflict) {
			t.Errorf("Porto Alegre: %v", err)
		}
		if c := stateOf(t, f, away); c.Route != complaint.Direct || c.State != complaint.AwaitingRating {
			t.Errorf("Porto Alegre: %s %s", c.Route, c.State)
		}
	})
}

func TestACaseThatEscalatesWithinItsAgencyIsFoundOnce(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := direct(t, f, "4300034") // Aceguá: the state's Procon is competent, and had it all along
		f.Wait(11 * aDay)
		ok(t, f.Service.KeepDeadlines(ctx))
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		page, err := f.Service.Queue(ctx, f.Elisa, complaint.Filter{Text: "estante"})
		if err != nil || len(page.Rows) != 1 {
			t.Errorf("found %d times, %v", len(page.Rows), err)
		}
	})
}

func TestTheConsumerIsRemindedAndThenTheCaseGoesOn(t *testing.T) { // half and 80 %, then expiry, each once
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := mail.NewOutbox(f.Now)
		complaint.Teller{DB: f.DB, Sender: outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo"}.Register(f.Jobs)
		protocol := f.File(t, complainttest.Opts{})
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Nota?"))) // until Thursday 3 December
		told := map[int]string{}
		for day := 1; day <= 14; day++ {
			f.Wait(aDay)
			before := len(outbox.All())
			sweepAtOnce(t, f)
			ok(t, f.Jobs.Drain(ctx))
			for _, m := range outbox.All()[before:] {
				if day > 1 {
					told[day] += m.Subject[:8] + ";"
				}
			}
		}
		if len(told) != 3 || told[6] != "Lembrete;" && told[5] != "Lembrete;" || told[11] != "Um prazo;" {
			t.Errorf("told on days %v", told)
		}
		c := stateOf(t, f, protocol)
		if c.State != complaint.InReview || acts(c) != "file ask expire" {
			t.Errorf("%s after %s", c.State, acts(c))
		}
	})
}

func TestTheCompanysClockStandsStillWhileTheConsumerOwes(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := direct(t, f, complainttest.Acegua) // until Thursday 3 December
		f.Wait(2 * aDay)                               // Wednesday 25
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Qual o pedido?")))
		f.Wait(3 * aDay) // Saturday 28
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("O 123.")))
		c := stateOf(t, f, protocol)
		// 25, 26, 27 and 28 do not count: the tenth day is Monday 7 December.
		if due := c.DueAt.Add(-3 * time.Hour).Format("2006-01-02"); c.State != complaint.AwaitingSupplier || due != "2026-12-07" || c.ClockFromOn != "2026-11-23" {
			t.Errorf("%s until %s, from %s", c.State, due, c.ClockFromOn)
		}
	})
}

func TestOneCaseThatCannotMoveDoesNotStopTheOthers(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		stuck, fine := direct(t, f, complainttest.Acegua), direct(t, f, complainttest.Acegua)
		ok(t, f.DB.Transact(ctx, func(tx *db.Tx) error { // a state without a rule: nobody can start its clock
			_, err := tx.Exec(`UPDATE complaint SET state = 'awaiting_consumer', resume_state = 'awaiting_supplier', held_rule = 'x@1', held_from_on = '2026-11-23' WHERE protocol = $1`, stuck)
			return err
		}))
		f.Wait(11 * aDay)
		if err := f.Service.KeepDeadlines(ctx); err == nil {
			t.Error("the stuck case must be reported")
		}
		if c := stateOf(t, f, fine); c.State != complaint.AwaitingRating {
			t.Errorf("the other case: %s", c.State)
		}
	})
}

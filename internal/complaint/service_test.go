package complaint_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

var ctx = context.Background()

func each(t *testing.T, story func(t *testing.T, f *complainttest.Fixture)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(t, complainttest.New(t, d)) })
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func say(text string) complaint.Say { return complaint.Say{Body: text} }

func TestTheWholeLifeOfAnAgencyCase(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		if canonical, good := complaint.ParseProtocol(protocol); !good || canonical != protocol || !strings.HasPrefix(protocol, "2026.0001.") {
			t.Fatalf("protocol %q", protocol)
		}
		ref := f.Ref(t, f.Elisa, protocol, "")
		ok(t, f.Service.Take(ctx, f.Elisa, ref))
		ok(t, f.Service.Note(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("Parece fraude conhecida.")))
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Envie a nota fiscal.")))
		mine, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		if mine.State != complaint.AwaitingConsumer || complaint.Owner(mine.State) != complaint.AsConsumer || !mine.HasDue() {
			t.Fatalf("state %s, due %s", mine.State, mine.DueAt)
		}
		file, err := f.Files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: "nota.txt", Reader: strings.NewReader("nota fiscal 1"), By: f.Ana.AccountID, ComplaintID: mine.ID})
		ok(t, err)
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Segue.", Files: []string{file.ID}}))
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.FoundedAttended, "A empresa devolveu o dinheiro."))

		theirs, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
		ok(t, err)
		if got := acts(theirs); got != "file take note ask supply close" {
			t.Errorf("the officer sees %q", got)
		}
		mine, err = f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		if got := acts(mine); got != "file take ask supply close" {
			t.Errorf("the consumer sees %q", got)
		}
		last := mine.Events[len(mine.Events)-1]
		if mine.State != complaint.Closed || mine.Outcome != complaint.FoundedAttended || last.Reason != "A empresa devolveu o dinheiro." {
			t.Errorf("%s %s %q", mine.State, mine.Outcome, last.Reason)
		}
		if len(mine.Files) != 4 || len(mine.Messages) != 2 {
			t.Errorf("%d files and %d messages for the consumer", len(mine.Files), len(mine.Messages))
		}
		if n, err := audit.Verify(ctx, f.DB); err != nil || n == 0 {
			t.Errorf("chain: %d events, %v", n, err)
		}
	})
}

func acts(c complaint.Case) string {
	var out []string
	for _, e := range c.Events {
		out = append(out, e.Act)
	}
	return strings.Join(out, " ")
}

func draftOf(t *testing.T, f *complainttest.Fixture, by person.Actor, change complaint.Answers, files bool) string {
	t.Helper()
	answers := complainttest.Answers()
	for field, value := range change {
		answers[field] = value
	}
	d, _, err := f.Service.StartDraft(ctx, by, answers, true)
	ok(t, err)
	if files {
		for _, kind := range complaint.RequiredKinds {
			_, err := f.Files.Receive(ctx, attachment.Upload{Kind: kind, Name: "a.txt", Reader: strings.NewReader("papel " + string(kind)), By: by.AccountID, DraftID: d.ID})
			ok(t, err)
		}
	}
	return d.ID
}

func TestSubmittingAtOnceAndAgainGivesOneComplaint(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		id := draftOf(t, f, f.Ana, nil, true)
		var wg sync.WaitGroup
		var protocols [12]string
		var errs [12]error
		for i := range protocols {
			wg.Go(func() { protocols[i], errs[i] = f.Service.File(ctx, f.Ana, id, nil) })
		}
		wg.Wait()
		again, err := f.Service.File(ctx, f.Ana, id, nil)
		ok(t, err)
		for i, p := range protocols {
			if errs[i] != nil || p != again {
				t.Errorf("sending %d: %q %v, want %q", i, p, errs[i], again)
			}
		}
		panel, err := f.Service.Panel(ctx, f.Ana)
		ok(t, err)
		if len(panel.Complaints) != 1 || len(panel.Drafts) != 0 {
			t.Errorf("%d complaints, %d drafts", len(panel.Complaints), len(panel.Drafts))
		}
	})
}

func TestFilingIsRefusedWithTheReasonAndKeepsTheDraft(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		bronze := f.SignIn(t, "Carla Dias", "20030040094", person.Bronze)
		id := draftOf(t, f, bronze, nil, true)
		_, err := f.Service.File(ctx, bronze, id, nil)
		if !errors.Is(err, complaint.ErrLevel) || !fault.Is(err, fault.Forbidden) {
			t.Errorf("bronze: %v", err)
		}
		if d, err := f.Service.Draft(ctx, bronze, id); err != nil || d.Answers["relato"] == "" {
			t.Errorf("the draft: %+v %v", d, err)
		}
		raised := f.SignIn(t, "Carla Dias", "20030040094", person.Silver)
		if _, err := f.Service.File(ctx, raised, id, nil); err != nil {
			t.Errorf("after raising the level: %v", err)
		}
		_, err = f.Service.File(ctx, f.Ana, draftOf(t, f, f.Ana, complaint.Answers{"municipio": "4314902"}, true), nil)
		if elsewhere, is := errors.AsType[*complaint.Elsewhere](err); !is || elsewhere.Municipality != "4314902" {
			t.Errorf("Porto Alegre: %v", err)
		}
		_, err = f.Service.File(ctx, f.Ana, draftOf(t, f, f.Ana, nil, false), nil)
		if fields := fault.FieldsOf(err); len(fields) != 3 || fields["documento_identidade"] == "" {
			t.Errorf("no documents: %v", err)
		}
		_, err = f.Service.File(ctx, f.Ana, draftOf(t, f, f.Ana, complaint.Answers{"relato": "", "declaracao": ""}, true), nil)
		if fields := fault.FieldsOf(err); fields["relato"] == "" || fields["declaracao"] == "" {
			t.Errorf("no story: %v", err)
		}
		if _, err := f.Service.File(ctx, f.Dandara, draftOf(t, f, f.Ana, nil, true), nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's draft: %v", err)
		}
	})
}

func TestWhereAComplaintGoes(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		registered, err := f.Suppliers.ByCNPJ(ctx, "11222333000181")
		ok(t, err)
		state, err := f.Agencies.StateAgency(ctx)
		ok(t, err)
		for name, c := range map[string]struct {
			change  complaint.Answers
			route   complaint.Route
			state   complaint.State
			here    bool // at the state agency
			confirm bool
		}{
			"a resident of Aceguá, company not listed":   {nil, complaint.Agency, complaint.Screening, true, false},
			"a resident of a place nothing is known of":  {complaint.Answers{"municipio": complainttest.Alegrete}, complaint.Agency, complaint.Screening, true, true},
			"a resident of Rio Grande":                   {complaint.Answers{"municipio": complainttest.RioGrande}, complaint.Agency, complaint.Screening, false, false},
			"a registered company, from Porto Alegre":    {complaint.Answers{"fornecedor": registered.ID, "municipio": "4314902"}, complaint.Direct, complaint.AwaitingSupplier, true, false},
			"a registered company described by its CNPJ": {complaint.Answers{"fornecedor_cnpj": "11.222.333/0001-81"}, complaint.Direct, complaint.AwaitingSupplier, true, false},
			"São José do Norte, the fact in Rio Grande":  {complaint.Answers{"municipio": "4318507", "fato": complainttest.RioGrande}, complaint.Agency, complaint.Screening, false, false},
		} {
			t.Run(name, func(t *testing.T) {
				protocol := f.File(t, complainttest.Opts{Answers: c.change})
				got, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
				ok(t, err)
				if got.Route != c.route || got.State != c.state || (got.AgencyID == state.ID) != c.here || got.ConfirmJurisdiction != c.confirm || got.RouteWhy == "" {
					t.Errorf("%s %s at %s, confirm %v, why %q", got.Route, got.State, got.AgencyID, got.ConfirmJurisdiction, got.RouteWhy)
				}
				_, byState := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromSearch)
				_, byTown := f.Service.AsOfficer(ctx, f.Heitor, protocol, complaint.FromSearch)
				if (byState == nil) != c.here || (byTown == nil) == c.here {
					t.Errorf("state officer: %v; municipal officer: %v", byState, byTown)
				}
			})
		}
	})
}

func TestWhatOneMayNotSeeDoesNotExist(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		for name, err := range map[string]error{
			"another consumer":             second(f.Service.AsConsumer(ctx, f.Dandara, protocol)),
			"an officer as consumer":       second(f.Service.AsConsumer(ctx, f.Elisa, protocol)),
			"the consumer as officer":      second(f.Service.AsOfficer(ctx, f.Ana, protocol, complaint.FromLink)),
			"an officer of another town":   second(f.Service.AsOfficer(ctx, f.Heitor, protocol, complaint.FromLink)),
			"a visitor":                    second(f.Service.AsConsumer(ctx, person.Actor{}, protocol)),
			"a number that does not exist": second(f.Service.AsConsumer(ctx, f.Ana, complaint.FormatProtocol(2026, "0001", 999))),
			"nonsense":                     second(f.Service.AsConsumer(ctx, f.Ana, "x' OR 1=1")),
			"closing by a stranger":        f.Service.Close(ctx, f.Heitor, complaint.Ref{Protocol: protocol}, complaint.Unfounded, "x"),
			"supplying by a stranger":      f.Service.Supply(ctx, f.Dandara, complaint.Ref{Protocol: protocol}, say("x")),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAnOfficerDoesNotHandleTheirOwnComplaint(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{By: f.Elisa})
		if err := f.Service.Close(ctx, f.Elisa, complaint.Ref{Protocol: protocol}, complaint.FoundedAttended, "x"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("got %v", err)
		}
		ok(t, f.Service.Take(ctx, f.Fabio, f.Ref(t, f.Fabio, protocol, "")))
	})
}

func TestTwoOfficersAtOnceOneWins(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		ref := f.Ref(t, f.Elisa, protocol, "")
		var wg sync.WaitGroup
		errs := make([]error, 2)
		wg.Go(func() { errs[0] = f.Service.Take(ctx, f.Elisa, ref) })
		wg.Go(func() {
			errs[1] = f.Service.Refer(ctx, f.Fabio, ref, complaint.Referral{Body: "anatel", Reason: "É de lá."})
		})
		wg.Wait()
		lost := 0
		for _, err := range errs {
			if err != nil {
				lost++
				if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Text(err), "mexeu neste caso") {
					t.Errorf("the slower one reads %q", fault.Text(err))
				}
			}
		}
		if lost != 1 {
			t.Errorf("%v", errs)
		}
	})
}

func TestAnActSentTwiceIsDoneOnce(t *testing.T) { // double click, reload
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		ref := f.Ref(t, f.Elisa, protocol, "chave-1")
		for range 3 {
			ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, ref, say("Envie a nota.")))
			ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol, Key: "chave-2"}, say("Oi")))
		}
		c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
		ok(t, err)
		if len(c.Messages) != 2 || acts(c) != "file ask message" {
			t.Errorf("%d messages, %s", len(c.Messages), acts(c))
		}
	})
}

func TestAFormUsedAgainForOtherWordsIsAnotherAct(t *testing.T) { // a page the back button brings back has its old key
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		ref := complaint.Ref{Protocol: protocol, Key: strings.Repeat("longa ", 1000)}
		for _, text := range []string{"Comprei em maio.", "Comprei em maio.", "Corrijo: foi em junho."} {
			ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, ref, say(text)))
		}
		for _, content := range []string{"frente da nota", "frente da nota", "verso da nota"} {
			file, err := f.Files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: "nota.txt", Reader: strings.NewReader(content), By: f.Ana.AccountID, ComplaintID: c.ID})
			ok(t, err)
			ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, ref, complaint.Say{Files: []string{file.ID}}))
		}
		c, err = f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		if len(c.Messages) != 4 || len(c.Files) != 5 {
			t.Errorf("%d messages, %d files: %+v", len(c.Messages), len(c.Files), c.Messages)
		}
	})
}

func TestAFileChosenTwiceIsBoundOnce(t *testing.T) { // kept from a refused form and chosen again
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		var ids []string
		for range 2 {
			file, err := f.Files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: "nota.txt", Reader: strings.NewReader("nota"), By: f.Ana.AccountID, ComplaintID: c.ID})
			ok(t, err)
			ids = append(ids, file.ID)
		}
		ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "A nota.", Files: ids}))
		if c, err = f.Service.AsConsumer(ctx, f.Ana, protocol); err != nil || len(c.Files) != 4 {
			t.Errorf("%d files, %v", len(c.Files), err)
		}
	})
}

func TestTheNextCaseIsFoundWithoutSortingTheQueue(t *testing.T) { // one key, whatever waits
	d := dbtest.SQLite(t)
	var asked string
	d.Observe = func(query string) {
		if strings.Contains(query, "officer_id = '' AND consumer_id <>") {
			asked = query
		}
	}
	f := complainttest.New(t, d)
	f.File(t, complainttest.Opts{})
	_, err := f.Service.TakeNext(ctx, f.Elisa, "")
	ok(t, err)
	ok(t, d.Read(ctx, func(tx *db.Tx) error {
		var unused int
		steps, err := db.All(tx, func(r db.Row, step *string) error { return r.Scan(&unused, &unused, &unused, step) }, "EXPLAIN QUERY PLAN "+asked, "", "", "")
		if plan := strings.Join(steps, "; "); plan == "" || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("plan: %s", plan)
		}
		return err
	}))
}

func TestOneFormOnTwoNodesTakesOneCase(t *testing.T) {
	url := dbtest.PostgresURL(t)
	var nodes []*complaint.Service
	var f *complainttest.Fixture
	for range 2 {
		d, err := db.Open(ctx, db.Options{URL: url})
		ok(t, err)
		t.Cleanup(func() { _ = d.Close() })
		if f == nil {
			f = complainttest.New(t, d)
		}
		node := *f.Service
		node.DB = d
		nodes = append(nodes, &node)
	}
	for n := range 8 {
		f.File(t, complainttest.Opts{})
		protocols := make([]string, 6)
		var taps sync.WaitGroup
		for i := range protocols {
			taps.Go(func() {
				var err error
				if protocols[i], err = nodes[i%2].TakeNext(ctx, f.Elisa, fmt.Sprint("form ", n)); err != nil {
					t.Error(err)
				}
			})
		}
		f.File(t, complainttest.Opts{})
		taps.Wait()
		if protocols[0] == "" || slices.ContainsFunc(protocols, func(p string) bool { return p != protocols[0] }) {
			t.Errorf("form %d took %v", n, protocols)
		}
	}
}

func TestReopeningHasItsDays(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		shut := func() {
			ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.Unfounded, "Não há relação de consumo."))
		}
		shut()
		if err := f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("Mas...")); !fault.Is(err, fault.Conflict) {
			t.Errorf("a message after closing: %v", err)
		}
		f.Wait(30 * 24 * time.Hour)
		ok(t, f.Service.Reopen(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("Achei o contrato.")))
		c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		if c.State != complaint.InReview || c.Outcome != "" || !c.ClosedAt.IsZero() {
			t.Errorf("%s %q %s", c.State, c.Outcome, c.ClosedAt)
		}
		shut()
		f.Wait(31 * 24 * time.Hour)
		if err := f.Service.Reopen(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("De novo.")); !fault.Is(err, fault.Conflict) {
			t.Errorf("after 31 days: %v", err)
		}
	})
}

func TestEachStateStartsItsClock(t *testing.T) { // Monday 23 November 2026
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		due := func() string {
			c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
			ok(t, err)
			if c.ClockRule == "" || c.ClockFromOn != "2026-11-23" {
				t.Errorf("rule %q from %q", c.ClockRule, c.ClockFromOn)
			}
			return c.DueAt.In(time.FixedZone("BRT", -3*3600)).Format("2006-01-02 15:04:05")
		}
		if got := due(); got != "2026-11-25 23:59:59" { // screening: 2 business days
			t.Errorf("screening ends %s", got)
		}
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Nota?")))
		if got := due(); got != "2026-12-03 23:59:59" { // the consumer: 10 days
			t.Errorf("the consumer has until %s", got)
		}
	})
}

func TestReferringTellsWhereAndWhy(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		ref := f.Ref(t, f.Elisa, protocol, "")
		for name, r := range map[string]complaint.Referral{"no body": {Reason: "x"}, "no reason": {Body: "anatel"}, "another without a name": {Body: "outro", Reason: "x"},
			"an endless name": {Body: "outro", BodyName: strings.Repeat("a", 121), Reason: "x"}, "an endless number": {Body: "anatel", Reference: strings.Repeat("1", 61), Reason: "x"}} {
			if err := f.Service.Refer(ctx, f.Elisa, ref, r); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		ok(t, f.Service.Refer(ctx, f.Elisa, ref, complaint.Referral{Body: "outro", BodyName: "Conselho de Medicina", Reason: "É ética médica."}))
		c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		last := c.Events[len(c.Events)-1]
		if c.State != complaint.Referred || c.HasDue() || complaint.FactsOf(last).BodyName != "Conselho de Medicina" || last.Reason != "É ética médica." {
			t.Errorf("%s due %v %+v", c.State, c.HasDue(), last)
		}
		ok(t, f.Service.Recall(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), "Voltou."))
	})
}

func TestReadsAreRecordedOnceAQuarterHour(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		for range 3 {
			_, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromSearch)
			ok(t, err)
		}
		_, err := f.Service.AsOfficer(ctx, f.Fabio, protocol, complaint.FromQueue)
		ok(t, err)
		f.Wait(16 * time.Minute)
		c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromCall)
		ok(t, err)
		var why []string
		ok(t, f.DB.Read(ctx, func(tx *db.Tx) error {
			reads, err := audit.Of(tx, "read:"+c.ID)
			for _, e := range reads {
				why = append(why, e.ActorName+string(e.Data))
			}
			return err
		}))
		if got := strings.Join(why, " "); got != `Elisa Prates{"why":"search"} Fábio Nunes{"why":"queue"} Elisa Prates{"why":"call"}` {
			t.Errorf("reads: %s", got)
		}
	})
}

func TestOldDraftsGoWithTheirFiles(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		old := draftOf(t, f, f.Ana, nil, true)
		f.Wait(29 * 24 * time.Hour)
		fresh := draftOf(t, f, f.Ana, nil, false)
		ok(t, f.Service.DeleteOldDrafts(ctx))
		if _, err := f.Service.Draft(ctx, f.Ana, old); err != nil {
			t.Errorf("after 29 days: %v", err)
		}
		f.Wait(2 * 24 * time.Hour)
		ok(t, f.Service.DeleteOldDrafts(ctx))
		if _, err := f.Service.Draft(ctx, f.Ana, old); !fault.Is(err, fault.NotFound) {
			t.Errorf("after 31 days: %v", err)
		}
		if _, err := f.Service.Draft(ctx, f.Ana, fresh); err != nil {
			t.Errorf("the fresh one: %v", err)
		}
	})
}

func TestTwoTabsTypingAtOnceLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		id := draftOf(t, f, f.Ana, nil, false)
		var tabs sync.WaitGroup
		for i := range 12 {
			tabs.Go(func() {
				_, err := f.Service.Write(ctx, f.Ana, id, complaint.Answers{fmt.Sprint("campo", i): "digitado"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		tabs.Wait()
		d, err := f.Service.Draft(ctx, f.Ana, id)
		ok(t, err)
		for i := range 12 {
			if d.Answers[fmt.Sprint("campo", i)] != "digitado" {
				t.Errorf("what tab %d typed is lost", i)
			}
		}
	})
}

func TestWhatIsTypedWhileTheComplaintIsSentIsInIt(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		id := draftOf(t, f, f.Ana, nil, true)
		sending, once := *f.Service, sync.Once{}
		sending.Now = func() time.Time { // asked after the draft was read
			once.Do(func() {
				_, err := f.Service.Write(ctx, f.Ana, id, complaint.Answers{"relato": "Faltava dizer: a loja fechou."})
				ok(t, err)
			})
			return f.Now()
		}
		protocol, err := sending.File(ctx, f.Ana, id, nil)
		ok(t, err)
		if c, err := f.Service.AsConsumer(ctx, f.Ana, protocol); err != nil || c.Narrative != "Faltava dizer: a loja fechou." {
			t.Errorf("%q, %v", c.Narrative, err)
		}
	})
}

func TestADraftHoldsWhatAPersonTypesAndNotMore(t *testing.T) { // R-15, quality 3: sizes bounded everywhere
	f := complainttest.New(t, dbtest.SQLite(t))
	id := draftOf(t, f, f.Ana, nil, false)
	long, absurd := strings.Repeat("á", complaint.MessageLimit+500), strings.Repeat("x", 400_000)
	d, err := f.Service.Write(ctx, f.Ana, id, complaint.Answers{"relato": long, "segmento": absurd})
	ok(t, err)
	if d.Answers["relato"] != long || len(d.Answers["segmento"]) > 1000 {
		t.Errorf("%d bytes of the story, %d of a code", len(d.Answers["relato"]), len(d.Answers["segmento"]))
	}
	for err == nil && len(mustPanel(t, f).Drafts) < 100 {
		_, _, err = f.Service.StartDraft(ctx, f.Ana, nil, true)
	}
	if n := len(mustPanel(t, f).Drafts); n != complaint.DraftsAtOnce || !fault.Is(err, fault.Conflict) {
		t.Errorf("%d drafts, %v", n, err)
	}
	if _, continued, err := f.Service.StartDraft(ctx, f.Ana, nil, false); err != nil || !continued {
		t.Errorf("the newest cannot go on: %v", err)
	}
}

func mustPanel(t *testing.T, f *complainttest.Fixture) complaint.Panel {
	t.Helper()
	p, err := f.Service.Panel(ctx, f.Ana)
	ok(t, err)
	return p
}

func TestWithoutACPFNobodyElsesCasesAreShown(t *testing.T) { // some providers give none
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		var people [2]person.Actor
		for i := range people {
			account, err := f.People.SignIn(ctx, person.Identity{Issuer: "https://estado.test/", Subject: fmt.Sprint(i), Name: "Sem CPF", Level: person.Silver})
			ok(t, err)
			people[i], err = f.People.Actor(ctx, account.ID)
			ok(t, err)
		}
		f.File(t, complainttest.Opts{By: people[0]})
		mine := f.File(t, complainttest.Opts{By: people[1]})
		another := f.File(t, complainttest.Opts{By: people[1]})
		c, err := f.Service.AsOfficer(ctx, f.Elisa, mine, complaint.FromQueue)
		ok(t, err)
		if len(c.Others) != 1 || c.Others[0].Protocol != another {
			t.Errorf("%+v", c.Others)
		}
	})
}

func TestEveryActHasTheLevelOfWhoActed(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	protocol := f.File(t, complainttest.Opts{})
	ok(t, f.Service.Take(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, "")))
	ok(t, f.Service.Message(ctx, f.Ana, complaint.AsConsumer, complaint.Ref{Protocol: protocol}, say("Alguma novidade?")))
	c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
	ok(t, err)
	want := []person.Level{person.Silver, person.Gold, person.Silver}
	for i, e := range c.Events {
		if got := complaint.FactsOf(e).Level; got != want[i] {
			t.Errorf("%s: level %q, want %q", e.Act, got, want[i])
		}
	}
}

func TestChangingOnesMindKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		d, continued, err := f.Service.StartDraft(ctx, f.Ana, complaint.Answers{"municipio": "4314902", "fornecedor": complaint.NotListed}, false)
		ok(t, err)
		if continued {
			t.Error("the first draft continues nothing")
		}
		_, err = f.Service.Write(ctx, f.Ana, d.ID, complaint.Answers{"relato": "Longa história."})
		ok(t, err)
		again, continued, err := f.Service.StartDraft(ctx, f.Ana, complaint.Answers{"municipio": complainttest.Acegua}, false)
		ok(t, err)
		if !continued || again.ID != d.ID || again.Answers["relato"] != "Longa história." || again.Answers["municipio"] != complainttest.Acegua {
			t.Errorf("continued %v: %v", continued, again.Answers)
		}
	})
}

func TestTheConsumerIsToldOnceOfEachEvent(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := mail.NewOutbox(f.Now)
		complaint.Teller{DB: f.DB, Sender: outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo"}.Register(f.Jobs)
		protocol := f.File(t, complainttest.Opts{})
		ok(t, f.Service.Message(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("Bom dia.")))
		ok(t, f.Service.Note(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("segredo")))
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.Unfounded, "Porque não há relação de consumo."))
		ok(t, f.Jobs.Drain(ctx))
		ok(t, f.Jobs.Drain(ctx))
		var subjects []string
		for _, m := range outbox.All() {
			subjects = append(subjects, m.Subject)
			for _, private := range []string{"segredo", "relação de consumo.", "111.444.777-35", "11144477735", "Rua das Flores", "estante"} {
				if strings.Contains(m.Text+m.HTML+m.Subject, private) {
					t.Errorf("mail %q carries %q", m.Subject, private)
				}
			}
		}
		want := []string{"Recebemos sua reclamação " + protocol, "Nova mensagem na reclamação " + protocol, "Sua reclamação " + protocol + " foi encerrada"}
		if fmt.Sprint(subjects) != fmt.Sprint(want) {
			t.Errorf("got %q", subjects)
		}
	})
}

func TestAnUnconfirmedAddressGetsOnlyTheBareProtocol(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := mail.NewOutbox(f.Now)
		complaint.Teller{DB: f.DB, Sender: outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo"}.Register(f.Jobs)
		ok(t, f.People.SetContact(ctx, f.Ana, "outra@exemplo.test", ""))
		protocol := f.File(t, complainttest.Opts{Answers: complaint.Answers{"email": "outra@exemplo.test"}})
		ok(t, f.Service.Message(ctx, f.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, say("Bom dia.")))
		if err := f.Jobs.Drain(ctx); err == nil {
			t.Error("the message must wait for the address to be confirmed")
		}
		sent := outbox.All()
		if len(sent) != 1 || strings.Contains(sent[0].Text, "Ana") || strings.Contains(sent[0].Text, "Ferragem") || !strings.Contains(sent[0].Text, protocol) {
			t.Errorf("sent %+v", sent)
		}
	})
}

func TestAVerificationSaysOnlyThatThePaperIsGenuine(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := f.File(t, complainttest.Opts{})
		c, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		code := c.ReceiptCode
		v, err := f.Service.Verify(ctx, code)
		ok(t, err)
		if v.Protocol != protocol || len(code) < 16 {
			t.Errorf("%+v", v)
		}
		if _, err := f.Service.Verify(ctx, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("a protocol number opens something: %v", err)
		}
	})
}

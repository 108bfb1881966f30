package complaint_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// opened are the events of a case's letters being opened.
func opened(c complaint.Case) []audit.Event {
	return slices.DeleteFunc(slices.Clone(c.Events), func(e audit.Event) bool { return complaint.Act(e.Act) != complaint.ActOpenLetter })
}

func TestWhoReadsANoticeWhereTheCompanyAnswersHasOpenedIt(t *testing.T) { // proof of opening, once, with who and when
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		rosa := f.Represent(t, "Rosa Terra", "70680690611", complainttest.Varejo, person.Agent)
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		byCompany(t, f, rosa, protocol)
		if c := stateOf(t, f, protocol); len(opened(c)) != 0 {
			t.Error("in the direct channel there is no letter to open")
		}
		f.Wait(11 * aDay)
		sweepAtOnce(t, f)
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{}))
		if _, l := lettered(t, f, protocol); !l.OpenedAt.IsZero() {
			t.Error("opened by the officer who looks at it")
		}
		if _, err := f.Service.AsSupplier(ctx, f.Joao, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("another company: %v", err)
		}
		f.Wait(time.Hour)
		before := byCompany(t, f, rosa, protocol)
		when := f.Now()
		f.Wait(time.Hour)
		byCompany(t, f, f.Ines, protocol)
		c, l := lettered(t, f, protocol)
		if got := opened(c); len(got) != 1 || got[0].ActorName != "Rosa Terra" || got[0].ActorRole != string(complaint.AsSupplier) || !got[0].At.Equal(when) || !l.OpenedAt.Equal(when) || l.CodeUsed {
			t.Errorf("%+v, the letter %s", got, l.OpenedAt)
		}
		if mine, err := f.Service.AsConsumer(ctx, f.Ana, protocol); err != nil || len(opened(mine)) != 1 {
			t.Errorf("the consumer sees %d, %v", len(opened(mine)), err)
		}
		ok(t, f.Service.Answer(ctx, rosa, refOf(before), complaint.AnswerForm{Kind: "refusal"}, say("Não.")))
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestOfThoseWhoReadANoticeAtOnceOneOpensIt(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		of, err := f.Suppliers.ByCNPJ(ctx, complainttest.Varejo)
		ok(t, err)
		protocol := f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID}})
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: silent(t, f, protocol)}))
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{}))
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := f.Service.AsSupplier(ctx, f.Ines, protocol); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if c, _ := lettered(t, f, protocol); len(opened(c)) != 1 {
			t.Errorf("opened %d times", len(opened(c)))
		}
	})
}

// silent lets the company's time pass.
func silent(t *testing.T, f *complainttest.Fixture, protocol string) string {
	t.Helper()
	f.Wait(11 * aDay)
	sweepAtOnce(t, f)
	return protocol
}

func TestTheCodeOfAClosedCaseSaysThatItIsOver(t *testing.T) { // it opens nothing, until the case is open again
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := notified(t, f, byEmail()) // the code is good until 2 January
		code, o := mailedCode(t, f, outbox), olavo(t, f)
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.FoundedUnattended, "A empresa não respondeu."))
		closed := f.Now()
		f.Wait(aDay)
		for range 6 { // the right code is no wrong try
			p, err := f.Service.OpenByCode(ctx, o, code)
			var over complaint.CaseOver
			if p != "" || !fault.Is(err, fault.Conflict) || !errors.As(err, &over) {
				t.Fatalf("%q, %v", p, err)
			}
			if over.Protocol != protocol || over.Outcome != complaint.FoundedUnattended || !over.ClosedAt.Equal(closed) || over.CodeUntil.Format("2006-01-02") != "2027-01-03" || over.AgencyID == "" || over.Company == "" {
				t.Errorf("%+v", over)
			}
		}
		if _, err := f.Service.AsSupplier(ctx, again(t, f, o), protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("the case opened: %v", err)
		}
		for who, typed := range map[*person.Actor]string{&o: code[:5] + "AAAA-AAAA", &f.Ana: code} {
			if _, err := f.Service.OpenByCode(ctx, *who, typed); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s learns that the case is over: %v", who.Name, err)
			}
		}
		if c, l := lettered(t, f, protocol); len(opened(c)) != 0 || !l.OpenedAt.IsZero() {
			t.Error("recorded as opened")
		}
		ok(t, f.Service.Reopen(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("A empresa escreveu.")))
		if p, err := f.Service.OpenByCode(ctx, o, code); err != nil || p != protocol {
			t.Fatalf("open again: %q, %v", p, err)
		}
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.FoundedAttended, "Entregou."))
		if p, err := f.Service.OpenByCode(ctx, again(t, f, o), code); err != nil || p != protocol {
			t.Errorf("to whom it opened before: %q, %v", p, err)
		}
		if c := byCompany(t, f, again(t, f, o), protocol); c.State != complaint.Closed {
			t.Error(c.State)
		}
	})
}

package complaint_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

// olavo runs a company without registration; nobody gave him anything.
func olavo(t *testing.T, f *complainttest.Fixture) person.Actor {
	return f.SignIn(t, "Olavo Reis", "70080090036", person.Silver)
}

// again is the person with what they may do now.
func again(t *testing.T, f *complainttest.Fixture, who person.Actor) person.Actor {
	t.Helper()
	now, err := f.People.Actor(ctx, who.AccountID)
	ok(t, err)
	return now
}

func byEmail() complaint.NotifyForm {
	return complaint.NotifyForm{Channel: "email", Email: "sac@ferragem.test", Text: "Diga quando a estante chega."}
}

func byPost() complaint.NotifyForm {
	return complaint.NotifyForm{Channel: "post", Address: "Rua do Comércio, 5\nBagé, RS\n96400-000"}
}

// notified is a case of Ana whose company got the preliminary notice.
func notified(t *testing.T, f *complainttest.Fixture, form complaint.NotifyForm) string {
	t.Helper()
	protocol := f.File(t, complainttest.Opts{})
	ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, "k1"), form))
	return protocol
}

var codeInMail = regexp.MustCompile(`[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}`)

// mailedCode is the code of the last mail to the company.
func mailedCode(t *testing.T, f *complainttest.Fixture, outbox *mail.Outbox) string {
	t.Helper()
	ok(t, f.Jobs.Drain(ctx))
	code := ""
	for _, m := range outbox.All() {
		if m.To.Address == "sac@ferragem.test" {
			code = codeInMail.FindString(m.Text)
			for _, private := range []string{f.Ana.Name, "estante", f.Ana.CPF} {
				if strings.Contains(m.Text+m.HTML+m.Subject, private) {
					t.Errorf("the mail has %q", private)
				}
			}
		}
	}
	if code == "" {
		t.Fatal("no code was mailed")
	}
	return code
}

func dueOn(c complaint.Case) string {
	return c.DueAt.In(time.FixedZone("", -3*3600)).Format("2006-01-02")
}

func lettered(t *testing.T, f *complainttest.Fixture, protocol string) (complaint.Case, complaint.Letter) {
	t.Helper()
	c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
	ok(t, err)
	if c.LastLetter() == nil {
		t.Fatal("the case has no letter")
	}
	return c, *c.LastLetter()
}

func TestTheAgencyRouteByEmailToACompanyWithoutRegistration(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := notified(t, f, byEmail()) // Monday 23 November: until Thursday 3 December
		c, l := lettered(t, f, protocol)
		if c.State != complaint.AwaitingSupplier || !c.IsParty() || dueOn(c) != "2026-12-03" || l.Name() != "CIP 2026/000001" || l.Channel != complaint.ByEmail {
			t.Fatalf("notified: %s until %s, %s %s", c.State, dueOn(c), l.Name(), l.Channel)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, complaint.Ref{Protocol: protocol, Version: c.Version - 1, Key: "k1"}, byEmail()))
		if c, _ := lettered(t, f, protocol); len(c.Letters) != 1 {
			t.Errorf("the form sent twice made %d letters", len(c.Letters))
		}
		code, o := mailedCode(t, f, outbox), olavo(t, f)
		if got := subjects(t, f, outbox, f.Ana, protocol); len(got) != 2 || !strings.HasPrefix(got[1], "Notificamos a empresa") {
			t.Errorf("to the consumer: %q", got)
		}
		if _, err := f.Service.AsSupplier(ctx, o, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("before the code: %v", err)
		}
		opened, err := f.Service.OpenByCode(ctx, o, strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		ok(t, err)
		o = again(t, f, o)
		other := notified(t, f, byEmail())
		if opened != protocol || len(o.Opened) != 1 {
			t.Fatalf("opened %s, %v", opened, o.Opened)
		}
		if _, err := f.Service.AsSupplier(ctx, o, other); !fault.Is(err, fault.NotFound) {
			t.Errorf("the code opens another case too: %v", err)
		}
		if _, l := lettered(t, f, protocol); l.OpenedAt.IsZero() || !l.CodeUsed {
			t.Error("that it was opened is not on the letter")
		}
		f.Wait(11 * aDay)
		sweepAtOnce(t, f)
		if c := stateOf(t, f, protocol); c.State != complaint.InReview || !c.Unanswered {
			t.Fatalf("after expiry: %s", c.State)
		}
		ok(t, f.Service.Answer(ctx, o, refOf(byCompany(t, f, o, protocol)), complaint.AnswerForm{Kind: "information"}, say("Entregamos ontem.")))
		mine, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		ok(t, err)
		if !mine.Late || acts(mine) != "file notify open_letter expire answer" {
			t.Errorf("late %v: %s", mine.Late, acts(mine))
		}
		if mine.Letters != nil {
			t.Error("the consumer sees the letters")
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatTheLetterSaysAndThatItIsGenuine(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		l, err := f.Service.LetterOf(ctx, f.Elisa, protocol, "2026-000001")
		ok(t, err)
		paper, err := l.Paper()
		ok(t, err)
		if paper.Number != "CIP 2026/000001" || paper.Consumer != f.Ana.Name || paper.Protocol != protocol || len(paper.Address) != 3 || paper.Officer != f.Elisa.Name ||
			!strings.Contains(paper.Until, "10 dias corridos") || !strings.Contains(paper.Until, "recebimento") {
			t.Errorf("%+v", paper)
		}
		v, err := f.Service.Verify(ctx, paper.Verify)
		ok(t, err)
		if v.Kind != "cip" || v.Protocol != protocol {
			t.Errorf("%+v", v)
		}
		for who, actor := range map[string]person.Actor{"officer of another agency": f.Heitor, "consumer": f.Ana, "stranger": olavo(t, f)} {
			if _, err := f.Service.LetterOf(ctx, actor, protocol, "2026-000001"); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads the letter: %v", who, err)
			}
			if err := f.Service.Notify(ctx, actor, complaint.Ref{Protocol: protocol}, byPost()); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s notifies: %v", who, err)
			}
			if _, _, err := f.Service.RenewCode(ctx, actor, complaint.Ref{Protocol: protocol}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s renews the code: %v", who, err)
			}
		}
	})
}

func TestACompanyWithPeopleHereNeedsNoCode(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		f.Wait(11 * aDay)
		sweepAtOnce(t, f)
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{}))
		if _, l := lettered(t, f, protocol); l.Channel != complaint.ByPortal || l.Renewable() || !l.CodeUntil.IsZero() {
			t.Errorf("%+v", l)
		}
		got := subjects(t, f, outbox, f.Ines, protocol)
		if len(got) == 0 || !strings.Contains(got[len(got)-1], "Nova reclamação") {
			t.Errorf("to the company: %q", got)
		}
		ok(t, f.Service.Answer(ctx, f.Ines, refOf(byCompany(t, f, f.Ines, protocol)), complaint.AnswerForm{Kind: "refusal"}, say("Não.")))
	})
}

func TestAWrongUsedOrOldCodeIsRefusedInTheSameWords(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := notified(t, f, byEmail())
		code, o := mailedCode(t, f, outbox), olavo(t, f)
		refused := func(what string, who person.Actor, typed string) string {
			t.Helper()
			p, err := f.Service.OpenByCode(ctx, who, typed)
			if !fault.Is(err, fault.Invalid) || p != "" {
				t.Fatalf("%s: %q, %v", what, p, err)
			}
			return fault.FieldsOf(err)["codigo"]
		}
		wrong := refused("no code", o, "abc")
		if got := refused("a wrong secret", o, code[:5]+"AAAA-AAAA"); got != wrong {
			t.Errorf("other words: %q", got)
		}
		if got := refused("the consumer", f.Ana, code); got != wrong {
			t.Errorf("other words: %q", got)
		}
		_, _, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol})
		ok(t, err)
		renewed := mailedCode(t, f, outbox)
		if got := refused("the old code after a new one", o, code); got != wrong || renewed == code {
			t.Errorf("other words: %q", got)
		}
		if p, err := f.Service.OpenByCode(ctx, o, renewed); err != nil || p != protocol {
			t.Fatalf("the new one: %q, %v", p, err)
		}
		if p, err := f.Service.OpenByCode(ctx, o, renewed); err != nil || p != protocol {
			t.Errorf("by its owner again: %q, %v", p, err)
		}
		if got := refused("a used one", f.Joao, renewed); got != wrong {
			t.Errorf("other words: %q", got)
		}
		second := notified(t, f, byEmail())
		late := mailedCode(t, f, outbox)
		f.Wait(42 * aDay) // ten days, thirty, and the rest of a day
		if got := refused("an old one", f.Fabio, late); got != wrong {
			t.Errorf("other words: %q", got)
		}
		if _, err := f.Service.AsSupplier(ctx, again(t, f, o), second); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
		if again := again(t, f, o); len(again.Opened) != 0 {
			t.Error("the case stays open for ever")
		}
		low := f.SignIn(t, "Bela Reis", "80090010078", person.Bronze)
		if _, err := f.Service.OpenByCode(ctx, low, late); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a bronze account: %v", err)
		}
	})
}

func TestWhoeverGuessesCodesIsStopped(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := notified(t, f, byEmail())
		code, o := mailedCode(t, f, outbox), olavo(t, f)
		guess := func(who person.Actor, n int) (err error) {
			for i := range n {
				_, err = f.Service.OpenByCode(ctx, who, fmt.Sprintf("%sAAAA-AAA%c", code[:5], 'B'+i))
			}
			return err
		}
		ok(t, ignoreInvalid(guess(o, 5)))
		_, err := f.Service.OpenByCode(ctx, o, code)
		if text := fault.FieldsOf(err)["codigo"]; !strings.Contains(text, "uma hora") {
			t.Fatalf("the right one after five wrong ones: %v", err)
		}
		f.Wait(time.Hour)
		ok(t, ignoreInvalid(guess(o, 4)))
		p, err := f.Service.OpenByCode(ctx, o, code)
		if err != nil || p != protocol {
			t.Fatalf("an hour later: %q, %v", p, err)
		}
		_, _, err = f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol})
		ok(t, err)
		code = mailedCode(t, f, outbox)
		ok(t, ignoreInvalid(guess(f.Fabio, 5)))
		ok(t, ignoreInvalid(guess(f.Joao, 5)))
		if _, err := f.Service.OpenByCode(ctx, bruno(t, f), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the right one after ten wrong ones of many: %v", err)
		}
		if _, l := lettered(t, f, protocol); !l.CodeDead {
			t.Error("the officer does not see that the code died")
		}
		for range 4 {
			_, _, err = f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol})
			ok(t, err)
		}
		if _, _, err = f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the sixth code of a day: %v", err)
		}
	})
}

func ignoreInvalid(err error) error {
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	return fmt.Errorf("a guess was not refused: %w", err)
}

func TestByPostTheClockCountsFromTheDelivery(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		deliver := func(d complaint.Delivery) error {
			return f.Service.Deliver(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), d)
		}
		ok(t, deliver(complaint.Delivery{What: "enviada", Tracking: "AA123456789BR"}))
		f.Wait(4 * aDay) // Friday 27 November
		for what, d := range map[string]complaint.Delivery{"no day": {What: "entregue"}, "a day to come": {What: "entregue", On: "2026-11-28"},
			"before the letter": {What: "entregue", On: "2026-11-22"}, "nothing chosen": {On: "2026-11-26"}} {
			if err := deliver(d); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		ok(t, deliver(complaint.Delivery{What: "entregue", On: "2026-11-26"})) // ten days from Thursday: Sunday 6 December, so Monday
		c, l := lettered(t, f, protocol)
		if c.State != complaint.AwaitingSupplier || dueOn(c) != "2026-12-07" || l.DeliveredOn != "2026-11-26" || l.Tracking != "AA123456789BR" {
			t.Errorf("%s until %s, delivered %s", c.State, dueOn(c), l.DeliveredOn)
		}
		if w := whys(t, f, protocol); !w[0].Running || !w[0].Exact || w[0].From.String() != "2026-11-26" {
			t.Errorf("why: %+v", w[0])
		}
		if err := deliver(complaint.Delivery{What: "devolvida", On: "2026-11-27"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("returned after it was delivered: %v", err)
		}
	})
}

func TestALetterDeliveredAfterTheProvisionalClockGivesTheCompanyItsTime(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		f.Wait(11 * aDay) // Friday 4 December
		sweepAtOnce(t, f)
		ok(t, f.Service.Deliver(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.Delivery{What: "entregue", On: "2026-12-02"}))
		c, _ := lettered(t, f, protocol)
		if c.State != complaint.AwaitingSupplier || c.Unanswered || dueOn(c) != "2026-12-14" {
			t.Fatalf("%s until %s, unanswered %v", c.State, dueOn(c), c.Unanswered)
		}
		_, code, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol})
		ok(t, err)
		o := olavo(t, f)
		_, err = f.Service.OpenByCode(ctx, o, code)
		ok(t, err)
		o = again(t, f, o)
		ok(t, f.Service.Answer(ctx, o, refOf(byCompany(t, f, o, protocol)), complaint.AnswerForm{Kind: "information"}, say("Chegou.")))
		if c := stateOf(t, f, protocol); c.Late || c.State != complaint.InReview {
			t.Errorf("in time, and marked late %v, %s", c.Late, c.State)
		}
	})
}

func TestALateDeliverySentTwiceIsOneDelivery(t *testing.T) { // nobody is in conflict with themselves
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		f.Wait(11 * aDay)
		sweepAtOnce(t, f)
		ref, delivered := f.Ref(t, f.Elisa, protocol, "k2"), complaint.Delivery{What: "entregue", On: "2026-12-02"}
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, delivered))
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, delivered))
		if c, _ := lettered(t, f, protocol); acts(c) != "file notify expire restart_clock" || dueOn(c) != "2026-12-14" {
			t.Errorf("%s, until %s", acts(c), dueOn(c))
		}
		if err := f.Service.Deliver(ctx, f.Fabio, ref, complaint.Delivery{What: "entregue", On: "2026-12-01"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("another day, from the same old page: %v", err)
		}
	})
}

func TestANewCodeAskedTwiceIsOneCodeByEmailAndTwoByPost(t *testing.T) { // of a printed one only its reader knows
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := notified(t, f, byEmail())
		mailedCode(t, f, outbox)
		sent := len(outbox.All())
		for range 2 {
			l, _, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol, Key: "k2"})
			if err != nil || l.Email != "sac@ferragem.test" {
				t.Fatalf("to %q, %v", l.Email, err)
			}
		}
		code := mailedCode(t, f, outbox)
		if c, _ := lettered(t, f, protocol); acts(c) != "file notify renew_code" || len(outbox.All()) != sent+1 {
			t.Errorf("%s, %d mails", acts(c), len(outbox.All())-sent)
		}
		if p, err := f.Service.OpenByCode(ctx, olavo(t, f), code); err != nil || p != protocol {
			t.Errorf("the code that was mailed: %q, %v", p, err)
		}
		printed := notified(t, f, byPost())
		_, first, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: printed, Key: "k3"})
		ok(t, err)
		_, second, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: printed, Key: "k3"})
		ok(t, err)
		if p, err := f.Service.OpenByCode(ctx, olavo(t, f), second); err != nil || p != printed || first == second {
			t.Errorf("the code printed last: %q, %v", p, err)
		}
	})
}

func TestALetterThatCameBackGivesTheCaseToTheOfficer(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		_, code, err := f.Service.RenewCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol})
		ok(t, err)
		ok(t, f.Service.Deliver(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.Delivery{What: "devolvida", On: "2026-11-23"}))
		if c, l := lettered(t, f, protocol); c.State != complaint.InReview || c.Unanswered || l.ReturnedOn == "" {
			t.Errorf("%s, %+v", c.State, l)
		}
		if _, err := f.Service.OpenByCode(ctx, olavo(t, f), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the code of a letter that came back: %v", err)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), byEmail()))
		if c, l := lettered(t, f, protocol); len(c.Letters) != 2 || l.Name() != "CIP 2026/000002" {
			t.Errorf("%d letters, the last %s", len(c.Letters), l.Name())
		}
	})
}

func TestTheDeliveryOfALetterWhileTheClockStandsStill(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := notified(t, f, byPost())
		f.Wait(aDay)
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Falta a nota.")))
		f.Wait(aDay) // Wednesday 25 November
		ok(t, f.Service.Deliver(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.Delivery{What: "entregue", On: "2026-11-24"}))
		f.Wait(aDay)
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("Segue.")))
		c, _ := lettered(t, f, protocol) // from the 24th, three days of which stood still; the first does not count anyway
		if c.State != complaint.AwaitingSupplier || dueOn(c) != "2026-12-07" {
			t.Errorf("%s until %s", c.State, dueOn(c))
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func FuzzParseCode(f *testing.F) { // what strangers type
	for _, seed := range []string{"ABCD-EFGH-JKLM", " abcdefghjklm ", "ABCD EFGH", "", "ÁBCD-EFGH-JKLM"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := complaint.ParseCode(typed)
		if !ok {
			return
		}
		if again, ok := complaint.ParseCode(code); !ok || again != code || !codeInMail.MatchString(code) || len(code) != 14 {
			t.Errorf("%q gives %q, which gives %q", typed, code, again)
		}
	})
}

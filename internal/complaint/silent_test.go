package complaint_test

import (
	"slices"
	"strings"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
)

// Ana of Aceguá complains in the direct channel. The only person of the company left without anybody after them, and
// nobody answers: at the end both sides are told, Ana sends the case to the Procon with one click, the officer
// notifies the company by e-mail with a code, and who has the code answers. One protocol, one timeline, two months.
func TestACompanyThatFellSilentIsNotifiedAndAnswers(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := directOf(t, f, f.Ana, complainttest.Telefonia, complainttest.Acegua) // Monday 23 November, until Thursday 3 December
		of := byCompany(t, f, f.Joao, protocol).SupplierID
		f.Wait(11 * aDay)
		sweepAtOnce(t, f)
		sweepAtOnce(t, f)
		c := stateOf(t, f, protocol)
		if c.State != complaint.AwaitingRating || !c.Unanswered || !c.CanEscalate(f.Now()) {
			t.Fatalf("on Friday 4 December: %s, unanswered %v", c.State, c.Unanswered)
		}
		if got := subjects(t, f, outbox, f.Joao, protocol); !slices.Equal(got, []string{"Nova reclamação: responda até quinta, 3 de dezembro", "O prazo terminou: caso"}) {
			t.Errorf("to the company: %q", got)
		}
		ok(t, f.DB.Transact(ctx, func(tx *db.Tx) error {
			_, err := f.People.EndMandate(tx, f.Joao, f.Joao.CPF, of)
			return err
		}))

		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
		ok(t, err)
		if c.State != complaint.Screening || c.Route != complaint.Agency || len(c.Files) != 3 || acts(c) != "file expire escalate" {
			t.Fatalf("with the officer: %s %s, %d files, %s", c.Route, c.State, len(c.Files), acts(c))
		}
		f.Wait(10 * aDay)
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, "k1"), byEmail())) // Monday 14 December
		if c, l := lettered(t, f, protocol); dueOn(c) != "2026-12-24" || l.Channel != complaint.ByEmail {
			t.Fatalf("notified by %s until %s", l.Channel, dueOn(c))
		}
		code, o := mailedCode(t, f, outbox), olavo(t, f)
		opened, err := f.Service.OpenByCode(ctx, o, code)
		ok(t, err)
		if opened != protocol {
			t.Fatalf("the code opened %s", opened)
		}
		o = again(t, f, o)
		f.Wait(3 * aDay)
		ok(t, f.Service.Answer(ctx, o, refOf(byCompany(t, f, o, protocol)), complaint.AnswerForm{Kind: "full_offer", Relief: "reembolso", Amount: "1.234,56", DueOn: "2027-01-20"}, say("Devolvemos o valor.")))
		if _, err := f.Service.AsSupplier(ctx, f.SignIn(t, f.Joao.Name, f.Joao.CPF, f.Joao.Level), protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("who left reads the case: %v", err)
		}

		mine := stateOf(t, f, protocol)
		if got := acts(mine); got != "file expire escalate notify open_letter answer" {
			t.Errorf("Ana's timeline: %s", got)
		}
		if mine.Protocol != protocol || mine.LastOffer() == nil {
			t.Errorf("%s, offer %v", mine.Protocol, mine.LastOffer())
		}
		ok(t, f.Jobs.Drain(ctx))
		said := map[string]int{}
		for _, m := range outbox.All() {
			if m.To.Address == f.Ana.Email {
				said[strings.ReplaceAll(m.Subject, protocol, "")]++
			}
		}
		for subject, times := range said {
			if times != 1 {
				t.Errorf("%q was sent %d times", subject, times)
			}
		}
		if len(said) != 5 { // received, expired, with the Procon, notified, answered
			t.Errorf("to Ana: %v", said)
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

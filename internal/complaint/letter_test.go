package complaint_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

const noRegistration = "44.555.666/0001-81"

// toLoja files a complaint of Ana's against Loja Sem Cadastro, which has nobody here.
func toLoja(t *testing.T, f *complainttest.Fixture) string {
	t.Helper()
	return f.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor_nome": "Loja Sem Cadastro", "fornecedor_cnpj": noRegistration}})
}

func marta(t *testing.T, f *complainttest.Fixture) person.Actor {
	return f.SignIn(t, "Marta da Loja", "86288366757", person.Silver)
}

func nilo(t *testing.T, f *complainttest.Fixture) person.Actor {
	return f.SignIn(t, "Nilo Curioso", "15350946056", person.Gold)
}

var codeInMail = regexp.MustCompile(`[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}`)

// codesTo are the access codes mailed to an address, oldest first.
func codesTo(t *testing.T, f *complainttest.Fixture, outbox *mail.Outbox, address string) (codes []string) {
	t.Helper()
	ok(t, f.Jobs.Drain(ctx))
	for _, m := range outbox.All() {
		if m.To.Address == address {
			codes = append([]string{codeInMail.FindString(m.Text)}, codes...)
		}
	}
	return codes
}

func again(t *testing.T, f *complainttest.Fixture, who person.Actor) person.Actor {
	t.Helper()
	actor, err := f.People.Actor(ctx, who.AccountID)
	ok(t, err)
	return actor
}

func asElisa(t *testing.T, f *complainttest.Fixture, protocol string) complaint.Case {
	t.Helper()
	c, err := f.Service.AsOfficer(ctx, f.Elisa, protocol, complaint.FromQueue)
	ok(t, err)
	return c
}

func dueOn(c complaint.Case) string { return calendar.Of(c.DueAt).String() }

func TestANoticeByEmailIsOpenedByItsCodeAndAnswered(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol, other := toLoja(t, f), f.File(t, complainttest.Opts{})
		f.Wait(time.Hour)
		form := complaint.NotifyForm{Channel: complaint.ByEmail, Email: "contato@loja.test", Words: "Informe a data da entrega."}
		if err := f.Service.Notify(ctx, f.Heitor, f.Ref(t, f.Elisa, protocol, ""), form); !fault.Is(err, fault.NotFound) {
			t.Errorf("an officer of another agency notifies: %v", err)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), form))
		c := asElisa(t, f, protocol)
		if c.State != complaint.AwaitingSupplier || !c.IsParty() || len(c.Letters) != 1 || c.Letters[0].Title() != "CIP 2026/000001" {
			t.Fatalf("%s %+v", c.State, c.Letters)
		}
		codes := codesTo(t, f, outbox, "contato@loja.test")
		if len(codes) != 1 || codes[0] == "" {
			t.Fatalf("codes %q", codes)
		}
		if got := subjects(t, f, outbox, f.Ana, protocol); !strings.HasPrefix(got[len(got)-1], "Notificamos a empresa") && !strings.HasPrefix(got[0], "Notificamos a empresa") {
			t.Errorf("to the consumer: %q", got)
		}
		m := marta(t, f)
		if _, err := f.Service.AsSupplier(ctx, m, protocol); !fault.Is(err, fault.NotFound) {
			t.Errorf("before the code: %v", err)
		}
		opened, err := f.Service.OpenLetter(ctx, m, strings.ToLower(strings.ReplaceAll(codes[0], "-", " ")))
		if err != nil || opened != protocol {
			t.Fatalf("opened %q, %v", opened, err)
		}
		if again, err := f.Service.OpenLetter(ctx, m, codes[0]); err != nil || again != protocol {
			t.Errorf("the same person presses twice: %q, %v", again, err)
		}
		_, used := f.Service.OpenLetter(ctx, nilo(t, f), codes[0])
		_, wrong := f.Service.OpenLetter(ctx, nilo(t, f), "ABCD-EFGH-JKLM")
		if used == nil || wrong == nil || fault.FieldsOf(used)["codigo"] != fault.FieldsOf(wrong)["codigo"] {
			t.Errorf("a used code reads %v, a wrong one %v", used, wrong)
		}
		m = again(t, f, m)
		v, err := f.Service.AsSupplier(ctx, m, protocol)
		if err != nil || acts(v) != "notify open_letter" {
			t.Errorf("the company reads %s, %v", acts(v), err)
		}
		if _, err := f.Service.AsSupplier(ctx, m, other); !fault.Is(err, fault.NotFound) {
			t.Errorf("the code opens another case: %v", err)
		}
		if _, l, err := f.Service.LetterOf(ctx, m, complaint.AsSupplier, protocol, "2026-000001"); err != nil || l.Paper.Words != form.Words || l.Paper.Company != "Loja Sem Cadastro" {
			t.Errorf("the letter: %+v, %v", l.Paper, err)
		}
		if _, _, err := f.Service.LetterOf(ctx, m, complaint.AsSupplier, protocol, "2026-000002"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a letter that is not: %v", err)
		}
		seen, err := f.Service.AsConsumer(ctx, f.Ana, protocol)
		if err != nil || acts(seen) != "file notify open_letter" {
			t.Errorf("the consumer reads %s, %v", acts(seen), err)
		}
		f.Wait(c.DueAt.Sub(f.Now()) + time.Hour)
		sweepAtOnce(t, f)
		if c = asElisa(t, f, protocol); c.State != complaint.InReview || !c.Unanswered {
			t.Fatalf("after the deadline: %s", c.State)
		}
		ok(t, f.Service.Answer(ctx, m, complaint.Ref{Protocol: protocol}, complaint.AnswerForm{Kind: "information"}, say("Entregamos ontem.")))
		if c = asElisa(t, f, protocol); !c.Late || c.State != complaint.InReview {
			t.Errorf("late %v in %s", c.Late, c.State)
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestWrongCodesAreCountedByAccountAndByCode(t *testing.T) { // R-22, quality 3
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox, protocol := post(f), toLoja(t, f)
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByEmail, Email: "contato@loja.test"}))
		code := codesTo(t, f, outbox, "contato@loja.test")[0]
		m := marta(t, f)
		for range 5 {
			if _, err := f.Service.OpenLetter(ctx, m, "nada"); !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		}
		if _, err := f.Service.OpenLetter(ctx, m, code); err == nil || !strings.Contains(fault.FieldsOf(err)["codigo"], "uma hora") {
			t.Errorf("the sixth try: %v", err)
		}
		f.Wait(time.Hour + time.Second)
		if _, err := f.Service.OpenLetter(ctx, f.SignIn(t, "Carla Dias", "20030040094", person.Bronze), code); !fault.Is(err, fault.Forbidden) {
			t.Errorf("bronze: %v", err)
		}
		for _, who := range []person.Actor{f.Ana, f.Elisa} {
			if _, err := f.Service.OpenLetter(ctx, who, code); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s opens it: %v", who.Name, err)
			}
		}
		for i, name := range []string{"Um", "Dois"} { // ten wrong tries that begin right
			who := f.SignIn(t, name, []string{"71428793860", "87748248800"}[i], person.Silver)
			for range 5 {
				_, _ = f.Service.OpenLetter(ctx, who, code[:4]+"-2222-3333")
			}
		}
		if _, err := f.Service.OpenLetter(ctx, m, code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the code lives after ten wrong tries: %v", err)
		}
		ok(t, f.Service.MailCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol}, "sac@loja.test"))
		if err := f.Service.MailCode(ctx, f.Elisa, complaint.Ref{Protocol: protocol}, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("another at once: %v", err)
		}
		fresh := codesTo(t, f, outbox, "sac@loja.test")[0]
		if _, err := f.Service.OpenLetter(ctx, m, code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the old code: %v", err)
		}
		late := f.Now()
		c := asElisa(t, f, protocol)
		f.Wait(c.DueAt.Sub(late) + 31*aDay)
		if _, err := f.Service.OpenLetter(ctx, m, fresh); !fault.Is(err, fault.Invalid) {
			t.Errorf("thirty-one days after the deadline: %v", err)
		}
		if c.Letters[0].Email != "sac@loja.test" || c.Letters[0].Codes != 2 {
			t.Errorf("%+v", c.Letters[0])
		}
	})
}

func TestALetterByPostCountsFromItsDelivery(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := toLoja(t, f)
		if err := f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByPost}); fault.FieldsOf(err)["endereco"] == "" {
			t.Fatalf("without address: %v", err)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByPost, Address: "Rua A, 1\n90000-000 Porto Alegre"}))
		ref := complaint.Ref{Protocol: protocol}
		provisional := dueOn(asElisa(t, f, protocol))
		code, err := f.Service.PrintCode(ctx, f.Elisa, ref)
		ok(t, err)
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, complaint.DeliveryForm{What: complaint.Posted, Tracking: "BR123456789BR"}))
		f.Wait(4 * aDay) // Friday
		for _, wrong := range []complaint.DeliveryForm{{What: complaint.Delivered}, {What: complaint.Delivered, On: "2026-11-22"}, {What: complaint.Delivered, On: "2026-12-31"}, {What: "lost"},
			{What: complaint.Returned, On: "2026-11-26"}} {
			if err := f.Service.Deliver(ctx, f.Elisa, ref, wrong); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, complaint.DeliveryForm{What: complaint.Delivered, On: "2026-11-26"}))
		c := asElisa(t, f, protocol)
		if got := dueOn(c); got <= provisional || c.ClockFromOn != "2026-11-26" {
			t.Errorf("due %s from %s, was %s", got, c.ClockFromOn, provisional)
		}
		why, err := f.Service.WhyDates(ctx, c)
		if err != nil || !why[0].Exact || why[0].From.String() != "2026-11-26" || !why[0].Running {
			t.Errorf("why: %+v, %v", why, err)
		}
		if l := c.Letters[0]; l.Tracking != "BR123456789BR" || l.DeliveredOn != "2026-11-26" || l.State() != "entregue" {
			t.Errorf("%+v", l)
		}
		m := marta(t, f)
		if opened, err := f.Service.OpenLetter(ctx, m, code); err != nil || opened != protocol {
			t.Errorf("%q, %v", opened, err)
		}
	})
}

func TestALetterThatComesBackBringsTheCaseToReview(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := toLoja(t, f)
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByPost, Address: "Rua A, 1"}))
		ref := complaint.Ref{Protocol: protocol}
		code, err := f.Service.PrintCode(ctx, f.Elisa, ref)
		ok(t, err)
		f.Wait(2 * aDay)
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, complaint.DeliveryForm{What: complaint.Returned, On: "2026-11-25", Reason: "Mudou-se."}))
		c := asElisa(t, f, protocol)
		if last := c.Events[len(c.Events)-1]; c.State != complaint.InReview || c.Letters[0].State() != "devolvida" || last.Reason != "Mudou-se." {
			t.Errorf("%s, %s, %q", c.State, c.Letters[0].State(), last.Reason)
		}
		if _, err := f.Service.OpenLetter(ctx, marta(t, f), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the code of a letter that came back: %v", err)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByPost, Address: "Rua B, 2"}))
		if c := asElisa(t, f, protocol); c.State != complaint.AwaitingSupplier || len(c.Letters) != 2 || c.Letters[0].Number != 2 {
			t.Errorf("the second letter: %s %+v", c.State, c.Letters)
		}
	})
}

func TestALateReceiptSparesAnAnswerInTime(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := toLoja(t, f)
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{Channel: complaint.ByPost, Address: "Rua A, 1"}))
		c := asElisa(t, f, protocol)
		f.Wait(c.DueAt.Sub(f.Now()) + aDay)
		sweepAtOnce(t, f)
		ref := complaint.Ref{Protocol: protocol}
		ok(t, f.Service.Deliver(ctx, f.Elisa, ref, complaint.DeliveryForm{What: complaint.Delivered, On: calendar.Of(f.Now()).Add(-1).String()}))
		if c := asElisa(t, f, protocol); c.State != complaint.InReview || c.Unanswered {
			t.Errorf("%s, unanswered %v", c.State, c.Unanswered)
		}
	})
}

func TestACompanyWithPeopleHereReadsItsNoticeInThePortal(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		protocol := directOf(t, f, f.Ana, complainttest.Varejo, complainttest.Acegua)
		c := byCompany(t, f, f.Ines, protocol)
		f.Wait(c.DueAt.Sub(f.Now()) + time.Hour)
		sweepAtOnce(t, f)
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, protocol, ""), complaint.NotifyForm{}))
		before := asElisa(t, f, protocol)
		if l := before.Letters[0]; l.Channel != complaint.InPortal || !l.CodeUntil.IsZero() || !l.ReadAt.IsZero() {
			t.Errorf("%+v", l)
		}
		if got := subjects(t, f, outbox, f.Ines, protocol); len(got) == 0 {
			t.Error("the company is not told")
		}
		byCompany(t, f, f.Ines, protocol)
		byCompany(t, f, f.Ines, protocol)
		if after := asElisa(t, f, protocol); after.Letters[0].ReadAt.IsZero() || strings.Count(acts(after), "open_letter") != 1 {
			t.Errorf("read %v, %s", after.Letters[0].ReadAt, acts(after))
		}
	})
}

func TestOneAttendanceAboutSeveralCompanies(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox, protocol := post(f), toLoja(t, f)
		ref := complaint.Ref{Protocol: protocol}
		for name, wrong := range map[string]complaint.OtherSupplier{"nothing": {}, "no CNPJ": {CNPJ: "123"}, "unknown CNPJ without a name": {CNPJ: "11444777000161"},
			"the same company": {CNPJ: noRegistration, Name: "Loja"}} {
			if _, err := f.Service.AddSupplier(ctx, f.Elisa, ref, wrong); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		second, err := f.Service.AddSupplier(ctx, f.Elisa, ref, complaint.OtherSupplier{CNPJ: complainttest.Varejo})
		ok(t, err)
		third, err := f.Service.AddSupplier(ctx, f.Elisa, complaint.Ref{Protocol: second}, complaint.OtherSupplier{Name: "Transportadora Modelo"})
		ok(t, err)
		if second != protocol+"/2" || third != protocol+"/3" {
			t.Fatalf("%s, %s", second, third)
		}
		c := asElisa(t, f, second)
		if c.State != complaint.Screening || c.SupplierName != "Varejo Exemplo" && !strings.HasPrefix(c.SupplierName, "Varejo") || len(c.Files) != 3 || len(c.Siblings) != 2 || len(c.Others) != 0 || acts(c) != "file add_supplier" {
			t.Errorf("the second: %s %s, %d files, siblings %+v, %s", c.State, c.SupplierName, len(c.Files), c.Siblings, acts(c))
		}
		mine, err := f.Service.AsConsumer(ctx, f.Ana, third)
		if err != nil || len(mine.Siblings) != 2 || mine.Siblings[0].Protocol != protocol || mine.ReceiptCode == "" {
			t.Errorf("the consumer's third: %+v, %v", mine.Siblings, err)
		}
		page, err := f.Service.Queue(ctx, f.Elisa, complaint.Filter{Text: strings.NewReplacer(".", "", "-", "").Replace(protocol)})
		if err != nil || len(page.Rows) != 3 {
			t.Errorf("the bare number finds %d, %v", len(page.Rows), err)
		}
		if page, err := f.Service.Queue(ctx, f.Elisa, complaint.Filter{Text: second}); err != nil || len(page.Rows) != 1 {
			t.Errorf("the whole number finds %d, %v", len(page.Rows), err)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, second, ""), complaint.NotifyForm{}))
		inbox, err := f.Service.Inbox(ctx, f.Ines, c.SupplierID, complaint.InboxFilter{Text: protocol})
		if err != nil || len(inbox.Rows) != 1 || inbox.Rows[0].Protocol != second {
			t.Errorf("the company finds %+v, %v", inbox.Rows, err)
		}
		theirs := byCompany(t, f, f.Ines, second)
		if len(theirs.Siblings) != 0 || strings.Contains(acts(theirs), "add_supplier") {
			t.Errorf("the company learns of the others: %+v %s", theirs.Siblings, acts(theirs))
		}
		ok(t, f.Service.Answer(ctx, f.Ines, complaint.Ref{Protocol: second}, complaint.AnswerForm{Kind: "information"}, say("Já devolvemos.")))
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, second, ""), complaint.FoundedAttended, "Devolveu."))
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, third, ""), complaint.Unfounded, "Não tem parte nisso."))
		if a, b := asElisa(t, f, protocol), asElisa(t, f, third); a.State != complaint.Screening || b.Outcome != complaint.Unfounded {
			t.Errorf("outcomes mix: %s, %s", a.State, b.Outcome)
		}
		told := 0
		for _, s := range subjects(t, f, outbox, f.Ana, protocol) {
			if strings.Contains(s, "empresa") {
				told++
			}
		}
		if told < 2 {
			t.Errorf("the consumer is told of %d companies", told)
		}
		for n := 4; n <= complaint.MaxSuppliers; n++ {
			_, err := f.Service.AddSupplier(ctx, f.Elisa, ref, complaint.OtherSupplier{Name: "Empresa número " + strings.Repeat("i", n)})
			ok(t, err)
		}
		if _, err := f.Service.AddSupplier(ctx, f.Elisa, ref, complaint.OtherSupplier{Name: "Mais uma"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the twenty-first: %v", err)
		}
	})
}

func TestTwoOfficersAddingCompaniesAtOnceGetTwoNumbers(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := toLoja(t, f)
		done := make(chan error, 6)
		for n := range cap(done) {
			go func() {
				_, err := f.Service.AddSupplier(ctx, f.Elisa, complaint.Ref{Protocol: protocol}, complaint.OtherSupplier{Name: "Empresa " + strings.Repeat("x", n+1)})
				done <- err
			}()
		}
		for range cap(done) {
			ok(t, <-done)
		}
		if c := asElisa(t, f, protocol); len(c.Siblings) != cap(done) || c.Siblings[cap(done)-1].Protocol != protocol+"/7" {
			t.Errorf("%+v", c.Siblings)
		}
	})
}

func TestLettersOfAnAgencyAreNumberedWithoutTwins(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		var protocols []string
		for range 5 {
			protocols = append(protocols, toLoja(t, f))
		}
		done := make(chan error, len(protocols))
		for _, p := range protocols {
			go func() {
				done <- f.Service.Notify(ctx, f.Elisa, complaint.Ref{Protocol: p}, complaint.NotifyForm{Channel: complaint.ByPost, Address: "Rua A"})
			}()
		}
		for range protocols {
			ok(t, <-done)
		}
		ok(t, f.DB.Read(ctx, func(tx *db.Tx) error {
			n, err := db.Column[int64](tx, `SELECT number FROM letter ORDER BY number`)
			for i := range n {
				if n[i] != int64(i+1) {
					t.Errorf("numbers %v", n)
				}
			}
			return err
		}))
	})
}

package complaint_test

import (
	"slices"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// givesAddress makes an address the one to which the company wants its notices.
func (p *mailroom) givesAddress(cnpj, address string) supplier.Supplier {
	p.Helper()
	of, err := p.Suppliers.ByCNPJ(ctx, cnpj)
	ok(p.T, err)
	of.NoticeEmail = address
	ok(p.T, p.Suppliers.Edit(ctx, p.Gilda, of.ID, of))
	return of
}

// told are the addresses at which mails arrived, but the consumer's.
func (p *mailroom) told() (list []string) {
	p.Helper()
	ok(p.T, p.Jobs.Drain(ctx))
	for _, m := range p.outbox.All() {
		if m.To.Address != p.Ana.Email {
			list = append(list, m.To.Address)
		}
	}
	slices.Sort(list)
	return list
}

func TestNewsAlsoGoToTheAddressThatTheCompanyGave(t *testing.T) {
	const desk = "avisos@varejo.test"
	for name, c := range map[string]struct {
		gives string
		when  func(p *mailroom, of supplier.Supplier)
		want  func(p *mailroom) []string
	}{
		"beside its leads":                    {desk, nil, func(p *mailroom) []string { return []string{p.Ines.Email, desk} }},
		"no address given":                    {"", nil, func(p *mailroom) []string { return []string{p.Ines.Email} }},
		"the lead's own address, in capitals": {strings.ToUpper("12345678909@exemplo.test"), nil, func(p *mailroom) []string { return []string{p.Ines.Email} }},
		"alone, when everybody left": {desk, func(p *mailroom, of supplier.Supplier) {
			ok(p.T, p.Suppliers.Leave(ctx, p.Ines, of.ID, supplier.Leaving{Sure: true}))
			ok(p.T, p.Jobs.Drain(ctx))
		}, func(*mailroom) []string { return []string{desk} }},
		"two people who share an address": {"", func(p *mailroom, _ supplier.Supplier) {
			p.Represent(p.T, "Rosa Terra", "70680690611", complainttest.Varejo, person.Lead)
			ok(p.T, p.DB.Transact(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE account SET email = $1 WHERE cpf = $2`, p.Ines.Email, p.Secrets.Index("70680690611"))
				return err
			}))
		}, func(p *mailroom) []string { return []string{p.Ines.Email} }},
	} {
		t.Run(name, func(t *testing.T) {
			eachPost(t, func(p *mailroom) {
				of := p.givesAddress(complainttest.Varejo, c.gives)
				if c.when != nil {
					c.when(p, of)
				}
				before := len(p.told())
				direct(p.T, p.Fixture, complainttest.Acegua)
				want := c.want(p)
				slices.Sort(want)
				if got := p.told()[before:]; !slices.Equal(got, want) {
					t.Errorf("told at %q, want %q", got, want)
				}
			})
		})
	}
}

func TestAMailToTheCompanysAddressIsNobodysAndItsReturnIsShown(t *testing.T) { // no answer is taken from it; bounces shown
	const desk = "avisos@varejo.test"
	eachPost(t, func(p *mailroom) {
		p.givesAddress(complainttest.Varejo, desk)
		protocol := direct(p.T, p.Fixture, complainttest.Acegua)
		p.told()
		all := p.outbox.All()
		told := all[slices.IndexFunc(all, func(m mail.Sent) bool { return m.To.Address == desk })]
		if told.ReplyTo != "" || !strings.HasPrefix(told.Text, "Olá.\n") || !strings.Contains(strings.Join(strings.Fields(told.Text), " "), "Varejo Exemplo deu este endereço para os avisos") {
			t.Errorf("answers go to %q: %s", told.ReplyTo, told.Text)
		}
		p.take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{ID: told.ID, Final: true, Status: "5.1.1"}}, complaint.MailReturned)
		post, err := p.Service.Post(ctx, p.Elisa, protocol)
		ok(t, err)
		i := slices.IndexFunc(post.Sent, func(m complaint.SentMail) bool { return m.Address == desk })
		if i < 0 || post.Sent[i].To != complaint.AsSupplier || post.Sent[i].Happened() != "voltou: o endereço não existe" {
			t.Errorf("%+v", post.Sent)
		}
		c := p.officerSees(protocol)
		if f := complaint.FactsOf(c.Events[len(c.Events)-1]); acts(c) != "file mail_returned" || f.Party != complaint.AsSupplier {
			t.Errorf("%s, about the mail to the %s", acts(c), f.Party)
		}
	})
}

func TestACompanyThatNeverCameHereGetsTheLetterAlone(t *testing.T) { // its case opens by the letter's code only
	eachPost(t, func(p *mailroom) {
		of, err := p.Suppliers.ByCNPJ(ctx, "44555666000181")
		ok(t, err)
		of.NoticeEmail = "contato@loja.test"
		ok(t, p.Suppliers.Edit(ctx, p.Gilda, of.ID, of))
		protocol := p.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": of.ID}})
		ok(t, p.Service.Notify(ctx, p.Elisa, p.Ref(t, p.Elisa, protocol, ""), byEmail()))
		ok(t, p.Service.Message(ctx, p.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "E então?", To: complaint.ToAll}))
		if got := p.told(); !slices.Equal(got, []string{"sac@ferragem.test"}) {
			t.Errorf("told at %q", got)
		}
		post, err := p.Service.Post(ctx, p.Elisa, protocol)
		if err != nil || !slices.ContainsFunc(post.Sent, func(m complaint.SentMail) bool { return m.Kind == complaint.ActNotify && m.To == complaint.AsSupplier }) {
			t.Errorf("the letter is nobody's: %+v, %v", post.Sent, err)
		}
	})
}

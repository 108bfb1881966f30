package complaint_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/mail"
	"guiche/internal/person"
)

// mailroom is an installation whose mails are answered.
type mailroom struct {
	*testing.T
	*complainttest.Fixture
	outbox  *mail.Outbox
	box     *mail.ReplyBox
	postman complaint.Postman
	n       int
}

func eachPost(t *testing.T, story func(p *mailroom)) {
	t.Helper()
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		box, err := mail.NewReplyBox("respostas@procon.test", "nao-responda@procon.test")
		ok(t, err)
		p := &mailroom{T: t, Fixture: f, outbox: mail.NewOutbox(f.Now), box: box, postman: complaint.Postman{Complaints: f.Service, People: f.People}}
		complaint.Teller{DB: f.DB, Sender: p.outbox, Agencies: f.Agencies, Now: f.Now, BaseURL: "https://procon.exemplo", Replies: box}.Register(f.Jobs)
		story(p)
	})
}

// last is the newest mail that left.
func (p *mailroom) last() mail.Sent {
	p.Helper()
	ok(p.T, p.Jobs.Drain(ctx))
	all := p.outbox.All()
	if len(all) == 0 {
		p.Fatal("no mail left")
	}
	return all[len(all)-1]
}

// reply is an answer to a mail, as its reader's program sends it.
func (p *mailroom) reply(to mail.Sent, text string, change ...func(*mail.Incoming)) mail.Incoming {
	p.n++
	_, token, _ := strings.Cut(to.ReplyTo, "+")
	token, _, _ = strings.Cut(token, "@")
	m := mail.Incoming{Kind: mail.Reply, ID: fmt.Sprintf("%d@exemplo.test", p.n), From: to.To.Address, Token: strings.ToUpper(token), Text: text, Quoted: "> Olá."}
	for _, f := range change {
		f(&m)
	}
	return m
}

func (p *mailroom) take(m mail.Incoming, want complaint.Verdict) {
	p.Helper()
	if v, err := p.postman.Take(ctx, m); v != want || err != nil {
		p.Fatalf("%q became %s (%v), want %s", m.Text, v, err, want)
	}
}

func (p *mailroom) count(query string) int {
	p.Helper()
	var n int
	ok(p.T, p.DB.Read(ctx, func(tx *db.Tx) (err error) { n, err = db.Scalar[int](tx, query); return err }))
	return n
}

func (p *mailroom) officerSees(protocol string) complaint.Case {
	p.Helper()
	c, err := p.Service.AsOfficer(ctx, p.Elisa, protocol, complaint.FromQueue)
	ok(p.T, err)
	return c
}

func file(name, content string) func(*mail.Incoming) {
	return func(m *mail.Incoming) { m.Files = append(m.Files, mail.File{Name: name, Data: []byte(content)}) }
}

func TestAnAnswerByMailIsAMessageOfItsSender(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		m := p.reply(p.last(), "Esqueci de dizer uma coisa.", file("boleto.txt", "boleto pago"))
		p.take(m, complaint.MailTaken)
		c := p.officerSees(protocol)
		said := c.Messages[len(c.Messages)-1]
		if said.Body != "Esqueci de dizer uma coisa." || said.AuthorID != p.Ana.AccountID || said.AuthorRole != complaint.AsConsumer || said.Thread != complaint.ToConsumer {
			t.Errorf("%+v", said)
		}
		if f := c.Files[len(c.Files)-1]; len(c.Files) != 4 || f.Name != "boleto.txt" || f.MessageID != said.ID {
			t.Errorf("%+v", c.Files)
		}
		p.take(m, complaint.MailKnown)
		if c := p.officerSees(protocol); len(c.Messages) != 1 || p.count(`SELECT count(*) FROM attachment`) != 4 {
			t.Error("the same mail was taken twice")
		}
	})
}

// mayAnswer begins the sentence of mails that may be answered.
const mayAnswer = "Você também pode responder a este e-mail"

func TestAMailSaysThatItMayBeAnsweredWhereItMay(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := directOf(p.T, p.Fixture, p.Ana, complainttest.Varejo, complainttest.Acegua)
		p.last()
		for _, m := range p.outbox.All() {
			if !strings.Contains(m.Text, mayAnswer) || !strings.Contains(m.HTML, mayAnswer) {
				t.Errorf("of %s, to %s: %s", protocol, m.To.Address, m.Text)
			}
		}
	})
	each(t, func(t *testing.T, f *complainttest.Fixture) { // without a mailbox
		outbox := post(f)
		f.File(t, complainttest.Opts{})
		ok(t, f.Jobs.Drain(ctx))
		if all := outbox.All(); len(all) != 1 || strings.Contains(all[0].Text, mayAnswer) {
			t.Errorf("%+v", all)
		}
	})
}

func TestWhatWasAskedIsAnsweredByMail(t *testing.T) { // the acts that the page uses
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		ok(t, p.Service.Ask(ctx, p.Elisa, complaint.AsOfficer, p.Ref(p.T, p.Elisa, protocol, ""), say("Envie a nota.")))
		p.take(p.reply(p.last(), "", file("nota.txt", "a nota")), complaint.MailTaken)
		c := p.officerSees(protocol)
		if c.State != complaint.Screening || c.Messages[len(c.Messages)-1].Body != "Segue o que foi pedido." || acts(c) != "file ask supply" {
			t.Errorf("%s, %s, %+v", c.State, acts(c), c.Messages)
		}
	})
}

func TestWhoseMailIsTaken(t *testing.T) { // quality 3: known sender, robots and loops dropped
	from := func(address string) func(*mail.Incoming) { return func(m *mail.Incoming) { m.From = address } }
	kind := func(k mail.Kind) func(*mail.Incoming) { return func(m *mail.Incoming) { m.Kind = k } }
	token := func(s string) func(*mail.Incoming) { return func(m *mail.Incoming) { m.Token = s } }
	for name, c := range map[string]struct {
		change func(*mail.Incoming)
		want   complaint.Verdict
	}{
		"the party's address":               {from("11144477735@exemplo.test"), complaint.MailTaken},
		"in other letters":                  {from("11144477735@EXEMPLO.Test"), complaint.MailTaken},
		"another address":                   {from("outra@exemplo.test"), complaint.MailStranger},
		"no address":                        {from(""), complaint.MailStranger},
		"the officer's address":             {from("52998224725@exemplo.test"), complaint.MailStranger},
		"a robot":                           {kind(mail.Robot), complaint.MailAutomatic},
		"a mail of ours":                    {kind(mail.Loop), complaint.MailAutomatic},
		"no token":                          {token(""), complaint.MailNoCase},
		"a token that nobody was given":     {token("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), complaint.MailNoCase},
		"a robot with no token":             {func(m *mail.Incoming) { m.Kind, m.Token = mail.Robot, "" }, complaint.MailNoCase},
		"a mail of another case's consumer": {from("30040050009@exemplo.test"), complaint.MailStranger},
	} {
		t.Run(name, func(t *testing.T) {
			eachPost(t, func(p *mailroom) {
				protocol := p.File(p.T, complainttest.Opts{})
				told := p.last()
				p.take(p.reply(told, "Oi.", c.change), c.want)
				taken := len(p.officerSees(protocol).Messages) == 1
				if taken != (c.want == complaint.MailTaken) || p.last().ID != told.ID {
					t.Errorf("taken %v, or somebody was told", taken)
				}
			})
		})
	}
}

func TestOfficersSeeThatAStrangerWrote(t *testing.T) { // quality 3
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		told := p.last()
		for range 3 {
			p.take(p.reply(told, "Sou eu.", func(m *mail.Incoming) { m.From = "outra@exemplo.test" }), complaint.MailStranger)
		}
		if got := acts(p.officerSees(protocol)); got != "file mail_stranger" {
			t.Errorf("the officer sees %q", got)
		}
		mine, err := p.Service.AsConsumer(ctx, p.Ana, protocol)
		if err != nil || acts(mine) != "file" {
			t.Errorf("the consumer sees %q (%v)", acts(mine), err)
		}
	})
}

func TestAClosedCaseTakesNoMailAndSaysSoOnce(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		ok(t, p.Service.Close(ctx, p.Elisa, p.Ref(p.T, p.Elisa, protocol, ""), complaint.Unfounded, "Não é."))
		closed := p.last()
		if strings.Contains(closed.Text, mayAnswer) {
			t.Error("the mail about the closing says that it may be answered")
		}
		p.take(p.reply(closed, "Mas é!"), complaint.MailTooLate)
		answer := p.last()
		if answer.ID == closed.ID || !strings.Contains(answer.Text, "encerrada") || !strings.Contains(answer.Text, "/reclamacoes/"+protocol) || answer.To.Address != closed.To.Address {
			t.Errorf("%+v", answer)
		}
		p.take(p.reply(answer, "De novo."), complaint.MailTooLate)
		if p.last().ID != answer.ID || len(p.officerSees(protocol).Messages) != 0 {
			t.Error("a second answer, or a message in a closed case")
		}
		p.Wait(time.Minute)
		ok(t, p.Service.Reopen(ctx, p.Elisa, complaint.AsOfficer, p.Ref(p.T, p.Elisa, protocol, ""), say("Há fatos novos.")))
		p.take(p.reply(closed, "Obrigada."), complaint.MailTaken)
		p.Wait(time.Minute)
		ok(t, p.Service.Close(ctx, p.Elisa, p.Ref(p.T, p.Elisa, protocol, ""), complaint.Unfounded, "Não é mesmo."))
		again := p.last()
		p.take(p.reply(again, "Mas é!"), complaint.MailTooLate)
		if p.last().ID == again.ID {
			t.Error("the second closing was not told")
		}
	})
}

func TestWhatDoesNotGetInIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		files  []func(*mail.Incoming)
		want   complaint.Verdict
		words  []string
		inCase int // messages
	}{
		"a file of a kind we do not take": {"Segue.", []func(*mail.Incoming){file("nota.txt", "a nota"), file("virus.exe", "MZ\x90\x00\x03\x00\x00\x00")}, complaint.MailTaken, []string{"virus.exe"}, 1},
		"only such a file":                {"", []func(*mail.Incoming){file("pagina.html", "<html><body>x</body></html>")}, complaint.MailRefused, []string{"pagina.html", "uma página da web"}, 0},
		"a text that is too long":         {strings.Repeat("a", complaint.MessageLimit+1), nil, complaint.MailRefused, []string{"10.000 letras"}, 0},
		"nothing new":                     {"", nil, complaint.MailRefused, []string{"não tinha texto"}, 0},
		"a file that could not be read":   {"Segue.", []func(*mail.Incoming){file("", "")}, complaint.MailTaken, []string{"anexo", "vazio"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			eachPost(t, func(p *mailroom) {
				protocol := p.File(p.T, complainttest.Opts{})
				told := p.last()
				m := p.reply(told, c.text, c.files...)
				p.take(m, c.want)
				answer := p.last()
				for _, word := range c.words {
					if !strings.Contains(strings.Join(strings.Fields(answer.Text), " "), word) {
						t.Errorf("the answer lacks %q:\n%s", word, answer.Text)
					}
				}
				if n := len(p.officerSees(protocol).Messages); n != c.inCase || answer.To.Address != told.To.Address || answer.ReplyTo == "" {
					t.Errorf("%d messages; answered %+v", n, answer.To)
				}
				p.take(m, complaint.MailKnown)
				if p.last().ID != answer.ID || p.count(`SELECT count(*) FROM attachment WHERE kind = 'message' AND message_id = ''`) != 0 {
					t.Error("told twice, or a file is left without its message")
				}
			})
		})
	}
}

func TestAMailThatComesAtOnceFromTwoNodesIsTakenOnce(t *testing.T) { // quality 2: once, with two nodes
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		m := p.reply(p.last(), "Uma vez só.", file("nota.txt", "a nota"), file("x.exe", "MZ\x90\x00\x03\x00\x00\x00"))
		var wg sync.WaitGroup
		verdicts := make([]complaint.Verdict, 8)
		for i := range verdicts {
			wg.Go(func() {
				var err error
				if verdicts[i], err = p.postman.Take(ctx, m); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		taken := 0
		for _, v := range verdicts {
			if v == complaint.MailTaken {
				taken++
			} else if v != complaint.MailKnown {
				t.Errorf("a mail became %s", v)
			}
		}
		p.last()
		if c := p.officerSees(protocol); taken != 1 || len(c.Messages) != 1 || len(p.outbox.All()) != 2 || p.count(`SELECT count(*) FROM attachment WHERE kind = 'message'`) != 1 {
			t.Errorf("taken %d times, %d messages, %d mails", taken, len(c.Messages), len(p.outbox.All()))
		}
	})
}

func TestNobodyFloodsACaseByMail(t *testing.T) { // quality 3: limits per person
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		told := p.last()
		for i := range 40 {
			p.take(p.reply(told, fmt.Sprint("mensagem ", i)), complaint.MailTaken)
		}
		p.take(p.reply(told, "mais uma"), complaint.MailTooMany)
		p.Wait(24*time.Hour + time.Second)
		p.take(p.reply(told, "no dia seguinte"), complaint.MailTaken)
		if n := len(p.officerSees(protocol).Messages); n != 41 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestAnAnswerNeedsTheAddressConfirmedNow(t *testing.T) { // R-11, quality 3
	eachPost(t, func(p *mailroom) {
		p.File(p.T, complainttest.Opts{})
		told := p.last()
		ok(t, p.People.SetContact(ctx, p.Ana, "nova@exemplo.test", ""))
		p.take(p.reply(told, "Do endereço velho."), complaint.MailStranger)
		p.take(p.reply(told, "Do endereço novo, sem confirmar.", func(m *mail.Incoming) { m.From = "nova@exemplo.test" }), complaint.MailStranger)
	})
}

func TestAMailToAnUnconfirmedAddressTakesNoAnswer(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		ok(t, p.People.SetContact(ctx, p.Ana, "nova@exemplo.test", ""))
		p.File(p.T, complainttest.Opts{})
		if m := p.last(); m.ReplyTo != "" {
			t.Errorf("answers go to %s", m.ReplyTo)
		}
	})
}

func TestAMailThatCameBackIsShownToOfficers(t *testing.T) { // bounces shown
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		told := p.last()
		bounce := mail.Incoming{Kind: mail.Bounce, Return: mail.Return{ID: told.ID, Final: true, Status: "5.1.1"}}
		p.take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{ID: told.ID, Status: "4.4.1"}}, complaint.MailAutomatic)
		p.take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{ID: db.NewID(), Final: true}}, complaint.MailNoCase)
		p.take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{Final: true}}, complaint.MailNoCase)
		p.take(bounce, complaint.MailReturned)
		p.take(bounce, complaint.MailKnown)
		byToken := p.reply(told, "")
		p.take(mail.Incoming{Kind: mail.Bounce, Return: mail.Return{Token: byToken.Token, Final: true}}, complaint.MailKnown)
		if got := acts(p.officerSees(protocol)); got != "file mail_returned" {
			t.Errorf("the officer sees %q", got)
		}
		post, err := p.Service.Post(ctx, p.Elisa, protocol)
		if err != nil || len(post.Sent) != 1 || post.Sent[0].Address != told.To.Address || post.Sent[0].Happened() != "voltou: o endereço não existe" {
			t.Errorf("%+v, %v", post, err)
		}
		for name, who := range map[string]person.Actor{"the consumer": p.Ana, "another agency": p.Heitor, "a visitor": {}} {
			if _, err := p.Service.Post(ctx, who, protocol); err == nil {
				t.Errorf("%s sees the post of the case", name)
			}
		}
	})
}

func TestTheOfficerSeesWhatCameByMail(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		p.take(p.reply(p.last(), "Oi.", file("x.exe", "MZ\x90\x00\x03\x00\x00\x00")), complaint.MailTaken)
		p.last()
		post, err := p.Service.Post(ctx, p.Elisa, protocol)
		if err != nil || len(post.Came) != 1 || post.Came[0].Verdict != complaint.MailTaken || post.Came[0].Folded != "> Olá." || !strings.Contains(post.Came[0].Why, "x.exe") {
			t.Fatalf("%+v, %v", post, err)
		}
		if len(post.Sent) != 2 || post.Sent[0].Kind != "reply_refused" || post.Sent[1].Kind != complaint.ActFile || post.Sent[0].To != complaint.AsConsumer {
			t.Errorf("%+v", post.Sent)
		}
	})
}

func TestTheCompanyAnswersByMailInItsOwnName(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := direct(p.T, p.Fixture, complainttest.Acegua)
		c := p.officerSees(protocol)
		told := p.last()
		told.To.Address, told.ReplyTo = p.Ines.Email, "respostas+"+p.tokenFor(c.ID, p.Ines.AccountID)+"@procon.test"
		p.take(p.reply(told, "Estamos vendo."), complaint.MailTaken)
		c = p.officerSees(protocol)
		if said := c.Messages[len(c.Messages)-1]; said.AuthorRole != complaint.AsSupplier || said.AuthorName != "Inês Moraes" || said.Thread != complaint.ToAll {
			t.Errorf("%+v", said)
		}
		ok(t, p.DB.Transact(ctx, func(tx *db.Tx) error {
			_, err := p.People.EndMandate(tx, p.Ines, p.Ines.CPF, c.SupplierID)
			return err
		}))
		p.take(p.reply(told, "Já saí da empresa."), complaint.MailStranger)
	})
}

// tokenFor opens a reply address to somebody, as a mail to the company does.
func (p *mailroom) tokenFor(complaintID, accountID string) string {
	p.Helper()
	const token = "COMPANYCOMPANYCOMPANYCOMPA"
	sum := sha256.Sum256([]byte(token))
	ok(p.T, p.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO reply_token (token, notice_id, complaint_id, account_id, role, created_at) VALUES ($1, 'x', $2, $3, 'supplier', 1)`,
			hex.EncodeToString(sum[:]), complaintID, accountID)
		return err
	}))
	return token
}

func TestFilesByMailKeepTheLimitsOfTheForm(t *testing.T) {
	eachPost(t, func(p *mailroom) {
		protocol := p.File(p.T, complainttest.Opts{})
		p.Files.Limits = attachment.Limits{FileBytes: 10, Files: 5, Pixels: 100}
		p.take(p.reply(p.last(), "Segue.", file("a.txt", "um"), file("b.txt", "dois"), file("c.txt", "três"), file("grande.txt", strings.Repeat("a", 11))), complaint.MailTaken)
		if c := p.officerSees(protocol); len(c.Files) != 5 {
			t.Errorf("%d files", len(c.Files))
		}
		if text := strings.Join(strings.Fields(p.last().Text), " "); !strings.Contains(text, "c.txt, grande.txt") {
			t.Errorf("not told: %s", text)
		}
	})
}

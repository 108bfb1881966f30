package complaint

import (
	"context"
	"strings"
	"unicode/utf8"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

// NotifyForm is how the preliminary notice goes to a company. For one that has people here all but Text is ignored.
type NotifyForm struct {
	Channel  string // email, post
	Email    string
	Address  string // by post, as it stands on the envelope
	Tracking string // by post, if known already
	Text     string // what the officer wants to know besides; all parties read it
}

// The most letters of what an officer types about a letter.
const (
	maxAddress  = 300
	maxTracking = 40
)

func (f NotifyForm) check() error {
	problems := fault.Fields{}
	switch Channel(f.Channel) {
	case ByEmail:
		if _, err := person.CheckContact(f.Email, ""); f.Email == "" || err != nil {
			problems.Add("email", "Escreva o e-mail da empresa, como contato@empresa.com.br.")
		}
	case ByPost:
		if utf8.RuneCountInString(f.Address) < 10 {
			problems.Add("endereco", "Escreva o endereço da empresa: rua, número, cidade, estado e CEP.")
		}
		tooLong(problems, "endereco", f.Address, maxAddress)
		tooLong(problems, "rastreio", f.Tracking, maxTracking)
	default:
		problems.Add("canal", "Escolha como enviar a carta.")
	}
	tooLong(problems, "texto", f.Text, MessageLimit)
	return problems.Err()
}

func tooLong(problems fault.Fields, field, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		problems.Add(field, "O texto é longo demais. Encurte.")
	}
}

// Notify sends the company the preliminary notice (CIP): it becomes party to the case and its clock starts. One
// that has people here reads it here; another gets a one-off code, by e-mail now or on the paper printed for the post.
func (s *Service) Notify(ctx context.Context, actor person.Actor, ref Ref, form NotifyForm) error {
	here, err := s.readsHere(ctx, ref.Protocol)
	if err != nil {
		return err
	}
	if here {
		form = NotifyForm{Channel: string(ByPortal), Text: form.Text}
		problems := fault.Fields{}
		if tooLong(problems, "texto", form.Text, MessageLimit); len(problems) > 0 {
			return problems.Err()
		}
	} else if err := form.check(); err != nil {
		return err
	}
	ch := change{act: ActNotify, reason: form.Text, tells: consumerOnly, data: map[string]any{"channel": form.Channel, "to": hashOf(form.Email + form.Address)},
		more: map[string]any{}}
	if here {
		ch.tells = bothParties
	}
	ch.edit = func(c *Complaint) {
		if !c.IsParty() {
			c.PartyAt = s.Now()
		}
		c.Unanswered = false // its time begins now
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error {
		l, err := s.issue(tx, actor, c, form)
		ch.more["number"] = l.Name()
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, ch)
}

// readsHere tells whether the company of a case has people here. Who may ask is decided by the act that asks.
func (s *Service) readsHere(ctx context.Context, protocol string) (here bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err := s.load(tx, protocol)
		here = v.CompanyHere
		return err
	})
	return here, err
}

// issue numbers and stores the letter, with the code that anybody checks it by, and queues its mail.
func (s *Service) issue(tx *db.Tx, actor person.Actor, c Complaint, form NotifyForm) (l Letter, err error) {
	l = Letter{ID: db.NewID(), ComplaintID: c.ID, AgencyID: c.AgencyID, Year: int64(calendar.Of(s.Now()).Year()), Channel: Channel(form.Channel),
		Email: strings.TrimSpace(form.Email), Address: strings.TrimSpace(form.Address), Rule: c.ClockRule, IssuedBy: actor.Name, IssuedAt: s.Now(), Tracking: form.Tracking}
	if l.Channel != ByEmail {
		l.Email = ""
	}
	if l.Channel != ByPost {
		l.Address, l.Tracking = "", ""
	}
	if l.Number, err = nextLetter(tx, c.AgencyID, int(l.Year)); err != nil {
		return l, err
	}
	paper, err := s.paper(tx, c, l, form.Text)
	if err != nil {
		return l, err
	}
	if err := issueVerification(tx, c, "cip", paper.Verify, l.IssuedAt); err != nil {
		return l, err
	}
	if err := insertLetter(tx, l, paper); err != nil || l.Channel != ByEmail {
		return l, err
	}
	_, err = s.newCode(tx, c, l)
	return l, err
}

// paper is what the letter says, as it stands at its issue.
func (s *Service) paper(tx *db.Tx, c Complaint, l Letter, asks string) (notice.CIP, error) {
	of, err := agency.ByID(tx, c.AgencyID)
	if err != nil {
		return notice.CIP{}, err
	}
	book, err := s.Agencies.Almanac(tx, c.AgencyID)
	if err != nil {
		return notice.CIP{}, err
	}
	p := notice.CIP{Number: l.Name(), IssuedAt: l.IssuedAt, Agency: of.Name, Brand: of.Brand.Main, City: book.Place, Company: c.SupplierName, CNPJ: cpfcnpj.FormatCNPJ(c.SupplierCNPJ),
		Protocol: c.Protocol, Consumer: c.Consumer.Name, Subject: taxonomy.Subjects().Label(c.Subject), Problem: taxonomy.Problems().Label(c.Problem),
		Remedy: taxonomy.Remedies().Label(c.Remedy), Narrative: c.Narrative, Asks: asks, Registered: l.Channel == ByPortal, Officer: l.IssuedBy, Verify: newVerification(),
		Until: "até " + calendar.Phrase(calendar.Of(c.DueAt), 0)}
	if c.RemedyDetail != "" {
		p.Remedy += ". " + c.RemedyDetail
	}
	for _, line := range []string{of.Address, of.Phone, of.Site} {
		if line != "" {
			p.AgencyAddress = append(p.AgencyAddress, line)
		}
	}
	switch l.Channel {
	case ByEmail:
		p.Address = []string{l.Email}
	case ByPost:
		p.Address = strings.Split(l.Address, "\n")
		rule, err := s.ruleOf(tx, c, l.Rule)
		if err != nil {
			return p, err
		}
		p.Until = "em " + rule.String() + ", contados a partir do dia seguinte ao do recebimento desta carta"
	}
	return p, nil
}

// LetterJob is the kind of job that takes a letter with its code to the company by e-mail; Teller does it.
const LetterJob = "letter_mail"

// LetterMail asks for a letter to be sent with a code.
type LetterMail struct{ Letter, Code string }

// newCode gives a letter a code in place of the one it had. By e-mail it leaves at once; on paper it is printed.
func (s *Service) newCode(tx *db.Tx, c Complaint, l Letter) (code string, err error) {
	until := calendar.Of(s.Now())
	if c.HasDue() && c.State == AwaitingSupplier {
		until = max(until, calendar.Of(c.DueAt))
	}
	expires := until.Add(codeDays).End()
	for free := int64(0); free == 0; { // the first group of a code in force names one letter only
		code = makeCode()
		free, err = tx.Exec(`UPDATE letter SET code_handle = $2, code_hash = $3, code_expires_at = $4, code_tries = 0, code_used_by = '', code_used_at = 0
			WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM letter o WHERE o.code_handle = $2)`, l.ID, handleOf(code), hashOf(code), expires.UnixMicro())
		if err != nil {
			return "", err
		}
	}
	if l.Channel != ByEmail {
		return code, nil
	}
	return code, s.Jobs.Enqueue(tx, LetterJob, LetterMail{l.ID, code}, job.Options{})
}

package complaint

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
)

// NotifyForm is how the preliminary notice goes to the company.
type NotifyForm struct {
	Channel  Channel // not used where the company has people here
	Email    string  // empty: the one the master knows
	Address  string  // lines of the envelope
	Care     string  // to whose care
	Tracking string  // the post's number, when it is known already
	Words    string  // of the officer, printed in the letter
}

// What the fields of a letter hold at most, in letters.
const (
	MaxLetterAddress  = 400
	MaxLetterCare     = 120
	MaxLetterTracking = 40
	MaxLetterWords    = 2000
)

func (f *NotifyForm) check() error {
	problems := fault.Fields{}
	for _, part := range []struct {
		field, text string
		most        int
	}{{"endereco", f.Address, MaxLetterAddress}, {"aos_cuidados", f.Care, MaxLetterCare}, {"rastreio", f.Tracking, MaxLetterTracking}, {"texto", f.Words, MaxLetterWords}} {
		if utf8.RuneCountInString(part.text) > part.most {
			problems.Add(part.field, "Encurte: o texto não cabe aqui.")
		}
	}
	if f.Email != "" {
		contact, err := person.CheckContact(f.Email, "")
		if f.Email = contact.Email; err != nil {
			problems.Add("email", fault.FieldsOf(err)["email"])
		}
	}
	return problems.Err()
}

// Notify issues the preliminary notice: the company becomes party, and its clock starts. A company without
// people here gets an access code, by e-mail at once or printed in the letter that goes by post.
func (s *Service) Notify(ctx context.Context, actor person.Actor, ref Ref, form NotifyForm) error {
	if err := form.check(); err != nil {
		return err
	}
	var l Letter
	ch := change{act: ActNotify, tells: bothParties, data: map[string]any{}}
	ch.decide = func(tx *db.Tx, c Complaint) (err error) {
		if l, err = s.address(tx, c, form); err == nil {
			ch.data["letter"], ch.data["channel"] = l.Ref(), l.Channel
		}
		return err
	}
	ch.edit = func(c *Complaint) {
		if !c.IsParty() {
			c.PartyAt = s.Now()
		}
		c.Unanswered = false
	}
	ch.store = func(tx *db.Tx, c Complaint, _ string) error { return s.issue(tx, actor, c, l, form) }
	return s.act(ctx, actor, AsOfficer, ref, ch)
}

// address decides how the letter goes, and gives it its number.
func (s *Service) address(tx *db.Tx, c Complaint, form NotifyForm) (Letter, error) {
	l := Letter{ID: db.NewID(), ComplaintID: c.ID, AgencyID: c.AgencyID, Channel: form.Channel, IssuedAt: s.Now(), Year: calendar.Of(s.Now()).Year()}
	people, err := person.MandateHolders(tx, c.SupplierID, calendar.Of(s.Now()).String())
	if err != nil {
		return l, err
	}
	if slices.ContainsFunc(people, func(h person.MandateHolder) bool { return h.Email != "" }) {
		l.Channel = InPortal
	}
	switch l.Channel {
	case InPortal:
	case ByEmail:
		l.Email, err = noticeAddress(tx, c, form)
	case ByPost:
		if l.Tracking = form.Tracking; strings.TrimSpace(form.Address) == "" {
			err = fault.Fields{"endereco": "Escreva o endereço da empresa, como vai no envelope."}.Err()
		}
	default:
		err = fault.Fields{"canal": "Escolha como a carta vai: por e-mail ou pelo correio."}.Err()
	}
	if err == nil {
		l.Number, err = nextLetter(tx, c.AgencyID, l.Year)
	}
	return l, err
}

// noticeAddress is where the code goes: the address typed, else the one that the master knows.
func noticeAddress(tx *db.Tx, c Complaint, form NotifyForm) (string, error) {
	if form.Email != "" || c.SupplierID == "" {
		if form.Email == "" {
			return "", fault.Fields{"email": "Escreva o e-mail da empresa para onde vai o código."}.Err()
		}
		return form.Email, nil
	}
	known, err := supplier.Get(tx, c.SupplierID)
	if err == nil && known.NoticeEmail == "" {
		err = fault.Fields{"email": "Não conhecemos o e-mail desta empresa. Escreva para onde vai o código."}.Err()
	}
	return known.NoticeEmail, err
}

// issue stores the letter as it will always read, and sends its code.
func (s *Service) issue(tx *db.Tx, actor person.Actor, c Complaint, l Letter, form NotifyForm) error {
	of, err := agency.ByID(tx, c.AgencyID)
	if err != nil {
		return err
	}
	rule, err := s.heldRule(tx, Complaint{AgencyID: c.AgencyID, HeldRule: c.ClockRule})
	if err != nil {
		return err
	}
	l.ClockRule = c.ClockRule
	l.Paper = notice.CIP{Number: l.Title(), IssuedAt: l.IssuedAt, Agency: of.Name, Brand: of.Brand.Main, Company: c.SupplierName, CNPJ: cpfcnpj.FormatCNPJ(c.SupplierCNPJ),
		Care: form.Care, Protocol: c.Protocol, Consumer: c.Consumer.Name, Subject: taxonomy.Subjects().Label(c.Subject), Problem: taxonomy.Problems().Label(c.Problem),
		Remedy: taxonomy.Remedies().Label(c.Remedy), Narrative: c.Narrative, Words: form.Words, Term: rule.String(), Until: calendar.Phrase(calendar.Of(c.DueAt), 0),
		Channel: string(l.Channel), Officer: actor.Name, Verification: rand.Text()[:20]}
	if c.RemedyDetail != "" {
		l.Paper.Remedy += ": " + c.RemedyDetail
	}
	if l.Channel == ByPost {
		l.Paper.Address = form.Address
	}
	for _, line := range []string{of.Address, of.Site} {
		if line != "" {
			l.Paper.AgencyAddress = append(l.Paper.AgencyAddress, line)
		}
	}
	if err := insertLetter(tx, actor, l); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO verification (code, kind, complaint_id, issued_at) VALUES ($1, 'cip', $2, $3)`, l.Paper.Verification, c.ID, l.IssuedAt.UnixMicro()); err != nil {
		return err
	}
	if l.Channel != ByEmail {
		return nil
	}
	return s.mailCode(tx, l, newCode(), codeUntil(c.DueAt))
}

// mailCode sends a new access code; the one before it opens no more.
func (s *Service) mailCode(tx *db.Tx, l Letter, code accessCode, until time.Time) error {
	if err := setCode(tx, l.ID, code, until, s.Now()); err != nil {
		return err
	}
	return s.Jobs.Enqueue(tx, LetterJob, LetterMail{LetterID: l.ID, Code: code.String()}, job.Options{})
}

package supplier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/person"
)

// The kinds of jobs that tell people about requests, invitations and leavings: one finds out who is told, the other tells
// one of them, so that a mailbox that is full does not have the others told again.
const (
	MailJob   = "supplier.mail"
	LetterJob = "supplier.letter"
)

// News is what a mail is about.
type News string

// The news.
const (
	RequestSent    News = "request_sent"    // to those who decide a request
	RequestDecided News = "request_decided" // to who asked
	Invited        News = "invited"         // to who is invited; carries the secret of the link
	MandateOver    News = "mandate_over"    // to whom a lead took the mandate
	LeaderLeft     News = "leader_left"     // to the agency: nobody leads the company any more
)

// Mail is the argument of MailJob. About is the id of the request, invitation or company; Person the account told of
// the end of a mandate.
type Mail struct {
	News           News
	About          string
	Person, Secret string
}

// LetterMail is the argument of LetterJob. Of is the job that found out who is told; ID names the letter, and its mail.
type LetterMail struct {
	Mail
	Of, ID string
}

// tell queues the news in the transaction that makes it true.
func (s *Service) tell(tx *db.Tx, news News, about string) error {
	return s.Jobs.Enqueue(tx, MailJob, Mail{News: news, About: about}, job.Options{})
}

// Spread queues the letters that a job must send.
func (s *Service) Spread(ctx context.Context, m Mail, jobID string) error {
	letters, err := s.Letters(ctx, m)
	if err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		for _, l := range letters {
			id := l.id(jobID)
			if err := s.Jobs.Enqueue(tx, LetterJob, LetterMail{m, jobID, id}, job.Options{Unique: LetterJob + ":" + id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Letter is what a job of Spread sends; none when its reader is not told any more.
func (s *Service) Letter(ctx context.Context, m LetterMail) (list []Letter, err error) {
	list, err = s.Letters(ctx, m.Mail)
	return slices.DeleteFunc(list, func(l Letter) bool { return l.id(m.Of) != m.ID }), err
}

// Letter is one mail to be written: to whom, about what, and where its button leads on this site.
type Letter struct {
	News     News
	To       person.Reachable
	Company  string
	By       string // first name of who asks or invites
	Path     string
	Approved bool
	Role     string // what the invited person may do, in words
	Until    string // last day of the invitation, as people say it
}

// id names a letter: the same whenever the same job tells the same person the same.
func (l Letter) id(jobID string) string {
	sum := sha256.Sum256([]byte(jobID + "\n" + l.To.Email + "\n" + l.Path))
	return hex.EncodeToString(sum[:16])
}

// Letters are the mails that a job must send. What is over by now is told to nobody.
func (s *Service) Letters(ctx context.Context, m Mail) (list []Letter, err error) {
	state, err := s.Agencies.StateAgency(ctx)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		switch m.News {
		case RequestSent:
			list, err = s.sentLetters(tx, m, state.ID)
		case RequestDecided:
			list, err = s.decidedLetters(tx, m)
		case Invited:
			list, err = s.invitedLetters(tx, m)
		default:
			list, err = companyLetters(tx, m, state.ID)
		}
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return list, err
}

func (s *Service) sentLetters(tx *db.Tx, m Mail, agencyID string) (list []Letter, err error) {
	r, err := s.requestByID(tx, m.About, "")
	if err != nil || r.State != Pending {
		return nil, err
	}
	managers, err := person.WithRole(tx, person.Manager, agencyID)
	for _, to := range managers {
		list = append(list, Letter{News: m.News, To: to, Company: r.CalledName(), By: firstName(r.Name), Path: "/gestao/empresas/pedidos/" + r.ID})
	}
	if err != nil || !r.Joins {
		return list, err
	}
	holders, err := s.People.MandateHolders(tx, r.SupplierID, s.today())
	for _, h := range holders {
		if h.Role == person.Lead && h.Email != "" {
			list = append(list, Letter{News: m.News, To: person.Reachable{Name: h.Name, Email: h.Email}, Company: r.CalledName(), By: firstName(r.Name),
				Path: "/empresa/pessoas?empresa=" + r.SupplierID})
		}
	}
	return list, err
}

// decidedLetters go to the person, or to the company's address while theirs is not confirmed.
func (s *Service) decidedLetters(tx *db.Tx, m Mail) ([]Letter, error) {
	r, err := s.requestByID(tx, m.About, "")
	if err != nil {
		return nil, err
	}
	to, err := person.Reach(tx, r.AccountID)
	if len(to) == 0 {
		to = []person.Reachable{{Email: r.Email}}
	}
	return []Letter{{News: m.News, To: to[0], Company: r.CalledName(), Path: "/empresa/cadastro/" + r.ID, Approved: r.State == Approved}}, err
}

func (s *Service) invitedLetters(tx *db.Tx, m Mail) ([]Letter, error) {
	v, err := db.One(tx, s.scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE id = $1 AND ended_at = 0`, m.About)
	if err != nil {
		return nil, err
	}
	company, err := Get(tx, v.SupplierID)
	return []Letter{{News: m.News, To: person.Reachable{Email: v.Email}, Company: company.TradeName, By: firstName(v.InvitedByName), Role: v.Duty(),
		Until: calendar.Phrase(calendar.Of(v.ExpiresAt), calendar.Of(s.Now())), Path: "/empresa/convite?codigo=" + url.QueryEscape(m.Secret)}}, err
}

// Duty is what an invited person may do, in words.
func (v Invitation) Duty() string {
	if v.Role == person.Lead {
		return "responder reclamações e cuidar de quem atua pela empresa"
	}
	return "ver e responder reclamações"
}

func companyLetters(tx *db.Tx, m Mail, agencyID string) (list []Letter, err error) {
	company, err := Get(tx, m.About)
	if err != nil {
		return nil, err
	}
	path := "/empresa"
	var to []person.Reachable
	if m.News == LeaderLeft {
		path = "/gestao/empresas/" + company.ID
		to, err = person.WithRole(tx, person.Manager, agencyID)
	} else {
		to, err = person.Reach(tx, m.Person)
	}
	for _, reader := range to {
		list = append(list, Letter{News: m.News, To: reader, Company: company.TradeName, Path: path})
	}
	return list, err
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

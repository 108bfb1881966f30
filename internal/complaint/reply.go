package complaint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/person"
)

// Postman takes the mails that come in answer to ours: as words of a party only with the token of a reply address
// and from that party's confirmed address. Both fields are required.
type Postman struct {
	Complaints *Service
	People     *person.Service
}

// Verdict is what became of a mail that came in.
type Verdict string

const (
	MailTaken     Verdict = "taken"     // it is in the case
	MailKnown     Verdict = "known"     // it had come before
	MailRefused   Verdict = "refused"   // its words did not get in; the sender is told why
	MailTooLate   Verdict = "too_late"  // the case is closed; the sender is told once
	MailStranger  Verdict = "stranger"  // from another address than the party's; officers see that it came
	MailAutomatic Verdict = "automatic" // a program wrote it
	MailReturned  Verdict = "returned"  // a mail of ours came back; its notice is marked
	MailNoCase    Verdict = "no_case"   // for no case, or for one of which it knows no token
	MailTooMany   Verdict = "too_many"  // more than anybody writes in a day
)

// Label is what people read.
func (v Verdict) Label() string {
	return map[Verdict]string{
		MailTaken: "Entrou no caso", MailKnown: "Já tinha chegado", MailRefused: "Não entrou: quem enviou foi avisado", MailTooLate: "Não entrou: o caso está encerrado",
		MailStranger: "Não entrou: veio de um endereço que não é o da parte", MailAutomatic: "Resposta automática, ignorada", MailReturned: "Um aviso nosso voltou",
		MailNoCase: "Não é de caso nenhum", MailTooMany: "Não entrou: e-mails demais em um dia",
	}[v]
}

// Aside tells that nobody was told and nothing kept, so that a person may want to look at the mail itself.
func (v Verdict) Aside() bool { return v == MailStranger || v == MailNoCase || v == MailTooMany }

// mailsADay is how many mails one party of a case may send in a day.
const mailsADay = 40

// Take deals with a mail that came in. An error means that trying again may help.
func (p Postman) Take(ctx context.Context, m mail.Incoming) (Verdict, error) {
	if m.Kind == mail.Bounce {
		return p.returned(ctx, m.Return)
	}
	came, err := p.find(ctx, m)
	switch {
	case fault.Is(err, fault.NotFound):
		return MailNoCase, nil
	case err != nil:
		return "", err
	case came.before:
		return MailKnown, nil
	case came.today >= mailsADay:
		return MailTooMany, nil
	case m.Kind != mail.Reply:
		return p.note(ctx, came, MailAutomatic, nil)
	case came.email == "" || !strings.EqualFold(m.From, came.email):
		return p.stranger(ctx, came)
	case came.complaint.State == Closed:
		return p.tooLate(ctx, came)
	}
	return p.say(ctx, came, m)
}

// letterIn is a mail that answers one of ours, with all that decides about it.
type letterIn struct {
	mailIn
	complaint Complaint
	email     string // confirmed, of who was answering; empty: none
	before    bool
	told      bool // since the case was closed, that it is
	today     int
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (p Postman) find(ctx context.Context, m mail.Incoming) (came letterIn, err error) {
	if m.Token == "" {
		return came, notFound()
	}
	now := p.Complaints.Now()
	err = p.Complaints.DB.Read(ctx, func(tx *db.Tx) error {
		if came, err = holder(tx, m.Token); err != nil {
			return err
		}
		if came.complaint, err = p.Complaints.byID(tx, came.complaintID, ""); err != nil {
			return err
		}
		came.id, came.at, came.folded = hashOf(strings.Join([]string{m.ID, strings.ToLower(m.From), m.Token}, "\n")), now, bounded(m.Quoted)
		return came.history(tx)
	})
	return came, err
}

// bounded keeps of what was folded away as much as of a message.
func bounded(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), MessageLimit)])
}

// say makes the mail a message of its sender, by the act that the page would use.
func (p Postman) say(ctx context.Context, came letterIn, m mail.Incoming) (Verdict, error) {
	actor, err := p.People.Actor(ctx, came.accountID)
	if err != nil {
		return "", err
	}
	if mayAct(actor, came.role, came.complaint) != nil {
		return p.stranger(ctx, came)
	}
	files, refused, err := p.receive(ctx, came, m.Files)
	if err != nil {
		return "", err
	}
	came.verdict, came.answer = MailTaken, refused
	if err = p.do(ctx, actor, &came, Say{Body: m.Text, Files: files}); err != nil || !came.stored {
		p.drop(ctx, came.accountID, files)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		if refused == nil {
			refused = wordsRefused(m, err)
		}
		return p.note(ctx, came, MailRefused, refused)
	case err != nil:
		return "", err
	case !came.stored:
		return MailKnown, nil
	}
	return MailTaken, nil
}

// do is the act. What was asked of a consumer is answered; everything else is a message.
func (p Postman) do(ctx context.Context, actor person.Actor, came *letterIn, text Say) error {
	ref := Ref{Protocol: came.complaint.Protocol, Key: "mail:" + came.id, mail: &came.mailIn}
	if came.role == AsConsumer && came.complaint.State == AwaitingConsumer {
		return p.Complaints.Supply(ctx, actor, ref, text)
	}
	return p.Complaints.Message(ctx, actor, came.role, ref, text)
}

// receive keeps the files of a mail; refused says which were not taken and why.
func (p Postman) receive(ctx context.Context, came letterIn, files []mail.File) (ids []string, refused *replyAnswer, err error) {
	for _, f := range files {
		name := f.Name
		if name == "" {
			name = "anexo"
		}
		file, err := p.Complaints.Files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: name, Reader: bytes.NewReader(f.Data),
			By: came.accountID, ComplaintID: came.complaintID})
		switch {
		case err == nil:
			ids = append(ids, file.ID)
		case fault.Is(err, fault.Invalid):
			if refused == nil {
				refused = &replyAnswer{}
			}
			refused.add(name, fault.Text(err))
		default:
			return ids, nil, err
		}
	}
	return ids, refused, nil
}

// drop takes files out again that no message holds. What fails is swept within a day.
func (p Postman) drop(ctx context.Context, accountID string, files []string) {
	for _, id := range files {
		_ = p.Complaints.Files.Remove(ctx, accountID, "", id)
	}
}

// wordsRefused says why the words did not get in.
func wordsRefused(m mail.Incoming, err error) *replyAnswer {
	if m.Text == "" {
		return &replyAnswer{Why: "O e-mail não tinha texto novo nem arquivo."}
	}
	if why := fault.FieldsOf(err)["mensagem"]; why != "" {
		return &replyAnswer{Why: why}
	}
	return &replyAnswer{Why: fault.Text(err)}
}

// tooLate tells the sender, once for each closing, that nothing gets into a closed case by mail.
func (p Postman) tooLate(ctx context.Context, came letterIn) (Verdict, error) {
	if came.told {
		return p.note(ctx, came, MailTooLate, nil)
	}
	return p.note(ctx, came, MailTooLate, &replyAnswer{Closed: true})
}

// note keeps what became of a mail whose words are in no case, and queues the answer to its sender, if there is any.
func (p Postman) note(ctx context.Context, came letterIn, v Verdict, answer *replyAnswer) (Verdict, error) {
	came.verdict, came.answer = v, answer
	err := p.Complaints.DB.Transact(ctx, func(tx *db.Tx) error { return came.mailIn.store(tx, p.Complaints.Jobs) })
	if db.IsDuplicate(err) {
		return MailKnown, nil
	}
	return v, err
}

// ReplyJob is the kind of job that tells somebody what of their answer by e-mail did not get in; Teller does it.
const ReplyJob = "reply_answer"

// replyAnswer is what the sender of a mail is told.
type replyAnswer struct {
	ComplaintID, AccountID string
	Role                   Role
	Files                  []string
	Why                    string
	Closed                 bool
}

// answerReasons is how many reasons a mail lists.
const answerReasons = 5

func (a *replyAnswer) add(file, why string) {
	a.Files = append(a.Files, file)
	if len(a.Files) <= answerReasons && !slices.Contains(strings.Split(a.Why, "\n"), why) {
		a.Why = strings.TrimPrefix(a.Why+"\n"+why, "\n")
	}
}

// mailIn is the row of a mail that came for a case.
type mailIn struct {
	id                     string
	complaintID, accountID string
	role                   Role
	verdict                Verdict
	folded                 string
	at                     time.Time
	answer                 *replyAnswer // to be sent with it; may be nil
	stored                 bool
}

// store keeps the row and queues the answer, in the transaction of the act; nil: the act did not come by mail.
func (m *mailIn) store(tx *db.Tx, jobs *job.Queue) error {
	if m == nil {
		return nil
	}
	why := ""
	if m.answer != nil {
		why = m.answer.Why
	}
	if err := insertMail(tx, *m, why); err != nil {
		return err
	}
	m.stored = true
	if m.answer == nil {
		return nil
	}
	a := *m.answer
	a.ComplaintID, a.AccountID, a.Role = m.complaintID, m.accountID, m.role
	return jobs.Enqueue(tx, ReplyJob, a, job.Options{})
}

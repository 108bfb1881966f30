package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	netmail "net/mail"
	"strings"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// Take is where a mail that comes in goes; the demonstration uses the same way as the mailbox of a real installation.
type Take func(ctx context.Context, mail io.Reader) (complaint.Verdict, error)

func replyForm() ui.Form {
	return ui.Form{
		{Name: "mensagem", Label: "Resposta", Kind: ui.Long, MaxLength: complaint.MessageLimit, Optional: true},
		{Name: "anexos", Label: "Arquivos", Kind: ui.File, Multiple: true, Optional: true, Accept: casefile.Accepted},
	}
}

// reply writes the answer to a mail as its reader's program would, or sends the mail back as the server of an address
// that does not exist would, and says what became of it.
func (s *Site) reply(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	m, err := s.find(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mail.IncomingLimit)
	if err := r.ParseMultipartForm(4 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) { //nolint:gosec // the line above bounds the body
		return fault.Wrap(fault.Invalid, "O e-mail com os arquivos passou de 30 MB. Envie menos arquivos.", err)
	}
	var raw bytes.Buffer
	switch {
	case r.PostFormValue("ato") == "devolver":
		raw.WriteString(s.bounce(m))
	case m.ReplyTo == "":
		return fault.New(fault.Conflict, "Ninguém lê respostas a este e-mail.")
	default:
		if err := s.compose(&raw, m, r); err != nil {
			return fault.Wrap(fault.Invalid, "Não conseguimos montar o e-mail de resposta. Volte e tente de novo.", err)
		}
	}
	verdict, err := s.Take(r.Context(), &raw)
	if errors.Is(err, mail.ErrInvalid) {
		return fault.Wrap(fault.Invalid, "O e-mail de resposta não pôde ser lido.", err)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), verdict.Label()+".")
	return ui.SeeOther(w, r, "/demo/correio/"+m.ID)
}

// compose writes the answer: from who got the mail to its reply address, quoting it below as most programs do.
func (s *Site) compose(w io.Writer, m mail.Sent, r *http.Request) error {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(&netmail.Address{Name: m.To.Name, Address: m.To.Address})
	letter.ToMailAddress(&netmail.Address{Address: m.ReplyTo})
	letter.SetMessageIDWithValue(uuid.NewString() + "@demo.invalid")
	letter.SetDateWithValue(s.Now())
	letter.SetGenHeader("In-Reply-To", s.Replies.MessageID(m.ID))
	letter.Subject("Re: " + m.Subject)
	letter.SetBodyString(gomail.TypeTextPlain, r.PostFormValue("mensagem")+"\n\n"+quote(m))
	if r.MultipartForm == nil {
		_, err := letter.WriteTo(w)
		return err
	}
	for _, header := range r.MultipartForm.File["anexos"] {
		file, err := header.Open()
		if err != nil {
			return err
		}
		defer file.Close()
		if err := letter.AttachReader(header.Filename, file); err != nil {
			return err
		}
	}
	_, err := letter.WriteTo(w)
	return err
}

func quote(m mail.Sent) string {
	head := m.At.Format("Em 02/01/2006 15:04, ") + m.From + " <" + m.ReplyTo + "> escreveu:\n"
	return head + "> " + strings.ReplaceAll(strings.TrimSpace(m.Text), "\n", "\n> ") + "\n"
}

// bounce is what a server writes when an address does not exist.
func (s *Site) bounce(m mail.Sent) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: Mail Delivery System <MAILER-DAEMON@demo.invalid>
To: %s
Message-ID: <%s@demo.invalid>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=devolvida

--devolvida
Content-Type: text/plain; charset=utf-8

The mail could not be delivered: no such address.
--devolvida
Content-Type: message/delivery-status

Reporting-MTA: dns; demo.invalid

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1

--devolvida
Content-Type: text/rfc822-headers

Message-ID: %s

--devolvida--
`, m.ReplyTo, uuid.NewString(), m.To.Address, s.Replies.MessageID(m.ID)), "\n", "\r\n")
}

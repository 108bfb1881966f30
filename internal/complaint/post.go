package complaint

import (
	"context"
	"strings"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/person"
)

// Post is what went out and came in by mail about a case, newest first, at most 200 each way.
type Post struct {
	Complaint
	Sent []SentMail
	Came []CameMail
}

// SentMail is a notice and what became of its mail.
type SentMail struct {
	Kind       Act
	To         Role
	Address    string
	State      string // queued, sent, failed
	Error      string // why it was not sent, when there are words for it
	At         time.Time
	BouncedAt  time.Time // zero: it did not come back
	BounceCode string    // RFC 3463 status
}

// Happened says what became of the mail.
func (m SentMail) Happened() string {
	switch {
	case !m.BouncedAt.IsZero():
		return "voltou: " + BounceWords(m.BounceCode)
	case m.State == "queued":
		return "na fila de envio"
	case m.State == "failed" && m.Error != "":
		return "não saiu: " + m.Error
	case m.State == "failed":
		return "não saiu: o servidor de e-mail recusou"
	}
	return "enviado"
}

// Trouble tells that the mail reached nobody.
func (m SentMail) Trouble() bool { return !m.BouncedAt.IsZero() || m.State == "failed" }

// BounceWords says why a mail came back, from its RFC 3463 status.
func BounceWords(status string) string {
	_, reason, _ := strings.Cut(status, ".")
	subject, _, _ := strings.Cut(reason, ".")
	switch reason {
	case "1.2", "4.4":
		return "o servidor do endereço não existe"
	case "2.1":
		return "a caixa postal está desativada"
	case "2.2":
		return "a caixa postal está cheia"
	}
	switch subject {
	case "1":
		return "o endereço não existe"
	case "4":
		return "o servidor de destino não respondeu"
	case "7":
		return "o servidor de destino recusou"
	}
	return "não pôde ser entregue"
}

// CameMail is a mail that came for the case.
type CameMail struct {
	From    Role // whose answer it was to be
	Verdict Verdict
	Why     string // what did not get in, as its sender was told
	Folded  string // quotes and signature
	At      time.Time
}

// postShown is how many mails each way are listed.
const postShown = 200

// Post shows an officer the mails of a case; it is a reading of the case.
func (s *Service) Post(ctx context.Context, actor person.Actor, protocol string) (p Post, err error) {
	var read Case
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if p.Complaint, err = s.byProtocol(tx, protocol, ""); err != nil {
			return err
		}
		if err := mayAct(actor, AsOfficer, p.Complaint); err != nil {
			return err
		}
		if _, read.reads, err = audit.OfWithMark(tx, "", readStream(p.ID), s.readKey(actor)); err != nil {
			return err
		}
		if p.Sent, err = db.All(tx, scanSent, `SELECT n.kind, coalesce(nullif(n.party, ''), (SELECT min(t.role) FROM reply_token t WHERE t.notice_id = n.id), ''), n.address, n.state, n.error, n.at,
			coalesce(n.bounced_at, 0), n.bounce_reason FROM notice n WHERE n.complaint_id = $1 AND n.complaint_id <> '' ORDER BY n.at DESC, n.id DESC LIMIT $2`, p.ID, postShown); err != nil {
			return err
		}
		p.Came, err = db.All(tx, scanCame, `SELECT role, verdict, why, folded, at FROM mail_in WHERE complaint_id = $1 ORDER BY at DESC, mail LIMIT $2`, p.ID, postShown)
		return err
	})
	if err != nil {
		return p, err
	}
	read.Complaint = p.Complaint
	return p, s.recordRead(ctx, actor, read, FromLink)
}

func scanSent(r db.Row, m *SentMail) error {
	var at, bounced int64
	err := r.Scan(&m.Kind, &m.To, &m.Address, &m.State, &m.Error, &at, &bounced, &m.BounceCode)
	m.At = time.UnixMicro(at).UTC()
	if bounced != 0 {
		m.BouncedAt = time.UnixMicro(bounced).UTC()
	}
	return err
}

func scanCame(r db.Row, m *CameMail) error {
	var at int64
	err := r.Scan(&m.From, &m.Verdict, &m.Why, &m.Folded, &at)
	m.At = time.UnixMicro(at).UTC()
	return err
}

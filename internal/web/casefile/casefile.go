// Package casefile shows what is common to every face's page of a case: the timeline, and a file on its way to the
// browser. It belongs to no visitor; visitors do not import each other.
package casefile

import (
	"io"
	"mime"
	"net/http"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
)

// Moment is one entry of a timeline: something said, or something that happened.
type Moment struct {
	At     time.Time
	Who    string // name, or the agency for its officers
	Role   complaint.Role
	Mine   bool
	Note   bool   // internal to the officers
	What   string // what happened, in words; empty for a plain message
	Reason string
	Body   string // what was said
	Files  []attachment.Attachment
	Act    complaint.Act
	To     complaint.Thread  // who reads what was said
	Answer *complaint.Answer // the company's typed answer, when this is one
	Offer  string            // what it offers and until when, in words; empty: nothing
}

// Timeline puts events and messages of a case in order. agency is the short name shown for what its officers do.
func Timeline(c complaint.Case, reader, agency string) []Moment {
	messages := map[string]complaint.Message{}
	for _, m := range c.Messages {
		messages[m.ID] = m
	}
	files := map[string][]attachment.Attachment{}
	for _, f := range c.Files {
		files[f.MessageID] = append(files[f.MessageID], f)
	}
	var out []Moment
	for _, e := range c.Events {
		m := Moment{At: e.At, Who: e.ActorName, Role: complaint.Role(e.ActorRole), Mine: e.ActorID == reader, What: what(e, agency), Reason: e.Reason, Act: complaint.Act(e.Act)}
		if said, ok := messages[complaint.FactsOf(e).Message]; ok {
			m.Body, m.Note, m.Files, m.To, m.Answer = said.Body, said.Note(), files[said.ID], said.Thread, said.Answer
		}
		if m.Act == complaint.ActFile {
			m.Files = files[""]
		}
		if m.Answer != nil {
			m.What, m.Offer = answered(*m.Answer), Offer(*m.Answer, calendar.Of(e.At))
		}
		out = append(out, m)
	}
	return out
}

// Send writes a file as a download under a sandbox: never shown by the site itself. Its content is checked against
// its recorded hash.
func Send(w http.ResponseWriter, r *http.Request, files *attachment.Service, f attachment.Attachment, who person.Actor) error {
	content, err := files.OpenFor(r.Context(), f, who.AccountID)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if _, err := io.Copy(w, content); err != nil {
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

package officer

import (
	"net/http"
	"strconv"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// act does a deed and goes back to the case. What is refused comes back on the same page with everything typed.
func (s *Site) act(d deed) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		sent, err := s.receive(w, r, who, d)
		if err != nil {
			return err
		}
		if err = sent.Refused.Err(); err == nil {
			err = d.do(r.Context(), s.Complaints, who, d.ref(r, sent), sent)
		}
		at := readCasePlace(sent.Values["de"], sent.Values["fila"])
		if err == nil {
			s.UI.Flash(r.Context(), d.said)
			return ui.SeeOther(w, r, caseURL(r.PathValue("protocolo"), at))
		}
		return s.again(w, r, who, d, at, sent, err)
	}
}

// ref names the case and what the officer saw of it. A form without its version is taken for an old one.
func (d deed) ref(r *http.Request, sent casefile.Received) complaint.Ref {
	ref := complaint.Ref{Protocol: r.PathValue("protocolo"), Key: sent.Values["chave"]}
	if d.fresh {
		version, err := strconv.ParseInt(sent.Values["versao"], 10, 64)
		if err != nil || version <= 0 {
			version = -1
		}
		ref.Version = version
	}
	return ref
}

// receive reads the form. Files are only taken from somebody who may see the case.
func (s *Site) receive(w http.ResponseWriter, r *http.Request, who person.Actor, d deed) (casefile.Received, error) {
	if !d.files {
		return casefile.Receive(w, r, s.Files, func(string) (attachment.Upload, bool) { return attachment.Upload{}, false })
	}
	c, err := s.Complaints.AsOfficer(r.Context(), who, r.PathValue("protocolo"), complaint.FromQueue)
	if err != nil {
		return casefile.Received{}, err
	}
	return casefile.Receive(w, r, s.Files, func(field string) (attachment.Upload, bool) {
		return attachment.Upload{Kind: attachment.Message, By: who.AccountID, ComplaintID: c.ID}, field == attachment.Message.Field()
	})
}

// again shows the case as it is now, with what was typed and what is wrong with it.
func (s *Site) again(w http.ResponseWriter, r *http.Request, who person.Actor, d deed, at place, sent casefile.Received, failure error) error {
	status := ui.Status(failure)
	if status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return failure
	}
	c, err := s.Complaints.AsOfficer(r.Context(), who, r.PathValue("protocolo"), at.from)
	if err != nil {
		return err
	}
	p, err := s.casePage(r, who, c, at)
	if err != nil {
		return err
	}
	if d.form != nil {
		if err := s.keepTyped(r, who, p, d, sent, failure); err != nil {
			return err
		}
	}
	if status == http.StatusConflict {
		p.Conflict = fault.Text(failure)
	}
	return s.UI.Render(w, status, "officer/case", p)
}

// keepTyped opens the deed's form with what was typed, even where the deed cannot be done any more.
func (s *Site) keepTyped(r *http.Request, who person.Actor, p *casePage, d deed, sent casefile.Received, failure error) (err error) {
	open := p.panel(d.name)
	if open == nil {
		open = newPanel(d)
		open.Lost = true
		p.Panels = append([]*panel{open}, p.Panels...)
	}
	p.openOnly(open)
	p.Typed = true
	open.fill(sent.Values)
	open.fields().Fail(failure)
	p.Problems = open.problems()
	if d.files {
		open.Kept, err = casefile.Waiting(r.Context(), s.Files, p.Case.ID, who)
	}
	return err
}

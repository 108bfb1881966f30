package consumer

import (
	"net/http"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// upload takes the documents of a draft, each streamed to the store as it comes. A refused file says why beside its
// field and the others stay.
func (s *Site) upload(w http.ResponseWriter, r *http.Request, who person.Actor, d complaint.Draft) error {
	sent, err := casefile.Receive(w, r, s.Files, func(field string) (attachment.Upload, bool) {
		for _, kind := range attachment.Kinds() {
			if kind.Field() == field {
				return attachment.Upload{Kind: kind, By: who.AccountID, DraftID: d.ID}, true
			}
		}
		return attachment.Upload{}, false
	})
	if err != nil {
		return err
	}
	page, err := s.page(r, who, d, stepDocuments)
	if err != nil {
		return err
	}
	if sent.Values["acao"] != "enviar" {
		s.demandFiles(page, sent.Refused)
	}
	for _, z := range page.Zones {
		z.Field.Error = sent.Refused[z.Field.Name]
		if z.Field.Error != "" {
			page.Problems = append(page.Problems, ui.Problem{Field: z.Field.Name, Text: z.Field.Error})
		}
	}
	switch {
	case len(page.Problems) > 0:
		return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/form", page)
	case sent.Values["acao"] == "enviar":
		return ui.SeeOther(w, r, stepURL(d.ID, stepDocuments))
	}
	return ui.SeeOther(w, r, stepURL(d.ID, stepReview))
}

// demandFiles adds the messages for required kinds that have no file yet.
func (s *Site) demandFiles(page formPage, refused fault.Fields) {
	var files []attachment.Attachment
	for _, z := range page.Zones {
		files = append(files, z.Files...)
	}
	for field, text := range complaint.MissingFiles(files) {
		refused.Add(field, text)
	}
}

// removeFile takes one document out of the draft.
func (s *Site) removeFile(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	draftID := r.PathValue("rascunho")
	if err := s.UI.Gone(r, s.Files.Remove(r.Context(), who.AccountID, draftID, r.PathValue("arquivo"))); err != nil {
		return err
	}
	return ui.SeeOther(w, r, stepURL(draftID, stepDocuments))
}

package consumer

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// upload takes the documents of a draft, each streamed to the store as it comes. A refused file says why beside its
// field and the others stay.
func (s *Site) upload(w http.ResponseWriter, r *http.Request, who person.Actor, d complaint.Draft) error {
	sent, err := s.receive(w, r, func(field string) (attachment.Upload, bool) {
		for _, kind := range documentKinds {
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
	if sent.values["acao"] != "enviar" {
		s.demandFiles(page, sent.refused)
	}
	for _, z := range page.Zones {
		z.Field.Error = sent.refused[z.Field.Name]
		if z.Field.Error != "" {
			page.Problems = append(page.Problems, ui.Problem{Field: z.Field.Name, Text: z.Field.Error})
		}
	}
	switch {
	case len(page.Problems) > 0:
		return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/form", page)
	case sent.values["acao"] == "enviar":
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

// received is what came with a form of files: ids of the files kept, messages for those refused, other fields.
type received struct {
	files   []string
	refused fault.Fields
	values  map[string]string
}

// take keeps an ordinary field; files that came with an earlier, refused sending are named by "anexo".
func (g *received) take(field, value string) {
	if field == "anexo" {
		g.files = append(g.files, value)
		return
	}
	g.values[field] = value
}

// uploadLimit bounds one request with files; a single file has its own limit.
const uploadLimit = 260 << 20

// receive reads a form of files part by part, so that no file is ever whole in memory. place says where the files of
// a field belong; files of other fields are passed over.
func (s *Site) receive(w http.ResponseWriter, r *http.Request, place func(field string) (attachment.Upload, bool)) (received, error) {
	got := received{refused: fault.Fields{}, values: map[string]string{}}
	r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
	parts, err := r.MultipartReader()
	if err != nil { // a form without files, as some browsers and programs send it
		values, err := ui.ParseForm(w, r)
		for name, all := range values {
			for _, value := range all {
				got.take(name, ui.Clean(value))
			}
		}
		return got, err
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return got, nil
		case err != nil:
			return got, broken(err)
		}
		if err := s.receivePart(r, part, place, &got); err != nil {
			return got, err
		}
	}
}

func (s *Site) receivePart(r *http.Request, part *multipart.Part, place func(string) (attachment.Upload, bool), got *received) error {
	field := part.FormName()
	upload, isFile := place(field)
	switch {
	case !isFile:
		value, err := io.ReadAll(io.LimitReader(part, ui.BodyLimit))
		got.take(field, ui.Clean(string(value)))
		return broken(err)
	case part.FileName() == "":
		return nil
	}
	upload.Name, upload.Reader = part.FileName(), part
	file, err := s.Files.Receive(r.Context(), upload)
	switch {
	case err == nil:
		got.files = append(got.files, file.ID)
		return nil
	case fault.Is(err, fault.Invalid):
		if before := got.refused[field]; before != "" {
			got.refused[field] = before + " " + fault.Text(err)
			return nil
		}
		got.refused[field] = fault.Text(err)
		return nil
	}
	return broken(err)
}

// broken words an upload that stopped half way; sizes beyond the limit keep their own answer.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fault.Wrap(fault.Invalid, "O envio passou de 260 MB de uma vez. Envie menos arquivos por vez: os que já chegaram estão guardados.", err)
	}
	if fault.KindOf(err) != fault.Unknown {
		return err
	}
	return fault.Wrap(fault.Invalid, "O envio foi interrompido. Os arquivos que chegaram inteiros estão guardados. Tente enviar os outros de novo.", err)
}

// removeFile takes one document out of the draft.
func (s *Site) removeFile(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	draftID := r.PathValue("rascunho")
	if err := s.Files.Remove(r.Context(), who.AccountID, draftID, r.PathValue("arquivo")); err != nil {
		return err
	}
	return ui.SeeOther(w, r, stepURL(draftID, stepDocuments))
}

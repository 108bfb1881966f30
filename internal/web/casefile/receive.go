package casefile

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"guiche/internal/attachment"
	"guiche/internal/fault"
	"guiche/internal/web/ui"
)

// Accepted is the accept attribute of file fields: what R-16 takes, by the endings browsers know.
const Accepted = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.heif,.opus,.ogg,.mp3,.m4a,.txt"

// Received is what came with a form of files: ids of the files kept, messages for those refused, other fields.
type Received struct {
	Files   []string
	Refused fault.Fields
	Values  map[string]string
	room    int64 // bytes of text still taken
}

// take keeps an ordinary field; files that came with an earlier, refused sending are named by "anexo".
func (g *Received) take(field, value string) {
	if field == "anexo" {
		g.Files = append(g.Files, value)
		return
	}
	g.Values[field] = value
}

const (
	// uploadLimit bounds one request with files; a single file has its own limit.
	uploadLimit = 260 << 20
	// maxParts bounds the fields and files of one form: far more than any of ours has.
	maxParts = 200
)

// Place says where the file of a form field belongs; false: it is no field of files.
type Place func(field string) (attachment.Upload, bool)

// Receive reads a form of files part by part, so that no file is ever whole in memory. A refused file says why under
// its field and the others stay.
func Receive(w http.ResponseWriter, r *http.Request, files *attachment.Service, place Place) (Received, error) {
	got := Received{Refused: fault.Fields{}, Values: map[string]string{}, room: ui.BodyLimit}
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
	for range maxParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return got, nil
		case err != nil:
			return got, broken(err)
		}
		if err := got.part(r, files, part, place); err != nil {
			return got, err
		}
	}
	return got, fault.New(fault.Invalid, "São arquivos demais de uma vez. Envie menos por vez: os que já chegaram estão guardados.")
}

func (g *Received) part(r *http.Request, files *attachment.Service, part *multipart.Part, place Place) error {
	field := part.FormName()
	upload, isFile := place(field)
	switch {
	case !isFile:
		return g.text(field, part)
	case part.FileName() == "":
		return nil
	}
	upload.Name, upload.Reader = part.FileName(), part
	file, err := files.Receive(r.Context(), upload)
	switch {
	case err == nil:
		g.Files = append(g.Files, file.ID)
		return nil
	case fault.Is(err, fault.Invalid):
		g.refuse(field, fault.Text(err))
		return nil
	}
	return broken(err)
}

// text takes an ordinary field, while all of them together are no larger than a form without files may be.
func (g *Received) text(field string, r io.Reader) error {
	value, err := io.ReadAll(io.LimitReader(r, g.room+1))
	if g.room -= int64(len(value)); g.room < 0 {
		return fault.Wrap(fault.Invalid, "O texto passou do tamanho que recebemos. Volte, encurte e envie de novo.", &http.MaxBytesError{Limit: ui.BodyLimit})
	}
	g.take(field, ui.Clean(string(value)))
	return broken(err)
}

func (g *Received) refuse(field, text string) {
	if before := g.Refused[field]; before != "" {
		text = before + " " + text
	}
	g.Refused[field] = text
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

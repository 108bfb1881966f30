package supplier

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"guiche/internal/attachment"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// downloadAll gives all files of a case that the company may see in one archive. What cannot be opened is only
// named, with the reason, in LEIA-ME.txt.
func (s *Site) downloadAll(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	c, err := s.Complaints.AsSupplier(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+archiveName(c.Protocol)+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	archive := zip.NewWriter(w)
	said := []string{"Arquivos do caso " + c.Protocol + ".", "Use só para responder a este caso: são dados pessoais do consumidor.", ""}
	for i, f := range c.Files {
		name := packedName(i+1, f)
		err := s.pack(r, archive, f, who, name)
		if err != nil && fault.KindOf(err) == fault.Unknown {
			panic(http.ErrAbortHandler) // half an archive must not look like a whole one
		}
		if err != nil {
			name = "FALTA. " + fault.Text(err)
		}
		said = append(said, fmt.Sprintf("%s (%s, %s): %s", f.Name, f.Kind.Label(), ui.Bytes(f.Size), name))
	}
	if entry, err := archive.Create("LEIA-ME.txt"); err == nil {
		_, _ = io.WriteString(entry, strings.Join(said, "\r\n")+"\r\n") // who left needs no answer
	}
	_ = archive.Close()
	return nil
}

// archiveName is the name of the archive: a protocol number has nothing that a file's name may not have but the slash.
func archiveName(protocol string) string {
	return "caso-" + strings.ReplaceAll(protocol, "/", "-") + ".zip"
}

// packedName is a file's name in the archive, made of its place in the case and what it is: nothing that a person typed
// but the extension, which fits the content.
func packedName(n int, f attachment.Attachment) string {
	return fmt.Sprintf("%02d-%s%s", n, f.Kind.Field(), path.Ext(f.Name))
}

// pack adds one file. Errors of the file itself have a kind; others are of the download, which ends when a file that was
// begun does.
func (s *Site) pack(r *http.Request, archive *zip.Writer, f attachment.Attachment, who person.Actor, name string) error {
	content, err := s.Files.OpenFor(r.Context(), f, who.AccountID)
	if err != nil {
		return err
	}
	defer content.Close()
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: f.At})
	if err != nil {
		return err
	}
	if _, err := io.Copy(entry, content); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

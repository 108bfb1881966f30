package supplier

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/person"
)

// downloadAll gives all files of a case that the company may see in one archive. What is still being checked, or
// was found to carry a virus, is only named in LEIA-ME.txt.
func (s *Site) downloadAll(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	c, err := s.Complaints.AsSupplier(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+archiveName(c.Protocol)+`"`)
	archive := zip.NewWriter(w)
	var left []string
	for i, f := range c.Files {
		if err := s.pack(r, archive, f, who, i+1); err != nil {
			left = append(left, f.Name)
		}
	}
	if err := readme(archive, c, left); err != nil {
		return nil //nolint:nilerr // the visitor left in the middle of the download
	}
	_ = archive.Close()
	return nil
}

// archiveName is the name of the archive: a protocol number has nothing that a file's name may not have but the slash.
func archiveName(protocol string) string {
	return "caso-" + strings.ReplaceAll(protocol, "/", "-") + ".zip"
}

// pack adds one file. Its name in the archive begins with its place in the case and has no folder.
func (s *Site) pack(r *http.Request, archive *zip.Writer, f attachment.Attachment, who person.Actor, n int) error {
	content, err := s.Files.OpenFor(r.Context(), f, who.AccountID)
	if err != nil {
		return err
	}
	defer content.Close()
	name := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%02d-%s", n, name), Method: zip.Store, Modified: f.At})
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, content)
	return err
}

func readme(archive *zip.Writer, c complaint.Case, left []string) error {
	entry, err := archive.Create("LEIA-ME.txt")
	if err != nil {
		return err
	}
	text := "Arquivos do caso " + c.Protocol + ".\r\nUse só para responder a este caso: são dados pessoais do consumidor.\r\n"
	if len(left) > 0 {
		text += "\r\nFicaram de fora, porque ainda são verificados ou foram bloqueados:\r\n- " + strings.Join(left, "\r\n- ") + "\r\n"
	}
	_, err = io.WriteString(entry, text)
	return err
}

package pdf

import (
	"errors"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Letter is one document on the paper of an agency. Only Title and Agency.Name
// are needed; an empty field takes no room.
type Letter struct {
	Title      string
	Agency     Agency
	Number     string // number in its series, as printed: "CIP 12/2026"
	Date       string // as people say it: "Porto Alegre, 3 de dezembro de 2026"
	Blocks     []Block
	QR         string // text of the QR code, normally an https address
	QRCaption  string
	FooterNote string // at the foot of each page, at most three lines are shown
}

// Agency is the sender, printed at the head of the letter.
type Agency struct {
	Name    string
	Address []string // one line each
	Brand   string   // colour "#rrggbb"; anything else prints in ink
}

// Write prints the letter to w. created is the instant stored in the file and
// must be set, because the bytes depend on it. It fails if the QR text is too
// long for a code (about 2,300 bytes), or if w fails.
func Write(w io.Writer, l Letter, created time.Time) error {
	if created.IsZero() {
		return errors.New("pdf: a letter needs the instant of its creation")
	}
	code, err := encodeQR(l.QR)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	s := newSheet(l, created)
	s.opening()
	for i, b := range l.Blocks {
		s.room(headingRoom(s, l.Blocks[i:]))
		b.draw(s)
	}
	code.draw(s, l)
	s.footers()
	if err := s.doc.Output(w); err != nil {
		return fmt.Errorf("pdf: write letter: %w", err)
	}
	return nil
}

func newDocument(l Letter, created time.Time) *fpdf.Fpdf {
	doc := fpdf.New("P", "mm", "A4", "")
	addFonts(doc)
	doc.SetMargins(0, 0, 0)
	doc.SetCellMargin(0)
	doc.SetAutoPageBreak(false, 0)
	doc.SetTitle(clean(l.Title), true)
	doc.SetAuthor(clean(l.Agency.Name), true)
	doc.SetLang("pt-BR")
	doc.SetProducer("Guichê", true)
	doc.SetCreationDate(created.UTC())
	doc.SetModificationDate(created.UTC())
	doc.SetCatalogSort(true)
	return doc
}

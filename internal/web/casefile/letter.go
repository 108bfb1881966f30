package casefile

import (
	"bytes"
	"net/http"
	"strings"

	"guiche/internal/complaint"
	"guiche/internal/notice"
)

// LetterName is the letter that an address names, and whether its PDF is wanted.
func LetterName(r *http.Request) (ref string, pdf bool) {
	return strings.CutSuffix(r.PathValue("carta"), ".pdf")
}

// Letter is what a letter says, complete with the address of the site; code is printed where it is not empty.
func Letter(l complaint.Letter, site, code string) notice.CIP {
	paper := l.Paper
	paper.Site, paper.Code = site, code
	return paper
}

// SendLetter answers with the letter as PDF.
func SendLetter(w http.ResponseWriter, l complaint.Letter, site, code string) error {
	var pdf bytes.Buffer
	if err := Letter(l, site, code).Write(&pdf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="cip-`+l.Ref()+`.pdf"`)
	_, _ = pdf.WriteTo(w) // a visitor who left needs no answer
	return nil
}

package pdf

import (
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// All lengths are millimetres on A4; y grows downwards.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	marginX    = 25.0
	marginTop  = 20.0
	bodyEnd    = 266.0 // the footer begins below
	bodyWidth  = pageWidth - 2*marginX
)

type colour struct{ r, g, b int }

// The inks of the printed page. They have one light theme: paper.
var (
	black  = colour{0, 0, 0}
	ink    = colour{0x1b, 0x1b, 0x1b}
	second = colour{0x55, 0x55, 0x55}
	rule   = colour{0xd6, 0xd6, 0xd6}
	ground = colour{0xf6, 0xf6, 0xf4}
)

// face is a way to set text: size in points, line height in mm.
type face struct {
	bold bool
	size float64
	line float64
	ink  colour
}

var (
	title   = face{true, 20, 9, ink}
	heading = face{true, 12.5, 6.2, ink}
	body    = face{false, 10.5, 5.4, ink}
	strong  = face{true, 10.5, 5.4, ink}
	label   = face{false, 10.5, 5.4, second}
	small   = face{false, 8.5, 4.2, second}
	sender  = face{true, 12, 5.6, ink}
	figure  = face{true, 24, 10.5, ink}
)

// sheet is a document being written: a cursor on the current page, and the
// letter whose header each new page repeats.
type sheet struct {
	doc    *fpdf.Fpdf
	letter Letter
	brand  colour
	y      float64
	set    face
}

func newSheet(l Letter, created time.Time) *sheet {
	return &sheet{doc: newDocument(l, created), letter: l, brand: parseColour(l.Agency.Brand)}
}

// parseColour reads "#rrggbb"; anything else is ink.
func parseColour(text string) colour {
	digits, ok := strings.CutPrefix(text, "#")
	n, err := strconv.ParseUint(digits, 16, 24)
	if !ok || err != nil || len(digits) != 6 {
		return ink
	}
	return colour{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
}

func (s *sheet) style(f face) {
	weight := ""
	if f.bold {
		weight = "B"
	}
	s.set = f
	s.doc.SetFont(family, weight, f.size)
	s.doc.SetTextColor(f.ink.r, f.ink.g, f.ink.b)
}

func (s *sheet) fill(c colour) { s.doc.SetFillColor(c.r, c.g, c.b) }

// text prints one cleaned line whose box begins at the cursor; the cursor stays.
func (s *sheet) text(x float64, line string) {
	if line == "" {
		return
	}
	const pointMM = 25.4 / 72
	baseline := s.y + s.set.line/2 + 0.36*s.set.size*pointMM
	s.doc.Text(x, baseline, line)
}

func (s *sheet) wrap(text string, width float64) []string {
	text = clean(text)
	if text == "" {
		return nil
	}
	return wrap(text, width, s.doc.GetStringWidth)
}

func (s *sheet) subpath(x, y, w, h float64) {
	s.doc.MoveTo(x, y)
	s.doc.LineTo(x+w, y)
	s.doc.LineTo(x+w, y+h)
	s.doc.LineTo(x, y+h)
	s.doc.ClosePath()
}

func (s *sheet) line() {
	s.doc.SetDrawColor(rule.r, rule.g, rule.b)
	s.doc.SetLineWidth(0.25)
	s.doc.Line(marginX, s.y, pageWidth-marginX, s.y)
}

// gap leaves air before the next block, but none at the top of a page.
func (s *sheet) gap(h float64) {
	if s.y > marginTop+12 {
		s.y += h
	}
}

// room begins a new page unless h more millimetres fit on this one.
func (s *sheet) room(h float64) {
	if s.y+h > bodyEnd {
		s.nextPage()
	}
}

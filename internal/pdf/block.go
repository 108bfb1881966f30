package pdf

// Block is a part of a letter's body: Heading, Paragraph, Lines, List,
// Definitions or Figure.
type Block interface {
	draw(s *sheet)
}

// Heading opens a section; it never stands alone at the end of a page.
type Heading string

// Paragraph is running text. Line ends in it are kept.
type Paragraph string

// Lines are printed close together and each on its own: an addressee, a signature.
type Lines []string

// List is a list with bullets.
type List []string

// Definitions are pairs of what and how much: "Empresa: Loja Exemplo Ltda."
type Definitions []Definition

// Definition is one row of Definitions.
type Definition struct{ Label, Value string }

// Figure is the one thing the reader must find at a glance, such as the protocol.
type Figure struct{ Label, Value string }

const (
	bulletIndent = 5.0
	labelWidth   = 48.0
	columnGap    = 4.0
	panelPad     = 5.0
	minFigure    = 12.0 // points
	beginning    = 25.0 // of the block after a heading, kept with it
)

func (h Heading) draw(s *sheet) {
	s.gap(4)
	s.paragraph(heading, string(h))
	s.y += 1.5
}

func (p Paragraph) draw(s *sheet) {
	s.paragraph(body, string(p))
	s.y += 3
}

func (l Lines) draw(s *sheet) {
	for _, line := range l {
		s.paragraph(body, line)
	}
	s.y += 4
}

func (l List) draw(s *sheet) {
	for _, item := range l {
		s.style(body)
		s.columns(bulletIndent, []string{"•"}, s.wrap(item, bodyWidth-bulletIndent), body, body)
		s.y += 1
	}
	s.y += 2
}

func (d Definitions) draw(s *sheet) {
	for _, row := range d {
		row.draw(s)
	}
	s.y += 4
}

func (d Definition) draw(s *sheet) {
	s.style(label)
	left := s.wrap(d.Label, labelWidth)
	s.style(body)
	right := s.wrap(d.Value, bodyWidth-labelWidth-columnGap)
	rows := max(len(left), len(right))
	s.room(float64(min(rows, 6))*body.line + 3)
	s.y += 1.4
	s.columns(labelWidth+columnGap, left, right, label, body)
	s.y += 1.4
	s.line()
}

// columns prints two columns side by side, on as many pages as they need.
func (s *sheet) columns(indent float64, left, right []string, lf, rf face) {
	for i := range max(len(left), len(right)) {
		s.room(body.line)
		if i < len(left) {
			s.style(lf)
			s.text(marginX, left[i])
		}
		if i < len(right) {
			s.style(rf)
			s.text(marginX+indent, right[i])
		}
		s.y += body.line
	}
}

// draw makes the value as large as fits on one line; a value too long even in
// the smallest size is wrapped and may leave the panel's tint.
func (f Figure) draw(s *sheet) {
	value, lines := f.fit(s)
	height := 2*panelPad + small.line + 1 + float64(len(lines))*value.line
	s.gap(1)
	if height < bodyEnd-marginTop-12 {
		s.room(height)
		s.panel(height)
	}
	s.y += panelPad
	s.inset(small, f.first(s))
	s.y++
	for _, line := range lines {
		s.room(value.line)
		s.inset(value, line)
	}
	s.y += panelPad + 5
}

func (f Figure) first(s *sheet) string {
	s.style(small)
	return s.first(f.Label, bodyWidth-2*panelPad)
}

func (f Figure) fit(s *sheet) (face, []string) {
	value := figure
	for {
		s.style(value)
		lines := s.wrap(f.Value, bodyWidth-2*panelPad-1.5)
		if len(lines) <= 1 || value.size <= minFigure {
			return value, lines
		}
		value.size -= 2
		value.line = value.size * 0.44
	}
}

func (s *sheet) panel(height float64) {
	s.fill(ground)
	s.doc.Rect(marginX, s.y, bodyWidth, height, "F")
	s.fill(s.brand)
	s.doc.Rect(marginX, s.y, 1.5, height, "F")
}

func (s *sheet) inset(f face, line string) {
	s.style(f)
	s.text(marginX+panelPad+1.5, line)
	s.y += f.line
}

// paragraph prints text over the full width in one face, breaking pages.
func (s *sheet) paragraph(f face, text string) {
	s.style(f)
	for _, line := range s.wrap(text, bodyWidth) {
		s.room(f.line)
		s.text(marginX, line)
		s.y += f.line
	}
}

// headingRoom is the height to keep free before the first of blocks: a heading
// stays with the beginning of what follows it.
func headingRoom(s *sheet, blocks []Block) float64 {
	h, ok := blocks[0].(Heading)
	if !ok || len(blocks) == 1 {
		return body.line
	}
	s.style(heading)
	lines := min(len(s.wrap(string(h), bodyWidth)), 4)
	return 4 + float64(lines)*heading.line + 1.5 + beginning
}

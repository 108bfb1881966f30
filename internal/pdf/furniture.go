package pdf

import "fmt"

// opening prints the first page's head: sender, title, number and date.
func (s *sheet) opening() {
	s.doc.AddPage()
	s.fill(s.brand)
	s.doc.Rect(0, 0, pageWidth, 3, "F")
	s.y = marginTop - 4
	s.agency()
	s.y += 5
	s.line()
	s.y += 8
	s.paragraph(title, s.letter.Title)
	s.numberAndDate()
	s.y += 6
}

func (s *sheet) agency() {
	f := sender
	f.ink = s.brand
	s.paragraph(f, s.letter.Agency.Name)
	for _, line := range s.letter.Agency.Address {
		s.paragraph(small, line)
	}
}

func (s *sheet) numberAndDate() {
	s.y += 1
	s.paragraph(strong, s.letter.Number)
	s.paragraph(label, s.letter.Date)
}

// nextPage begins a page with a short head, so that a lost sheet can be told.
func (s *sheet) nextPage() {
	set := s.set
	s.doc.AddPage()
	s.y = marginTop - 6
	s.style(small)
	s.text(marginX, s.first(s.letter.Agency.Name, bodyWidth*0.55))
	s.right(s.first(s.letter.Title, bodyWidth*0.4))
	s.y += small.line + 2
	s.line()
	s.y = marginTop + 6
	s.style(set)
}

// first returns the first line of a text, marked with … if there is more.
func (s *sheet) first(text string, width float64) string {
	lines := s.wrap(text, width-s.doc.GetStringWidth("…"))
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return lines[0]
	}
	return lines[0] + "…"
}

func (s *sheet) right(line string) {
	s.text(pageWidth-marginX-s.doc.GetStringWidth(line), line)
}

// footers prints the foot of every page, once their number is known.
func (s *sheet) footers() {
	pages := s.doc.PageCount()
	for page := 1; page <= pages; page++ {
		s.doc.SetPage(page)
		s.footer(fmt.Sprintf("Página %d de %d", page, pages))
	}
}

func (s *sheet) footer(number string) {
	s.y = bodyEnd + 6
	s.line()
	s.y += 2.5
	s.style(small)
	s.right(number)
	lines := s.wrap(s.letter.FooterNote, bodyWidth-35)
	for i, line := range lines[:min(3, len(lines))] {
		if i == 2 && len(lines) > 3 {
			line += "…"
		}
		s.text(marginX, line)
		s.y += small.line
	}
}

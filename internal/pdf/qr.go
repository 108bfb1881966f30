package pdf

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrSide is the printed side in mm, without the quiet zone. The code of an
// address of 80 letters has modules of 0.75 mm, which any telephone reads.
const qrSide = 28.0

// qrCode is a QR code to be drawn; nil draws nothing.
type qrCode struct{ *qr.Code }

func encodeQR(text string) (*qrCode, error) {
	if text == "" {
		return nil, nil
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	return &qrCode{code}, nil
}

// draw puts the code on the left and its caption on the right, kept together.
func (c *qrCode) draw(s *sheet, l Letter) {
	if c == nil {
		return
	}
	module := qrSide / float64(c.Size)
	quiet := 4 * module
	s.gap(2)
	s.room(quiet + qrSide) // below it the footer's gap is the quiet zone
	top := s.y
	c.modules(s, marginX, top+quiet, module)
	if strings.HasPrefix(l.QR, "https://") || strings.HasPrefix(l.QR, "http://") {
		s.doc.LinkString(marginX, top+quiet, qrSide, qrSide, l.QR)
	}
	c.caption(s, l.QRCaption, top+quiet)
	s.y = top + qrSide + 2*quiet
}

func (c *qrCode) caption(s *sheet, text string, top float64) {
	s.style(small)
	left := marginX + qrSide + 8
	lines := s.wrap(text, pageWidth-marginX-left)
	if most := int(qrSide / small.line); len(lines) > most {
		lines = lines[:most]
	}
	s.y = top + (qrSide-float64(len(lines))*small.line)/2
	for _, line := range lines {
		s.text(left, line)
		s.y += small.line
	}
}

// modules fills all dark runs as one path, so that no renderer leaves hairlines
// between neighbours.
func (c *qrCode) modules(s *sheet, left, top, module float64) {
	s.fill(black)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			run := 0
			for c.Black(x+run, y) {
				run++
			}
			if run > 0 {
				s.subpath(left+float64(x)*module, top+float64(y)*module, float64(run)*module, module)
				x += run
			}
		}
	}
	s.doc.DrawPath("F")
}

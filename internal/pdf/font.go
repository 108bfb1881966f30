package pdf

import (
	_ "embed"

	"codeberg.org/go-pdf/fpdf"
)

const family = "noto"

//go:embed font/NotoSans-Regular.ttf
var regularTTF string

//go:embed font/NotoSans-Bold.ttf
var boldTTF string

// addFonts gives each document its own copy: the library may write into the
// bytes while it computes checksums, and letters are printed concurrently.
func addFonts(doc *fpdf.Fpdf) {
	doc.AddUTF8FontFromBytes(family, "", []byte(regularTTF))
	doc.AddUTF8FontFromBytes(family, "B", []byte(boldTTF))
}

package pdf

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/font/sfnt"
)

func TestCleanMakesTextPrintable(t *testing.T) { // quality 3: text from people is inert
	for name, c := range map[string]struct{ in, want string }{
		"Portuguese stays":                         {"Ação, coração, Aceguá, R$ 1.234,56 – “sim”", "Ação, coração, Aceguá, R$ 1.234,56 – “sim”"},
		"a letter with a loose accent is joined":   {"Acegua\u0301", "Aceguá"},
		"Vietnamese names stay":                    {"Nguyễn", "Nguyễn"},
		"an emoji becomes a box":                   {"ok 😀!", "ok □!"},
		"a joined emoji is one box for each part":  {"👩\u200d👧", "□□"},
		"another script becomes boxes":             {"北京", "□□"},
		"control characters vanish":                {"a\x00b\x1b[31m\x7fc", "ab[31mc"},
		"text direction marks vanish":              {"a\u202Egpj.exe", "agpj.exe"},
		"line ends become one kind":                {"a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		"tabs and odd spaces become spaces":        {"a\tb\u2003c", "a b c"},
		"mathematical letters become plain":        {"𝐀𝐁", "AB"},
		"a soft hyphen vanishes":                   {"co\u00ADração", "coração"},
		"bytes that are no text become a box":      {"a\xff\xfeb", "a□b"},
		"a stack of accents keeps only the letter": {"z\u0335\u0336\u0337", "z"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clean(c.in); got != c.want {
				t.Errorf("clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestBothFontsHaveEveryCoveredCharacter(t *testing.T) {
	for name, ttf := range map[string]string{"regular": regularTTF, "bold": boldTTF} {
		font, err := sfnt.Parse([]byte(ttf))
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for r := rune(0x20); r < 0x10000; r++ {
			if r == missing {
				continue // drawn with the glyph 0 on purpose
			}
			glyph, err := font.GlyphIndex(&b, r)
			if err != nil {
				t.Fatal(err)
			}
			if has := glyph != 0; has != covered(r) {
				t.Errorf("%s: %U has a glyph: %v, covered says %v", name, r, has, covered(r))
			}
		}
	}
}

func TestTheFontsAreSmall(t *testing.T) {
	for name, size := range map[string]int{"regular": len(regularTTF), "bold": len(boldTTF)} {
		if size > 60_000 {
			t.Errorf("%s takes %d bytes, more than 60 kB", name, size)
		}
	}
}

func oneEach(s string) float64 { return float64(utf8.RuneCountInString(s)) }

func TestWrap(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"words fill the line":             {"um dois três", []string{"um dois", "três"}},
		"an exact fit stays":              {"12345 7890", []string{"12345 7890"}},
		"a long word is cut":              {"abcdefghijklmno pq", []string{"abcdefghij", "klmno pq"}},
		"line ends and blank lines stay":  {"a\n\nb", []string{"a", "", "b"}},
		"spaces at line ends are dropped": {"a    b   ", []string{"a b"}},
		"a no-break space keeps together": {"valor R$\u00a0123", []string{"valor", "R$\u00a0123"}},
		"nothing gives one empty line":    {"", []string{""}},
		"line ends after the last vanish": {"a\n\n\n", []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, wrap(c.text, 10, oneEach)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWrapNeverLoopsOnANarrowColumn(t *testing.T) {
	if got := wrap("abc", 0.1, oneEach); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %q", got)
	}
	if got := pieces("abc", 0.1, oneEach); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("pieces %q", got)
	}
}

func TestTheBoldFaceIsBold(t *testing.T) {
	s := newSheet(receipt(), created)
	s.style(body)
	regular := s.doc.GetStringWidth("Protocolo")
	s.style(strong)
	if bold := s.doc.GetStringWidth("Protocolo"); bold <= regular {
		t.Errorf("bold is %.2f mm wide, regular %.2f mm", bold, regular)
	}
}

func TestFiguresAreTabular(t *testing.T) { // look: protocol in tabular figures
	s := newSheet(receipt(), created)
	for _, f := range []face{figure, body} {
		s.style(f)
		for _, digit := range "123456789" {
			if s.doc.GetStringWidth(string(digit)) != s.doc.GetStringWidth("0") {
				t.Errorf("the digit %c has another width than 0", digit)
			}
		}
	}
}

// hostile puts the text in every field a stranger can reach.
func hostile(text string) Letter {
	return Letter{
		Title: text, Number: text, Date: text, FooterNote: text, QRCaption: text, QR: "https://a.test/v/1",
		Agency: Agency{Name: text, Address: []string{text}, Brand: text},
		Blocks: []Block{
			Heading(text), Paragraph(text), Lines{text}, List{text, text},
			Definitions{{text, text}, {"", text}, {text, ""}}, Figure{text, text}, Heading(text),
		},
	}
}

func TestHostileTextNeverBreaksALetter(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                               "",
		"10,000 letters, no space":            strings.Repeat("W", 10_000),
		"10,000 emoji":                        strings.Repeat("😀", 10_000),
		"3,000 blank lines":                   strings.Repeat("\n", 3_000) + "fim",
		"PDF syntax":                          `) Tj ET endstream endobj (\`,
		"the page count placeholder":          "{nb}",
		"invalid bytes":                       "\xff\xfe\x00\x80",
		"a character beyond Unicode's planes": string(rune(0x10FFFF)),
	} {
		t.Run(name, func(t *testing.T) {
			lines := printedLines(t, write(t, hostile(text)))
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "Página 1 de ") }) {
				t.Error("the letter has no first page")
			}
		})
	}
}

func TestPDFSyntaxIsPrintedAsText(t *testing.T) {
	text := `) Tj ET (\ {nb}`
	l := Letter{Title: "Aviso", Agency: Agency{Name: "Procon"}, Blocks: []Block{Paragraph(text)}}
	if lines := printedLines(t, write(t, l)); !contains(lines, text) {
		t.Errorf("%q not among %q", text, lines)
	}
}

func FuzzWrite(f *testing.F) {
	for _, seed := range []string{"Olá", "a\xff\x00😀", strings.Repeat("x", 500), "(\\)\r\n", "#1a7235"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			t.Skip("longer than any field may be")
		}
		file := write(t, hostile(text))
		if !bytes.HasPrefix(file, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
			t.Fatal("not a whole PDF")
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("um texto comum, com palavras", 12)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = 1 + (width&0xff)%40
		text = clean(text)
		lines := wrap(text, float64(width), oneEach)
		for _, line := range lines {
			if utf8.RuneCountInString(line) > width {
				t.Fatalf("line %q is wider than %d", line, width)
			}
		}
		gone := strings.NewReplacer(" ", "", "\n", "")
		if got, want := gone.Replace(strings.Join(lines, "")), gone.Replace(text); got != want {
			t.Fatalf("text changed: %q, was %q", got, want)
		}
	})
}

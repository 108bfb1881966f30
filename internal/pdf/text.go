package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// missing stands where a character has no glyph.
const missing = '□'

// covered reports whether both fonts have a glyph for r (font/subset.py).
func covered(r rune) bool {
	switch {
	case r == missing, r == '…', r == '‰', r == '€', r == '№', r == '™', r == '⁄':
		return true
	case r >= 0x20 && r <= 0x7E, r >= 0xA0 && r <= 0xAC, r >= 0xAE && r <= 0x17F:
		return true
	case r >= 0x1A0 && r <= 0x1A1, r >= 0x1AF && r <= 0x1B0, r >= 0x218 && r <= 0x21B:
		return true
	case r >= 0x1E9E && r <= 0x1EF9, r >= 0x2010 && r <= 0x2015, r >= 0x2018 && r <= 0x201E:
		return true
	}
	return r >= 0x2020 && r <= 0x2022 || r >= 0x2032 && r <= 0x2033 || r >= 0x2039 && r <= 0x203A
}

// clean makes any text printable: letters composed, line ends unified, what is
// invisible left out, and what has no glyph replaced by a plain form or by □.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(missing)), "\r\n", "\n")
	return strings.Map(printable, norm.NFC.String(text))
}

func printable(r rune) rune {
	switch {
	case r == '\n', covered(r):
		return r
	case r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		return '\n'
	case r == '\t', unicode.Is(unicode.Zs, r):
		return ' '
	case r == '−':
		return '-'
	case unicode.In(r, unicode.C, unicode.M):
		return -1
	}
	return plain(r)
}

// plain returns the letter that r is a form of (an accented or mathematical A
// gives A), or missing.
func plain(r rune) rune {
	p, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
	if covered(p) {
		return p
	}
	return missing
}

// wrap breaks text into lines not wider than width. Line ends in text are kept,
// runs of spaces become one, a word wider than a line is cut. measure gives the
// width of a string and must be additive.
func wrap(text string, width float64, measure func(string) float64) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n "), "\n") {
		lines = append(lines, wrapLine(line, width, measure)...)
	}
	return lines
}

func wrapLine(text string, width float64, measure func(string) float64) []string {
	var lines []string
	line, used, space := "", 0.0, measure(" ")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
		for _, piece := range pieces(word, width, measure) {
			n := measure(piece)
			switch {
			case line == "":
				line, used = piece, n
			case used+space+n <= width:
				line, used = line+" "+piece, used+space+n
			default:
				lines = append(lines, line)
				line, used = piece, n
			}
		}
	}
	return append(lines, line)
}

// pieces cuts a word into parts that fit in width, each as long as can be and
// never shorter than one character.
func pieces(word string, width float64, measure func(string) float64) []string {
	var parts []string
	start, used := 0, 0.0
	for i, r := range word {
		n := measure(string(r))
		if i > start && used+n > width {
			parts = append(parts, word[start:i])
			start, used = i, 0
		}
		used += n
	}
	return append(parts, word[start:])
}

package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	streams = regexp.MustCompile(`(?s)stream
(.*?)
endstream`)
	shown = regexp.MustCompile(`(?s)Td \(((?:[^\\)]|\\.)*)\) Tj`)
)

// pageContents returns the drawing instructions of each page of a file.
func pageContents(t testing.TB, file []byte) []string {
	t.Helper()
	var pages []string
	for _, m := range streams.FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(" Tf ET")) {
			pages = append(pages, string(content))
		}
	}
	return pages
}

// printedLines reads back the text of a file, a line a string, in drawing order.
func printedLines(t testing.TB, file []byte) []string {
	t.Helper()
	var lines []string
	for _, page := range pageContents(t, file) {
		for _, m := range shown.FindAllStringSubmatch(page, -1) {
			lines = append(lines, fromUTF16(m[1]))
		}
	}
	return lines
}

func fromUTF16(escaped string) string {
	raw := strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r").Replace(escaped)
	var units []uint16
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

// utf16Text is text as the document's information dictionary holds it.
func utf16Text(text string) string {
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

func contains(lines []string, want string) bool { return index(lines, want) >= 0 }

func index(lines []string, want string) int { return slices.Index(lines, want) }

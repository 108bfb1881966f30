package attachment

import (
	"io"
	"unicode/utf8"
)

// textReader passes text through and fails on what is no text: control bytes, or bytes that are neither UTF-8 nor
// letters of Windows-1252 (of which Latin-1 is the printable part).
type textReader struct {
	r       io.Reader
	notText error

	tail    []byte // a UTF-8 sequence cut by the end of a read
	notUTF8 bool
	not1252 bool
}

func (t *textReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	for _, c := range p[:n] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f {
			return 0, t.notText
		}
		t.not1252 = t.not1252 || c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d
	}
	t.follow(p[:n])
	if err == io.EOF {
		t.notUTF8 = t.notUTF8 || len(t.tail) > 0
	}
	if t.notUTF8 && t.not1252 {
		return 0, t.notText
	}
	return n, err
}

// follow keeps track of UTF-8 across reads.
func (t *textReader) follow(p []byte) {
	if t.notUTF8 {
		return
	}
	for len(t.tail) > 0 && len(p) > 0 && !utf8.FullRune(t.tail) {
		t.tail, p = append(t.tail, p[0]), p[1:]
	}
	if len(t.tail) > 0 && utf8.FullRune(t.tail) {
		t.notUTF8 = !utf8.Valid(t.tail)
		t.tail = nil
	}
	cut := len(p)
	for back := 1; back <= min(utf8.UTFMax-1, len(p)); back++ {
		if start := p[len(p)-back:]; utf8.RuneStart(start[0]) {
			if !utf8.FullRune(start) {
				cut = len(p) - back
			}
			break
		}
	}
	t.notUTF8 = t.notUTF8 || !utf8.Valid(p[:cut])
	t.tail = append(t.tail, p[cut:]...)
}

// mediaType says the encoding, once everything was read.
func (t *textReader) mediaType() string {
	if t.notUTF8 {
		return textType + "; charset=windows-1252"
	}
	return textType + "; charset=utf-8"
}

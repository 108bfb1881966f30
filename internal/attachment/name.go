package attachment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	nameLetters  = 120 // of a stored name, extension included
	shownLetters = 60  // of a name in a message
)

// cleanName is a name to show and to offer for saving: never a path, one line, in reading order, with an extension
// that fits the content.
func cleanName(name string, f format) string {
	stem := strings.TrimLeft(withoutExtension(baseName(name)), ". ")
	if reserved(stem) {
		stem = "arquivo " + stem
	}
	stem = strings.TrimRight(firstLetters(stem, nameLetters-len(f.extensions[0])), ". ")
	if stem == "" {
		stem = "arquivo"
	}
	extension := f.extensions[0]
	if own := ownExtension(name); slices.Contains(f.extensions, own) {
		extension = own
	}
	return firstLetters(stem, nameLetters-len(extension)) + extension
}

// shown is a name inside a sentence, as the person knows it.
func shown(name string) string {
	clean := baseName(name)
	if clean == "" {
		return "arquivo"
	}
	if short := firstLetters(clean, shownLetters); short != clean {
		return short + "…"
	}
	return clean
}

// baseName is the last part of a path of any system, without characters that do not show or that file systems
// refuse.
func baseName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(printable, norm.NFC.String(firstLetters(name, 1000)))
	return strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
}

// printable drops controls, direction marks and other invisible characters, except the joiner within emoji.
func printable(r rune) rune {
	const zeroWidthJoiner = 0x200d
	switch {
	case strings.ContainsRune(`<>:"|?*`, r):
		return '-'
	case unicode.IsSpace(r):
		return ' '
	case r == zeroWidthJoiner || unicode.IsGraphic(r):
		return r
	}
	return -1
}

// ownExtension is the extension of a name in lower case, when it is one of a format that is taken.
func ownExtension(name string) string {
	base := baseName(name)
	dot := strings.LastIndexByte(base, '.')
	if dot < 0 {
		return ""
	}
	switch extension := strings.ToLower(base[dot:]); extension {
	case ".pdf", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".ogg", ".opus", ".oga", ".mp3", ".m4a", ".m4b", ".txt":
		return extension
	}
	return ""
}

// withoutExtension keeps an unknown extension: "planilha.exe" with the content of a PDF becomes "planilha.exe.pdf".
func withoutExtension(base string) string { return base[:len(base)-len(ownExtension(base))] }

func firstLetters(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// reserved names are devices for Windows, whatever their extension.
func reserved(stem string) bool {
	first, _, _ := strings.Cut(strings.ToLower(stem), ".")
	switch first {
	case "con", "prn", "aux", "nul":
		return true
	}
	return utf8.RuneCountInString(first) == 4 && (strings.HasPrefix(first, "com") || strings.HasPrefix(first, "lpt"))
}

package cpfcnpj

import (
	"strings"
	"unicode"
)

const cpfLength = 11

// NormalizeCPF removes spaces and the mask (dots, hyphen, slash). It keeps every
// other character, so that what is not a CPF does not become one.
func NormalizeCPF(s string) string {
	return strings.Map(withoutMask, s)
}

// ValidCPF says whether s, with or without its mask, is a CPF with right check
// digits. A number of eleven equal digits is refused although its digits match.
func ValidCPF(s string) bool {
	s = NormalizeCPF(s)
	if len(s) != cpfLength || !allDigits(s) || allEqual(s) {
		return false
	}
	return endsInCheckDigits(s, cpfLength)
}

// FormatCPF writes a CPF as people read it, 111.444.777-35. What has not eleven
// digits comes back as it was given.
func FormatCPF(s string) string {
	d := NormalizeCPF(s)
	if len(d) != cpfLength || !allDigits(d) {
		return s
	}
	return d[:3] + "." + d[3:6] + "." + d[6:9] + "-" + d[9:]
}

// MaskCPF shows enough of a CPF for its owner to know it, ***.444.777-**. What has
// not eleven digits shows nothing.
func MaskCPF(s string) string {
	d := NormalizeCPF(s)
	if len(d) != cpfLength || !allDigits(d) {
		return ""
	}
	return "***." + d[3:6] + "." + d[6:9] + "-**"
}

func withoutMask(r rune) rune {
	if r == '.' || r == '-' || r == '/' || unicode.IsSpace(r) {
		return -1
	}
	return r
}

package cpfcnpj

import "strings"

const (
	cnpjLength    = 14
	cnpjMaxWeight = 9
)

// NormalizeCNPJ removes spaces and the mask and writes ASCII letters as capitals.
// It keeps every other character, so that what is not a CNPJ does not become one.
func NormalizeCNPJ(s string) string {
	return strings.Map(upperASCII, strings.Map(withoutMask, s))
}

// ValidCNPJ says whether s, with or without its mask, is a CNPJ, numeric or
// alphanumeric, with right check digits. Fourteen equal digits are refused.
func ValidCNPJ(s string) bool {
	s = NormalizeCNPJ(s)
	if !shapedLikeCNPJ(s) || allEqual(s) {
		return false
	}
	return endsInCheckDigits(s, cnpjMaxWeight)
}

// FormatCNPJ writes a CNPJ as people read it, 12.ABC.345/01DE-35. What has not
// the shape of a CNPJ comes back as it was given.
func FormatCNPJ(s string) string {
	n := NormalizeCNPJ(s)
	if !shapedLikeCNPJ(n) {
		return s
	}
	return n[:2] + "." + n[2:5] + "." + n[5:8] + "/" + n[8:12] + "-" + n[12:]
}

func shapedLikeCNPJ(s string) bool {
	if len(s) != cnpjLength || !allDigits(s[cnpjLength-2:]) {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}

// upperASCII leaves other letters alone: unicode's upper case would turn the
// dotless "ı" into a plain "I".
func upperASCII(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// undecomposed are Latin letters that Unicode does not take apart into a base letter and a mark.
var undecomposed = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// Fold writes s in lower case without accents; every run of anything but letters and digits becomes one space.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range undecomposed.Replace(strings.ToLower(norm.NFKD.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// Words are the words of s, folded.
func Words(s string) []string { return strings.Fields(Fold(s)) }

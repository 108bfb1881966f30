package complaint

import (
	"fmt"
	"regexp"
	"strings"
)

// Protocol numbers read YYYY.AAAA.NNNNNNN-DD: year, agency, sequence, and two check digits by ISO 7064 MOD 97-10
// over the fifteen digits before them. Further companies of the same attendance have /2 to /20 after it.
// Knowing one gives access to nothing.

var protocolShape = regexp.MustCompile(`^(\d{4})\.?(\d{4})\.?(\d{7})-?(\d{2})(/(?:[2-9]|1\d|20))?$`)

// FormatProtocol makes the number of the n-th complaint of an agency in a year. agencyCode has four digits.
func FormatProtocol(year int, agencyCode string, n int64) string {
	digits := fmt.Sprintf("%04d%s%07d", year, agencyCode, n)
	return fmt.Sprintf("%04d.%s.%07d-%02d", year, agencyCode, n, 98-mod97(digits+"00"))
}

// ParseProtocol reads a number as people type it, with or without its marks, and gives its canonical form. ok is
// false when the shape or the check digits are wrong.
func ParseProtocol(text string) (protocol string, ok bool) {
	m := protocolShape.FindStringSubmatch(strings.ReplaceAll(strings.TrimSpace(text), " ", ""))
	if m == nil || mod97(m[1]+m[2]+m[3]+m[4]) != 1 {
		return "", false
	}
	return m[1] + "." + m[2] + "." + m[3] + "-" + m[4] + m[5], true
}

// attendance are the numbers that a typed one finds: with a suffix that case, without one all of the attendance.
func attendance(protocol string) []string {
	list := []string{protocol}
	if strings.Contains(protocol, "/") {
		return list
	}
	for n := 2; n <= MaxSuppliers; n++ {
		list = append(list, fmt.Sprintf("%s/%d", protocol, n))
	}
	return list
}

func mod97(digits string) int {
	rest := 0
	for _, d := range digits {
		rest = (rest*10 + int(d-'0')) % 97
	}
	return rest
}

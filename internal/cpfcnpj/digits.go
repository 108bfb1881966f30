package cpfcnpj

// endsInCheckDigits computes the last two characters of s from those before them.
func endsInCheckDigits(s string, maxWeight int) bool {
	n := len(s)
	return s[n-2] == checkDigit(s[:n-2], maxWeight) && s[n-1] == checkDigit(s[:n-1], maxWeight)
}

// checkDigit is modulo 11 with weights 2, 3, ... from the right, starting again at
// 2 after maxWeight. A character counts its ASCII code minus 48, so "A" is 17.
func checkDigit(s string, maxWeight int) byte {
	sum, weight := 0, 2
	for i := len(s) - 1; i >= 0; i-- {
		sum += int(s[i]-'0') * weight
		if weight++; weight > maxWeight {
			weight = 2
		}
	}
	rest := sum % 11
	if rest < 2 {
		return '0'
	}
	return '0' + byte(11-rest)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func allEqual(s string) bool {
	for i := range len(s) {
		if s[i] != s[0] {
			return false
		}
	}
	return true
}

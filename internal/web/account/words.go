package account

import "strings"

// showPhone writes ten or eleven digits as people do.
func showPhone(digits string) string {
	const ddd, last, least = 2, 4, 10
	if len(digits) < least {
		return digits
	}
	cut := len(digits) - last
	return "(" + digits[:ddd] + ") " + digits[ddd:cut] + "-" + digits[cut:]
}

// browser says in words what a User-Agent means; the first name that occurs wins, because later ones pretend.
func browser(agent string) string {
	name := firstOf(agent, "Navegador desconhecido", [][2]string{
		{"Edg", "Edge"}, {"OPR", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrom", "Chrome"}, {"Safari", "Safari"},
	})
	system := firstOf(agent, "", [][2]string{
		{"iPhone", " no iPhone"}, {"iPad", " no iPad"}, {"Android", " no Android"}, {"Windows", " no Windows"}, {"Mac OS", " no Mac"}, {"CrOS", " no Chromebook"}, {"Linux", " no Linux"},
	})
	return name + system
}

func firstOf(text, otherwise string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(text, n[0]) {
			return n[1]
		}
	}
	return otherwise
}

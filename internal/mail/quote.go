package mail

import (
	"regexp"
	"slices"
	"strings"
)

// Heads are how mail programs begin what they quote. The first may be wrapped over three lines, and people write such
// lines too: it counts with an address in it, or before a marked quote.
var (
	wroteHead  = regexp.MustCompile(`(?i)^\s*(em|no dia|on|el|le)\s.{5,300}\s?(escreveu|wrote|escribió|a écrit)\s?:\s*$`)
	inBrackets = regexp.MustCompile(`<[^<>@\s]+@[^<>@\s]+>`)
	lineHead   = regexp.MustCompile(`(?i)^\s*-{2,}\s*(mensagem original|mensagem encaminhada|original message|forwarded message)\s*-{2,}`)
	fromHead   = regexp.MustCompile(`(?i)^\s*\*?(de|from)\*?:\*?\s.+`)
	nextHead   = regexp.MustCompile(`(?i)^\s*\*?(enviad[oa]( em)?|data|date|sent|para|to)\*?:\*?\s.+`)
	ruleHead   = regexp.MustCompile(`^\s*_{10,}\s*$`)
	phoneLine  = regexp.MustCompile(`(?i)^(enviad[oa] (do|pelo|via|de|usando)|sent from|sent via|obter o outlook|get outlook|baixe o|yahoo mail)\b.{0,120}$`)
)

// foldQuotes parts what somebody wrote from what their program added: quotes and signatures. Answers written between
// the lines of a marked quote stay; after the head of an unmarked one everything is folded.
func foldQuotes(text string) (own, folded string) {
	var kept, away []string
	lines := strings.Split(text, "\n")
	for n := 0; n < len(lines); n++ {
		line := lines[n]
		head := headAt(lines[n:])
		switch {
		case strings.HasPrefix(strings.TrimLeft(line, " "), ">"):
			away = append(away, line)
		case head > 0 && marked(lines[n+head:]):
			away = append(away, lines[n:n+head]...)
			n += head - 1
		case head > 0:
			away = append(away, lines[n:]...)
			n = len(lines)
		case line == "-- " || line == "--":
			end := n + untilHead(lines[n:])
			away = append(away, lines[n:end]...)
			n = end - 1
		default:
			kept = append(kept, strings.TrimRight(line, " \t"))
		}
	}
	return dropPhoneLine(strings.Join(kept, "\n")), strings.TrimSpace(strings.Join(away, "\n"))
}

// headAt is how many lines a head takes that begins on the first line; none: 0.
func headAt(lines []string) int {
	for n := 1; n <= min(3, len(lines)) && strings.TrimSpace(lines[n-1]) != ""; n++ {
		if head := strings.Join(lines[:n], " "); wroteHead.MatchString(head) && (inBrackets.MatchString(head) || marked(lines[n:])) {
			return n
		}
	}
	if lineHead.MatchString(lines[0]) || listsHeaders(lines) || ruleHead.MatchString(lines[0]) && listsHeaders(lines[1:]) {
		return 1
	}
	return 0
}

// listsHeaders tells whether the lines begin as Outlook begins a quote: De, Enviado, Para, Assunto.
func listsHeaders(lines []string) bool {
	if len(lines) < 2 || !fromHead.MatchString(lines[0]) {
		return false
	}
	return slices.ContainsFunc(lines[1:min(4, len(lines))], nextHead.MatchString)
}

// marked tells whether the next line that says something is marked as a quote.
func marked(lines []string) bool {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			return strings.HasPrefix(line, ">")
		}
	}
	return false
}

// untilHead is how many lines stand before the next head or marked line.
func untilHead(lines []string) int {
	for n := range lines {
		if n > 0 && (strings.HasPrefix(lines[n], ">") || headAt(lines[n:]) > 0) {
			return n
		}
	}
	return len(lines)
}

// dropPhoneLine takes out the last line when it only names the device, and what is blank around the text.
func dropPhoneLine(text string) string {
	text = strings.TrimSpace(text)
	last := text[strings.LastIndexByte(text, '\n')+1:]
	if phoneLine.MatchString(last) {
		text = strings.TrimSpace(strings.TrimSuffix(text, last))
	}
	return manyBlank.ReplaceAllString(text, "\n\n")
}

var manyBlank = regexp.MustCompile(`\n{3,}`)

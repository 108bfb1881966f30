package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// textWidth is the longest line of the plain-text form, in characters; only a
// longer word, such as an address, passes it.
const textWidth = 72

//go:embed frame.html
var frameHTML string

// Frame is the common look of our mails, in HTML and as its plain-text twin.
// Empty fields take no room. Line ends inside a paragraph are kept.
type Frame struct {
	Agency     string
	Brand      string // colour "#rrggbb" of the band and the button; else gov.br's blue
	Greeting   string // "Olá, Ana."
	Paragraphs []string
	Facts      []Fact
	Button     Button
	Footer     string // why this mail came, how to be reached
}

// Fact is one thing the reader may look for again, such as the protocol.
type Fact struct{ Label, Value string }

// Button leads to one page; its address is shown in full below it. Its URL must
// be http or https.
type Button struct{ Text, URL string }

// Render returns both forms. It fails if the button's address is not a web address.
func (f Frame) Render() (text, html string, err error) {
	if f.Button.URL != "" && !isWeb(f.Button.URL) {
		return "", "", fmt.Errorf("mail: %w: the button's address must be http or https", ErrInvalid)
	}
	if !regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(f.Brand) {
		f.Brand = "#1351b4"
	}
	page, err := template.New("frame").Parse(frameHTML)
	if err != nil {
		return "", "", fmt.Errorf("mail: frame: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, f); err != nil {
		return "", "", fmt.Errorf("mail: frame: %w", err)
	}
	return f.text(), b.String(), nil
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func (f Frame) text() string {
	parts := append([]string{f.Greeting}, f.Paragraphs...)
	parts = append(parts, facts(f.Facts))
	if f.Button.URL != "" {
		parts = append(parts, f.Button.Text+":\n"+f.Button.URL)
	}
	parts = append(parts, signature(f.Agency, f.Footer))
	var b strings.Builder
	for _, part := range parts {
		if part = fold(part); part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func facts(all []Fact) string {
	var lines []string
	for _, fact := range all {
		lines = append(lines, fact.Label+": "+fact.Value)
	}
	return strings.Join(lines, "\n")
}

// signature is set off by the two hyphens that mail programs know.
func signature(agency, footer string) string {
	if agency == "" && footer == "" {
		return ""
	}
	return strings.TrimSpace("--\n" + strings.TrimSpace(agency+"\n"+footer))
}

// fold wraps text at textWidth and keeps its line ends.
func fold(text string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		lines = append(lines, foldLine(line)...)
	}
	return strings.Join(lines, "\n")
}

func foldLine(text string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= textWidth:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

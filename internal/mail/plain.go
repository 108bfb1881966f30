package mail

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// clean keeps what people write: one kind of line end, no control characters, no marks that turn the direction of
// what follows.
func clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == 0x200b:
			return -1
		}
		return r
	}, text)
}

// unflow puts paragraphs together that a mail program cut into lines (RFC 3676).
func unflow(text string, params map[string]string) string {
	if !strings.EqualFold(params["format"], "flowed") {
		return text
	}
	var out strings.Builder
	open := -1 // how deep the line that goes on is quoted; -1: none goes on
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		rest := strings.TrimLeft(line, ">")
		depth := len(line) - len(rest)
		rest = strings.TrimPrefix(rest, " ")
		goesOn := strings.HasSuffix(rest, " ") && rest != "-- "
		if depth != open {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			if depth > 0 {
				out.WriteString(strings.Repeat(">", depth) + " ")
			}
		}
		if strings.EqualFold(params["delsp"], "yes") && goesOn {
			rest = rest[:len(rest)-1]
		}
		out.WriteString(rest)
		if open = -1; goesOn {
			open = depth
		}
	}
	return out.String()
}

// htmlText is what a page says, without its looks. Quotes get the sign that plain mails mark them with.
func htmlText(page string) string {
	t := plainer{}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return t.out.String()
		case html.TextToken:
			t.say(string(tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			t.begin(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := tokens.TagName()
			t.end(atom.Lookup(name))
		}
	}
}

// plainer writes the text of a page line by line.
type plainer struct {
	out    strings.Builder
	quotes int
	hidden int  // inside what nobody sees
	fixed  int  // inside what keeps its line ends
	inLine bool // something stands on the line
	space  bool // a space is due
}

func (t *plainer) say(text string) {
	if t.hidden > 0 {
		return
	}
	if t.fixed > 0 {
		for n, line := range strings.Split(text, "\n") {
			if n > 0 {
				t.newLine()
			}
			t.write(line)
		}
		return
	}
	for n, word := range strings.FieldsFunc(text, isBlank) {
		t.space = t.space || n > 0 || isBlank(rune(text[0]))
		t.write(word)
	}
	if text != "" {
		t.space = isBlank(rune(text[len(text)-1])) || t.space && strings.TrimFunc(text, isBlank) == ""
	}
}

func isBlank(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' }

func (t *plainer) write(text string) {
	if !t.inLine && t.quotes > 0 {
		t.out.WriteString(strings.Repeat(">", min(t.quotes, maxDepth)) + " ")
	}
	if t.inLine && t.space {
		t.out.WriteByte(' ')
	}
	t.out.WriteString(text)
	t.inLine, t.space = true, false
}

func (t *plainer) newLine() {
	if !t.inLine && t.quotes > 0 {
		t.out.WriteString(">")
	}
	t.out.WriteByte('\n')
	t.inLine, t.space = false, false
}

func (t *plainer) breakLine() {
	if t.inLine {
		t.newLine()
	}
}

func (t *plainer) begin(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template:
		t.hidden++
	case atom.Br:
		t.newLine()
	case atom.Blockquote:
		t.breakLine()
		t.quotes++
	case atom.Pre:
		t.breakLine()
		t.fixed++
	case atom.Li:
		t.breakLine()
		t.write("- ")
	case atom.Td, atom.Th:
		t.space = true
	default:
		if isBlock(tag) {
			t.breakLine()
		}
	}
}

func (t *plainer) end(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template:
		t.hidden = max(0, t.hidden-1)
	case atom.Blockquote:
		t.breakLine()
		t.quotes = max(0, t.quotes-1)
	case atom.Pre:
		t.breakLine()
		t.fixed = max(0, t.fixed-1)
	case atom.P:
		t.breakLine()
		t.newLine()
	default:
		if isBlock(tag) {
			t.breakLine()
		}
	}
}

func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Tr, atom.Table, atom.Ul, atom.Ol, atom.Hr, atom.Body,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Header, atom.Footer:
		return true
	}
	return false
}

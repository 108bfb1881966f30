package notice

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"guiche/internal/fault"
)

// Words are what a message says around its values. Paragraphs of the text are parted by an empty line.
type Words struct{ Subject, Text, Button string }

// How long words may be, in letters, before they are filled.
const (
	MaxSubject = 120
	MaxText    = 3000
	MaxButton  = 40
)

// files are our own words: the subject, an empty line, the paragraphs, and at the end the button in brackets.
//
//go:embed *.txt
var files embed.FS

// Ours are the words of a message as Guichê brings them.
func Ours(m Message) (Words, error) {
	file := m.About().Kind + ".txt"
	content, err := files.ReadFile(file)
	if err != nil {
		return Words{}, err
	}
	subject, rest, _ := strings.Cut(string(content), "\n\n")
	text, button, found := strings.Cut(strings.TrimSpace(rest), "\n\n[")
	if !found || !strings.HasSuffix(button, "]") {
		return Words{}, fmt.Errorf("notice: %s does not end with a [button]", file)
	}
	return Words{subject, text, strings.TrimSuffix(button, "]")}, nil
}

// Check refuses words that would make no good mail of this kind. The fault is Invalid, for the fields assunto, texto
// and botao, and says what to do.
func Check(m Message, w Words) error {
	problems, known := fault.Fields{}, m.Fields()
	for _, part := range []struct {
		field, name, text string
		most              int
	}{{"assunto", "o assunto", w.Subject, MaxSubject}, {"texto", "o texto", w.Text, MaxText}, {"botao", "o botão", w.Button, MaxButton}} {
		if why := wrongWith(part.name, part.text, part.most, known); why != "" {
			problems.Add(part.field, why)
		} else if part.field != "texto" && strings.Contains(part.text, "\n") {
			problems.Add(part.field, "Escreva "+part.name+" em uma linha só.")
		}
	}
	for _, f := range known {
		if f.Required && !strings.Contains(w.Text, "{"+f.Name+"}") {
			problems.Add("texto", fmt.Sprintf("Ponha {%s} no texto: %s. Quem recebe precisa disso.", f.Name, f.Means))
		}
	}
	return problems.Err()
}

func wrongWith(name, text string, most int, known []Field) string {
	if strings.TrimSpace(text) == "" {
		return "Escreva " + name + "."
	}
	if utf8.RuneCountInString(text) > most {
		return fmt.Sprintf("Encurte %s: cabem no máximo %d letras.", name, most)
	}
	return wrongPlaceholder(text, known)
}

var placeholder = regexp.MustCompile(`\{[^{}\n]*\}`)

// wrongPlaceholder says what is wrong with the first placeholder that is broken or that the message does not have.
func wrongPlaceholder(text string, known []Field) string {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = "{" + f.Name + "}"
	}
	has := strings.Join(names, " ")
	for _, written := range placeholder.FindAllString(text, -1) {
		if !strings.Contains(has+" ", written+" ") {
			return "Este aviso não tem " + short(written) + ". Use só o que está na lista: " + has + "."
		}
	}
	if broken := strings.IndexAny(placeholder.ReplaceAllString(text, ""), "{}"); broken >= 0 {
		return "Há uma chave { ou } sem o seu par. Um campo se escreve assim: " + names[0] + "."
	}
	return ""
}

// short shows at most thirty letters of what somebody wrote.
func short(text string) string {
	if letters := []rune(text); len(letters) > 30 {
		return string(letters[:30]) + "…"
	}
	return text
}

func valuesOf(m Message) map[string]string {
	values := map[string]string{}
	for _, f := range m.Fields() {
		values["{"+f.Name+"}"] = f.Value
	}
	return values
}

var withDot = regexp.MustCompile(placeholder.String() + `\.?`)

// fill puts values in the place of placeholders, in one pass: a value that looks like a placeholder stays text. A
// sentence that ends with "Ltda." has one dot.
func fill(text string, values map[string]string) string {
	return withDot.ReplaceAllStringFunc(text, func(found string) string {
		name, dot := strings.CutSuffix(found, ".")
		if value := values[name]; !dot || strings.HasSuffix(value, ".") {
			return value
		}
		return values[name] + "."
	})
}

var emptyLine = regexp.MustCompile(`\n[ \t]*\n\s*`)

// paragraphs are filled after they are parted, so that no value makes one. Those left empty by their values go.
func paragraphs(text string, values map[string]string) (out []string) {
	for _, p := range emptyLine.Split(strings.TrimSpace(text), -1) {
		if p = strings.TrimSpace(fill(p, values)); p != "" {
			out = append(out, p)
		}
	}
	return out
}

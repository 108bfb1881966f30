package ui

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"guiche/internal/fault"
)

// Kind is how a field is drawn.
type Kind string

const (
	Text     Kind = "text"
	Email    Kind = "email"
	Phone    Kind = "tel"
	Date     Kind = "date"
	Long     Kind = "textarea"
	Select   Kind = "select"
	Radio    Kind = "radio"
	Checkbox Kind = "checkbox"
	Hidden   Kind = "hidden"
	File     Kind = "file"
	Search   Kind = "search"
)

// Option is one choice of a Select or Radio. Options with the same Group are shown together.
type Option struct {
	Value, Label, Hint, Group string
}

// Field is one question: what is asked, how to answer, what was answered and what is wrong with it.
type Field struct {
	Name, Label, Hint string
	Kind              Kind
	Value             string
	Error             string
	Options           []Option
	Optional          bool // shown as "(opcional)"
	Autocomplete      string
	InputMode         string
	MaxLength         int    // letters; 0: no limit shown
	Size              string // "", "s", "m": width of the answer expected
	List              string // id of a datalist that helps to type
	Accept            string // File: accept attribute
	Multiple          bool   // File
	DependsOn         string // Select: the field whose chosen label is the only Group worth showing
}

// Checked tells whether an option is the answer.
func (f *Field) Checked(value string) bool { return f.Value == value }

// Grouped lists the options by group, in order of appearance.
func (f *Field) Grouped() []OptionGroup {
	var groups []OptionGroup
	for _, o := range f.Options {
		if n := len(groups); n == 0 || groups[n-1].Label != o.Group {
			groups = append(groups, OptionGroup{Label: o.Group})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, o)
	}
	return groups
}

// OptionGroup is a heading with its options.
type OptionGroup struct {
	Label   string
	Options []Option
}

// Form is the fields of one page, in order.
type Form []*Field

// Get is the field of a name; asking for one that does not exist is a programming error and panics.
func (f Form) Get(name string) *Field {
	for _, field := range f {
		if field.Name == name {
			return field
		}
	}
	panic("ui: form has no field " + name)
}

// Fill sets the values from what was sent, trimmed, with line ends as \n. Fields not sent become empty.
func (f Form) Fill(values url.Values) Form {
	for _, field := range f {
		if field.Kind != File {
			field.Value = Clean(values.Get(field.Name))
		}
	}
	return f
}

// Clean trims a typed value and drops control characters, keeping line breaks, and marks that turn the direction of
// what is written after them.
func Clean(value string) string {
	value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n")
	value = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, ""))
	return strings.TrimSpace(value)
}

// Values are the answers by field name.
func (f Form) Values() map[string]string {
	out := make(map[string]string, len(f))
	for _, field := range f {
		out[field.Name] = field.Value
	}
	return out
}

// Fail puts the messages of an Invalid error at their fields. It tells whether err was of that kind; a message for a
// field that is not on the page is put at the first one.
func (f Form) Fail(err error) bool {
	if !fault.Is(err, fault.Invalid) {
		return false
	}
	for name, text := range fault.FieldsOf(err) {
		f.fail(name, text)
	}
	if len(fault.FieldsOf(err)) == 0 && len(f) > 0 {
		f[0].Error = fault.Text(err)
	}
	return true
}

func (f Form) fail(name, text string) {
	for _, field := range f {
		if field.Name == name {
			field.Error = text
			return
		}
	}
	if len(f) > 0 && f[0].Error == "" {
		f[0].Error = text
	}
}

// Problem is one line of the error summary; it links to its field.
type Problem struct{ Field, Text string }

// Problems lists the errors of the form in the order of its fields.
func (f Form) Problems() []Problem {
	var out []Problem
	for _, field := range f {
		if field.Error != "" {
			out = append(out, Problem{field.Name, field.Error})
		}
	}
	return out
}

// ParseForm reads an ordinary form of bounded size.
func ParseForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, BodyLimit)
	if err := r.ParseForm(); err != nil {
		if Status(err) == http.StatusRequestEntityTooLarge {
			return nil, fault.Wrap(fault.Invalid, "O texto passou do tamanho que recebemos. Volte, encurte e envie de novo.", err)
		}
		return nil, fault.Wrap(fault.Invalid, "Não conseguimos ler o formulário. Volte e tente de novo.", err)
	}
	return r.PostForm, nil
}

// Package fault says what kind of failure an error is, so that each face can answer in its own manner
// (a page, a problem document, an exit code) without the field knowing about any of them.
package fault

import (
	"errors"
	"sort"
	"strings"
)

// Kind is how a failure is to be answered.
type Kind int

const (
	// Unknown is a failure nobody classified: ours, to be logged and mended.
	Unknown Kind = iota
	// NotFound is something that does not exist, or that this actor may not know exists.
	NotFound
	// Forbidden is something the actor knows of but may not do.
	Forbidden
	// Invalid is input that must be corrected by the person who sent it.
	Invalid
	// Conflict is an act that came too late: the thing changed meanwhile.
	Conflict
	// Unavailable is an outside part (disk, database, provider) that does not answer now; trying later may work.
	Unavailable
)

func (k Kind) String() string {
	return [...]string{"unknown", "not found", "forbidden", "invalid", "conflict", "unavailable"}[k]
}

// Error is a classified failure. Text is what the visitor reads, in Portuguese; Err is what the log gets.
type Error struct {
	Kind   Kind
	Text   string
	Fields Fields
	Err    error
}

// Fields are messages by the name of the form field they belong to.
type Fields map[string]string

// Add notes a message for a field unless the field has one already.
func (f Fields) Add(field, text string) {
	if _, has := f[field]; !has {
		f[field] = text
	}
}

// Err is an Invalid error holding the fields, or nil when there are none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Text: "Confira os campos marcados.", Fields: f}
}

func (e *Error) Error() string {
	parts := []string{e.Kind.String()}
	if e.Text != "" {
		parts = append(parts, e.Text)
	}
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		parts = append(parts, name+": "+e.Fields[name])
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *Error) Unwrap() error { return e.Err }

// New is a failure of a kind with words for the visitor.
func New(kind Kind, text string) error { return &Error{Kind: kind, Text: text} }

// Wrap classifies err and gives it words for the visitor. A nil err stays nil.
func Wrap(kind Kind, text string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Text: text, Err: err}
}

// KindOf is the kind of the outermost classified error in err's chain.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Unknown
}

// Is tells whether err is of a kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Text is what the visitor may read about err; empty when err was not classified.
func Text(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Text
	}
	return ""
}

// FieldsOf are the messages by field that err carries, or nil.
func FieldsOf(err error) Fields {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

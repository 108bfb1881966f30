package ui

import (
	"html/template"
	"strings"
)

// Markup is a piece of a page drawn in Go: a row of a list that has fifty of them, where a template would cost more than
// the query (ADR 5). What it calls markup can only be a constant of the program; every value is escaped.
type Markup struct{ b strings.Builder }

// constant takes no string that was put together: only the program's own text becomes one.
type constant string

// Put adds markup.
func (m *Markup) Put(markup constant) *Markup {
	m.b.WriteString(string(markup))
	return m
}

// Text adds a value, between tags or inside the quotes of an attribute.
func (m *Markup) Text(value string) *Markup {
	m.b.WriteString(template.HTMLEscapeString(value))
	return m
}

// Optional adds a value between markup, and nothing when it is empty.
func (m *Markup) Optional(before constant, value string, after constant) *Markup {
	if value == "" {
		return m
	}
	return m.Put(before).Text(value).Put(after)
}

// Person says who cares for something: its account and name, as the reader's account reads it.
func (m *Markup) Person(account, name, reader string) *Markup {
	switch account {
	case "":
		return m.Put(`<span class="meta">ninguém</span>`)
	case reader:
		return m.Put("você")
	}
	return m.Text(name)
}

// Add adds what was drawn before.
func (m *Markup) Add(drawn template.HTML) *Markup {
	m.b.WriteString(string(drawn))
	return m
}

// HTML is what was drawn, for a template.
func (m *Markup) HTML() template.HTML { return template.HTML(m.b.String()) } //nolint:gosec // constants and escaped values

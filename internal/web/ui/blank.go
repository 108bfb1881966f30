package ui

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// mostBlank bounds what is kept of drawn fields, in bytes: then it begins anew, so that choices which changed make room.
const mostBlank = 1 << 20

// blank keeps how fields look that nobody has filled in: the same on every page, and most of the work of a page of forms
// . A list of all municipalities is one of them.
type blank struct {
	mu    sync.Mutex
	drawn map[string]template.HTML
	bytes int // of both
}

// Blank is a piece of a page that is drawn alike as long as Look is alike; an empty Look is drawn anew each time.
type Blank interface{ Look() string }

// drawer gives templates of a set the function "blank": a piece as it was drawn before, or nothing when it has no Look.
func (b *blank) drawer(set *template.Template) func(name string, of Blank) (template.HTML, error) {
	return func(name string, of Blank) (template.HTML, error) {
		look := of.Look()
		if look == "" {
			return "", nil
		}
		key := name + "\x00" + look
		b.mu.Lock()
		drawn, known := b.drawn[key]
		b.mu.Unlock()
		if known {
			return drawn, nil
		}
		var out strings.Builder
		if err := set.ExecuteTemplate(&out, name, of); err != nil {
			return "", err
		}
		drawn = template.HTML(out.String()) //nolint:gosec // a template drew it, and escaped it
		b.keep(key, drawn)
		return drawn, nil
	}
}

func (b *blank) keep(key string, drawn template.HTML) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bytes += len(key) + len(drawn); b.bytes > mostBlank || b.drawn == nil {
		b.drawn, b.bytes = map[string]template.HTML{}, len(key)+len(drawn)
	}
	b.drawn[key] = drawn
}

// Look is all that the field is drawn from while nobody has written in it and nothing is wrong with it; empty otherwise.
func (f *Field) Look() string {
	chosen := f.Kind == Radio && f.offers(f.Value) // of a long list, each choice would be kept
	if f.Error != "" || f.Value != "" && !chosen {
		return ""
	}
	var all strings.Builder
	for _, part := range []string{f.Name, f.Label, f.Hint, string(f.Kind), f.Value, f.Autocomplete, f.InputMode, f.Size, f.List, f.Accept, f.DependsOn} {
		all.WriteString(part)
		all.WriteByte(0)
	}
	all.WriteByte(flag(f.Optional)<<1 | flag(f.Multiple))
	all.WriteString(strconv.Itoa(f.MaxLength))
	for _, o := range f.Options {
		for _, part := range []string{o.Value, o.Label, o.Hint, o.Group} {
			all.WriteByte(0)
			all.WriteString(part)
		}
	}
	return all.String()
}

// offers tells whether a value is one of those to choose from.
func (f *Field) offers(value string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

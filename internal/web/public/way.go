package public

import (
	"context"
	"net/url"
	"unicode/utf8"

	"guiche/internal/cpfcnpj"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

const (
	// notListed stands for a company that is not in the supplier master.
	notListed = "nao-listado"
	// anotherState stands for a municipality outside the installation's state.
	anotherState = "outro-estado"
	// maxName is the most letters of a typed company name that go on to the form.
	maxName = 120
)

// way is what was said so far about the company. It travels in the address.
type way struct {
	Supplier supplier.Supplier // zero: not listed
	Name     string            // as typed, where the company is not listed
	CNPJ     string
}

// readWay reads the company from an address; ok is false when it names none. An unknown id is fault.NotFound.
func (s *Site) readWay(ctx context.Context, q url.Values) (way, bool, error) {
	id := ui.Clean(q.Get("fornecedor"))
	switch id {
	case "":
		return way{}, false, nil
	case notListed:
		return unlisted(q.Get("fornecedor_nome"), q.Get("fornecedor_cnpj")), true, nil
	}
	company, err := s.Suppliers.ByID(ctx, id)
	return way{Supplier: company}, err == nil, err
}

func unlisted(name, cnpj string) way {
	w := way{}
	if name = ui.Clean(name); utf8.RuneCountInString(name) <= maxName {
		w.Name = name
	}
	if cpfcnpj.ValidCNPJ(cnpj) {
		w.CNPJ = cpfcnpj.FormatCNPJ(cnpj)
	}
	return w
}

// asTyped is a company that is not listed, by what was typed to look for it.
func asTyped(typed string) way {
	if cpfcnpj.ValidCNPJ(typed) {
		return unlisted("", typed)
	}
	return unlisted(typed, "")
}

// Listed tells whether the company is in the supplier master.
func (w way) Listed() bool { return w.Supplier.ID != "" }

// Company is what the company is called on the pages.
func (w way) Company() string {
	switch {
	case w.Listed():
		return w.Supplier.TradeName
	case w.Name != "":
		return w.Name
	case w.CNPJ != "":
		return "CNPJ " + w.CNPJ
	}
	return "fora da lista"
}

// Fields are what a form of a later step must carry on.
func (w way) Fields() []ui.Field {
	var out []ui.Field
	for _, name := range []string{"fornecedor", "fornecedor_nome", "fornecedor_cnpj"} {
		if value := w.values().Get(name); value != "" {
			out = append(out, ui.Field{Name: name, Kind: ui.Hidden, Value: value})
		}
	}
	return out
}

func (w way) values() url.Values {
	if w.Listed() {
		return url.Values{"fornecedor": {w.Supplier.ID}}
	}
	q := url.Values{"fornecedor": {notListed}}
	if w.Name != "" {
		q.Set("fornecedor_nome", w.Name)
	}
	if w.CNPJ != "" {
		q.Set("fornecedor_cnpj", w.CNPJ)
	}
	return q
}

// to is the address of a later step, with more of what was said: pairs of name and value, empty values left out.
func (w way) to(path string, more ...string) string {
	q := w.values()
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	return path + "?" + q.Encode()
}

// next is the page after the company was chosen: a registered one answers itself, others depend on the residence.
func (w way) next() string {
	if w.Supplier.Registered() {
		return w.to("/atendimento/destino")
	}
	return w.to("/atendimento/municipio")
}

// again is step 1 with the company still typed, for who wants another one.
func (w way) again() string {
	typed := w.Name
	switch {
	case w.Listed():
		typed = w.Supplier.TradeName
	case typed == "":
		typed = w.CNPJ
	}
	if typed == "" {
		return "/atendimento"
	}
	return "/atendimento?" + url.Values{"q": {typed}}.Encode()
}

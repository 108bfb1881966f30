package main

import (
	"fmt"
	"html"
	"regexp"
	"slices"
)

// assetRef finds what a browser fetches with a page; the icon is left out because it is not waited for.
var assetRef = regexp.MustCompile(`<(?:link rel="(?:stylesheet|preload)" href|script [^>]*src|img [^>]*src)="(/[^"]+)"`)

// shown is a page people see: its name and address, and by whom it is asked.
type shown struct {
	what, path string
	by         *visitor
}

// measureBytes is Q-7 in bytes: the page and all it needs, zipped, as a first visit fetches them.
func (b *bench) measureBytes(pages []shown) error {
	for _, p := range pages {
		a, err := p.by.page(p.path)
		if err != nil {
			return err
		}
		assets, n, err := b.assetBytes(a)
		if err != nil {
			return fmt.Errorf("%s: %w", p.what, err)
		}
		kilobytes := func(bytes int) float64 { return float64(bytes) / 1000 }
		b.table.add(figure{id: "Q-7", what: "first visit, " + p.what, value: kilobytes(len(a.body) + assets), unit: " kB", atMost: 60,
			more: fmt.Sprintf("page %.1f kB, %d assets %.1f kB", kilobytes(len(a.body)), n, kilobytes(assets))})
	}
	return nil
}

// assetBytes fetches every asset of a page once, by a visitor that has none of them yet.
func (b *bench) assetBytes(page answer) (sum, n int, err error) {
	text, err := page.text()
	if err != nil {
		return 0, 0, err
	}
	var paths []string
	for _, match := range assetRef.FindAllStringSubmatch(text, -1) {
		paths = append(paths, html.UnescapeString(match[1]))
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		a, err := b.strangers[0].page(path)
		if err != nil {
			return 0, 0, err
		}
		sum, n = sum+len(a.body), n+1
	}
	return sum, n, nil
}

// publicPages are those of the way in, and the form's before anything is typed.
func (b *bench) publicPages(draft, filed string) []shown {
	stranger, consumer := b.strangers[0], b.consumers[0]
	return []shown{
		{"start", "/", stranger},
		{"company search", "/atendimento?q=telefonia", stranger},
		{"municipality", "/atendimento/municipio?fornecedor=nao-listado", stranger},
		{"destination", "/atendimento/destino?fornecedor=nao-listado&municipio=4300034", stranger},
		{"form, first step", address(draft, "contato"), consumer},
		{"form, problem", address(draft, "problema"), consumer},
		{"form, documents", address(draft, "documentos"), consumer},
		{"form, review", address(draft, "revisao"), consumer},
		{"panel", "/painel", consumer},
		{"consumer's case", filed, consumer},
	}
}

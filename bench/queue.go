package main

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// nextLink leads to the next page of the queue.
var nextLink = regexp.MustCompile(`href="([^"]*[?&;]depois=[^"]*)"`)

// queueViews are the pages of Q-2 by what they show.
func (b *bench) queueViews() ([]view, error) {
	a, err := b.officer.page("/servidor/fila")
	if err != nil {
		return nil, err
	}
	text, err := a.text()
	if err != nil {
		return nil, err
	}
	next := nextLink.FindStringSubmatch(text)
	if next == nil {
		return nil, fmt.Errorf("the queue has no second page: %w", a.unexpected())
	}
	second := html.UnescapeString(next[1])
	if strings.HasPrefix(second, "?") {
		second = "/servidor/fila" + second
	}
	return []view{
		{"queue, 50 rows", "/servidor/fila", 3},
		{"queue, one state", "/servidor/fila?estado=in_review", 3},
		{"queue, second page", second, 3},
		{"queue, late", "/servidor/fila?prazo=vencidos", 3},
		{"queue, search for a common word", "/servidor/fila?q=" + url.QueryEscape("cobrança"), 20},
		{"queue, search for two words", "/servidor/fila?q=" + url.QueryEscape("geladeira garantia"), 20},
		{"queue, search for a rare number", "/servidor/fila?q=" + b.loader.rareWord(), 20},
	}, nil
}

// view is a page of the officer and how many milliseconds it may take.
type view struct {
	what, path string
	atMost     float64
}

// measureQueue is Q-2 with so many cases in the installation; alone is the queue's query without its page.
func (b *bench) measureQueue(cases int, alone float64) error {
	views, err := b.queueViews()
	if err != nil {
		return err
	}
	for _, v := range views {
		s, more, err := b.ask(b.officer, v.path)
		if err != nil {
			return err
		}
		f := figure{id: "Q-2", what: v.what + ", " + thousands(cases), value: s.percentile(50), unit: " ms", atMost: v.atMost, limit: b.bare, limitOf: "a bare request", more: more}
		if v.atMost == 20 {
			f.id = "Q-3"
		}
		if v.path == "/servidor/fila" {
			f.limit, f.limitOf = alone, "queries alone"
		}
		b.table.add(f)
		if v.path == "/servidor/fila" {
			b.measureGrowth(cases, f.value)
		}
	}
	return nil
}

// measureGrowth compares the queue's page with that of the first size.
func (b *bench) measureGrowth(cases int, page float64) {
	if b.smallest == 0 {
		b.smallest = page
		return
	}
	b.table.add(figure{id: "Q-2", what: fmt.Sprintf("queue, %s beside %s", thousands(cases), thousands(b.cases[0])), value: page / b.smallest, unit: " times", atMost: 1.5})
}

// measureCase is Q-4: the case with five messages, as its officer and as its consumer read it.
func (b *bench) measureCase(cases int, path string, alone float64) error {
	for _, who := range []struct {
		what, path string
		by         *visitor
		limit      float64
		limitOf    string
	}{{"officer's case, 5 messages", officersPath(path), b.officer, alone, "queries alone"}, {"consumer's case, 5 messages", path, b.calm, b.bare, "a bare request"}} {
		s, more, err := b.ask(who.by, who.path)
		if err != nil {
			return err
		}
		b.table.add(figure{id: "Q-4", what: who.what + ", " + thousands(cases), value: s.percentile(50), unit: " ms", atMost: 2, limit: who.limit, limitOf: who.limitOf, more: more})
	}
	return nil
}

// officersPath is where an officer reads the case of a consumer's address.
func officersPath(path string) string {
	return strings.Replace(path, "/reclamacoes/", "/servidor/casos/", 1)
}

// ask asks one client for one page again and again; the first answers warm up and do not count. A page that is
// always slow is asked for less often, within four spans of time. What more there is to say, the processor time of the
// program for one page among it, depends less than the rest on what else the machine does.
func (b *bench) ask(v *visitor, path string) (s sample, more string, err error) {
	for range 5 {
		if _, err := v.page(path); err != nil {
			return sample{}, "", err
		}
	}
	before, err := b.program.cpu()
	if err != nil {
		return sample{}, "", err
	}
	s, err = drive(1, 4*b.span, b.pages, func(int, int) error {
		_, err := v.page(path)
		return err
	})
	if err != nil {
		return s, "", err
	}
	after, err := b.program.cpu()
	return s, fmt.Sprintf("p50; p99 %.1f ms; %.1f ms of processor each", s.percentile(99), milliseconds(after-before)/float64(len(s.times))), err
}

// talk says five things in a case, in turn by its consumer and an officer.
func (b *bench) talk(path string) error {
	for i := range 5 {
		by, to := b.calm, path+"/mensagem"
		if i%2 == 1 {
			by, to = b.officer, officersPath(path)+"/mensagem"
		}
		form := url.Values{"mensagem": {fmt.Sprintf("Mensagem %d: a loja ligou de novo e pediu mais uma semana.", i+1)}, "chave": {fmt.Sprint("bench", i, time.Now().UnixNano())}, "versao": {"0"}}
		if _, err := moved(by.post(to, form)); err != nil {
			return fmt.Errorf("message %d to %s: %w", i+1, to, err)
		}
	}
	return nil
}

func thousands(n int) string {
	if n%1000 == 0 {
		return fmt.Sprint(n/1000, "k cases")
	}
	return fmt.Sprint(n, " cases")
}

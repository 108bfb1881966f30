package main

import (
	"fmt"
	"net/url"
)

// typed is what people type at the front door: a part, a name of before, a mistake, a CNPJ, words without accents.
func typed() []string {
	return []string{"telefonia", "banco da campanha", "telefonai modelo", "11.222.333/0001-81", "aguas da lagoa", "exemplo", "minuano fibra", "loja que ninguem conhece"}
}

// destinations are questions of residents of many municipalities about a company that is not listed.
func destinations() []string {
	var out []string
	for _, municipality := range []string{"4300034", "4314902", "4315602", "4300406", "4318507", "4305108", "4316907", "4313409"} {
		out = append(out, "/atendimento/destino?fornecedor=nao-listado&municipio="+municipality)
	}
	return out
}

// measureDoor is Q-5: visitors who have not signed in look for a company and are told who handles the complaint.
func (b *bench) measureDoor() error {
	hello, err := hellos(b.ctx, b.span, clients)
	if err != nil {
		return err
	}
	var searches []string
	for _, q := range typed() {
		searches = append(searches, "/atendimento?"+url.Values{"q": {q}}.Encode())
	}
	var both []string
	for i := range searches {
		both = append(both, searches[i], destinations()[i])
	}
	for _, part := range []struct {
		what  string
		paths []string
	}{{"company search, 16 clients", searches}, {"destination, 16 clients", destinations()}, {"route check: both in turn, 16 clients", both}} {
		if err := b.measureRate("Q-5", part.what, part.paths, hello.perSecond()); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) measureRate(id, what string, paths []string, hello float64) error {
	s, err := drive(clients, b.span, 0, func(client, call int) error {
		_, err := b.strangers[client].page(paths[(client+call)%len(paths)])
		return err
	})
	b.table.add(
		figure{id: id, what: what, value: s.perSecond(), unit: "/s", atLeast: 3000, limit: hello, limitOf: "bare requests",
			more: fmt.Sprintf("p50 %.1f ms", s.percentile(50))},
		figure{id: id, what: what + ", p99", value: s.percentile(99), unit: " ms", atMost: 20})
	return err
}

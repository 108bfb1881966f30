package mail

import "testing"

func TestQuotesAndSignaturesAreFoldedAway(t *testing.T) {
	for name, c := range map[string]struct{ in, own string }{
		"nothing quoted":                {"Segue o boleto.\n\nObrigada,\nAna", "Segue o boleto.\n\nObrigada,\nAna"},
		"Gmail in Portuguese":           {"Paguei ontem.\n\nEm seg., 23 de nov. de 2026 às 12:00, Procon RS <procon@x.test> escreveu:\n\n> Olá, Ana.\n>\n> Responda até quinta.\n", "Paguei ontem."},
		"Gmail wrapped over three":      {"Paguei ontem.\n\nEm seg., 23 de nov. de 2026 às 12:00, Procon do Estado <\nprocon+abcdefgh@procon.exemplo.rs.gov.br>\nescreveu:\n\n> Olá.\n", "Paguei ontem."},
		"Gmail in English":              {"Paid.\n\nOn Mon, Nov 23, 2026 at 12:00 PM Procon RS <procon@x.test> wrote:\n\n> Hi.\n", "Paid."},
		"Thunderbird, no address":       {"Paguei.\n\nEm 23/11/2026 12:00, Procon RS escreveu:\n> Olá.\n> Responda.\n", "Paguei."},
		"Apple Mail":                    {"Paguei.\n\n> Em 23 de nov. de 2026, à(s) 12:00, Procon RS <procon@x.test> escreveu:\n> \n> Olá.\n", "Paguei."},
		"Yahoo marks nothing":           {"Paguei.\n\n    Em segunda-feira, 23 de novembro de 2026 12:00:00 BRT, Procon RS <procon@x.test> escreveu:  \n \n Olá, Ana.\nResponda.\n", "Paguei."},
		"Outlook in Portuguese":         {"Paguei.\n\nDe: Procon RS <procon@x.test>\nEnviado: segunda-feira, 23 de novembro de 2026 12:00\nPara: Ana <ana@x.test>\nAssunto: Mensagem\n\nOlá, Ana.\n", "Paguei."},
		"Outlook in English":            {"Paid.\n\nFrom: Procon RS\nSent: Monday, November 23, 2026 12:00 PM\nTo: Ana\nSubject: x\n\nHi.\n", "Paid."},
		"Outlook on the web":            {"Paguei.\n________________________________\nDe: Procon RS <procon@x.test>\nEnviado: segunda-feira\nPara: Ana\n\nOlá.\n", "Paguei."},
		"Outlook with bold":             {"Paguei.\n\n*De:* Procon RS <p@x.test>\n*Enviada em:* segunda-feira\n*Para:* Ana\n\nOlá.\n", "Paguei."},
		"old Outlook":                   {"Paguei.\n\n-----Mensagem original-----\nDe: Procon\n\nOlá.\n", "Paguei."},
		"old Outlook in English":        {"Paid.\n\n----- Original Message -----\nHi.\n", "Paid."},
		"an answer below the quote":     {"Em 23/11/2026 12:00, Procon <p@x.test> escreveu:\n> Mande o boleto.\n\nSegue o boleto.\n", "Segue o boleto."},
		"answers between the lines":     {"On Mon, Procon <p@x.test> wrote:\n> Mande o boleto.\nSegue.\n> E a nota.\nNão tenho.\n", "Segue.\nNão tenho."},
		"a signature":                   {"Paguei.\n-- \nAna Ribeiro\n(53) 99999-0001\n", "Paguei."},
		"a signature before the quote":  {"Paguei.\n-- \nAna Ribeiro\n\nEm 23/11/2026 12:00, Procon <p@x.test> escreveu:\n> Olá.\n\nE mais isto.\n", "Paguei.\n\nE mais isto."},
		"a telephone's line":            {"Paguei.\n\nEnviado do meu iPhone\n", "Paguei."},
		"a telephone's line, Android":   {"Paguei.\n\nObter o Outlook para Android\n", "Paguei."},
		"only a quote":                  {"> Olá.\n> Tudo.\n", ""},
		"a person who quotes by hand":   {"Em novembro a loja me escreveu:\nnão devolvemos dinheiro.\nO que faço?", "Em novembro a loja me escreveu:\nnão devolvemos dinheiro.\nO que faço?"},
		"a person who names a sender":   {"De: onde veio a cobrança?\nNão sei.", "De: onde veio a cobrança?\nNão sei."},
		"two hyphens inside a sentence": {"Paguei -- e nada.\n--- fim ---", "Paguei -- e nada.\n--- fim ---"},
		"many blank lines":              {"a\n\n\n\n\nb", "a\n\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			if own, folded := foldQuotes(c.in); own != c.own || (own == "" && folded == "") {
				t.Errorf("own %q, want %q; folded %q", own, c.own, folded)
			}
		})
	}
}

func TestAPageBecomesItsText(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"paragraphs":                 {"<p>Olá,</p><p>paguei&nbsp;ontem.</p>", "Olá,\n\npaguei\u00a0ontem.\n\n"},
		"Gmail's lines":              {`<div dir="ltr">Olá,<div>paguei <b>ontem</b>.</div><div><br></div><div>Ana</div></div>`, "Olá,\npaguei ontem.\n\nAna\n"},
		"what nobody sees":           {"<head><title>x</title><style>p{}</style></head><script>alert(1)</script>Oi", "Oi"},
		"a quote":                    {"Oi<blockquote>Olá<br>Ana<blockquote>fundo</blockquote></blockquote>fim", "Oi\n> Olá\n> Ana\n>> fundo\nfim"},
		"a list":                     {"<ul><li>um</li><li>dois</li></ul>", "- um\n- dois\n"},
		"a table":                    {"<table><tr><td>Valor</td><td>10</td></tr></table>", "Valor 10\n"},
		"words that a tag parts":     {"um<b>a</b> vez <i> só</i>", "uma vez só"},
		"text as it stands":          {"<pre>a\n  b</pre>", "a\n  b\n"},
		"a page that never closes":   {"<div><blockquote>x<div", "> x"},
		"signs that are not markup":  {"5 &lt; 6 &amp; 7", "5 < 6 & 7"},
		"end tags that nobody began": {"</blockquote></pre></script>x", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := htmlText(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParagraphsCutIntoLinesAreWholeAgain(t *testing.T) {
	flowed := map[string]string{"format": "flowed"}
	for in, want := range map[string]string{
		"um texto \r\nlongo.\r\nfim":       "um texto longo.\nfim",
		"> citado \r\n> ainda\r\nmeu":      "> citado ainda\nmeu",
		"-- \r\nAna":                       "-- \nAna",
		" ok\r\n":                          "ok\n",
		"> citado \r\nde outra \r\npessoa": "> citado \nde outra pessoa",
	} {
		if got := unflow(in, flowed); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := unflow("a \nb", nil); got != "a \nb" {
		t.Errorf("an ordinary text was changed: %q", got)
	}
}

package notice_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"guiche/internal/fault"
	"guiche/internal/notice"
)

func TestOurWordsAreGoodAndEachKindHasItsFile(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, m := range notice.Samples("Procon RS", "") {
		about := m.About()
		if kinds[about.Kind] || about.Title == "" || about.To == "" {
			t.Errorf("%q is there twice, or nobody knows what it is: %+v", about.Kind, about)
		}
		kinds[about.Kind] = true
		words, err := notice.Ours(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := notice.Check(m, words); err != nil {
			t.Errorf("%s: %v", about.Kind, err)
		}
	}
	for _, f := range files {
		if kind, is := strings.CutSuffix(f.Name(), ".txt"); is && !kinds[kind] {
			t.Errorf("%s has words and no sample", kind)
		}
	}
}

// known are all placeholders there are. None may carry a CPF, an address, or what people wrote (quality section 3).
const known = "nome protocolo empresa orgao quem prazo falta proximo resultado destino o_que_houve o_que_fazer resposta avaliacao nota decisao meio codigo validade numero papel outra_empresa o_que motivo"

func TestNoPlaceholderCarriesWhatIsPrivate(t *testing.T) { // quality section 3
	for _, m := range notice.Samples("Procon RS", "") {
		seen := map[string]bool{}
		for _, f := range m.Fields() {
			if !slices.Contains(strings.Fields(known), f.Name) || f.Means == "" || f.Value == "" || seen[f.Name] {
				t.Errorf("%s: %+v is new, twice, or not explained: may it be in a mail?", m.About().Kind, f)
			}
			seen[f.Name] = true
		}
	}
}

func TestWordsThatMakeNoGoodMailAreRefused(t *testing.T) {
	asked := notice.Asked{Case: ofAna, By: "O Procon RS", Until: "quinta, 3 de dezembro"}
	good := notice.Words{Subject: "Responda: {protocolo}", Text: "Responda até {prazo}.\n\nObrigado, {nome}.", Button: "Responder a {empresa}"}
	if err := notice.Check(asked, good); err != nil {
		t.Fatal(err)
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		name, field, says string
		spoil             func(*notice.Words)
	}{
		{"an empty subject", "assunto", "Escreva o assunto", func(w *notice.Words) { w.Subject = "" }},
		{"a subject of spaces", "assunto", "Escreva o assunto", func(w *notice.Words) { w.Subject = " \t" }},
		{"a subject of two lines", "assunto", "uma linha só", func(w *notice.Words) { w.Subject = "um\nBcc: x@y.z" }},
		{"a long subject", "assunto", "no máximo 120", func(w *notice.Words) { w.Subject = long(notice.MaxSubject + 1) }},
		{"a broken placeholder in the subject", "assunto", "sem o seu par", func(w *notice.Words) { w.Subject = "Caso {protocolo" }},
		{"an empty text", "texto", "Escreva o texto", func(w *notice.Words) { w.Text = "\n" }},
		{"a long text", "texto", "no máximo 3000", func(w *notice.Words) { w.Text = "{prazo}" + long(notice.MaxText) }},
		{"a text without its deadline", "texto", "Ponha {prazo} no texto: até quando responder", func(w *notice.Words) { w.Text = "Responda logo." }},
		{"a deadline in the subject alone", "texto", "Ponha {prazo}", func(w *notice.Words) { w.Subject, w.Text = "Até {prazo}", "Responda." }},
		{"a placeholder of another notice", "texto", "Este aviso não tem {codigo}. Use só", func(w *notice.Words) { w.Text += " {codigo}" }},
		{"a placeholder nobody has", "texto", "Este aviso não tem {cpf}", func(w *notice.Words) { w.Text += " {cpf}" }},
		{"a placeholder in capitals", "texto", "Este aviso não tem {Prazo}", func(w *notice.Words) { w.Text += " {Prazo}" }},
		{"a placeholder with spaces", "texto", "Este aviso não tem { prazo }", func(w *notice.Words) { w.Text += " { prazo }" }},
		{"an empty placeholder", "texto", "Este aviso não tem {}", func(w *notice.Words) { w.Text += " {}" }},
		{"several names in one", "texto", "Este aviso não tem {nome, x}", func(w *notice.Words) { w.Text += " {nome, x}" }},
		{"a placeholder over two lines", "texto", "sem o seu par", func(w *notice.Words) { w.Text += " {pra\nzo}" }},
		{"a placeholder in a placeholder", "texto", "sem o seu par", func(w *notice.Words) { w.Text += " {{nome}}" }},
		{"a brace that closes nothing", "texto", "sem o seu par", func(w *notice.Words) { w.Text += " }" }},
		{"words of the template engine", "texto", "não tem {.CPF}", func(w *notice.Words) { w.Text += ` {{.CPF}}` }},
		{"an empty button", "botao", "Escreva o botão", func(w *notice.Words) { w.Button = "" }},
		{"a long button", "botao", "no máximo 40", func(w *notice.Words) { w.Button = long(notice.MaxButton + 1) }},
		{"a button of two lines", "botao", "uma linha só", func(w *notice.Words) { w.Button = "Ver\no caso" }},
		{"an unknown placeholder in the button", "botao", "não tem {url}", func(w *notice.Words) { w.Button = "Abrir {url}" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			words := good
			c.spoil(&words)
			err := notice.Check(asked, words)
			if got := fault.FieldsOf(err)[c.field]; !fault.Is(err, fault.Invalid) || !strings.Contains(got, c.says) {
				t.Errorf("%v says %q, not %q", err, got, c.says)
			}
			if m := compose(t, asked, words); !strings.Contains(m.Subject, "Precisamos de informações suas") {
				t.Errorf("it is sent: %q", m.Subject) // ours must go instead
			}
		})
	}
}

func TestValuesAreNeverReadAgain(t *testing.T) { // quality section 3: text from people is inert
	evil := ofAna
	evil.Supplier, evil.Name = "{prazo}\n\n{nome} [Clique] <b>{codigo}</b>", "{{empresa}}"
	m := compose(t, notice.Asked{Case: evil, By: "{protocolo}", Until: "amanhã"}, notice.Words{Subject: "{empresa}", Text: "{empresa}: {prazo}.\n\n{quem} e {nome}", Button: "{empresa}"})
	for _, want := range []string{"{prazo}", "{nome} [Clique] <b>{codigo}</b>: amanhã.", "{protocolo} e {{empresa}}"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.Text)
		}
	}
	if strings.Contains(m.HTML, "<b>") || strings.Count(m.HTML, `<p class="greeting">`) != 1 {
		t.Errorf("a value is alive in the HTML: %s", m.HTML)
	}
}

func TestASentenceThatEndsWithAnAbbreviationHasOneDot(t *testing.T) {
	m := compose(t, notice.Said{Case: ofAna, By: "O Procon RS"}, notice.Words{Subject: "x", Text: "Fale com {empresa}. Ou com {nome}.", Button: "Ver"})
	if !strings.Contains(m.Text, "Fale com Loja Sem Cadastro Ltda. Ou com Ana.\n") {
		t.Error(m.Text)
	}
}

func TestAParagraphWithoutItsValueIsLeftOut(t *testing.T) {
	m := compose(t, notice.Reopened{Case: ofAna}, notice.Words{Subject: "x", Text: "Um.\n \n\n{proximo}\n\nDois,\ne três.", Button: "Ver"})
	if !strings.Contains(m.HTML, "<p>Um.</p>\n<p>Dois,\ne três.</p>") {
		t.Error(m.HTML)
	}
}

func TestHostileWordsOfAnAgencyAreInert(t *testing.T) { // quality section 3
	said := notice.Said{Case: ofAna, By: "O Procon RS"}
	for _, evil := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title></style><svg onload=alert(1)>`, `<a href="https://mal.test">clique</a>`, `javascript:alert(1)`} {
		words := notice.Words{Subject: evil, Text: evil, Button: evil[:min(len(evil), notice.MaxButton)]}
		m := compose(t, said, words)
		if m.Subject != evil || !strings.Contains(m.Text, evil) {
			t.Errorf("%q is not sent as written: %q", evil, m.Subject)
		}
		for _, alive := range []string{"<script", "<img", "<svg", "mal.test\"", `href="javascript`} {
			if strings.Contains(m.HTML, alive) {
				t.Errorf("%q is alive: %s", evil, m.HTML)
			}
		}
	}
}

package mail

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func filed() Frame {
	return Frame{
		Agency:   "Procon do Estado do Rio Grande do Sul",
		Brand:    "#1a7235",
		Greeting: "Olá, Ana.",
		Paragraphs: []string{
			"Recebemos a sua reclamação contra a Loja Sem Cadastro Ltda. O Procon vai ler o seu pedido até quarta, 25 de novembro.",
			"Se faltar algum documento, avisamos você por aqui.",
		},
		Facts:  []Fact{{"Protocolo", "2026.0001.0000123-45"}, {"Próximo passo", "Triagem pelo Procon"}},
		Button: Button{"Acompanhar a reclamação", "https://procon.exemplo.rs.gov.br/reclamacoes/2026.0001.0000123-45"},
		Footer: "Você recebe este e-mail porque fez uma reclamação. Para responder, escreva acima desta linha.",
	}
}

func render(t *testing.T, f Frame) (text, html string) {
	t.Helper()
	text, html, err := f.Render()
	if err != nil {
		t.Fatal(err)
	}
	return text, html
}

func TestTheFrameAsPeopleGetIt(t *testing.T) {
	text, html := render(t, filed())
	for name, got := range map[string]string{"filed.txt": text, "filed.html": html} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s changed (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheTextFormKeepsTo72Characters(t *testing.T) {
	f := filed()
	f.Paragraphs = append(f.Paragraphs, strings.Repeat("ação ", 100))
	text, _ := render(t, f)
	for line := range strings.SplitSeq(text, "\n") {
		if utf8.RuneCountInString(line) > 72 && strings.Contains(line, " ") {
			t.Errorf("too long: %q", line)
		}
	}
	if !strings.Contains(text, "\n"+f.Button.URL+"\n") {
		t.Error("the address is not whole on a line of its own")
	}
}

func TestTextFromPeopleIsInertInHTML(t *testing.T) { // quality 3
	evil := `<script>alert(1)</script><img src=x onerror=y>"'&`
	f := Frame{
		Agency: evil, Brand: `#000;background:url(//evil)`, Greeting: evil, Paragraphs: []string{evil},
		Facts: []Fact{{evil, evil}}, Button: Button{evil, `https://a.test/"><script>`}, Footer: evil,
	}
	_, html := render(t, f)
	for _, never := range []string{"<script", "<img", "url(//evil)"} {
		if strings.Contains(html, never) {
			t.Errorf("the page has %q", never)
		}
	}
}

func TestAButtonLeadsOnlyToTheWeb(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "data:text/html,x", "/painel", "https://", "ftp://a.test", "%zz"} {
		f := filed()
		f.Button.URL = address
		if _, _, err := f.Render(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestABareFrameShowsNothingEmpty(t *testing.T) {
	text, html := render(t, Frame{Paragraphs: []string{"Oi."}})
	if text != "Oi.\n" {
		t.Errorf("text %q", text)
	}
	for _, never := range []string{"<dl>", "<a ", `<p class="greeting">`, `<div class="footer">`, `<p class="agency">`} {
		if strings.Contains(html, never) {
			t.Errorf("the page has %s", never)
		}
	}
}

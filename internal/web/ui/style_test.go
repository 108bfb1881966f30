package ui_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// noon is when the style page is looked at: Monday, 23 November 2026, in São Paulo.
func noon() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// stylePage shows every part in every state (testdata/style.html).
type stylePage struct {
	ui.Page
	Form            ui.Form
	Progress        ui.Progress
	Far, Soon, Late time.Time
	Long            string
	Icons           []string
}

var icons = strings.Fields(`check alert info clock file user building phone pin calendar chart search arrow lock mail print trash
	download copy edit exit chat guiche question`)

func newUI(t *testing.T, demo bool) *ui.UI {
	t.Helper()
	u, err := ui.New(ui.Options{
		Log: slog.New(slog.DiscardHandler), Now: noon, Sessions: scs.New(), Demo: demo,
		Faces: map[string]fs.FS{"style": os.DirFS("testdata")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func styleForm() ui.Form {
	return ui.Form{
		{Name: "rascunho", Kind: ui.Hidden, Value: "7"},
		{Name: "nome", Label: "Nome da empresa", Kind: ui.Text, Hint: "Como está na nota.", Value: `"Loja" <b>`, Autocomplete: "organization", List: "empresas"},
		{Name: "email", Label: "E-mail", Kind: ui.Email, Optional: true, Size: "m"},
		{Name: "telefone", Label: "Telefone com DDD", Kind: ui.Phone, Size: "m"},
		{Name: "data", Label: "Quando você comprou", Kind: ui.Date, Value: "2026-11-02"},
		{Name: "valor", Label: "Quanto custou", Kind: ui.Text, InputMode: "decimal", Size: "s"},
		{Name: "relato", Label: "O que aconteceu", Kind: ui.Long, Hint: "Conte na ordem.", MaxLength: 3000, Value: "\nComeça com linha vazia"},
		{Name: "area", Label: "Área", Kind: ui.Select, Value: "2", Options: []ui.Option{{Value: "1", Label: "Telefonia"}, {Value: "2", Label: "Produtos"}}},
		{Name: "assunto", Label: "Assunto", Kind: ui.Select, DependsOn: "area", Options: []ui.Option{
			{Value: "a", Label: "Celular", Group: "Telefonia"}, {Value: "b", Label: "Fixo", Group: "Telefonia"}, {Value: "c", Label: "Geladeira", Group: "Produtos"}}},
		{Name: "procurou", Label: "Você procurou a empresa?", Kind: ui.Radio, Value: "nao", Options: []ui.Option{
			{Value: "sim", Label: "Sim", Hint: "Tenha o protocolo à mão."}, {Value: "nao", Label: "Não"}}},
		{Name: "nota", Label: "Nota fiscal", Kind: ui.File, Hint: "PDF ou foto, até 20 MB.", Multiple: true, Accept: "image/*,application/pdf"},
		{Name: "busca", Label: "Buscar", Kind: ui.Search},
		{Name: "declaracao", Label: "Declaro que é verdade.", Kind: ui.Checkbox, Value: "1"},
	}
}

// state is one way the frame and the parts can look.
type state struct {
	name                        string
	work, demo, signedIn, wrong bool
}

var states = []state{
	{name: "a visitor on a calm page"},
	{name: "a person after an act, in the demo", demo: true, signedIn: true},
	{name: "a form with every field wrong", wrong: true},
	{name: "an officer at work", work: true, signedIn: true},
}

func (s state) page(u *ui.UI) stylePage {
	who := person.Actor{}
	if s.signedIn {
		who = person.Actor{AccountID: "1", Name: "Elisa Prates", Grants: []person.Grant{{Role: person.Officer, AgencyID: "rs"}}}
	}
	p := stylePage{
		Page: ui.Page{Title: "Partes", Who: who, Path: "/partes?a=1&b=2", Demo: s.demo, Work: s.work, Theme: ui.DefaultTheme, Search: "q",
			Breadcrumb: []ui.Link{{URL: "/", Text: "Início"}, {Text: "Partes", Current: true}}},
		Form: styleForm(), Progress: ui.Progress{Step: 2, Of: 8, Text: "a empresa"}, Icons: icons, Long: strings.Repeat("palavra ", 40),
		Far: noon().AddDate(0, 0, 10), Soon: noon().AddDate(0, 0, 1), Late: noon().AddDate(0, 0, -2),
	}
	if s.work {
		p.Search = "busca"
	}
	if s.signedIn {
		p.Flash = "Mensagem enviada."
	}
	if s.wrong {
		for _, field := range p.Form[1:] {
			field.Error = "Responda esta pergunta."
		}
		p.Problems = p.Form.Problems()
	}
	return p
}

func render(t *testing.T, s state) string {
	t.Helper()
	u := newUI(t, s.demo)
	w := httptest.NewRecorder()
	if err := u.Render(w, 200, "style/style", s.page(u)); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	u := newUI(t, false)
	for name, page := range map[string]any{"style/style": stylePage{}, "ui/error": ui.ErrorPage(ui.Page{}, 0)} {
		template := u.Template(name)
		if template == nil {
			t.Fatalf("no template %s", name)
		}
		if err := templatecheck.CheckHTML(template.Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryStateIsSoundHTML(t *testing.T) {
	for _, s := range states {
		t.Run(s.name, func(t *testing.T) {
			page := parse(t, render(t, s))
			page.idsAreUnique(t)
			page.referencesHaveTargets(t)
			page.controlsHaveNames(t)
			page.nothingIsInline(t)
			if n := len(page.all("h1")); n != 1 {
				t.Errorf("%d h1", n)
			}
		})
	}
}

func TestWhatTheFrameSays(t *testing.T) {
	const entry, exit, queue = `href="/entrar?volta=%2fpartes%3fa%3d1%26b%3d2"`, `action="/sair"`, `href="/servidor/fila"`
	for _, c := range []struct {
		state
		has, lacks []string
	}{
		{states[0], []string{entry, `accesskey="3"`, "<title>Partes · Procon RS</title>"}, []string{exit, queue, `href="/demo"`, `role="alert"`}},
		{states[1], []string{exit, `href="/demo"`, `role="status"`, "Elisa"}, []string{entry}},
		{states[2], []string{"<title>Erro: Partes", `role="alert"`, `href="#procurou"`, "Falta acertar 12 pontos"}, nil},
		{states[3], []string{queue, `<body class="work"`}, []string{entry}},
	} {
		body := render(t, c.state)
		for _, text := range c.has {
			if !strings.Contains(body, text) {
				t.Errorf("%s: %q is missing", c.name, text)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(body, text) {
				t.Errorf("%s: %q should not be there", c.name, text)
			}
		}
	}
}

func TestAFieldShowsWhatWasTypedAndWhatIsWrong(t *testing.T) {
	page := parse(t, render(t, states[2]))
	for name, want := range map[string]map[string]string{
		"nome":       {"value": `"Loja" <b>`, "aria-invalid": "true", "aria-describedby": "nome-hint nome-error", "list": "empresas"},
		"email":      {"type": "email", "class": "medium", "aria-describedby": "email-error"},
		"data":       {"type": "date", "value": "2026-11-02"},
		"relato":     {"data-max": "3000"},
		"assunto":    {"data-depends-on": "area"},
		"nota":       {"type": "file", "multiple": "", "accept": "image/*,application/pdf"},
		"procurou-1": {"value": "nao", "checked": ""},
		"declaracao": {"value": "1", "checked": "", "aria-invalid": "true"},
	} {
		element := page.byID(name)
		if element == nil {
			t.Errorf("no element %s", name)
			continue
		}
		for key, value := range want {
			if got, has := attribute(element, key); !has || got != value {
				t.Errorf("%s: %s is %q, want %q", name, key, got, value)
			}
		}
	}
	if got := text(page.byID("relato")); got != "\nComeça com linha vazia" {
		t.Errorf("the empty first line of a text is lost: %q", got)
	}
	if option := page.byID("area").LastChild.PrevSibling; text(option) != "Produtos" || !has(option, "selected") {
		t.Errorf("the chosen option is not selected: %s", text(option))
	}
}

func TestADeadlineSaysItInWordsAndWithAnIcon(t *testing.T) {
	body := strings.Join(strings.Fields(render(t, states[0])), " ")
	for _, want := range []string{
		"até quinta, 3 de dezembro", "faltam 10 dias",
		`deadline soon"`, "falta 1 dia",
		`deadline late"`, "era até sábado, 21 de novembro", "venceu há 2 dias",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestEveryIconIsDrawn(t *testing.T) {
	u := newUI(t, false)
	draw := func(name string) string {
		var out bytes.Buffer
		if err := u.Template("style/style").ExecuteTemplate(&out, "icon", name); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	seen := map[string]string{}
	for _, name := range icons {
		if twin, drawn := seen[draw(name)]; drawn {
			t.Errorf("%s is drawn like %s", name, twin)
		}
		seen[draw(name)] = name
	}
}

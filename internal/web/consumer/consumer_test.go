package consumer_test

import (
	"bytes"
	"html"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/consumer"
	"guiche/internal/web/ui"
)

// browser walks the pages as one person, as a browser without JavaScript does.
type browser struct {
	t    *testing.T
	f    *complainttest.Fixture
	mux  http.Handler
	who  *person.Actor
	at   string // address of the page shown
	code int
	body string
	head http.Header
	jar  string // the session cookie
}

func open(t *testing.T, d *db.DB) *browser {
	t.Helper()
	b := &browser{t: t, f: complainttest.New(t, d)}
	b.who = &b.f.Ana
	sessions := scs.New()
	u, err := ui.New(ui.Options{Log: slog.New(slog.DiscardHandler), Now: b.f.Now, Sessions: sessions,
		Actor: func(*http.Request) (person.Actor, error) { return *b.who, nil }, Faces: map[string]fs.FS{"consumer": consumer.Templates}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	site := &consumer.Site{UI: u, Complaints: b.f.Service, Agencies: b.f.Agencies, Files: b.f.Files, People: b.f.People, BaseURL: "https://procon.exemplo", Now: b.f.Now}
	for _, route := range consumer.Routes(site) {
		mux.Handle(route.Pattern, u.Handle(route))
	}
	b.mux = sessions.LoadAndSave(mux)
	return b
}

// do sends a request and follows redirects that stay on this face.
func (b *browser) do(r *http.Request) *browser {
	b.t.Helper()
	for range 10 {
		w := httptest.NewRecorder()
		r.Header.Set("Cookie", b.jar)
		b.mux.ServeHTTP(w, r)
		b.at, b.code, b.body, b.head = r.URL.RequestURI(), w.Code, w.Body.String(), w.Header()
		if cookies := w.Result().Cookies(); len(cookies) > 0 {
			b.jar = cookies[0].Name + "=" + cookies[0].Value
		}
		to := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/reclamacoes") && !strings.HasPrefix(to, "/painel") {
			return b
		}
		r = httptest.NewRequest(http.MethodGet, to, nil)
	}
	b.t.Fatal("redirects without end")
	return b
}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, values url.Values) *browser {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// file is a document as a browser sends it.
type file struct{ field, name, content string }

func (b *browser) send(path string, values url.Values, files ...file) *browser {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, all := range values {
		for _, value := range all {
			must(b.t, form.WriteField(name, value))
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(f.field, f.name)
		must(b.t, err)
		_, err = part.Write([]byte(f.content))
		must(b.t, err)
	}
	must(b.t, form.Close())
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(r)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *browser) sees(parts ...string) {
	b.t.Helper()
	for _, part := range parts {
		if !strings.Contains(html.UnescapeString(b.body), part) {
			b.t.Errorf("at %s (%d) there is no %q in:\n%s", b.at, b.code, part, b.body)
			return
		}
	}
}

func (b *browser) is(code int) *browser {
	b.t.Helper()
	if b.code != code {
		b.t.Fatalf("at %s: %d, want %d:\n%s", b.at, b.code, code, b.body)
	}
	return b
}

var (
	inputs  = regexp.MustCompile(`<(?:input|textarea|select)[^>]* name="([^"]+)"`)
	hidden  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	actions = regexp.MustCompile(`<form method="post" action="([^"]+)"[^>]*enctype="multipart|<form method="post" action="(/reclamacoes/nova[^"]+)"`)
)

var docs = []file{{"comprovante_endereco", "luz.txt", "conta de luz"}, {"documento_identidade", "rg.txt", "identidade"}, {"comprovante_relacao", "nota.txt", "nota fiscal"}}

// fill answers the page shown, as a program that knows only the names of the fields does (interface.md).
func (b *browser) fill(answers complaint.Answers) *browser {
	b.t.Helper()
	match := actions.FindStringSubmatch(b.body)
	if match == nil {
		b.t.Fatalf("no form at %s:\n%s", b.at, b.body)
	}
	action := html.UnescapeString(match[1] + match[2])
	values := url.Values{}
	for _, h := range hidden.FindAllStringSubmatch(b.body, -1) {
		values.Set(h[1], html.UnescapeString(h[2]))
	}
	withFiles := false
	for _, in := range inputs.FindAllStringSubmatch(b.body, -1) {
		if answer, known := answers[in[1]]; known && values.Get(in[1]) == "" {
			values.Set(in[1], answer)
		}
		withFiles = withFiles || in[1] == "comprovante_endereco"
	}
	if withFiles {
		return b.send(action, values, docs...)
	}
	return b.post(action, values)
}

// file goes through the form to the receipt, and gives the address of its last step.
func (b *browser) file() (last string) {
	b.t.Helper()
	for b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034"); strings.HasPrefix(b.at, "/reclamacoes/nova"); {
		last = b.at
		b.fill(complainttest.Answers())
	}
	return last
}

func story(t *testing.T, f func(t *testing.T, b *browser)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d)) })
}

func TestSomebodyFillsTheFormByItsFieldNamesAndEndsOnTheCase(t *testing.T) { // interface.md
	for name, start := range map[string]string{"by the route": "/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034", "by the bare address": "/reclamacoes/nova"} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, b *browser) {
				b.get(start).is(http.StatusOK)
				for range 10 {
					if !strings.HasPrefix(b.at, "/reclamacoes/nova") {
						break
					}
					b.fill(complainttest.Answers())
				}
				b.is(http.StatusOK).sees("Reclamação registrada", "2026.0001.", "vai ler sua reclamação até quarta, 25 de novembro", "Enviamos a confirmação")
			})
		})
	}
}

func TestAnEmptyFormSaysWhatIsMissingAndKeepsTheRest(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		for _, step := range []string{"contato", "endereco", "empresa", "problema", "compra", "relato"} {
			b.post("/reclamacoes/nova?rascunho="+draft+"&passo="+step, url.Values{"logradouro": {"Rua <b>X</b>"}}).is(http.StatusUnprocessableEntity).sees("Falta acertar")
		}
		b.send("/reclamacoes/nova?rascunho="+draft+"&passo=documentos", nil, docs[0]).is(http.StatusUnprocessableEntity).sees("luz.txt", "Falta enviar: Documento de identidade")
		b.post("/reclamacoes/nova?rascunho="+draft+"&passo=revisao", nil).is(http.StatusUnprocessableEntity).sees("Conte o que aconteceu", "Marque a declaração")
		b.get("/reclamacoes/nova?rascunho=" + draft + "&passo=endereco").is(http.StatusOK).sees(`value="Rua <b>X</b>"`)
		if strings.Contains(b.body, "<b>X</b>") {
			t.Error("typed text became markup")
		}
		b.get("/painel").sees("Ainda não enviadas")
	})
}

func TestARefusedFileSaysWhyAndTheOthersStay(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		here := "/reclamacoes/nova?rascunho=" + draft + "&passo=documentos"
		b.send(here, nil, docs[0], file{"documento_identidade", "foto.png", "<!doctype html><script>alert(1)</script>"}, docs[2]).is(http.StatusUnprocessableEntity)
		b.sees("luz.txt", "nota.txt", "foto.png", "página")
		if strings.Contains(b.body, "<script>alert") {
			t.Error("the file's content is on the page")
		}
		b.send(here, url.Values{"acao": {"enviar"}}, file{"outros", "grande.txt", strings.Repeat("a", 21<<20)}).is(http.StatusUnprocessableEntity).sees("20 MB")
		id := regexp.MustCompile(`/arquivos/([0-9a-f-]+)/remover`).FindStringSubmatch(b.body)[1]
		b.post("/rascunhos/"+draft+"/arquivos/"+id+"/remover", nil).is(http.StatusOK)
		if strings.Contains(b.body, "luz.txt") {
			t.Error("the removed file is still there")
		}
		b.who = &b.f.Dandara
		b.post("/rascunhos/"+draft+"/arquivos/"+id+"/remover", nil).is(http.StatusNotFound)
		b.get(here).is(http.StatusNotFound)
	})
}

func TestTheFormIsClosedToAResidentOfATownWithItsOwnProcon(t *testing.T) { // R-4, also by typed address
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4314902").is(http.StatusSeeOther)
		if to := b.head.Get("Location"); to != "/atendimento/destino?fornecedor=nao-listado&municipio=4314902" {
			t.Errorf("sent to %q", to)
		}
		b.get("/reclamacoes/nova")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		answers := complainttest.Answers()
		answers["municipio"] = "4314902"
		values := url.Values{}
		for name, value := range answers {
			values.Set(name, value)
		}
		b.post("/reclamacoes/nova?rascunho="+draft+"&passo=endereco", values).is(http.StatusSeeOther)
		if to := b.head.Get("Location"); !strings.HasPrefix(to, "/atendimento/destino") {
			t.Errorf("sent to %q", to)
		}
		b.send("/reclamacoes/nova?rascunho="+draft+"&passo=documentos", nil, docs...)
		for _, step := range []string{"contato", "empresa", "problema", "compra", "relato", "revisao"} {
			b.post("/reclamacoes/nova?rascunho="+draft+"&passo="+step, values)
		}
		if to := b.head.Get("Location"); b.code != http.StatusSeeOther || !strings.HasPrefix(to, "/atendimento/destino") {
			t.Errorf("submitting: %d to %q", b.code, to)
		}
	})
}

func TestTooLowALevelIsExplainedAndTheDraftWaits(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		bronze := b.f.SignIn(t, "Carla Dias", "20030040094", person.Bronze)
		b.who = &bronze
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034").is(http.StatusSeeOther)
		to, err := url.Parse(b.head.Get("Location"))
		must(t, err)
		back := to.Query().Get("volta")
		if to.Path != "/conta/nivel" || !strings.HasPrefix(back, "/reclamacoes/nova?") {
			t.Fatalf("sent to %s", to)
		}
		b.get(back).is(http.StatusOK).fill(complainttest.Answers())
		for range 10 {
			if b.code == http.StatusSeeOther {
				break
			}
			b.fill(complainttest.Answers())
		}
		if !strings.HasPrefix(b.head.Get("Location"), "/conta/nivel?volta=") {
			t.Fatalf("submitting at bronze: %d %s", b.code, b.head.Get("Location"))
		}
		bronze = b.f.SignIn(t, "Carla Dias", "20030040094", person.Silver)
		to, _ = url.Parse(b.head.Get("Location"))
		b.get(to.Query().Get("volta")).is(http.StatusOK).fill(complainttest.Answers()).is(http.StatusOK).sees("Reclamação registrada")
	})
}

func TestTheDialogueInTheCase(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		here := "/reclamacoes/" + protocol
		b.get(here).is(http.StatusOK).sees("Em triagem", "Ferragem da Esquina", "Enviar mensagem")
		b.send(here+"/mensagem", url.Values{"mensagem": {""}}).is(http.StatusUnprocessableEntity).sees("Escreva a mensagem.")
		b.send(here+"/mensagem", url.Values{"mensagem": {"<i>oi</i>"}, "chave": {"k"}}, file{"anexos", "foto.txt", "anexo"}).is(http.StatusOK).sees("<i>oi</i>", "foto.txt", "Mensagem enviada.")
		b.send(here+"/mensagem", url.Values{"mensagem": {"<i>oi</i>"}, "chave": {"k"}})
		if n := strings.Count(b.body, "&lt;i&gt;oi"); n != 1 {
			t.Errorf("the message shows %d times", n)
		}
		must(t, b.f.Service.Ask(t.Context(), b.f.Elisa, complaint.AsOfficer, b.f.Ref(t, b.f.Elisa, protocol, ""), complaint.Say{Body: "Envie a nota."}))
		b.get(here).sees("Precisamos de informações suas", "Envie a nota.", "Responder", "até quinta, 3 de dezembro")
		b.send(here+"/mensagem", url.Values{"ato": {"resposta"}, "mensagem": {""}}, file{"anexos", "x.exe", "MZ\x90\x00"}).is(http.StatusUnprocessableEntity).sees("x.exe")
		b.send(here+"/mensagem", url.Values{"ato": {"resposta"}}, file{"anexos", "nota.txt", "nota nova"}).is(http.StatusOK).sees("Em triagem", "nota.txt")
		must(t, b.f.Service.Close(t.Context(), b.f.Elisa, b.f.Ref(t, b.f.Elisa, protocol, ""), complaint.FoundedAttended, "A loja devolveu o valor."))
		b.get(here).sees("Encerrada", "A loja devolveu o valor.", "Pedir reabertura")
		b.send(here+"/mensagem", url.Values{"ato": {"mensagem"}, "mensagem": {"Tarde demais"}}).is(http.StatusConflict).sees("Tarde demais", "não pode ser feito agora")
	})
}

func TestAFileIsADownloadForItsPartiesOnly(t *testing.T) { // quality 3
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		b.get("/reclamacoes/" + protocol)
		link := regexp.MustCompile(`/reclamacoes/[^/"]+/arquivos/[0-9a-f-]+`).FindString(b.body)
		b.get(link).is(http.StatusOK)
		if d := b.head.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(b.head.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("headers %v", b.head)
		}
		b.who = &b.f.Dandara
		b.get(link).is(http.StatusNotFound)
		b.get("/reclamacoes/" + protocol).is(http.StatusNotFound)
		b.get("/reclamacoes/" + protocol + "/comprovante.pdf").is(http.StatusNotFound)
		b.send("/reclamacoes/"+protocol+"/mensagem", url.Values{"mensagem": {"x"}}).is(http.StatusNotFound)
	})
}

func TestTheReceiptAndItsVerification(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		b.get("/reclamacoes/" + protocol + "/comprovante.pdf").is(http.StatusOK)
		if !strings.HasPrefix(b.body, "%PDF-") || b.head.Get("Content-Type") != "application/pdf" {
			t.Errorf("no PDF: %v", b.head)
		}
		c, err := b.f.Service.AsConsumer(t.Context(), b.f.Ana, protocol)
		must(t, err)
		code := c.ReceiptCode
		b.get("/reclamacoes/" + protocol).is(http.StatusOK).sees(`href="/verificar/` + code + `"`)
		b.who = &person.Actor{}
		b.get("/verificar/"+code).is(http.StatusOK).sees("O documento é verdadeiro", protocol, "Procon")
		for _, private := range []string{"Ana", "Ferragem", "estante"} {
			if strings.Contains(b.body, private) {
				t.Errorf("the public page says %q", private)
			}
		}
		b.get("/verificar/AAAAAAAAAAAAAAAAAAAA").is(http.StatusNotFound).sees("Não emitimos")
		b.get("/verificar?codigo=" + strings.ToLower(code)).is(http.StatusOK).sees("O documento é verdadeiro")
		b.get("/verificar").is(http.StatusOK).sees("Código do documento")
	})
}

func TestTwoTabsAndTheBackButton(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		first := b.at
		for strings.HasPrefix(b.at, "/reclamacoes/nova") {
			b.fill(complainttest.Answers())
		}
		filed := b.at
		b.get(first).is(http.StatusOK)
		if !strings.HasPrefix(filed, b.at) {
			t.Errorf("the old tab shows %s, want %s", b.at, filed)
		}
		b.post(first, url.Values{"email": {"x"}}).is(http.StatusOK)
		if !strings.HasPrefix(filed, b.at) {
			t.Errorf("the old tab's form leads to %s", b.at)
		}
		b.get("/painel").is(http.StatusOK)
		if n := strings.Count(b.body, "Protocolo 2026."); n != 1 {
			t.Errorf("%d complaints on the panel", n)
		}
	})
}

// Somebody taps the button twice: the browser shows the answer to the second tap, and they must read there that it was sent.
func TestASecondTapOnTheButtonShowsTheReceiptToo(t *testing.T) {
	story(t, func(t *testing.T, b *browser) {
		last := b.file()
		filed := b.at
		for range 2 {
			b.post(last, url.Values{"declaracao": {"1"}}).is(http.StatusOK).sees("Reclamação registrada", `id="protocolo"`)
			if b.at != filed {
				t.Errorf("the second tap leads to %s, want %s", b.at, filed)
			}
		}
	})
}

func TestWhoComesBackToTheReviewOfAFiledDraftSeesTheReceipt(t *testing.T) { // the answer was lost on the way
	const dropped = "Esta reclamação já foi enviada, e o que você mandou agora não entrou nela."
	story(t, func(t *testing.T, b *browser) {
		last := b.file()
		filed := b.at
		at := func(to string) {
			t.Helper()
			if b.is(http.StatusOK); b.at != to {
				t.Errorf("at %s, want %s", b.at, to)
			}
		}
		b.get(last)
		at(filed)
		b.who = &person.Actor{}
		b.post(last, url.Values{"declaracao": {"1"}}).is(http.StatusSeeOther)
		b.who = &b.f.Ana
		b.get(last).sees("Reclamação registrada")
		at(filed)
		if strings.Contains(b.body, "não chegou") || strings.Contains(b.body, dropped) {
			t.Error("the receipt stands beside a word that nothing was taken")
		}

		theCase, _, _ := strings.Cut(filed, "?")
		story, documents := strings.Replace(last, "passo=revisao", "passo=relato", 1), strings.Replace(last, "passo=revisao", "passo=documentos", 1)
		b.get(story)
		at(theCase)
		if strings.Contains(b.body, dropped) {
			t.Error("who only looks sent nothing")
		}
		b.post(story, url.Values{"relato": {"Esqueci de dizer."}}).sees(dropped, "escreva uma mensagem no caso.")
		at(theCase)
		b.send(documents, nil, docs[0]).sees(dropped)
		at(theCase)
		b.who = &person.Actor{}
		b.post(story, url.Values{"relato": {"Esqueci de dizer."}}).is(http.StatusSeeOther)
		b.who = &b.f.Ana
		b.get(story).sees(dropped)
		if at(theCase); strings.Contains(b.body, "não chegou") {
			t.Error("two words about one thing")
		}
	})
}

func TestTheStepOfACompanyThatTurnedOutListedLeadsOn(t *testing.T) { // a second tap, and Back
	story(t, func(t *testing.T, b *browser) {
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		step := strings.Replace(b.at, "passo=endereco", "passo=empresa", 1)
		typed := url.Values{"passo": {"empresa"}, "fornecedor_nome": {"Varejo"}, "fornecedor_cnpj": {"11.222.333/0001-81"}}
		for range 2 {
			b.post(step, typed).is(http.StatusOK).sees("Qual é o problema?", "Varejo Exemplo")
		}
		b.get(step).is(http.StatusOK).sees("Qual é o problema?")
		typed.Set("depois", "revisao")
		b.post(step, typed).is(http.StatusOK).sees("Confira e envie")
		b.get(step + "&depois=revisao").is(http.StatusOK).sees("Confira e envie")
		b.get(strings.Replace(step, "passo=empresa", "passo=nenhum", 1)).is(http.StatusNotFound)
		b.post(strings.Replace(step, "passo=empresa", "passo=nenhum", 1), typed).is(http.StatusNotFound)
	})
}

func companies(t *testing.T, f *complainttest.Fixture) []supplier.Supplier {
	t.Helper()
	var out []supplier.Supplier
	for _, cnpj := range []string{"11.222.333/0001-81", "12.ABC.345/01DE-35"} {
		company, err := f.Suppliers.ByCNPJ(t.Context(), cnpj)
		must(t, err)
		out = append(out, company)
	}
	return out
}

func TestNoPageCostsMoreThanEightQueries(t *testing.T) { // Q-4; the session and the actor add two
	story(t, func(t *testing.T, b *browser) {
		protocol := b.f.File(t, complainttest.Opts{})
		b.get("/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034")
		draft := regexp.MustCompile(`rascunho=([0-9a-f-]+)`).FindStringSubmatch(b.at)[1]
		for _, company := range companies(t, b.f) {
			_, _, err := b.f.Service.StartDraft(t.Context(), b.f.Ana, complaint.Answers{"fornecedor": company.ID}, true)
			must(t, err)
		}
		b.get("/painel").sees("Varejo Exemplo", "Telefonia Modelo")
		for _, path := range []string{"/painel", "/reclamacoes/" + protocol, "/reclamacoes/nova?rascunho=" + draft + "&passo=endereco",
			"/reclamacoes/nova?rascunho=" + draft + "&passo=documentos", "/reclamacoes/nova?rascunho=" + draft + "&passo=revisao"} {
			before := b.f.DB.Queries()
			b.get(path).is(http.StatusOK)
			if n := b.f.DB.Queries() - before; n > 6 {
				t.Errorf("%s costs %d queries", path, n)
			}
		}
	})
}

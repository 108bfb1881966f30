package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/mail"
	"guiche/internal/web/ui"
)

const (
	harmless = "palavras comuns de quem escreve zebrinha"
	story    = "historiahistoria" // in the story alone: no mail may have it
)

// hostile are texts that would be alive somewhere if somebody forgot that they are text. All have 21 to 120 letters.
func hostile() map[string]string {
	return map[string]string{
		"a script":               `<script>alert(1)</script> zebrinha`,
		"out of an attribute":    `"><img src=x onerror=alert(1)> zebrinha`,
		"out of a quote":         `' onfocus='alert(1)' autofocus x=' zebrinha`,
		"out of a textarea":      `</textarea></title></style><svg onload=alert(1)> zebrinha`,
		"template braces":        `{{.Who.CPF}} {{template "layout" .}} ${7*7} zebrinha`,
		"a formula":              `=HYPERLINK("http://x.test","a") @SUM(1) zebrinha`,
		"an address with script": `javascript:alert(document.cookie)//zebrinha`,
		"right to left":          "\u202egnp.exe\u2066 \u200bzero\u200bwidth\u200f zebrinha",
		"controls":               "nul\x00 esc\x1b[31m bell\x07 back\x08 zebrinha",
		"SQL":                    `'; DROP TABLE complaint; -- " OR 1=1 zebrinha`,
		"a header":               "zebrinha\r\nBcc: todos\r\nX-Injected: 1\r\n\r\ncorpo",
		"emoji and marks":        "👩‍👩‍👧‍👦🇧🇷 ﷽ Z͑͗a̴lgo e muito mais zebrinha",
		"a path":                 `../../../../etc/passwd\..\..\con.txt zebrinha`,
		"bytes":                  "\xff\xfe\xc0\x80 bytes que não são texto zebrinha",
		"entities":               `&lt;b&gt; &#x3c;script&#x3e; %3Cscript%3E zebrinha`,
	}
}

// letters are the first n of a text.
func letters(text string, n int) string {
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	return string(runes[:min(n, len(runes))])
}

// journey goes through everything that takes text, with one text everywhere, and keeps every page.
type journey struct {
	*wholeSite
	text                        string
	ana, elisa, katia, stranger *browser
	pages                       []pageSeen
	draft, protocol             string
}

type pageSeen struct {
	where string
	reply
}

func newJourney(t testing.TB, databaseURL, text string) *journey {
	j := &journey{wholeSite: openSite(t, databaseURL), text: text}
	j.stranger, j.ana, j.elisa, j.katia = newBrowser(j, j.BaseURL), newBrowser(j, j.BaseURL), newBrowser(j, j.BaseURL), newBrowser(j, j.BaseURL)
	j.ana.agent = inHeader(text)
	j.ana.signIn(cpfOf()["ana"])
	j.elisa.signIn(cpfOf()["elisa"])
	j.katia.signIn(cpfOf()["kátia"])
	j.must(j.db.Transact(context.Background(), func(tx *db.Tx) error { // as if the provider had said so
		_, err := tx.Exec(`UPDATE account SET name = $1, social_name = '' WHERE cpf = $2`, ui.Clean(letters(text, 120)), j.keys.Index(cpfOf()["ana"]))
		return err
	}))
	return j
}

// inHeader is a text as it fits into one: net/http sends and takes no controls there.
func inHeader(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, text)
}

// see keeps a page under the name of its place; only the text differs from one journey to the next.
func (j *journey) see(where string, r reply) reply {
	j.Helper()
	if r.status >= http.StatusInternalServerError {
		j.Errorf("%s: %d with %q", where, r.status, letters(j.text, 80))
	}
	j.pages = append(j.pages, pageSeen{where, r})
	return r
}

func (j *journey) get(b *browser, path string, query ...string) reply {
	j.Helper()
	where := path
	if len(query) > 0 {
		q := url.Values{}
		for i := 0; i+1 < len(query); i += 2 {
			q.Set(query[i], query[i+1])
			where += " " + query[i]
		}
		path += "?" + q.Encode()
	}
	return j.see(where, b.get(path))
}

// lookAround gives the text to every public address that reads something.
func (j *journey) lookAround() {
	j.Helper()
	for _, b := range []*browser{j.stranger, j.ana} {
		j.get(b, "/atendimento", "q", j.text)
		j.get(b, "/atendimento/municipio", "fornecedor", "nao-listado", "fornecedor_nome", j.text, "fornecedor_cnpj", j.text, "cidade", j.text, "municipio", j.text)
		j.get(b, "/atendimento/municipio", "fornecedor", j.text)
		j.get(b, "/atendimento/destino", "fornecedor", "nao-listado", "fornecedor_nome", j.text, "municipio", "4300034", "fato", j.text)
		j.get(b, "/atendimento/destino", "fornecedor", "nao-listado", "fornecedor_nome", j.text, "municipio", "4314902")
		j.get(b, "/atendimento/destino", "fornecedor", "nao-listado", "municipio", "outro-estado", "uf", j.text)
		j.get(b, "/atendimento/destino", "fornecedor", "nao-listado", "municipio", j.text)
		j.get(b, "/municipios", "q", j.text)
		j.get(b, "/verificar", "codigo", j.text)
		j.see("/verificar/TEXT", b.get("/verificar/"+url.PathEscape(j.text)))
		j.see("/TEXT", b.get("/nao/"+url.PathEscape(j.text)))
		j.see("/demo/correio/TEXT", b.get("/demo/correio/"+url.PathEscape(j.text)))
		j.see("/reclamacoes/TEXT", b.get("/reclamacoes/"+url.PathEscape(j.text)))
		j.see("/reclamacoes/TEXT/arquivos/TEXT", b.get("/reclamacoes/"+url.PathEscape(j.text)+"/arquivos/"+url.PathEscape(j.text)))
		j.get(b, "/reclamacoes/nova", "rascunho", j.text, "passo", j.text)
		j.see("/rascunhos/TEXT", b.post("/rascunhos/"+url.PathEscape(j.text), nil))
		j.see("/conta/sessoes/TEXT", b.post("/conta/sessoes/"+url.PathEscape(j.text)+"/encerrar", nil))
		j.get(b, "/conta/confirmar-email", "codigo", j.text)
		j.get(b, "/entrar", "volta", j.text, "provedor", j.text)
		j.get(b, "/entrar/govbr/retorno", "error", j.text, "error_description", j.text, "state", j.text, "code", j.text)
		j.get(b, "/conta/nivel", "volta", j.text, "nivel", j.text)
		j.see("confirm", b.post("/conta/confirmar-email", url.Values{"codigo": {j.text}}))
	}
	j.see("account", j.ana.post("/conta", url.Values{"email": {j.text}, "telefone": {j.text}}))
	j.get(j.ana, "/conta")
}

// answers are good ones for each step, with the text wherever text is free.
func (j *journey) answers() []struct {
	step   string
	fields url.Values
} {
	cut := func(n int) []string { return []string{letters(j.text, n)} }
	return []struct {
		step   string
		fields url.Values
	}{
		{"contato", url.Values{"email": {"ana.ribeiro@example.com"}, "telefone": {"53999990001"}}},
		{"endereco", url.Values{"cep": {"96445-000"}, "logradouro": cut(120), "numero": cut(10), "complemento": cut(60), "bairro": cut(80), "municipio": {"4300034"}}},
		{"empresa", url.Values{"fornecedor_nome": cut(120), "segmento": {""}}},
		{"problema", url.Values{"area": {"demais-produtos"}, "assunto": {"moveis-colchoes"}, "problema": {"nao-entrega"}}},
		{"compra", url.Values{"como_comprou": {"loja-fisica"}, "data_compra": {"2026-02-02"}, "valor": {"1.234,56"}, "numero_contrato": cut(60)}},
		{"relato", url.Values{"relato": {letters(j.text, 9000) + " " + story}, "procurou_fornecedor": {"sim"}, "protocolo_fornecedor": cut(60), "pedido": {"outro"}, "pedido_detalhe": cut(1000)}},
	}
}

// complain fills the form, first with the text in every field, then as it is accepted.
func (j *journey) complain() {
	j.Helper()
	begun := j.ana.get("/reclamacoes/nova?" + url.Values{"fornecedor": {"nao-listado"}, "fornecedor_nome": {j.text}, "municipio": {"4300034"}}.Encode())
	to, err := url.Parse(begun.to)
	j.must(err)
	j.draft = to.Query().Get("rascunho")
	for _, a := range j.answers() {
		at := "/reclamacoes/nova?rascunho=" + j.draft + "&passo=" + a.step
		wrong := url.Values{"depois": {j.text}}
		for name := range a.fields {
			wrong.Set(name, j.text)
		}
		if a.step == "endereco" {
			wrong.Set("municipio", "4300034")
		}
		j.see(a.step+" wrong", j.ana.post(at, wrong))
		j.see("autosave "+a.step, j.ana.post("/rascunhos/"+j.draft, wrong))
		j.see(a.step+" again", j.ana.get(at))
		if r := j.see(a.step, j.ana.post(at, a.fields)); r.status != http.StatusSeeOther {
			j.Fatalf("%s is not accepted with %q: %d", a.step, letters(j.text, 80), r.status)
		}
	}
	j.sendPapers()
	at := "/reclamacoes/nova?rascunho=" + j.draft + "&passo=revisao"
	j.see("review", j.ana.get(at))
	j.see("panel", j.ana.get("/painel"))
	filed := j.see("filed", j.ana.post(at, url.Values{"declaracao": {"1"}}))
	j.protocol, _, _ = strings.Cut(strings.TrimPrefix(filed.to, "/reclamacoes/"), "?")
	j.see("receipt", j.ana.get(filed.to))
}

// sendPapers sends three documents with the text as their names, and one that is refused.
func (j *journey) sendPapers() {
	j.Helper()
	at := "/reclamacoes/nova?rascunho=" + j.draft + "&passo=documentos"
	j.see("papers wrong", j.ana.upload(at, nil, paper{"outros", inHeader(j.text) + ".pdf", "<html><script>1</script>"}))
	var papers []paper
	for _, field := range []string{"comprovante_endereco", "documento_identidade", "comprovante_relacao"} {
		papers = append(papers, paper{field, inHeader(j.text) + ".txt", "papel de " + field})
	}
	if r := j.see("papers", j.ana.upload(at, nil, papers...)); r.status != http.StatusSeeOther {
		j.Fatalf("documents: %d %s", r.status, r.body)
	}
	j.see("papers again", j.ana.get(at))
}

// work does every deed on the case, refused first, then done, with the text in all its words.
func (j *journey) work() {
	j.Helper()
	at := "/servidor/casos/" + j.protocol
	j.get(j.elisa, "/servidor/fila")
	j.get(j.elisa, "/servidor/fila", "q", j.text, "estado", j.text, "responsavel", j.text, "prazo", j.text, "canal", j.text, "telefone", "1")
	j.get(j.elisa, "/servidor/fila", "q", typedMarker)
	j.get(j.elisa, "/servidor/fila", "q", j.text+" naoexiste")
	j.get(j.elisa, "/servidor/fila", "depois", j.text)
	j.get(j.elisa, "/servidor/fila", "depois", base64.RawURLEncoding.EncodeToString([]byte("1 "+j.text)))
	j.see("/servidor/casos/TEXT", j.elisa.get("/servidor/casos/"+url.PathEscape(j.text)))
	j.see("/servidor/casos/arquivos/TEXT", j.elisa.get(at+"/arquivos/"+url.PathEscape(j.text)))
	j.see("case from TEXT", j.elisa.get(at+"?"+url.Values{"de": {j.text}, "fila": {"q=" + url.QueryEscape(j.text)}}.Encode()))
	j.get(j.elisa, "/gestao", "inicio", j.text, "fim", j.text)
	j.see("release", j.elisa.post("/servidor/liberacao", url.Values{"cpf": {j.text}, "motivo": {j.text}, "dias": {j.text}}))
	words := letters(j.text, 60)
	for _, d := range []struct {
		deed   string
		fields url.Values
	}{
		{"assumir", nil}, {"nota", url.Values{"mensagem": {j.text}}}, {"mensagem", url.Values{"mensagem": {j.text}}}, {"pedido", url.Values{"mensagem": {j.text}}},
	} {
		j.deed(at, d.deed, d.fields)
	}
	j.consumerSays()
	j.deed(at, "notificar", url.Values{"canal": {"post"}, "endereco": {letters(j.text, 300)}, "rastreio": {letters(j.text, 40)}, "texto": {j.text}})
	j.deed(at, "entrega", url.Values{"situacao": {complaint.LetterReturned}, "dia": {j.today()}, "rastreio": {letters(j.text, 40)}})
	j.see("letter", j.elisa.get(at+"/cartas/"+j.today()[:4]+"-000001"))
	j.deed(at, "incluir-empresa", url.Values{"nome": {"B " + letters(j.text, 118)}, "motivo": {j.text}})
	j.see("the second company", j.elisa.get(at+"/2"))
	j.see("a code", j.stranger.post("/empresa/codigo", url.Values{"codigo": {j.text}}))
	j.see("a code", j.ana.post("/empresa/codigo", url.Values{"codigo": {j.text}}))
	for _, deed := range []string{"aceitar-recusa", "devolver-a-empresa"} {
		j.see(deed+" wrong", j.elisa.post(at+"/"+deed, url.Values{"motivo": {j.text}, "versao": {j.text}}))
	}
	j.see("message to wrong", j.elisa.post(at+"/mensagem", url.Values{"mensagem": {j.text}, "para": {j.text}}))
	j.deed(at, "encaminhar", url.Values{"orgao": {"outro"}, "orgao_nome": {words}, "referencia": {words}, "motivo": {j.text}})
	j.deed(at, "retomar", url.Values{"motivo": {j.text}})
	j.deed(at, "encerrar", url.Values{"resultado": {"unfounded"}, "motivo": {j.text}})
	j.deed(at, "reabrir", url.Values{"mensagem": {j.text}})
	j.get(j.elisa, at)
}

func (j *journey) today() string { return calendar.Of(j.now()).String() }

func (j *journey) deed(at, name string, fields url.Values) {
	j.Helper()
	form := formAt(j, j.elisa.get(at).body, at+"/"+name)
	wrong := url.Values{"versao": {j.text}, "chave": {j.text}, "de": {j.text}, "fila": {j.text}, "anexo": {j.text}}
	for field := range fields {
		wrong.Set(field, j.text)
	}
	j.see(name+" wrong", j.elisa.post(at+"/"+name, wrong))
	for field, value := range fields {
		form[field] = value
	}
	if r := j.see(name, j.elisa.upload(at+"/"+name, form)); r.status != http.StatusSeeOther {
		j.Fatalf("%s is not done with %q: %d %s", name, letters(j.text, 80), r.status, r.body)
	}
}

func (j *journey) consumerSays() {
	j.Helper()
	at := "/reclamacoes/" + j.protocol
	j.see("refused answer", j.ana.upload(at+"/mensagem", url.Values{"mensagem": {j.text}, "ato": {j.text}}, paper{"anexos", inHeader(j.text) + ".pdf", "<html>"}))
	form := formAt(j, j.ana.get(at).body, at+"/mensagem")
	form.Set("mensagem", j.text)
	if r := j.see("answer", j.ana.upload(at+"/mensagem", form, paper{"anexos", inHeader(j.text) + ".txt", "anexo de Ana"})); r.status != http.StatusSeeOther {
		j.Fatalf("the consumer's answer: %d %s", r.status, r.body)
	}
	for _, kept := range []string{j.text, "nao"} {
		j.see("promise", j.ana.post(at+"/promessa", url.Values{"cumprida": {kept}, "nota": {j.text}, "comentario": {j.text}}))
	}
	j.see("accept", j.ana.post(at+"/aceite", url.Values{"chave": {j.text}}))
	j.see("lost session", j.stranger.post(at+"/mensagem", url.Values{"mensagem": {j.text}, "volta": {j.text}}))
}

// administer changes the words of a notice, refused first, then with the text in all of them; those of the closing stay
// so and are sent.
func (j *journey) administer() {
	j.Helper()
	j.see("/admin/textos/TEXT", j.katia.get("/admin/textos/"+url.PathEscape(j.text)))
	free := strings.NewReplacer("{", "(", "}", ")", "\r", " ", "\n", " ").Replace(j.text) // braces are the placeholders'
	if all := []rune(free); len(all) > 2900 {                                             // a mail's words are shorter than a case's
		free = string(all[len(all)-2900:])
	}
	const at = "/admin/textos/closed"
	for _, fields := range []url.Values{
		{"acao": {j.text}, "versao": {j.text}, "assunto": {letters(free, 120)}, "texto": {j.text}, "botao": {letters(free, 40)}},
		{"acao": {"guardar"}, "versao": {j.text}, "assunto": {letters(free, 120)}, "texto": {"{resultado} {prazo} " + free}, "botao": {letters(free, 40)}},
		{"acao": {"ver"}, "assunto": {letters(free, 120)}, "texto": {"{resultado} {prazo} " + free}, "botao": {letters(free, 40)}},
	} {
		j.see("words not kept", j.katia.post(at, fields))
	}
	j.see("mail html of a draft", j.katia.get(at+"/email?rascunho=1"))
	form := url.Values{"acao": {"guardar"}, "versao": {"0"}, "assunto": {letters(free, 120)}, "texto": {"{resultado} {prazo} " + free}, "botao": {letters(free, 40)}}
	if r := j.see("words kept", j.katia.post(at, form)); r.status != http.StatusSeeOther {
		j.Fatalf("words are not kept with %q: %d %s", letters(j.text, 80), r.status, r.body)
	}
	j.get(j.katia, at)
	j.get(j.katia, at, "versao", j.text)
	j.get(j.katia, "/admin/textos")
	j.see("mail html in force", j.katia.get(at+"/email"))
	j.see("lost session of words", j.stranger.post(at, url.Values{"assunto": {j.text}, "texto": {j.text}}))
}

// lookBack is everything that shows what was written, to the person and in the mails.
func (j *journey) lookBack() {
	j.Helper()
	j.doJobs()
	j.answerByMail()
	j.get(j.ana, "/reclamacoes/"+j.protocol)
	j.get(j.ana, "/painel")
	j.get(j.ana, "/")
	j.get(j.stranger, "/demo/correio")
	for n, m := range j.outbox.All() {
		j.see(fmt.Sprint("mail ", n), j.stranger.get("/demo/correio/"+m.ID))
		j.see(fmt.Sprint("mail html ", n), j.stranger.get("/demo/correio/"+m.ID+"/html"))
	}
}

// answerByMail answers the newest mail to Ana, and sends it back.
func (j *journey) answerByMail() {
	j.Helper()
	mails := j.outbox.All()
	newest := slices.IndexFunc(mails, func(m mail.Sent) bool { return m.ReplyTo != "" && strings.HasPrefix(m.To.Address, "ana.") })
	if newest < 0 {
		j.Fatal("no mail to answer")
	}
	at := "/demo/correio/" + mails[newest].ID
	form := url.Values{"mensagem": {j.text}}
	if r := j.see("answer by mail", j.stranger.upload(at, form, paper{"anexos", inHeader(j.text) + ".txt", "anexo por e-mail"})); r.status != http.StatusSeeOther {
		j.Fatalf("the answer by mail: %d %s", r.status, r.body)
	}
	j.see("answered mail", j.stranger.get(at))
	j.see("mail sent back", j.stranger.post(at, url.Values{"ato": {"devolver"}}))
	j.doJobs()
	j.see("mails of the case", j.elisa.get("/servidor/casos/"+j.protocol+"/avisos"))
}

func travel(t testing.TB, databaseURL, text string) *journey {
	t.Helper()
	j := newJourney(t, databaseURL, text)
	j.lookAround()
	j.complain()
	j.administer()
	j.work()
	j.lookBack()
	return j
}

func TestWhatPeopleTypeStaysText(t *testing.T) { // quality 3, interface.md "Manners"
	usual := travel(t, "", harmless)
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := travel(t, "", text)
			j.compare(usual)
			j.checkMails()
			j.checkReceipt()
			j.checkDownloads()
			j.checkShown()
		})
	}
}

func TestALongTextIsRefusedOrShownWhole(t *testing.T) { // interface.md "Manners"
	t.Parallel()
	long := strings.Repeat("letra a ", 1240)
	travel(t, "", long+`<b>"'</b> & <i>'"</i> `+typedMarker).compare(travel(t, "", long+"palavras comuns no fim "+typedMarker))
}

func TestNoTextStopsTheOtherEngine(t *testing.T) { // PostgreSQL takes no NUL and no broken UTF-8
	t.Parallel()
	travel(t, engines()["postgres"](t), "\x00 "+strings.Join([]string{hostile()["SQL"], hostile()["bytes"], hostile()["right to left"]}, "\x00"))
}

// compare demands the same pages with the same elements and attributes as a harmless text has.
func (j *journey) compare(usual *journey) {
	j.Helper()
	if len(j.pages) != len(usual.pages) {
		j.Fatalf("%d pages, not %d", len(j.pages), len(usual.pages))
	}
	for i, page := range j.pages {
		other := usual.pages[i]
		if strings.Contains(page.where, "/TEXT") && (!utf8.ValidString(j.text) || strings.Contains(j.text, "\x00")) {
			if j.checkAlive(page); page.status != http.StatusNotFound {
				j.Errorf("%s: a path that is no text answers %d", page.where, page.status)
			}
			continue
		}
		if page.status != other.status {
			j.Errorf("%s: %d, not %d: %s", page.where, page.status, other.status, letters(page.body, 3000))
		}
		j.checkAlive(page)
		if a, b := shapeOf(j, page.body), shapeOf(j, other.body); page.isPage() && !slices.Equal(a, b) {
			j.Errorf("%s (%s): the text changed the page at %s", page.where, other.where, firstDifference(a, b))
		}
	}
}

func (p pageSeen) isPage() bool { return strings.HasPrefix(p.header.Get("Content-Type"), "text/html") }

func (j *journey) checkAlive(p pageSeen) {
	j.Helper()
	if p.header.Get("X-Injected") != "" || p.header.Get("Bcc") != "" {
		j.Errorf("%s: the text became a header", p.where)
	}
	if p.to != "" && !strings.HasPrefix(p.to, j.BaseURL+"/") && (!strings.HasPrefix(p.to, "/") || strings.HasPrefix(p.to, "//") || strings.HasPrefix(p.to, `/\`)) {
		j.Errorf("%s leads away to %q", p.where, p.to)
	}
	if !p.isPage() {
		return
	}
	styled := strings.HasPrefix(p.where, "mail html") // mail programs know no stylesheets
	for n := range parse(j, p.body).Descendants() {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || a.Key == "style" && !styled || isAddress(a.Key) && leadsAway(a.Val) {
				j.Errorf("%s: <%s %s=%q>", p.where, n.Data, a.Key, a.Val)
			}
		}
		if n.Type == html.TextNode && strings.ContainsAny(n.Data, "\x00\x1b\x07\x08\u202a\u202b\u202d\u202e\u2066\u2067\u2068") {
			j.Errorf("%s: the page has controls: %q", p.where, n.Data)
		}
	}
}

func isAddress(attribute string) bool {
	return slices.Contains([]string{"href", "src", "action", "formaction"}, attribute)
}

// leadsAway tells whether an address would run, or load something, or is neither a place here nor known to be public.
func leadsAway(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	return !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, u.Scheme) || u.Scheme == "" && strings.HasPrefix(address, "//") || strings.HasPrefix(u.Host, "x.test")
}

// shapeOf is a page without its words: elements in order, with the names of their attributes.
func shapeOf(t testing.TB, page string) (shape []string) {
	t.Helper()
	for n := range parse(t, page).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		word := n.Data
		for _, a := range n.Attr {
			word += " " + a.Key
		}
		shape = append(shape, word)
	}
	return shape
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("element %d: %v, not %v", i, a[max(0, i-3):min(len(a), i+4)], b[max(0, i-3):min(len(b), i+4)])
		}
	}
	return fmt.Sprintf("its end: %d elements, not %d", len(a), len(b))
}

func (j *journey) checkMails() {
	j.Helper()
	if len(j.outbox.All()) < 5 {
		j.Errorf("only %d mails", len(j.outbox.All()))
	}
	for _, m := range j.outbox.All() {
		if strings.ContainsAny(m.Subject+m.From+m.To.Name+m.To.Address, "\r\n\x00") || m.To.Address != "ana.ribeiro@example.com" {
			j.Errorf("mail to %q, %q", m.To, m.Subject)
		}
		if all := m.Subject + m.Text + m.HTML; strings.Contains(all, story) || strings.Contains(all, cpfOf()["ana"]) || strings.Contains(all, "111.444.777-35") {
			j.Errorf("the mail %q tells the story or the CPF", m.Subject)
		}
	}
}

// checkReceipt reads the PDF as a person would, where there is a program for that.
func (j *journey) checkReceipt() {
	j.Helper()
	paper := j.ana.get("/reclamacoes/" + j.protocol + "/comprovante.pdf")
	for _, alive := range []string{"/JavaScript", "/Launch", "/OpenAction"} {
		if strings.Contains(paper.body, alive) {
			j.Errorf("the receipt has %s", alive)
		}
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		j.Log("pdftotext is not installed: the words of the receipt are not read")
		return
	}
	file := filepath.Join(j.Data, "receipt.pdf")
	j.must(os.WriteFile(file, []byte(paper.body), 0o600))
	words, err := exec.Command("pdftotext", "-raw", file, "-").Output()
	j.must(err)
	for _, want := range []string{j.protocol, typedMarker, "***.444.777-**"} {
		if !strings.Contains(strings.Join(strings.Fields(string(words)), " "), want) {
			j.Errorf("the receipt lacks %q: %s", want, words)
		}
	}
}

// checkShown demands that the other side reads what was written, whole: safe by leaving out is not enough.
func (j *journey) checkShown() {
	j.Helper()
	for path, b := range map[string]*browser{"/reclamacoes/": j.ana, "/servidor/casos/": j.elisa} {
		var words []string
		for n := range parse(j, b.get(path+j.protocol).body).Descendants() {
			if n.Type == html.TextNode {
				words = append(words, strings.Fields(n.Data)...)
			}
		}
		want := strings.Join(strings.Fields(ui.Clean(j.text)), " ")
		if n := strings.Count(strings.Join(words, " "), want); n < 6 { // company, story, and four things said
			j.Errorf("%s shows %q %d times", path, want, n)
		}
	}
}

func (j *journey) checkDownloads() {
	j.Helper()
	ids := j.column(`SELECT a.id FROM attachment a JOIN complaint c ON c.id = a.complaint_id WHERE c.protocol = $1`, j.protocol)
	if len(ids) != 5 {
		j.Fatalf("%d files", len(ids))
	}
	for _, id := range ids {
		r := j.elisa.get("/servidor/casos/" + j.protocol + "/arquivos/" + id)
		kind, parameters, err := mime.ParseMediaType(r.header.Get("Content-Disposition"))
		name := parameters["filename"]
		if err != nil || kind != "attachment" || name == "" || strings.ContainsAny(name, "/\\\r\n\x00\"<>\u202e") || !strings.HasSuffix(name, ".txt") || strings.HasPrefix(name, ".") {
			j.Errorf("download %q: %q, %v", r.header.Get("Content-Disposition"), name, err)
		}
		checkDownload(j, "download", r)
	}
}

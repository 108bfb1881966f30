package main

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/person"
)

// office is a company's desk: Inês of Varejo Exemplo with Rosa, who answers too, and João of another company.
type office struct {
	*wholeSite
	varejo           string // id of the company
	ines, rosa, joao *browser
}

const rosaCPF = "70680690611"

func newOffice(t *testing.T, databaseURL string) *office {
	t.Helper()
	o := &office{wholeSite: openSite(t, databaseURL)}
	o.varejo = o.text(`SELECT id FROM supplier WHERE cnpj = $1`, "11222333000181")
	o.must(o.db.Transact(context.Background(), func(tx *db.Tx) error {
		return o.people.GrantMandate(tx, person.Actor{}, rosaCPF, o.varejo, person.Agent, "seed", "9999-12-31")
	}))
	for _, name := range []string{"ana", "dandara", "bruno"} {
		newBrowser(t, o.BaseURL).signIn(cpfOf()[name])
	}
	o.ines, o.joao, o.rosa = newBrowser(t, o.BaseURL).signIn(cpfOf()["inês"]), newBrowser(t, o.BaseURL).signIn(cpfOf()["joão"]), newBrowser(t, o.BaseURL).signIn(rosaCPF)
	return o
}

// against files a complaint of somebody against the company in the direct channel.
func (o *office) against(name, story string) string {
	o.Helper()
	return o.complain(o.actor(name), complaint.Answers{"fornecedor": o.varejo, "municipio": "4314902", "relato": story})
}

// see demands words of a page, and that others are not there when they begin with "!".
func (o *office) see(r reply, status int, words ...string) reply {
	o.Helper()
	if r.status != status {
		o.Fatalf("%d, not %d: %s", r.status, status, mainOf(r.body))
	}
	for _, word := range words {
		if not, absent := strings.CutPrefix(word, "!"); absent == strings.Contains(r.body, not) {
			o.Errorf("%q: %s", word, mainOf(r.body))
		}
	}
	return r
}

// mainOf is what a page says, without its frame.
func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return letters(page, 6000)
}

// do fills the form of a deed as its page gives it, and follows to the page after it.
func (o *office) do(b *browser, protocol, deed string, more ...string) reply {
	o.Helper()
	r := b.upload(o.filled(b, protocol, deed, more...))
	if r.status == http.StatusSeeOther {
		return b.get(r.to)
	}
	return r
}

func (o *office) filled(b *browser, protocol, deed string, more ...string) (string, url.Values) {
	o.Helper()
	at := "/empresa/casos/" + protocol
	form := formAt(o, b.get(at+"?ato="+deed).body, at+"/"+deed)
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return at + "/" + deed, form
}

func TestACompanyAnswersItsCases(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, open(t))
			first, second := o.against("ana", "A estante nunca chegou."), o.against("bruno", "O fogão veio riscado.")
			o.see(o.ines.get("/empresa/fila"), 200, first, second, "Ana Ribeiro", "faltam 1", `Para responder <span class="num">2</span>`)

			page := o.ines.get("/empresa/casos/" + first)
			o.see(o.ines.get("/empresa/casos/"+first+"?ato=mensagem"), 200, "O consumidor e o Procon leem a mensagem. Ela não é a resposta e não para o prazo.")
			o.see(page, 200, "A estante nunca chegou.", "111.444.777-35", "Porto Alegre", "SAC-77", "!99999-0001", "!Rua das Flores", "!comprovante_endereco")

			o.see(o.do(o.ines, first, "resposta", "tipo", "full_offer", "mensagem", "Vamos devolver o dinheiro."), 422, "Vamos devolver o dinheiro.",
				"Escolha o que a empresa vai fazer.", "Escreva até que dia", `href="#ate"`)
			path, form := o.filled(o.ines, first, "resposta", "tipo", "full_offer", "providencia", "reembolso", "valor", "1.234,56", "ate",
				o.now().AddDate(0, 0, 5).Format("2006-01-02"), "mensagem", "Vamos devolver o dinheiro.")
			for range 2 { // sent twice is sent once
				o.see(o.ines.upload(path, form, paper{"anexos", "termo.txt", "Termo de devolução"}), 303)
			}
			answered := o.see(o.ines.get("/empresa/casos/"+first), 200, "Vamos devolver o dinheiro.", "reembolso de R$ 1.234,56 até", "termo.txt", "Esperando a avaliação", "!?ato=resposta")
			if n := strings.Count(answered.body, "Vamos devolver o dinheiro."); n != 1 {
				t.Errorf("the answer stands there %d times", n)
			}

			for n := range complaint.CompanyAsks {
				o.see(o.do(o.rosa, second, "pergunta", "mensagem", "Mande uma foto."), 200, "Esperando o consumidor", "está parado")
				o.must(o.complaints.Supply(context.Background(), o.actor("bruno"), complaint.Ref{Protocol: second}, complaint.Say{Body: fmt.Sprint("Foto ", n)}))
			}
			o.see(o.ines.get("/empresa/casos/"+second), 200, "Foto 2", "!?ato=pergunta", "?ato=recusa")
			o.see(o.do(o.ines, second, "nota", "mensagem", "Ver com o depósito."), 200, "Ver com o depósito.", "nota da empresa")
			o.see(o.do(o.ines, second, "recusa", "mensagem", "Já está na Justiça."), 422, "Escolha o motivo da recusa.", "Já está na Justiça.")
			o.see(o.do(o.ines, second, "recusa", "motivo", "in_court", "mensagem", "Já está na Justiça."), 200, "Recusa em análise pelo Procon")
			o.see(o.ines.get("/empresa/fila"), 200, "Nada espera a resposta da empresa")
		})
	}
}

func TestWhoWasSlowerSeesWhatChangedAndKeepsTheText(t *testing.T) { // R-33 on the company's side
	o := newOffice(t, "")
	protocol := o.against("ana", "A estante nunca chegou.")
	path, form := o.filled(o.ines, protocol, "resposta", "tipo", "information", "mensagem", "Já entregamos na terça.")
	o.see(o.do(o.rosa, protocol, "resposta", "tipo", "refusal", "mensagem", "A compra não é nossa."), 200)
	o.see(o.ines.upload(path, form, paper{"anexos", "recibo.txt", "Recibo"}), 409, "mexeu neste caso", "Já entregamos na terça.", "recibo.txt", "copie o que precisar")
}

func TestTheInboxIsNarrowedAndCasesAreShared(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, open(t))
			ana, bruno := o.against("ana", "A estante nunca chegou."), o.against("bruno", "O fogão veio riscado.")
			inbox := "/empresa/fila?empresa=" + o.varejo
			rosa := o.text(`SELECT id FROM account WHERE cpf = $1`, o.keys.Index(rosaCPF))

			form := formAt(t, o.ines.get(inbox).body, "/empresa/fila/responsavel")
			o.see(o.ines.post("/empresa/fila/responsavel", form), 422, "Marque ao menos um caso", ana)
			form["caso"] = []string{ana, bruno}
			o.see(o.ines.post("/empresa/fila/responsavel", form), 422, "Escolha quem vai cuidar", " checked ")
			form.Set("responsavel", o.actor("joão").AccountID)
			o.see(o.ines.post("/empresa/fila/responsavel", form), 422, "Escolha alguém que atende pela empresa.")
			form.Set("responsavel", rosa)
			o.see(o.joao.post("/empresa/fila/responsavel", form), 404)
			o.see(o.ines.get(o.see(o.ines.post("/empresa/fila/responsavel", form), 303).to), 200, "2 casos mudaram de responsável.", `Sem responsável <span class="num">0</span>`)
			o.see(o.rosa.get(inbox+"&estado=todos&responsavel=eu"), 200, ana, bruno, `Minhas <span class="num">2</span>`)
			o.see(o.ines.get(inbox+"&responsavel="+rosa), 200, ana, bruno)
			o.see(o.ines.get(inbox+"&responsavel=ninguem"), 200, "Nenhum caso com estes filtros")

			o.see(o.ines.get(inbox+"&q=fogao"), 200, bruno, "!"+ana)
			o.see(o.ines.get(inbox+"&q=111.444.777-35"), 200, ana, "!"+bruno)
			o.see(o.ines.get(inbox+"&q=navio"), 200, "Nada encontrado para “navio”")
			if r := o.see(o.ines.get(inbox+"&q="+ana), 303); !strings.Contains(r.to, "/empresa/casos/"+ana) {
				t.Errorf("a number leads to %s", r.to)
			}
			o.see(o.ines.get(inbox+"&estado=todos&prazo=vencidos"), 200, "!"+ana)
			o.must(o.complaints.Answer(context.Background(), o.actor("inês"), complaint.Ref{Protocol: ana}, complaint.AnswerForm{Kind: "refusal"}, complaint.Say{Body: "Não."}))
			o.must(o.complaints.Rate(context.Background(), o.actor("ana"), complaint.Ref{Protocol: ana}, complaint.RatingAnswers{Solved: "nao", Score: "1"}))
			o.see(o.ines.get(inbox+"&estado=closed"), 200, ana, "!"+bruno)
		})
	}
}

func TestTheTemplatesOfACompanyAreItsOwn(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, open(t))
			protocol := o.against("ana", "A estante nunca chegou.")
			form := formAt(t, o.ines.get("/empresa/modelos").body, "/empresa/modelos")
			form.Set("titulo", "Prazo")
			form.Set("texto", "Olá, {nome}!")
			o.see(o.ines.post("/empresa/modelos", form), 422, "Não conhecemos o campo {nome}.", "Olá, {nome}!")
			form.Set("texto", "Olá, {consumidor}. O caso {protocolo} da {empresa} vence {prazo}.")
			for range 2 {
				o.see(o.ines.post("/empresa/modelos", form), 303)
			}
			if ids := o.column(`SELECT id FROM answer_template`); len(ids) != 1 || ids[0] != form.Get("modelo") {
				t.Fatalf("templates %v", ids)
			}
			id := form.Get("modelo")
			o.see(o.rosa.get("/empresa/casos/"+protocol+"?ato=resposta&modelo="+id), 200, "Olá, Ana. O caso "+protocol+" da Varejo Exemplo", `<option value="`+id+`" selected>Prazo`)
			o.see(o.joao.get("/empresa/modelos"), 200, "!Prazo", "Nenhum modelo ainda.")
			stolen := url.Values{"modelo": {id}, "titulo": {"Meu"}, "texto": {"Tomado."}}
			o.see(o.joao.post("/empresa/modelos", stolen), 404)
			stolen.Set("empresa", o.varejo)
			o.see(o.joao.post("/empresa/modelos", stolen), 404)
			o.see(o.joao.post("/empresa/modelos/"+id+"/apagar", nil), 303) // of their own company: there is none
			o.see(o.rosa.get("/empresa/modelos?modelo="+id), 200, "Mudar o modelo", "Olá, {consumidor}.")
			o.see(o.rosa.post("/empresa/modelos/"+id+"/apagar", url.Values{"empresa": {o.varejo}}), 303)
			o.see(o.rosa.get("/empresa/modelos"), 200, "Nenhum modelo ainda.")
		})
	}
}

var protocolNumber = regexp.MustCompile(`20\d\d\.\d{4}\.\d{7}-\d\d`)

func TestTheListForSpreadsheets(t *testing.T) { // R-46; quality 3: formula guard
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, open(t))
			answered, theirs := o.against("ana", "A estante nunca chegou."), o.against("bruno", "O fogão veio riscado.")
			o.complain(o.actor("ana"), nil) // another company's
			o.must(o.db.Transact(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE complaint SET consumer_name = '=1+1; "Bruno"' WHERE protocol = $1`, theirs)
				return err
			}))
			o.must(o.complaints.Answer(context.Background(), o.actor("inês"), complaint.Ref{Protocol: answered}, complaint.AnswerForm{Kind: "information"}, complaint.Say{Body: "Chegou."}))
			o.must(o.complaints.Rate(context.Background(), o.actor("ana"), complaint.Ref{Protocol: answered}, complaint.RatingAnswers{Solved: "sim", Score: "4"}))

			r := o.see(o.ines.get("/empresa/exportar.csv?estado=todos"), 200, "\ufeffprotocolo;situação;prazo;")
			if kind := r.header.Get("Content-Type"); kind != "text/csv; charset=utf-8" {
				t.Error(kind)
			}
			o.golden("testdata/casos.csv", o.withoutDays(r.body+o.ines.get("/empresa/exportar.csv?estado=closed").body))
			lines := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.body, "\ufeff")))
			lines.Comma = ';'
			if rows, err := lines.ReadAll(); err != nil || len(rows) != 2 || rows[1][4] != `'=1+1; "Bruno"` {
				t.Errorf("%q, %v", rows, err)
			}
			if body := o.joao.get("/empresa/exportar.csv?estado=todos").body; protocolNumber.MatchString(body) {
				t.Errorf("another company gets %s", body)
			}
			o.see(o.joao.get("/empresa/exportar.csv?empresa="+o.varejo), 404)
			var last reply
			for n := 0; n < 30 && last.status != 429; n++ { // on a slow machine the allowance grows meanwhile
				last = o.ines.get("/empresa/exportar.csv")
			}
			o.see(last, 429)
			if last.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			o.see(o.rosa.get("/empresa/exportar.csv"), 200) // each person has an allowance of their own
		})
	}
}

// withoutDays are lines whose dates and numbers do not depend on the day.
func (o *office) withoutDays(text string) string {
	return regexp.MustCompile(`\d{4}-\d\d-\d\d`).ReplaceAllString(protocolNumber.ReplaceAllString(text, "PROTOCOLO"), "DIA")
}

func (o *office) golden(path, got string) {
	o.Helper()
	if *update {
		o.must(os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	o.must(err)
	if got != string(want) {
		o.Errorf("%s differs:\n%s", path, got)
	}
}

func TestAllFilesOfACaseInOneArchive(t *testing.T) {
	o := newOffice(t, "")
	protocol := o.against("ana", "A estante nunca chegou.")
	c, err := o.complaints.AsConsumer(context.Background(), o.actor("ana"), protocol)
	o.must(err)
	for name, content := range map[string]string{"../../fora.txt": "segue", "virus.txt": "doente"} {
		file, err := o.files.Receive(context.Background(), attachment.Upload{Kind: attachment.Message, Name: name, By: o.actor("ana").AccountID, ComplaintID: c.ID, Reader: strings.NewReader(content)})
		o.must(err)
		o.must(o.complaints.Message(context.Background(), o.actor("ana"), complaint.AsConsumer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Segue.", Files: []string{file.ID}}))
	}
	o.must(o.db.Transact(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE attachment SET scan = 'infected' WHERE name = 'virus.txt'`)
		return err
	}))
	r := o.see(o.ines.get("/empresa/casos/"+protocol+"/arquivos.zip"), 200)
	archive, err := zip.NewReader(strings.NewReader(r.body), int64(len(r.body)))
	o.must(err)
	got := map[string]string{}
	for _, f := range archive.File {
		content, err := f.Open()
		o.must(err)
		text, err := io.ReadAll(content)
		o.must(err)
		got[f.Name] = string(text)
		if strings.ContainsAny(f.Name, `/\`) || strings.HasPrefix(f.Name, ".") {
			t.Errorf("%q is no plain name", f.Name)
		}
	}
	if readme := got["LEIA-ME.txt"]; !strings.Contains(readme, "virus.txt") || !strings.Contains(readme, "FALTA. Este arquivo tem um vírus") || len(got) != 3 {
		t.Errorf("%v", got)
	}
	all := fmt.Sprint(got)
	if !strings.Contains(all, "segue") || strings.Contains(all, "doente") || strings.Contains(all, "Documento de identidade de") || strings.Contains(all, "Comprovante de endereço de") {
		t.Errorf("the wrong files: %v", got)
	}
	o.see(o.joao.get("/empresa/casos/"+protocol+"/arquivos.zip"), 404)
}

func TestACaseOpenedByACodeIsReadAlone(t *testing.T) {
	o := newOffice(t, "")
	protocol := o.against("ana", "A estante nunca chegou.")
	guest := newBrowser(t, o.BaseURL).signIn(cpfOf()["bruno"])
	o.see(guest.get("/empresa/casos/"+protocol), 404)
	o.must(o.db.Transact(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO case_access (complaint_id, account_id, opened_at, expires_at) SELECT id, $2, 1, $3 FROM complaint WHERE protocol = $1`,
			protocol, o.actor("bruno").AccountID, o.now().AddDate(0, 1, 0).UnixMicro())
		return err
	}))
	o.see(guest.get("/empresa/casos/"+protocol), 200, "A estante nunca chegou.", "?ato=resposta", "!/empresa/fila", "!/empresa/pessoas", "!?ato=nota", "!?ato=responsavel", "!Voltar aos casos")
	if r := o.see(guest.get("/empresa/fila"), 303); r.to != "/empresa/casos/"+protocol {
		t.Errorf("the inbox leads to %s", r.to)
	}
	for _, path := range []string{"/empresa/fila?empresa=" + o.varejo, "/empresa/modelos", "/empresa/exportar.csv"} {
		o.see(guest.get(path), 404)
	}
	o.see(o.do(guest, protocol, "resposta", "tipo", "information", "mensagem", "Foi entregue."), 200, "Foi entregue.")
}

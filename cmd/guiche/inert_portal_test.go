package main

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/web/ui"
)

// answerAll goes through everything of the company's face that takes text, with one text everywhere.
func answerAll(t testing.TB, databaseURL, text string) *journey {
	t.Helper()
	j := newJourney(t, databaseURL, text)
	varejo := j.column(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)[0]
	j.protocol = j.fileDirect(varejo)
	ines := newBrowser(j, j.BaseURL).signIn(cpfOf()["inês"])
	at := "/empresa/casos/" + j.protocol
	for _, q := range []url.Values{{"q": {j.text}}, {"q": {typedMarker}}, {"q": {j.text + " naoexiste"}}, {"empresa": {j.text}}, {"depois": {j.text}},
		{"estado": {j.text}, "responsavel": {j.text}, "prazo": {j.text}}} {
		j.see("inbox", ines.get("/empresa/fila?"+q.Encode()))
	}
	j.see("/empresa/casos/TEXT", ines.get("/empresa/casos/"+url.PathEscape(j.text)))
	j.see("/empresa/casos/arquivos/TEXT", ines.get(at+"/arquivos/"+url.PathEscape(j.text)))
	j.see("case from TEXT", ines.get(at+"?"+url.Values{"ato": {j.text}, "modelo": {j.text}, "fila": {"empresa=" + varejo + "&q=" + url.QueryEscape(j.text)}}.Encode()))
	j.see("share", ines.post("/empresa/fila/responsavel", url.Values{"caso": {j.text}, "responsavel": {j.text}, "fila": {j.text}, "chave": {j.text}}))
	j.see("share of the own", ines.post("/empresa/fila/responsavel", url.Values{"caso": {j.protocol}, "responsavel": {j.text}, "fila": {"empresa=" + varejo}}))
	j.templates(ines)
	for _, d := range []struct{ deed, more string }{{"nota", ""}, {"mensagem", ""}, {"pergunta", ""}, {"recusa", ""}, {"resposta", "full_offer"}} {
		j.companyDeed(ines, at, d.deed, d.more)
	}
	for _, path := range []string{at, at + "?ato=mensagem", "/empresa/fila?estado=todos"} {
		j.get(ines, path)
	}
	j.get(j.ana, "/reclamacoes/"+j.protocol)
	j.get(j.elisa, "/servidor/casos/"+j.protocol)
	j.see("zip", ines.get(at+"/arquivos.zip"))
	j.checkList(j.see("csv", ines.get("/empresa/exportar.csv?estado=todos")))
	return j
}

// fileDirect files in the direct channel, with the text wherever it is free.
func (j *journey) fileDirect(supplierID string) string {
	j.Helper()
	cut := func(n int) string { return ui.Clean(letters(j.text, n)) } // as the form does
	return j.wholeSite.complain(j.actor("ana"), complaint.Answers{"fornecedor": supplierID, "municipio": "4314902", "relato": cut(9000), "numero_contrato": cut(60),
		"protocolo_fornecedor": cut(60), "pedido": "outro", "pedido_detalhe": cut(1000)})
}

func (j *journey) templates(b *browser) {
	j.Helper()
	form := formAt(j, b.get("/empresa/modelos").body, "/empresa/modelos")
	form.Set("titulo", letters(j.text, 60))
	j.see("template wrong", b.post("/empresa/modelos", form))
	form.Set("texto", j.text)
	if r := j.see("template", b.post("/empresa/modelos", form)); r.status != http.StatusSeeOther {
		j.Fatalf("the template is not taken: %d %s", r.status, r.body)
	}
	j.see("templates", b.get("/empresa/modelos?modelo="+form.Get("modelo")))
	j.see("template used", b.get("/empresa/casos/"+j.protocol+"?ato=resposta&modelo="+form.Get("modelo")))
	j.see("/empresa/modelos/TEXT", b.post("/empresa/modelos/"+url.PathEscape(j.text)+"/apagar", nil))
}

// companyDeed does a deed, refused first; a refusal of the case is only tried.
func (j *journey) companyDeed(b *browser, at, deed, kind string) {
	j.Helper()
	form := formAt(j, b.get(at+"?ato="+deed).body, at+"/"+deed)
	wrong := url.Values{"versao": {j.text}, "chave": {j.text}, "fila": {j.text}, "anexo": {j.text}, "tipo": {j.text}, "providencia": {j.text}, "valor": {j.text}, "ate": {j.text},
		"motivo": {j.text}, "mensagem": {j.text}}
	j.see(deed+" wrong", b.upload(at+"/"+deed, wrong, paper{"anexos", inHeader(j.text) + ".pdf", "<html>"}))
	if deed == "recusa" {
		return
	}
	form.Set("mensagem", j.text)
	if kind != "" {
		form.Set("tipo", kind)
		form.Set("providencia", "outro")
		form.Set("ate", j.now().AddDate(0, 0, 9).Format("2006-01-02"))
	}
	if r := j.see(deed, b.upload(at+"/"+deed, form, paper{"anexos", inHeader(j.text) + ".txt", "anexo de " + deed})); r.status != http.StatusSeeOther {
		j.Fatalf("%s is not done: %d %s", deed, r.status, r.body)
	}
	if deed == "pergunta" {
		j.must(j.complaints.Supply(context.Background(), j.actor("ana"), complaint.Ref{Protocol: j.protocol}, complaint.Say{Body: "Segue."}))
	}
}

// checkList reads the list as a spreadsheet does: no cell is a formula.
func (j *journey) checkList(r reply) {
	j.Helper()
	list := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.body, "\ufeff")))
	list.Comma = ';'
	rows, err := list.ReadAll()
	if err != nil || len(rows) != 2 {
		j.Fatalf("%d lines, %v: %s", len(rows), err, r.body)
	}
	for _, cell := range rows[1] {
		if cell != "" && strings.Contains("=+-@\t\r\n", cell[:1]) {
			j.Errorf("the cell %q is a formula", cell)
		}
	}
}

func TestWhatACompanyTypesStaysText(t *testing.T) { // quality 3
	usual := answerAll(t, "", harmless)
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answerAll(t, "", text).compare(usual)
		})
	}
}

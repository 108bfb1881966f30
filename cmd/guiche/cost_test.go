package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/db"
)

// TestWhatEachPageCosts counts the queries of whole pages, with session and person, on the wired site; make bench
// prints them (Q-4: at most eight).
func TestWhatEachPageCosts(t *testing.T) {
	s := openSite(t, "")
	visitor, ana, elisa := newBrowser(t, s.BaseURL), newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
	protocol := s.complain(s.actor("ana"), nil)
	notified, sibling := s.notified(t)
	ines := newBrowser(t, s.BaseURL).signIn(cpfOf()["inês"])
	varejo := s.text(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)
	direct := s.complain(s.actor("ana"), complaint.Answers{"fornecedor": varejo, "municipio": "4314902"})
	bruno := newBrowser(t, s.BaseURL).signIn(cpfOf()["bruno"])
	unanswered := s.complain(s.actor("bruno"), complaint.Answers{"fornecedor": varejo, "municipio": "4314902"})
	if err := s.db.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE complaint SET state = 'awaiting_rating', unanswered = 1 WHERE protocol = $1`, unanswered)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	bruno.get("/reclamacoes/" + unanswered) // reads what the next one remembers
	draft := "/reclamacoes/nova?rascunho=" + s.draft(s.actor("ana"), nil) + "&passo="
	for _, page := range []struct {
		b    *browser
		path string
		what string
	}{
		{visitor, "/", "start"}, {visitor, "/atendimento?q=loja", "company search"},
		{visitor, "/atendimento/destino?fornecedor=nao-listado&municipio=4300034", "destination"},
		{ana, draft + "contato", "form, first step"}, {ana, draft + "documentos", "form, documents"}, {ana, draft + "revisao", "form, review"},
		{ana, "/painel", "panel"}, {ana, "/reclamacoes/" + protocol, "consumer's case"},
		{elisa, "/servidor/fila", "queue"}, {elisa, "/servidor/casos/" + protocol, "officer's case"}, {elisa, "/servidor/casos/" + protocol + "/avisos", "mails of a case"},
		{elisa, "/servidor/casos/" + notified, "officer's, with letter"}, {elisa, "/servidor/casos/" + sibling, "officer's, 2nd company"}, {ana, "/reclamacoes/" + sibling, "consumer's, 2nd company"},
		{bruno, "/reclamacoes/" + unanswered, "consumer's, unanswered"},
		{ana, "/empresa/codigo", "code of a letter"},
		{ines, "/empresa/fila", "company's inbox"}, {ines, "/empresa/casos/" + direct + "?ato=resposta", "company's case"},
		{ines, "/empresa/casos/" + direct + "?ato=responsavel", "company's assignment"}, {ines, "/empresa/modelos", "company's templates"},
	} {
		before, asked := s.db.Queries(), s.observe()
		if r := page.b.get(page.path); r.status != http.StatusOK {
			t.Errorf("%s: %d", page.what, r.status)
		}
		n := s.db.Queries() - before
		t.Logf("Q-4  queries, %-20s %d", page.what, n)
		if n > 8 {
			t.Errorf("%s costs %d queries", page.what, n)
		}
		for _, query := range asked() {
			s.wantNoScan(page.what, query)
		}
	}
}

// observe notes the statements that the site asks until they are wanted.
func (s *wholeSite) observe() (asked func() []string) {
	var mu sync.Mutex
	var queries []string
	s.db.Observe = func(query string) {
		mu.Lock()
		defer mu.Unlock()
		queries = append(queries, query)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(queries)
	}
}

// bounded may be walked: the agencies of a state, the companies that a word found, the other cases of one person.
var bounded = []string{"agency", "found", "o"}

// wantNoScan asks SQLite how it answers a statement: a page may not walk through a table that grows.
func (s *wholeSite) wantNoScan(what, query string) {
	s.Helper()
	args := make([]any, max(strings.Count(query, "?"), strings.Count(query, "$")))
	for i := range args {
		args[i] = ""
	}
	var steps []string
	err := s.db.Read(s.Context(), func(tx *db.Tx) (err error) {
		var unused any
		steps, err = db.All(tx, func(r db.Row, step *string) error { return r.Scan(&unused, &unused, &unused, step) }, "EXPLAIN QUERY PLAN "+query, args...)
		return err
	})
	if err != nil {
		s.Errorf("%s: %v: %s", what, err, query)
	}
	for _, step := range steps {
		name, walks := strings.CutPrefix(step, "SCAN ")
		name, _, _ = strings.Cut(name, " ")
		if walks && !slices.Contains(bounded, name) {
			s.Errorf("%s: %s: %s", what, step, query)
		}
	}
}

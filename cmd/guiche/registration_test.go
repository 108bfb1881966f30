package main

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/vault"
	"guiche/internal/web/session"
)

// says wants words on a page.
func (r reply) says(t testing.TB, status int, words ...string) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("answered %d, want %d: %s", r.status, status, r.body)
	}
	for _, word := range words {
		if !strings.Contains(r.body, word) {
			t.Errorf("the page lacks %q: %s", word, r.body)
		}
	}
	return r
}

// leads wants a redirect to an address.
func (r reply) leads(t testing.TB, to string) reply {
	t.Helper()
	if r.status != http.StatusSeeOther || !strings.HasPrefix(r.to, to) {
		t.Fatalf("answered %d to %q, want %q: %s", r.status, r.to, to, r.body)
	}
	return r
}

// linkIn is the first address in the latest mail to somebody.
func (s *wholeSite) linkIn(to string) string {
	s.Helper()
	s.doJobs()
	for _, m := range slices.Backward(s.outbox.All()) {
		if m.To.Address == to {
			_, rest, _ := strings.Cut(m.Text, s.BaseURL)
			return strings.Fields(rest)[0]
		}
	}
	s.Fatalf("no mail to %s", to)
	return ""
}

const lojaCNPJ = "44555666000181"

func declaration() url.Values {
	return url.Values{"razao_social": {"Loja Sem Cadastro Ltda."}, "nome": {"Loja do Centro"}, "segmento": {"8"}, "sede": {"Porto Alegre"},
		"email": {"contato@loja.example"}, "telefone": {"(51) 3333-0000"}}
}

// askToAct goes through the request with a document, up to its status page.
func (b *browser) askToAct(cnpj string) (request string) {
	b.Helper()
	request = b.post("/empresa/cadastro", url.Values{"cnpj": {cnpj}}).leads(b, "/empresa/cadastro/").to
	b.upload(request, declaration(), paper{"documento", "procuracao.txt", "Procuração para " + b.from}).leads(b, request+"/termos")
	terms := b.get(request+"/termos").says(b, 200, "Termos do canal direto", "em até 10 dias corridos", "Lei 13.709")
	form := formAt(b, terms.body, request+"/termos")
	b.post(request+"/termos", form).says(b, 422, "marque que aceita os termos")
	form.Set("aceito", "1")
	b.post(request+"/termos", form).leads(b, request)
	return request
}

func TestADocumentRemovedTwiceIsRemoved(t *testing.T) { // a second tap; strangers learn nothing
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			paula, rosa := newBrowser(t, s.BaseURL).signIn("70480490490"), newBrowser(t, s.BaseURL).signIn("70680690611")
			draft := paula.requestPage(lojaCNPJ)
			paula.upload(draft, declaration(), paper{"documento", "procuracao.txt", "Procuração"}).leads(t, draft+"/termos")
			remove := draft + "/arquivos/" + s.text(`SELECT id FROM attachment`) + "/remover"
			rosa.post(remove, nil).says(t, 404)
			for range 2 {
				paula.post(remove, nil).leads(t, draft)
			}
			rosa.post(remove, nil).says(t, 404)
			if paula.get(draft); len(s.column(`SELECT id FROM attachment`)) != 0 {
				t.Error("it is still there")
			}
		})
	}
}

func TestACompanyIsRegisteredItsPeopleComeAndGo(t *testing.T) { // the whole story, on both engines
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			s := openSite(t, open(t))
			paula, gilda, rosa := newBrowser(t, s.BaseURL).signIn("70480490490"), newBrowser(t, s.BaseURL).signIn(cpfOf()["gilda"]), newBrowser(t, s.BaseURL).signIn("70680690611")
			paula.get("/empresa").leads(t, "/empresa/cadastro")
			paula.get("/empresa/cadastro").says(t, 200, "Confirmar pelo")
			paula.post("/empresa/cadastro", url.Values{"cnpj": {"1"}}).says(t, 422, "confira os quatorze caracteres")

			draft := paula.post("/empresa/cadastro", url.Values{"cnpj": {lojaCNPJ}}).to
			wrong := declaration()
			wrong.Set("telefone", "123")
			wrong.Set("sede", "Atlântida")
			paula.upload(draft, wrong).says(t, 422, "id=\"documento-error\"", "id=\"telefone-error\"", "id=\"sede-error\"", "Loja do Centro")
			paula.get(draft+"/termos").leads(t, draft)
			request := paula.askToAct(lojaCNPJ)
			paula.get(request).says(t, 200, "Em análise", "procuracao.txt")
			rosa.get(request).says(t, 404)

			link := s.linkIn("gilda.teixeira@example.com")
			page := gilda.get(link).says(t, 200, "Loja do Centro", "Paula Simões", "documento enviado", "procuracao.txt", "Loja Sem Cadastro Ltda.")
			_, file, _ := strings.Cut(page.body, link+"/arquivos/")
			file, _, _ = strings.Cut(file, `"`)
			gilda.get(link+"/arquivos/"+file).says(t, 200, "Procuração para")
			for name, other := range map[string]*browser{"rosa": rosa, "inês": newBrowser(t, s.BaseURL).signIn(cpfOf()["inês"]), "heitor": newBrowser(t, s.BaseURL).signIn(cpfOf()["heitor"])} {
				for _, path := range []string{request + "/arquivos/" + file, link + "/arquivos/" + file} {
					if r := other.get(path); r.status != http.StatusNotFound {
						t.Errorf("%s opens the document at %s: %d", name, path, r.status)
					}
				}
			}
			gilda.get("/gestao/empresas").says(t, 200, "Loja do Centro", "Paula Simões")
			gilda.post(link+"/recusar", nil).says(t, 422, "id=\"motivo-error\"")
			gilda.post(link+"/aprovar", nil).leads(t, "/gestao/empresas")
			gilda.post(link+"/aprovar", nil).leads(t, "/gestao/empresas")
			gilda.post(link+"/recusar", url.Values{"motivo": {"Não."}}).says(t, 409)
			if to := s.linkIn("teste0490@example.com"); to != request {
				t.Errorf("Paula's mail leads to %s", to)
			}
			paula.get(request).says(t, 200, "Aprovado")
			paula.get("/empresa").leads(t, "/empresa/fila")
			newBrowser(t, s.BaseURL).get("/atendimento?q=loja+sem+cadastro").says(t, 200, "Loja do Centro", "responde por aqui em até 10 dias")

			paula.get("/empresa/pessoas").says(t, 200, "Pessoas de Loja do Centro", "você")
			invite := url.Values{"cpf": {"706.806.906-11"}, "email": {"rosa@exemplo.test"}, "papel": {"agent"}, "ate": {""}}
			paula.post("/empresa/pessoas/convites", url.Values{"cpf": {"1"}, "email": {"x"}}).says(t, 422, "id=\"cpf-error\"", "id=\"email-error\"")
			paula.post("/empresa/pessoas/convites", invite).leads(t, "/empresa/pessoas")
			invitation := s.linkIn("rosa@exemplo.test")
			gilda.get(invitation).says(t, 422, "é para outro CPF")
			rosa.get(invitation).says(t, 200, "Convite para responder por Loja do Centro", "Paula Simões")
			_, secret, _ := strings.Cut(invitation, "codigo=")
			rosa.post("/empresa/convite", url.Values{"codigo": {secret}}).leads(t, "/empresa/pessoas")
			rosa.get("/empresa/pessoas").says(t, 200, "Rosa Terra")
			rosa.post("/empresa/pessoas/convites", invite).says(t, 404)

			mandate := s.text(`SELECT id FROM mandate WHERE cpf = $1 AND ended_at IS NULL`, s.keys.Index("70680690611"))
			company := s.text(`SELECT id FROM supplier WHERE cnpj = $1`, lojaCNPJ)
			paula.post("/empresa/pessoas/"+mandate+"/encerrar", url.Values{"empresa": {company}}).leads(t, "/empresa/pessoas")
			rosa.get("/empresa/pessoas").says(t, 404)
			rosa.get("/empresa").leads(t, "/empresa/cadastro")

			paula.get("/empresa/sair").says(t, 200, "única pessoa responsável")
			paula.post("/empresa/sair", url.Values{"empresa": {company}}).says(t, 422, "id=\"sucessor-error\"")
			paula.post("/empresa/sair", url.Values{"empresa": {company}, "sucessor": {"ninguem"}}).leads(t, "/painel")
			paula.get("/empresa/pessoas").says(t, 404)
			if to := s.linkIn("gilda.teixeira@example.com"); to != "/gestao/empresas/"+company {
				t.Errorf("the agency is told at %s", to)
			}
			gilda.get("/gestao/empresas/"+company).says(t, 200, "sem responsável", "Pessoa saiu da empresa")
			gilda.post("/gestao/empresas/"+company+"/canal", url.Values{"motivo": {"Ninguém responde."}}).leads(t, "/gestao/empresas/"+company)
			gilda.get("/gestao/empresas/"+company).says(t, 200, "fora do canal direto", "Ninguém responde.")
		})
	}
}

// jwt is what a token of the provider looks like.
var jwt = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.`)

func TestGovBrConfirmsACompanyWhenThePersonAsks(t *testing.T) {
	s := openSite(t, "")
	ines := newBrowser(t, s.BaseURL).signIn(cpfOf()["inês"])
	varejo := s.text(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)
	ines.post("/empresa/sair", url.Values{"empresa": {varejo}, "sucessor": {"ninguem"}}).leads(t, "/painel")
	step := ines.post("/empresa/cadastro/govbr", nil)
	if !strings.Contains(step.to, "govbr_empresa") {
		t.Fatalf("the scope is not asked for: %s", step.to)
	}
	page := ines.signInAt(strings.TrimPrefix(step.to, s.BaseURL), cpfOf()["inês"])
	page.says(t, 200, "Varejo Exemplo S.A.", "sócio", "Pedir o cadastro")
	request := ines.post("/empresa/cadastro", url.Values{"cnpj": {"11222333000181"}}).to
	ines.get(request).says(t, 200, "confirmado pelo gov.br: sócio", "(opcional)")
	ines.upload(request, declaration()).leads(t, request+"/termos")
	form := formAt(t, ines.get(request+"/termos").body, request+"/termos")
	form.Set("aceito", "1")
	ines.post(request+"/termos", form).leads(t, request)
	gilda := newBrowser(t, s.BaseURL).signIn(cpfOf()["gilda"])
	gilda.get("/gestao/empresas/pedidos"+strings.TrimPrefix(request, "/empresa/cadastro")).says(t, 200, "confirmado pelo gov.br: sócio")
	for _, token := range s.column(`SELECT token FROM session`) {
		held, err := vault.OpenText(s.keys, "session.data", token, s.text(`SELECT data FROM session WHERE token = $1`, token))
		s.must(err)
		if !bytes.Contains(held, []byte(session.AccountKey)) || bytes.Contains(held, []byte("access_token")) || jwt.Match(held) {
			t.Errorf("a session without its account, or with a token of the provider: %s", held)
		}
	}
	paula := newBrowser(t, s.BaseURL).signIn("70480490490")
	step = paula.post("/empresa/cadastro/govbr", nil)
	paula.signInAt(strings.TrimPrefix(step.to, s.BaseURL), "70480490490").says(t, 200, "colaborador", "terminou", "Pedir com documento")
	ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	step = ana.post("/empresa/cadastro/govbr", nil)
	ana.signInAt(strings.TrimPrefix(step.to, s.BaseURL), cpfOf()["ana"]).says(t, 200, "não conhece nenhuma empresa")
}

func TestNewTermsAreAskedOfTheLead(t *testing.T) {
	s := openSite(t, "")
	ines := newBrowser(t, s.BaseURL).signIn(cpfOf()["inês"])
	ines.get("/empresa").leads(t, "/empresa/fila")
	ines.get("/empresa/termos/aceite").leads(t, "/empresa")
	s.must(s.db.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO terms (version, body, valid_from) VALUES ('2026-2', 'Agora em até 9 dias.', '2026-02-01')`)
		return err
	}))
	to := ines.get("/empresa").leads(t, "/empresa/termos/aceite").to
	page := ines.get(to).says(t, 200, "Agora em até 9 dias.", "Versão 2026-2")
	form := formAt(t, page.body, "/empresa/termos/aceite")
	ines.post("/empresa/termos/aceite", form).says(t, 422, `id="aceito-error"`)
	form.Set("aceito", "1")
	ines.post("/empresa/termos/aceite", form).leads(t, "/empresa")
	ines.get("/empresa").leads(t, "/empresa/fila")
	newBrowser(t, s.BaseURL).get("/empresa/termos").says(t, 200, "Agora em até 9 dias.")
}

func TestTwoCompaniesAreJoinedOnThePages(t *testing.T) {
	s := openSite(t, "")
	gilda := newBrowser(t, s.BaseURL).signIn(cpfOf()["gilda"])
	from, to := s.text(`SELECT id FROM supplier WHERE cnpj = $1`, lojaCNPJ), s.text(`SELECT id FROM supplier WHERE cnpj = '11222333000181'`)
	gilda.get("/gestao/empresas?q=sem+cadastro").says(t, 200, "Loja Sem Cadastro")
	gilda.get("/gestao/empresas/duplicadas").says(t, 200, "Empresas que podem estar repetidas")
	gilda.get("/gestao/empresas/juntar?de="+from+"&para="+to).says(t, 200, "Loja Sem Cadastro passa a ser Varejo Exemplo", "Não dá para desfazer")
	form := url.Values{"de": {from}, "para": {to}}
	gilda.post("/gestao/empresas/juntar", form).says(t, 422, `id="motivo-error"`)
	form.Set("motivo", "Mesma empresa.")
	gilda.post("/gestao/empresas/juntar", form).leads(t, "/gestao/empresas/"+to)
	gilda.post("/gestao/empresas/juntar", form).leads(t, "/gestao/empresas/"+to)
	form.Set("motivo", "De novo.")
	gilda.post("/gestao/empresas/juntar", form).says(t, 409)
	gilda.get("/gestao/empresas/"+from).leads(t, "/gestao/empresas/"+to)
	gilda.get("/gestao/empresas/"+to).says(t, 200, "juntada a esta", "Duas empresas juntadas em uma", "Loja Sem Cadastro")
	gilda.post("/gestao/empresas/"+to, url.Values{"nome": {""}}).says(t, 422, `id="nome-error"`)
	gilda.post("/gestao/empresas/"+to, url.Values{"nome": {"Varejo Novo"}, "apelidos": {"Um\nDois"}, "segmento": {"8"}}).leads(t, "/gestao/empresas/"+to)
	newBrowser(t, s.BaseURL).get("/atendimento?q=dois").says(t, 200, "Varejo Novo")
	newBrowser(t, s.BaseURL).get("/atendimento/municipio?fornecedor="+from).leads(t, "/atendimento/destino?fornecedor="+to)
}

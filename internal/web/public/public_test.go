package public_test

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/agency"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
	"guiche/internal/seed"
	"guiche/internal/supplier"
	"guiche/internal/web/public"
	"guiche/internal/web/ui"
)

var ctx = context.Background()

func now() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// door is a running front door with the data of the demonstration.
type door struct {
	*public.Site
	server *httptest.Server
	who    person.Actor
}

func open(t testing.TB, d *db.DB) *door {
	t.Helper()
	if err := seed.Base(ctx, d); err != nil {
		t.Fatal(err)
	}
	suppliers := &supplier.Service{DB: d, Now: now}
	if err := seed.Demo(ctx, &person.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}, suppliers); err != nil {
		t.Fatal(err)
	}
	o := &door{}
	sessions := scs.New()
	u, err := ui.New(ui.Options{
		Log: slog.New(slog.DiscardHandler), Now: now, Sessions: sessions,
		Actor: func(*http.Request) (person.Actor, error) { return o.who, nil },
		Faces: map[string]fs.FS{"public": public.Templates},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Site = &public.Site{UI: u, Agencies: &agency.Service{DB: d, Secrets: secrettest.Ring(t), Now: now}, Suppliers: suppliers}
	mux := http.NewServeMux()
	for _, route := range public.Routes(o.Site) {
		mux.Handle(route.Pattern, u.Handle(route))
	}
	o.server = httptest.NewServer(sessions.LoadAndSave(mux))
	t.Cleanup(o.server.Close)
	return o
}

// get reads a page and does not follow where it leads.
func (o *door) get(t testing.TB, path string) (status int, page, location string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(o.server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, html.UnescapeString(string(body)), answer.Header.Get("Location")
}

func (o *door) id(t testing.TB, cnpj string) string {
	t.Helper()
	company, err := o.Suppliers.ByCNPJ(ctx, cnpj)
	if err != nil {
		t.Fatal(err)
	}
	return company.ID
}

func TestTheAnswersOfTheFrontDoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		varejo, loja := o.id(t, "11222333000181"), o.id(t, "44555666000181")
		for name, c := range map[string]struct {
			query string
			want  []string
			not   string
		}{
			"a registered supplier answers here, with its protections (R-2)": {"fornecedor=" + varejo,
				[]string{"Varejo Exemplo responde por aqui", "até 10 dias", "assinou um termo", "com um clique", "O Procon acompanha", "/reclamacoes/nova?fornecedor=" + varejo + `"`}, "Tenha à mão"},
			"also with a municipality in the address": {"fornecedor=" + varejo + "&municipio=4314902",
				[]string{"responde por aqui", "fornecedor=" + varejo + "&municipio=4314902"}, "Procon municipal"},
			"Porto Alegre: go to the municipal Procon, no form (R-4)": {"fornecedor=nao-listado&municipio=4314902",
				[]string{"Em Porto Alegre, quem atende é o Procon municipal", "Rua Sete de Setembro, 723", "das 9h às 16h", "prefeitura.poa.br", "11 de novembro de 2025", "O que levar", "mudar município"}, "/reclamacoes/nova"},
			"a supplier of the list that is not registered goes the same way": {"fornecedor=" + loja + "&municipio=4314902",
				[]string{"Em Porto Alegre, quem atende é o Procon municipal"}, "/reclamacoes/nova"},
			"Aceguá has none: the state's form opens (R-5)": {"fornecedor=nao-listado&municipio=4300034",
				[]string{"Em Aceguá, quem atende é o Procon RS", "não tem Procon municipal", "/reclamacoes/nova?fornecedor=nao-listado&municipio=4300034"}, "Se descobrirmos"},
			"the company stays chosen on the way to the form": {"fornecedor=" + loja + "&municipio=4300034",
				[]string{"/reclamacoes/nova?fornecedor=" + loja + "&municipio=4300034"}, ""},
			"unknown: the form opens and this will be confirmed (R-6)": {"fornecedor=nao-listado&municipio=4314548",
				[]string{"Em Pinto Bandeira, quem atende é o Procon RS", "Não temos notícia", "Se descobrirmos que Pinto Bandeira tem Procon", "/reclamacoes/nova"}, ""},
			"Rio Grande works on this installation (R-4)": {"fornecedor=nao-listado&municipio=4315602",
				[]string{"Em Rio Grande, quem atende é o Procon Rio Grande", "/reclamacoes/nova?fornecedor=nao-listado&municipio=4315602"}, "Se descobrirmos"},
			"São José do Norte is asked where it happened (R-6)": {"fornecedor=nao-listado&municipio=4318507",
				[]string{"Onde o problema aconteceu?", "fato=4315602", "fato=4318507", "Em São José do Norte, ou em outro lugar"}, "/reclamacoes/nova"},
			"in Rio Grande: the agreement, with its reason": {"fornecedor=nao-listado&municipio=4318507&fato=4315602",
				[]string{"quem atende é o Procon Rio Grande", "Por acordo entre os municípios", "fato=4315602"}, ""},
			"at home: the state": {"fornecedor=nao-listado&municipio=4318507&fato=4318507",
				[]string{"quem atende é o Procon RS", "/reclamacoes/nova"}, ""},
			"another state has its own Procon (R-7)": {"fornecedor=nao-listado&municipio=outro-estado&uf=SC",
				[]string{"Procon-SC", "Santa Catarina", "consumidor.gov.br"}, "/reclamacoes/nova"},
			"a state in small letters is understood": {"fornecedor=nao-listado&municipio=outro-estado&uf=sp",
				[]string{"Procon-SP"}, ""},
			"a state that was not chosen is asked again, open": {"fornecedor=nao-listado&municipio=outro-estado&uf=",
				[]string{"Escolha o estado onde você mora", "<details open>"}, ""},
			"a residence that is missing is asked": {"fornecedor=nao-listado",
				[]string{"Em que município você mora?", "Escreva o nome do seu município."}, ""},
			"what was typed of a company goes on to the form (R-7)": {"fornecedor=nao-listado&fornecedor_nome=Bazar+do+Z%C3%A9&municipio=4300034",
				[]string{"Bazar do Zé", "fornecedor_nome=Bazar+do+Z%C3%A9"}, ""},
			"markup in a company's name is only text": {"fornecedor=nao-listado&fornecedor_nome=%3Cscript%3Ealert(1)%3C/script%3E&municipio=4300034",
				[]string{"Em Aceguá"}, ""},
		} {
			t.Run(name, func(t *testing.T) {
				status, page, _ := o.get(t, "/atendimento/destino?"+c.query)
				if status != http.StatusOK {
					t.Fatalf("status %d", status)
				}
				for _, want := range c.want {
					if !strings.Contains(page, want) {
						t.Errorf("the page does not say %q:\n%s", want, page[strings.Index(page, "<main"):])
					}
				}
				if c.not != "" && strings.Contains(page, c.not) {
					t.Errorf("the page says %q", c.not)
				}
			})
		}
	})
}

func TestMarkupIsNeverInThePage(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for _, path := range []string{"/atendimento?q=%3Cscript%3Ealert(1)%3C/script%3E", "/atendimento/destino?fornecedor=nao-listado&fornecedor_nome=%3Cscript%3Ealert(1)&municipio=4300034",
		"/atendimento/municipio?fornecedor=nao-listado&cidade=%3Cscript%3Ealert(1)"} {
		answer, err := http.Get(o.server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || strings.Contains(string(body), "<script>alert") || !strings.Contains(string(body), "alert(1)") {
			t.Errorf("%s: %v; the text must be shown, escaped", path, err)
		}
	}
}

func TestTheCompanyStep(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	const notListed = "A empresa não está na lista"
	for name, c := range map[string]struct {
		query string
		want  []string
		not   string
	}{
		"without a question it only asks":                        {"", []string{"Qual é a empresa?", "Passo 1 de 2"}, "Não encontramos"},
		"registered suppliers are marked (R-1)":                  {"?q=varejo+exmplo", []string{"Varejo Exemplo", "responde por aqui em até 10 dias", "/atendimento/destino?fornecedor=" + o.id(t, "11222333000181")}, "Escreva"},
		"others lead to the municipality":                        {"?q=loja+sem+cadastro", []string{"/atendimento/municipio?fornecedor=" + o.id(t, "44555666000181")}, "responde por aqui"},
		"a former name is told":                                  {"?q=magazine+amostra", []string{"Varejo Exemplo", "também conhecida como Magazine Amostra"}, ""},
		"nothing found says what to do and keeps the text":       {"?q=Bazar+do+Z%C3%A9", []string{"Não encontramos “Bazar do Zé”", "fornecedor_nome=Bazar+do+Z%C3%A9"}, ""},
		"an empty question is answered in place":                 {"?q=", []string{"Escreva o nome ou o CNPJ da empresa.", `href="#q"`}, "Não encontramos"},
		"spaces are an empty question":                           {"?q=+++", []string{"Escreva o nome ou o CNPJ da empresa."}, ""},
		"one letter is too little":                               {"?q=x", []string{"pelo menos duas letras"}, "Não encontramos"},
		"only punctuation is too little":                         {"?q=!!!", []string{"pelo menos duas letras"}, ""},
		"a CNPJ with a wrong digit is said to be wrong":          {"?q=11.222.333/0001-82", []string{"Este CNPJ não existe"}, ""},
		"a right CNPJ that is not listed goes on to the form":    {"?q=39.591.842/0000-10", []string{"Não encontramos", "fornecedor_cnpj=39.591.842%2F0000-10"}, ""},
		"a story instead of a name":                              {"?q=" + strings.Repeat("a+", 200), []string{"sem a história"}, ""},
		"the demonstration's alphanumeric CNPJ in small letters": {"?q=12.abc.345/01de-35", []string{"Telefonia Modelo"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, page, _ := o.get(t, "/atendimento"+c.query)
			if status != http.StatusOK || !strings.Contains(page, notListed) {
				t.Fatalf("status %d; %q is always offered", status, notListed)
			}
			for _, want := range c.want {
				if !strings.Contains(page, want) {
					t.Errorf("the page does not say %q:\n%s", want, page[strings.Index(page, "<main"):])
				}
			}
			if c.not != "" && strings.Contains(page, c.not) {
				t.Errorf("the page says %q", c.not)
			}
		})
	}
}

func TestTheMunicipalityStep(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	varejo := o.id(t, "11222333000181")
	for name, c := range map[string]struct {
		query string
		leads string   // 303 to
		says  []string // else
	}{
		"it asks":         {"fornecedor=nao-listado", "", []string{"Em que município você mora?", "Passo 2 de 2", "Moro em outro estado", "Santa Catarina"}},
		"a name leads on": {"fornecedor=nao-listado&cidade=acegua", "/atendimento/destino?fornecedor=nao-listado&municipio=4300034", nil},
		"what was typed of the company goes along":        {"fornecedor=nao-listado&fornecedor_nome=Bazar&cidade=acegua", "/atendimento/destino?fornecedor=nao-listado&fornecedor_nome=Bazar&municipio=4300034", nil},
		"several are offered":                             {"fornecedor=nao-listado&cidade=s%C3%A3o+jos%C3%A9", "", []string{"Qual destes é o seu?", "São José do Norte", "municipio=4318507"}},
		"a name that is only part of one asks first":      {"fornecedor=nao-listado&cidade=S%C3%A3o+Paulo", "", []string{"É este o seu município?", "São Paulo das Missões"}},
		"none says what to do, and keeps what was typed":  {"fornecedor=nao-listado&cidade=Florian%C3%B3polis", "", []string{"Não encontramos este município", `value="Florianópolis"`, "outro estado"}},
		"empty says what to do":                           {"fornecedor=nao-listado&cidade=", "", []string{"Escreva o nome do seu município."}},
		"without a company it goes back to step 1":        {"", "/atendimento", nil},
		"a registered supplier needs no municipality":     {"fornecedor=" + varejo, "/atendimento/destino?fornecedor=" + varejo, nil},
		"who changes the municipality finds the old one":  {"fornecedor=nao-listado&municipio=4300034", "", []string{`value="Aceguá"`}},
		"a nonsense old one is no reason to fail":         {"fornecedor=nao-listado&municipio=xyz", "", []string{"Em que município você mora?"}},
		"who changes the company finds the old one (R-7)": {"fornecedor=nao-listado&fornecedor_nome=Bazar", "", []string{"/atendimento?q=Bazar"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, page, location := o.get(t, "/atendimento/municipio?"+c.query)
			if c.leads != "" {
				if status != http.StatusSeeOther || location != c.leads {
					t.Errorf("%d to %q, want %q", status, location, c.leads)
				}
				return
			}
			for _, want := range c.says {
				if !strings.Contains(page, want) {
					t.Errorf("the page (%d) does not say %q", status, want)
				}
			}
		})
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for _, query := range []string{"fornecedor=no-such-id&municipio=4300034", "fornecedor=nao-listado&municipio=9999999", "fornecedor=nao-listado&municipio=Acegu%C3%A1",
		"fornecedor=nao-listado&municipio=outro-estado&uf=XX", "fornecedor=nao-listado&municipio=outro-estado&uf=RS", "fornecedor=nao-listado&municipio=4318507&fato=1"} {
		status, page, _ := o.get(t, "/atendimento/destino?"+query)
		if status != http.StatusNotFound || strings.Contains(page, "/reclamacoes/nova") {
			t.Errorf("%s: %d", query, status)
		}
	}
	if status, _, location := o.get(t, "/atendimento/destino"); status != http.StatusSeeOther || location != "/atendimento" {
		t.Errorf("without a company: %d to %q", status, location)
	}
}

func TestAReleasedPersonFindsTheStateForm(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	elisa := person.Actor{AccountID: "elisa", Name: "Elisa", Grants: []person.Grant{{Role: person.Officer, AgencyID: seed.StateAgency}}}
	if err := o.Agencies.Release(ctx, elisa, "100.200.300-88", "Procon municipal fechado", 5); err != nil {
		t.Fatal(err)
	}
	const poa = "/atendimento/destino?fornecedor=nao-listado&municipio=4314902"
	if _, page, _ := o.get(t, poa); strings.Contains(page, "/reclamacoes/nova") {
		t.Error("a visitor must not find the form")
	}
	o.who = person.Actor{AccountID: "bruno", CPF: "10020030088", Name: "Bruno"}
	if _, page, _ := o.get(t, poa); !strings.Contains(page, "/reclamacoes/nova") || !strings.Contains(page, "Um servidor do Procon abriu") {
		t.Error("the person released must find the form")
	}
}

func TestEachAnswerIsCountedOnce(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for _, path := range []string{"/atendimento?q=loja", "/atendimento/municipio?fornecedor=nao-listado",
		"/atendimento/destino?fornecedor=nao-listado&municipio=4318507", // asks where: no answer yet
		"/atendimento/destino?fornecedor=nao-listado&municipio=4318507&fato=4315602",
		"/atendimento/destino?fornecedor=nao-listado&municipio=4314902", "/atendimento/destino?fornecedor=nao-listado&municipio=4314902",
		"/atendimento/destino?fornecedor=nao-listado&municipio=9999999"} {
		o.get(t, path)
	}
	answer, err := http.Head(o.server.URL + "/atendimento/destino?fornecedor=nao-listado&municipio=4314902")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if err := o.Agencies.FlushCounts(ctx); err != nil {
		t.Fatal(err)
	}
	gilda := person.Actor{AccountID: "g", Grants: []person.Grant{{Role: person.Manager, AgencyID: seed.StateAgency}}}
	got, err := o.Agencies.Demand(ctx, gilda, "2026-11-23", "2026-11-23")
	if err != nil || len(got) != 2 || got[0].N != 2 || got[0].Municipality != "4314902" || got[1].N != 1 || got[1].Municipality != "4318507" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOtherPages(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for path, want := range map[string]string{"/": "Comece por aqui", "/presencial": "Atendimento presencial", "/acessibilidade": "Acessibilidade", "/privacidade": "Privacidade"} {
		if status, page, _ := o.get(t, path); status != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, _ := o.get(t, "/qualquer"); status != http.StatusNotFound {
		t.Errorf("an address that does not exist: %d", status)
	}
}

func TestTheHomePageOffersToGoOn(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	asked := 0
	o.Pending = func(context.Context, person.Actor) (string, error) {
		asked++
		return "/reclamacoes/nova?rascunho=7", nil
	}
	if _, page, _ := o.get(t, "/"); strings.Contains(page, "rascunho=7") || asked != 0 {
		t.Error("a visitor has nothing to go on with")
	}
	o.who = person.Actor{AccountID: "ana", Name: "Ana"}
	if _, page, _ := o.get(t, "/"); !strings.Contains(page, "rascunho=7") {
		t.Error("an unfinished complaint must be offered")
	}
}

func TestTheHomePageOffersToGoOnWithASignIn(t *testing.T) { // R-9; gov.br sends people home after registering
	o := open(t, dbtest.SQLite(t))
	o.Interrupted = func(*http.Request) string { return "/entrar?volta=/painel" }
	if _, page, _ := o.get(t, "/"); !strings.Contains(page, `href="/entrar?volta=/painel"`) || !strings.Contains(page, "Você estava entrando") {
		t.Error("a sign-in that led nowhere must be offered again")
	}
	o.who = person.Actor{AccountID: "ana", Name: "Ana"}
	if _, page, _ := o.get(t, "/"); strings.Contains(page, "Você estava entrando") {
		t.Error("who is signed in has nothing to go on with")
	}
	o.who, o.Interrupted = person.Actor{}, func(*http.Request) string { return "" }
	if _, page, _ := o.get(t, "/"); strings.Contains(page, "Você estava entrando") {
		t.Error("a visitor who never began has nothing to go on with")
	}
}

func TestSuggestions(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for typed, want := range map[string]int{"acegu": 1, "são": 8, "": 0, "xyz": 0} {
		_, body, _ := o.get(t, "/municipios?q="+url.QueryEscape(typed))
		var got []struct{ ID, Name string }
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got) != want || got == nil {
			t.Errorf("%q: %s, %v", typed, body, err)
		}
	}
}

func TestAPageCostsFewQueries(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d)
	o.get(t, "/municipios?q=a") // the list of municipalities is read once a minute
	varejo := o.id(t, "11222333000181")
	for path, most := range map[string]int64{"/": 0, "/atendimento?q=telefonia+modelo": 5, "/atendimento?q=TELEF%C3%94NIA+MODLEO": 8, "/atendimento?q=12.abc.345/01de-35": 1,
		"/atendimento/municipio?fornecedor=nao-listado&cidade=acegua": 0, "/atendimento/destino?fornecedor=nao-listado&municipio=4315602": 3,
		"/atendimento/destino?fornecedor=" + varejo + "&municipio=4315602": 5} {
		before := d.Queries()
		o.get(t, path)
		if n := d.Queries() - before; n > most {
			t.Errorf("%s: %d queries, at most %d", path, n, most)
		}
	}
}

// BenchmarkRouteCheck is one person's way through both questions: search, choose, decide.
func BenchmarkRouteCheck(b *testing.B) {
	o := open(b, dbtest.SQLite(b))
	mux := http.NewServeMux()
	for _, route := range public.Routes(o.Site) {
		mux.Handle(route.Pattern, o.UI.Sessions.LoadAndSave(o.UI.Handle(route)))
	}
	for name, path := range map[string]string{"search": "/atendimento?q=telefonia+modelo", "search with a typo": "/atendimento?q=TELEF%C3%94NIA+MODLEO",
		"decide": "/atendimento/destino?fornecedor=nao-listado&municipio=4314902"} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					w := httptest.NewRecorder()
					mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
					if w.Code != http.StatusOK {
						b.Errorf("status %d", w.Code)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		})
	}
}

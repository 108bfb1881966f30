package account_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/demo/devidp"
)

func TestSigningOutEndsBothSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, options{})
		b := w.browser()
		b.signIn("/lugar", ana).want(t, 200, "/lugar")
		b.get("/sair").want(t, 200, "/sair", `<form method="post" action="/sair">`)
		b.get("/lugar").want(t, 200, "/lugar", "Ana Ribeiro")
		old := w.cookie(b)

		var through []string
		b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			through = append(through, r.URL.RequestURI())
			return nil
		}
		b.post("/sair").want(t, 200, "/", "capa: ")
		if len(through) != 2 || !strings.HasPrefix(through[0], devidp.DefaultPath+"logout?post_logout_redirect_uri=") {
			t.Errorf("went through %v", through)
		}
		if w.cookie(b) != "" {
			t.Error("the cookie is still there")
		}
		r, err := http.NewRequest(http.MethodGet, w.url+"/lugar", nil)
		w.must(err)
		r.AddCookie(&http.Cookie{Name: "guiche", Value: old})
		if p := b.read(w.browser().http.Do(r)); !strings.HasPrefix(p.at, devidp.DefaultPath) {
			t.Errorf("the old cookie opens %s", p.at)
		}
	})
}

func TestSigningOutWithoutASessionStillGoesToTheProvider(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.post("/sair").want(t, 200, "/")
	b.get("/sair").want(t, 200, "/sair", "Sair")
	two := newWorld(t, dbtest.SQLite(t), options{second: true}).browser()
	two.post("/sair").want(t, 200, "/")
}

func TestARaisedLevelLeadsBackToTheSamePlace(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/lugar?passo=2", carla).want(t, 200, "/lugar?passo=2", "Carla Dias bronze")
	p := b.get("/conta/nivel?volta=/lugar?passo=2")
	p.want(t, 200, "/conta/nivel?volta=/lugar?passo=2", "precisa ser prata", "Hoje ela é bronze", "/presencial", `href="/entrar?volta=%2Flugar%3Fpasso%3D2"`)
	raise := regexp.MustCompile(`class="btn btn-govbr" href="([^"]+)"`).FindStringSubmatch(p.body)
	if raise == nil {
		t.Fatalf("no way to raise the level: %s", p.body)
	}
	catalog := b.get(strings.TrimPrefix(unescape(raise[1]), w.url))
	signIn := b.fill(catalog, "cpf", carla, "nivel", "silver")
	b.fill(signIn, "cpf", carla).want(t, 200, "/lugar?passo=2", "Carla Dias silver")
	b.get("/conta/nivel?volta=/lugar").want(t, 200, "/conta/nivel?volta=/lugar", "Sua conta já é prata", `href="/lugar"`)
	b.get("/conta/nivel?volta=/lugar&nivel=ouro").want(t, 200, "/conta/nivel?volta=/lugar&nivel=ouro", "precisa ser ouro", "Hoje ela é prata")
}

func TestALevelThatWasNotRaisedAsksAgain(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/lugar", carla)
	b.get("/conta/nivel?volta=//evil.example").want(t, 200, "/conta/nivel?volta=//evil.example", `href="/entrar?volta=%2Fpainel"`)
	b.get("/conta/nivel?volta=/lugar")
	b.fill(b.get("/entrar/govbr/retorno"), "cpf", carla).want(t, 200, "/lugar", "Carla Dias bronze")
	b.get("/conta/nivel?volta=/lugar").want(t, 200, "/conta/nivel?volta=/lugar", "precisa ser prata")
}

func TestTheAccountPageShowsWhoOneIsAndNoWholeCPF(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/conta", ana).want(t, 200, "/conta", "Ana Ribeiro", "***.444.777-**", "prata", `value="ana.ribeiro@example.com"`, `value="(53) 99999-0001"`, "este acesso")
	if p := b.get("/conta"); strings.Contains(p.body, ana) || strings.Contains(p.body, "111.444.777-35") || strings.Contains(p.body, "/conta/nivel") {
		t.Error("the whole CPF, or a level to raise that needs none, is on the page")
	}
}

func TestATypedEmailIsConfirmedByAButtonNotByALink(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/conta", dandara).want(t, 200, "/conta", "Dandara")
	b.post("/conta", "email", "dandara@example.com", "telefone", "51 98888-0000").want(t, 200, "/conta", "Enviamos uma mensagem para dandara@example.com", "Falta confirmar", "(51) 98888-0000")
	b.post("/conta/confirmar-email/enviar").want(t, 200, "/conta", "Enviamos outra mensagem")
	if len(w.secrets) != 2 {
		t.Fatalf("%d mails", len(w.secrets))
	}
	other := w.browser() // the mailbox may be read on another device
	link := "/conta/confirmar-email?codigo=" + w.secrets[0]
	for range 2 {
		other.get(link).want(t, 200, link, `name="codigo" value="`+w.secrets[0]+`"`)
	}
	b.get("/conta").want(t, 200, "/conta", "Falta confirmar")
	other.post("/conta/confirmar-email", "codigo", w.secrets[0]).want(t, 200, "/conta/email-confirmado", "Pronto")
	if p := b.get("/conta"); strings.Contains(p.body, "Falta confirmar") {
		t.Error("still unconfirmed")
	}
	for _, secret := range w.secrets { // a second tap, and the other mail
		other.post("/conta/confirmar-email", "codigo", secret).want(t, 200, "/conta/email-confirmado", "Pronto")
	}
	b.post("/conta", "email", "outra@example.com", "telefone", "51 98888-0000")
	other.post("/conta/confirmar-email", "codigo", w.secrets[0]).want(t, 422, "/conta/confirmar-email", "foi trocado", `href="/conta"`)
	other.get("/conta/confirmar-email").want(t, 422, "/conta/confirmar-email", "incompleto")
}

func TestAWrongContactKeepsWhatWasTyped(t *testing.T) { // interface.md manners: 422
	w := one(t)
	b := w.browser()
	b.signIn("/conta", ana)
	b.post("/conta", "email", "ana@", "telefone", "51 99999-1234").want(t, 422, "/conta", `value="ana@"`, `value="51 99999-1234"`, `href="#email"`, "nome@exemplo.com.br")
	b.post("/conta", "email", "", "telefone", "").want(t, 422, "/conta", "Informe um e-mail ou um telefone")
	b.get("/conta").want(t, 200, "/conta", "ana.ribeiro@example.com")
	for range 5 {
		b.post("/conta", "email", "x@example.com", "telefone", "")
		b.post("/conta", "email", "y@example.com", "telefone", "")
	}
	b.post("/conta/confirmar-email/enviar").want(t, 422, "/conta/confirmar-email/enviar", "5 mensagens")
	b.post("/conta", "email", "z@example.com", "telefone", "").want(t, 422, "/conta", "5 mensagens", `value="z@example.com"`)
}

func TestAContactTypedWithoutASessionIsBack(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.fill(b.post("/conta", "email", "novo@example.com", "telefone", ""), "cpf", ana).want(t, 200, "/conta", `value="novo@example.com"`)
	if len(w.secrets) != 0 {
		t.Error("a form of before the sign-in was carried out by itself")
	}
}

func TestASessionElsewhereCanBeEnded(t *testing.T) {
	w := one(t)
	here, there, stranger := w.browser(), w.browser(), w.browser()
	there.signIn("/lugar", ana)
	stranger.signIn("/lugar", dandara)
	here.signIn("/conta", ana)
	p := here.get("/conta")
	end := regexp.MustCompile(`action="(/conta/sessoes/[^"]+/encerrar)"`).FindAllStringSubmatch(p.body, -1)
	if len(end) != 1 {
		t.Fatalf("%d sessions to end, want the one elsewhere: %s", len(end), p.body)
	}
	stranger.post(end[0][1]).want(t, 404, end[0][1])
	there.get("/lugar").want(t, 200, "/lugar", "Ana Ribeiro")
	for range 2 { // a second tap
		here.post(end[0][1]).want(t, 200, "/conta", "Sessão encerrada")
	}
	if p := there.get("/lugar"); !strings.HasPrefix(p.at, devidp.DefaultPath) {
		t.Errorf("the ended session is at %s", p.at)
	}
	stranger.post(end[0][1]).want(t, 404, end[0][1])
	here.get("/lugar").want(t, 200, "/lugar", "Ana Ribeiro")
}

func TestAPageOfTheAccountCostsFewQueries(t *testing.T) {
	w := one(t)
	b := w.browser()
	b.signIn("/conta", ana)
	before := w.people.DB.Queries()
	b.get("/conta")
	if n := w.people.DB.Queries() - before; n > 3 {
		t.Errorf("%d queries", n)
	}
}

func TestTheSecurityPolicyLearnsWhereFormsLead(t *testing.T) { // Q section 3: form-action
	w := newWorld(t, dbtest.SQLite(t), options{second: true})
	got := strings.Join(w.site.Origins(), " ")
	if want := w.url + " http://127.0.0.1:1"; got != want {
		t.Errorf("got %s", got)
	}
}

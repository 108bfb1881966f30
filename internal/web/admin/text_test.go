package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/person"
)

func words(acao, versao, assunto, texto, botao string) url.Values {
	return url.Values{"acao": {acao}, "versao": {versao}, "assunto": {assunto}, "texto": {texto}, "botao": {botao}}
}

func TestEveryNoticeIsListedAndHasItsPage(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	list := w.get("/admin/textos", 200, "Para o consumidor", "Para a empresa", "Para quem trabalha no órgão")
	for _, m := range notice.Samples("Procon RS", "") {
		at := "/admin/textos/" + m.About().Kind
		if !strings.Contains(list, `href="`+at+`"`) {
			t.Errorf("%s is not listed", at)
		}
		page := w.get(at, 200, m.About().Title, "nunca foi mudado", `src="`+at+`/email"`)
		for _, f := range m.Fields() {
			if !strings.Contains(page, "{"+f.Name+"}") || !strings.Contains(page, f.Means) {
				t.Errorf("%s does not explain {%s}", at, f.Name)
			}
		}
		w.get(at+"/email", 200, "<html", `<base target="_blank">`)
	}
	w.get("/admin/textos/nao-existe", 404)
	w.get("/admin/textos/nao-existe/email", 404)
}

func TestWhatIsTypedIsShownBeforeItIsKept(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	const at = "/admin/textos/said"
	for says, typed := range map[string]url.Values{
		`id="texto-error"`:   words("ver", "0", "Oi", "{quem} escreveu {", "Abrir"),
		`id="assunto-error"`: words("guardar", "0", "", "{quem} escreveu", "Abrir"),
		`id="botao-error"`:   words("", "0", "Oi", "{quem} escreveu", "{cpf}"),
	} {
		page := w.post(at, typed, 422, says, "Falta acertar 1 ponto", "{quem} escreveu")
		if strings.Contains(page, "<iframe") {
			t.Error("words that are refused have a preview")
		}
	}
	page := w.post(at, words("ver", "0", "Oi: {protocolo}", "{quem} mandou <b>zebrinha</b>.", "Abrir"), 200,
		"Assunto: <strong>Oi: 2026.0001.0000001-49</strong>", "O Procon RS mandou &lt;b&gt;zebrinha&lt;/b&gt;.", `src="`+at+`/email?rascunho=1" title="O e-mail como aparece" sandbox=`, `value="Oi: {protocolo}"`)
	if strings.Contains(page, "<b>zebrinha") {
		t.Error("the words are alive on the page")
	}
	w.get(at+"/email?rascunho=1", 200, "O Procon RS mandou &lt;b&gt;zebrinha&lt;/b&gt;.")
	for _, other := range []string{at + "/email", "/admin/textos/said_to_company/email?rascunho=1"} {
		if strings.Contains(w.get(other, 200), "zebrinha") {
			t.Errorf("%s has the words of the draft", other)
		}
	}
	w.get(at, 200, "nunca foi mudado")
}

func TestTheFrameOfAMailRunsNothing(t *testing.T) { // quality section 3
	w := newWorld(t, dbtest.SQLite(t))
	answer := w.ask(httptest.NewRequest(http.MethodGet, "/admin/textos/said/email", nil))
	policy := answer.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox allow-popups") || strings.Contains(policy, "allow-scripts") {
		t.Error(policy)
	}
}

func TestTheAgencysWordsAreSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		outbox := mail.NewOutbox(w.Now)
		complaint.Teller{DB: w.DB, Sender: outbox, Agencies: w.Agencies, Now: w.Now, BaseURL: "https://procon.exemplo"}.Register(w.Jobs)
		w.post("/admin/textos/filed", words("guardar", "0", "Chegou: {protocolo}", "{nome}, está aqui.\n\n{proximo}", "Abrir"), 303)
		w.get("/admin/textos/filed", 200, "O texto foi guardado", "Kátia Wolff", "em uso", "Voltar ao texto padrão")
		w.get("/admin/textos", 200, "Chegou: {protocolo}", "do órgão")
		own := w.File(t, complainttest.Opts{})
		w.post("/admin/textos/filed", url.Values{"acao": {"padrao"}, "versao": {"1"}}, 303)
		w.sendMails()
		w.get("/admin/textos/filed", 200, "O texto padrão voltou a valer", "voltou ao texto padrão")
		ours := w.File(t, complainttest.Opts{})
		w.sendMails()
		w.post("/admin/textos/filed", words("guardar", "2", "De novo: {protocolo}", "{proximo}", "Abrir"), 303)
		again := w.File(t, complainttest.Opts{})
		w.sendMails()
		for i, want := range []string{"Recebemos sua reclamação " + own, "Recebemos sua reclamação " + ours, "De novo: " + again} {
			if sent := outbox.All(); len(sent) != 3 || sent[i].Subject != want {
				t.Errorf("mail %d of %d: %q, not %q", i, len(sent), sent[i].Subject, want)
			}
		}
	})
}

func TestAFormerVersionIsPutIntoTheForm(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	const at = "/admin/textos/said"
	w.post(at, words("guardar", "0", "Primeiro", "Texto um.", "Abrir"), 303)
	w.post(at, words("guardar", "1", "Segundo", "Texto dois.", "Abrir"), 303)
	w.get(at+"?versao=1", 200, `value="Primeiro"`, "o texto da versão 1", `name="versao" value="2"`, at+"/email?rascunho=1")
	w.get(at+"/email?rascunho=1", 200, "Texto um.")
	for _, none := range []string{"?versao=2", "?versao=9", "?versao=x"} {
		w.get(at+none, 200, `value="Segundo"`)
	}
}

func TestWhoComesTooLateKeepsWhatTheyTypedAndDecidesAgain(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	const at = "/admin/textos/said"
	w.post(at, words("guardar", "0", "Primeiro", "Texto um.", "Abrir"), 303)
	for _, versao := range []string{"0", "", "x"} {
		w.post(at, words("guardar", versao, "Tarde", "Texto tarde.", "Abrir"), 409, "Alguém mudou este texto", `value="Tarde"`, "Primeiro", `name="versao" value="1"`)
	}
	w.post(at, url.Values{"acao": {"padrao"}, "versao": {"0"}}, 409, "Alguém mudou este texto")
	w.post(at, words("guardar", "1", "Tarde", "Texto tarde.", "Abrir"), 303)
	w.get(at, 200, `value="Tarde"`)
}

func TestWordsThatStoppedBeingGoodAreSaidToBe(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.post("/admin/textos/said", words("guardar", "0", "Primeiro", "Texto um.", "Abrir"), 303)
	if err := w.DB.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE notice_text SET body = $1`, "{antigo}")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.get("/admin/textos", 200, "não serve mais")
	w.get("/admin/textos/said", 200, "o texto padrão está sendo enviado", "{antigo}")
	w.get("/admin/textos/said/email", 200, "escreveu para você")
}

func TestAnAdministratorSeesAndChangesTheOwnAgencyOnly(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.post("/admin/textos/said", words("guardar", "0", "Do estado", "Texto.", "Abrir"), 303)
	w.who = w.Heitor
	w.who.Grants = []person.Grant{{Role: person.Admin, AgencyID: w.Heitor.Agency()}}
	w.get("/admin", 200, "Administração do Procon Rio Grande")
	if page := w.get("/admin/textos/said", 200, "nunca foi mudado"); strings.Contains(page, "Do estado") || strings.Contains(page, "Kátia") {
		t.Error("another agency's words are shown")
	}
	w.post("/admin/textos/said", words("guardar", "0", "Da cidade", "Texto.", "Abrir"), 303)
	w.who = w.katia
	w.get("/admin/textos/said", 200, `value="Do estado"`)
}

func TestPagesOfTextsCostFewQueries(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.post("/admin/textos/said", words("guardar", "0", "Oi", "Texto.", "Abrir"), 303)
	for _, path := range []string{"/admin/textos", "/admin/textos/said", "/admin/textos/said/email"} {
		before := w.DB.Queries()
		w.get(path, 200)
		if n := w.DB.Queries() - before; n > 2 {
			t.Errorf("%s costs %d queries", path, n)
		}
	}
}

package officer_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jba/templatecheck"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
	"guiche/internal/web/officer"
)

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for name, page := range officer.Pages() {
		template := w.ui.Template(name)
		if template == nil {
			t.Fatalf("no template %s", name)
		}
		if err := templatecheck.CheckHTML(template.Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACaseFromQueueToClosing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		elisa := w.as(w.Elisa)

		elisa.get("/servidor").want(t, 200, protocol, "Ana Ribeiro", "Aceguá", "Ferragem da Esquina", "Móveis e Colchões", "hoje", "até quarta, 25 de novembro")
		next := elisa.send("/servidor/proximo", elisa.get("/servidor/fila").form(t, "/servidor/proximo"))
		next.want(t, 200, "Este caso agora é seu.", "O caso é seu", "111.444.777-35", "(53) 99999-0001", "96445-000", "R$ 1.234,56", "Comprei uma estante",
			"comprovante_endereco.txt", "agency-screening-2026-1, versão 2026-1", "2 dias úteis: meta de triagem", "Contado a partir de segunda, 23 de novembro", "Procon RS (Porto Alegre)", "Por que esta data?", "não tem Procon municipal")
		if !strings.HasPrefix(next.at, caseURL(protocol)) {
			t.Fatalf("went to %s", next.at)
		}

		w.Wait(1)
		elisa.do(protocol, "nota", "mensagem", "Ligar amanhã.").want(t, 200, "Nota guardada", "Ligar amanhã.", "nota interna")
		form := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "pedido"), "mensagem", "Mande a nota fiscal.")
		elisa.sendFiles(deedURL(protocol, "pedido"), form, map[string]string{"modelo.txt": "Modelo de declaração"}).
			want(t, 200, "Pedido enviado", "Aguardando o consumidor", "Mande a nota fiscal.", "modelo.txt", "Prazos anteriores")
		w.must(w.Service.Supply(t.Context(), w.Ana, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Segue a nota."}))
		elisa.get(caseURL(protocol)).want(t, 200, "Em triagem", "Segue a nota.", "Informações enviadas")

		elisa.do(protocol, "encaminhar", "orgao", "outro", "orgao_nome", "Corpo de Bombeiros", "motivo", "Há risco de incêndio.", "referencia", "77/26").
			want(t, 200, "Caso encaminhado", "Encaminhada para: Corpo de Bombeiros", "Há risco de incêndio.", "Nenhum prazo corre", `class="btn btn-primary" data-key="n"`)
		elisa.do(protocol, "retomar", "motivo", "Eles devolveram.").want(t, 200, "voltou para o órgão", "Em análise pelo Procon")
		elisa.do(protocol, "encerrar", "resultado", "settled", "motivo", "A loja entregou.").
			want(t, 200, "Caso encerrado", "Acordo entre as partes", "A loja entregou.", "Pode ser reaberto até quarta, 23 de dezembro").
			lacks(t, deedURL(protocol, "mensagem"), deedURL(protocol, "assumir"), deedURL(protocol, "encerrar"))
		elisa.do(protocol, "reabrir", "mensagem", "A estante quebrou.").want(t, 200, "Caso reaberto", "Em análise pelo Procon", "A estante quebrou.")
		elisa.do(protocol, "largar").want(t, 200, "Sem responsável")
	})
}

func TestTheBarOffersWhatTheLifeOfACaseAllows(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	protocol := w.File(t, complainttest.Opts{Answers: complaint.Answers{"municipio": complainttest.Alegrete}})
	elisa := w.as(w.Elisa)
	all := []string{"assumir", "largar", "mensagem", "pedido", "nota", "encaminhar", "encerrar", "retomar", "reabrir", "confirmar-competencia"}
	for _, step := range []struct {
		name    string
		do      func()
		offered []string
	}{
		{"new, of a place nobody is sure of (R-6)", func() {}, []string{"assumir", "mensagem", "pedido", "nota", "encaminhar", "encerrar", "confirmar-competencia"}},
		{"taken and confirmed", func() { elisa.do(protocol, "assumir"); elisa.do(protocol, "confirmar-competencia") },
			[]string{"largar", "mensagem", "pedido", "nota", "encaminhar", "encerrar"}},
		{"asked", func() { elisa.do(protocol, "pedido", "mensagem", "A nota?") }, []string{"largar", "mensagem", "nota", "encerrar"}},
		{"closed", func() { elisa.do(protocol, "encerrar", "resultado", "no_interest", "motivo", "Desistiu.") }, []string{"nota", "reabrir"}},
		{"closed a month ago", func() { w.Wait(31 * 24 * 3600e9); elisa = w.as(w.Elisa) }, []string{"nota"}},
	} {
		step.do()
		body := elisa.get(caseURL(protocol)).want(t, 200).body
		for _, deed := range all {
			offered := strings.Contains(body, `action="`+deedURL(protocol, deed)+`"`)
			if want := strings.Contains(" "+strings.Join(step.offered, " ")+" ", " "+deed+" "); offered != want {
				t.Errorf("%s: %s offered %v, want %v", step.name, deed, offered, want)
			}
		}
	}
}

func TestEmptyAndWrongFormsComeBackWithWhatWasTyped(t *testing.T) { // interface.md "Manners"
	w := newWorld(t, dbtest.SQLite(t))
	protocol := w.File(t, complainttest.Opts{})
	elisa := w.as(w.Elisa)
	for name, c := range map[string]struct {
		deed  string
		typed []string
		says  []string
	}{
		"an empty message":             {"mensagem", nil, []string{"Escreva a mensagem.", `href="#mensagem-mensagem"`, `id="mensagem-mensagem-error"`}},
		"an empty note":                {"nota", nil, []string{"Escreva a nota.", `href="#nota-mensagem"`}},
		"an empty request":             {"pedido", nil, []string{"Escreva o que você precisa que a pessoa envie."}},
		"a message that is too long":   {"mensagem", []string{"mensagem", strings.Repeat("a", 10_001)}, []string{"O texto passou de 10.000 letras.", strings.Repeat("a", 10_001)}},
		"closing without an outcome":   {"encerrar", []string{"motivo", "Porque <b>sim</b>."}, []string{"Escolha como o caso terminou.", "Porque &lt;b&gt;sim&lt;/b&gt;.", `href="#encerrar-resultado"`}},
		"closing with a made-up one":   {"encerrar", []string{"resultado", "resolved", "motivo", "Sim."}, []string{"Escolha como o caso terminou."}},
		"closing without a reason":     {"encerrar", []string{"resultado", "settled"}, []string{"Explique à pessoa", `value="settled" selected`}},
		"referring to nobody":          {"encaminhar", []string{"motivo", "Vá lá."}, []string{"Escolha o órgão", "Vá lá."}},
		"referring to a body unnamed":  {"encaminhar", []string{"orgao", "outro", "motivo", "Vá lá.", "referencia", "9/9"}, []string{"Escreva o nome do órgão.", `value="outro" selected`, `value="9/9"`}},
		"only spaces are an empty one": {"nota", []string{"mensagem", " \r\n\t "}, []string{"Escreva a nota."}},
	} {
		t.Run(name, func(t *testing.T) {
			before := w.Ref(t, w.Elisa, protocol, "")
			elisa.do(protocol, c.deed, c.typed...).want(t, 422, append(c.says, "<title>Erro: ", "Falta acertar")...)
			if after := w.Ref(t, w.Elisa, protocol, ""); after != before {
				t.Errorf("the case changed: %+v", after)
			}
		})
	}
}

func TestAFileRefusedKeepsTheTextAndTheOtherFiles(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	protocol := w.File(t, complainttest.Opts{})
	elisa := w.as(w.Elisa)
	at := deedURL(protocol, "mensagem")
	form := elisa.get(caseURL(protocol)).form(t, at, "mensagem", "Veja os anexos.")
	back := elisa.sendFiles(at, form, map[string]string{"bom.txt": "texto", "pagina.html": "<html><script>alert(1)</script></html>"})
	back.want(t, 422, "pagina.html", "Veja os anexos.", "bom.txt", "recebido")
	done := elisa.sendFiles(at, back.form(t, at, "mensagem", "Veja o anexo."), nil)
	done.want(t, 200, "Mensagem enviada.", "bom.txt").lacks(t, "recebido")
	c, err := w.Service.AsConsumer(t.Context(), w.Ana, protocol)
	if err != nil || len(c.Messages) != 1 || len(c.Files) != 4 {
		t.Errorf("%d messages, %d files, %v", len(c.Messages), len(c.Files), err)
	}
}

func TestTwoOfficersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		elisa, fabio := w.as(w.Elisa), w.as(w.Fabio)
		taking := fabio.get(caseURL(protocol)).form(t, deedURL(protocol, "assumir"))
		closing := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "encerrar"), "resultado", "unfounded", "motivo", "Escrevi muito aqui.")
		alsoTaking := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "assumir"))
		fabio.send(deedURL(protocol, "assumir"), taking).want(t, 200, "O caso é seu")
		elisa.send(deedURL(protocol, "assumir"), alsoTaking).want(t, 409, "Fábio Nunes mexeu", "O caso está com Fábio Nunes. Assumir mesmo assim?").lacks(t, "Seu texto")

		late := elisa.send(deedURL(protocol, "encerrar"), closing)
		late.want(t, 409, "Fábio Nunes mexeu neste caso em 23 de novembro, 09:00", "Seu texto continua no formulário", "Escrevi muito aqui.", `value="unfounded" selected`, "Com Fábio Nunes", `role="alert"`)
		elisa.send(deedURL(protocol, "encerrar"), late.form(t, deedURL(protocol, "encerrar"), "resultado", "unfounded", "motivo", "Escrevi muito aqui.")).
			want(t, 200, "Caso encerrado")

		elisa.send(deedURL(protocol, "mensagem"), url.Values{"mensagem": {"Chegou tarde."}, "chave": {"x"}}).
			want(t, 409, "Isto não pode ser feito agora", "Chegou tarde.", "Seu texto continua aqui")
		without := fabio.send(deedURL(protocol, "reabrir"), url.Values{"mensagem": {"Sem versão."}})
		without.want(t, 409, "Sem versão.")
	})
}

func TestAFormSentTwiceActsOnce(t *testing.T) { // R-15 manner, R-28
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		elisa := w.as(w.Elisa)
		for _, c := range []struct{ deed, words string }{{"mensagem", "Bom dia."}, {"nota", "Uma nota."}, {"pedido", "A nota fiscal?"}} {
			form := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, c.deed), "mensagem", c.words)
			for range 2 {
				elisa.send(deedURL(protocol, c.deed), form).want(t, 200)
			}
			if n := strings.Count(elisa.get(caseURL(protocol)).body, `<p class="text">`+c.words); n != 1 {
				t.Errorf("%s is there %d times", c.words, n)
			}
		}
	})
}

func TestACaseOfAnotherAgencyDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		state := w.File(t, complainttest.Opts{})
		there := w.File(t, complainttest.Opts{Answers: complaint.Answers{"municipio": complainttest.RioGrande}})
		c, err := w.Service.AsOfficer(t.Context(), w.Elisa, state, complaint.FromQueue)
		w.must(err)
		heitor, elisa := w.as(w.Heitor), w.as(w.Elisa)
		heitor.get(caseURL(there)).want(t, 200, "Procon", `<span class="agency">Procon`)
		heitor.get("/servidor/fila").want(t, 200, there).lacks(t, state)
		heitor.get("/servidor/fila?q="+state).want(t, 200, "Nada encontrado")
		elisa.get(caseURL(there)).want(t, 404)
		heitor.get(caseURL(state)).want(t, 404).lacks(t, "Ana Ribeiro")
		heitor.get(caseURL(state)+"/arquivos/"+c.Files[0].ID).want(t, 404)
		for _, deed := range []string{"assumir", "largar", "mensagem", "pedido", "nota", "encaminhar", "encerrar", "retomar", "reabrir", "confirmar-competencia"} {
			heitor.send(deedURL(state, deed), url.Values{"mensagem": {"x"}, "motivo": {"x"}, "resultado": {"settled"}, "orgao": {"anatel"}, "versao": {"1"}}).
				want(t, 404).lacks(t, "Ana Ribeiro")
		}
		heitor.get("/servidor/liberacao").want(t, 404)
		elisa.get(caseURL("2026.0001.9999999-00")).want(t, 404)
		if got, err := w.Service.AsOfficer(t.Context(), w.Elisa, state, complaint.FromQueue); err != nil || got.Version != 1 || len(got.Messages) != 0 {
			t.Errorf("something was done from outside: %+v, %v", got, err)
		}
	})
}

func TestNobodyHandlesTheirOwnComplaint(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	own := w.File(t, complainttest.Opts{By: w.Elisa})
	elisa := w.as(w.Elisa)
	elisa.get(caseURL(own)).want(t, 403, "Esta reclamação é sua")
	elisa.send(deedURL(own, "encerrar"), url.Values{"resultado": {"settled"}, "motivo": {"Ganhei."}, "versao": {"1"}}).want(t, 403)
	elisa.send(deedURL(own, "assumir"), url.Values{"versao": {"1"}}).want(t, 403)
	account, err := w.People.SignIn(t.Context(), person.Identity{Issuer: "https://outro.test/", Subject: "e", CPF: w.Elisa.CPF, Name: "Elisa Prates", Level: person.Gold})
	w.must(err)
	other, err := w.People.Actor(t.Context(), account.ID)
	w.must(err)
	elsewhere := w.File(t, complainttest.Opts{By: other}) // the same person, signed in by another provider
	elisa.get(caseURL(elsewhere)).want(t, 403)
	elisa.send("/servidor/proximo", nil).want(t, 200, "Não há caso sem responsável")
	w.as(w.Fabio).get(caseURL(own)).want(t, 200)
}

func TestWhatPeopleTypedIsInert(t *testing.T) { // quality section 3
	w := newWorld(t, dbtest.SQLite(t))
	const evil = `<img src=x onerror=alert(1)>"'{{.}}`
	protocol := w.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor_nome": evil, "relato": evil, "logradouro": evil, "numero_contrato": evil, "protocolo_fornecedor": evil}})
	elisa := w.as(w.Elisa)
	elisa.do(protocol, "encaminhar", "orgao", "outro", "orgao_nome", evil, "motivo", evil).want(t, 200)
	for _, path := range []string{caseURL(protocol), caseURL(protocol) + "?fila=" + url.QueryEscape(evil) + "&de=" + url.QueryEscape(evil),
		"/servidor/fila", "/servidor/fila?q=" + url.QueryEscape(evil), "/servidor/fila?estado=" + url.QueryEscape(evil)} {
		elisa.get(path).want(t, 200).lacks(t, "<img", "onerror=alert(1)>")
	}
}

func TestEveryReadIsRecordedOncePerQuarterHourWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		elisa, fabio := w.as(w.Elisa), w.as(w.Fabio)
		for range 3 {
			elisa.get(caseURL(protocol)+"?de=fila").want(t, 200)
		}
		fabio.get(caseURL(protocol)).want(t, 200)
		w.Wait(15 * 60e9)
		w.must(openFirst(elisa, "/servidor/fila?q=ferragem&telefone=1"))
		w.Wait(15 * 60e9)
		w.must(openFirst(elisa, "/servidor/fila?q=ferragem"))
		var got []string
		w.must(d.Read(t.Context(), func(tx *db.Tx) (err error) {
			got, err = db.Column[string](tx, `SELECT actor_name || ' ' || data FROM event WHERE stream LIKE 'read:%' ORDER BY stream, seq`)
			return err
		}))
		want := []string{`Elisa Prates {"why":"queue"}`, `Fábio Nunes {"why":"link"}`, `Elisa Prates {"why":"call"}`, `Elisa Prates {"why":"search"}`}
		if jsonOf(t, got) != jsonOf(t, want) {
			t.Errorf("recorded %q, want %q", got, want)
		}
	})
}

func TestOfficersWhoOpenACaseAtTheSameMomentAreAllRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		for range 5 {
			var readers sync.WaitGroup
			for _, who := range []person.Actor{w.Elisa, w.Fabio, w.Gilda, w.Elisa, w.Fabio, w.Gilda} {
				readers.Go(func() {
					if _, err := w.Service.AsOfficer(t.Context(), who, protocol, complaint.FromQueue); err != nil {
						t.Error(err)
					}
				})
			}
			readers.Wait()
			w.Wait(15 * 60e9)
		}
		n, err := audit.Verify(t.Context(), d)
		w.must(err)
		var reads int64
		w.must(d.Read(t.Context(), func(tx *db.Tx) (err error) {
			reads, err = db.Scalar[int64](tx, `SELECT count(*) FROM event WHERE stream LIKE 'read:%'`)
			return err
		}))
		if reads != 15 || n <= reads {
			t.Errorf("%d of %d events are reads, want 15", reads, n)
		}
	})
}

func TestASecondTapSendsTheCompanyNoSecondCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		w.must(w.Service.Notify(t.Context(), w.Elisa, complaint.Ref{Protocol: protocol}, complaint.NotifyForm{Channel: "email", Email: "sac@ferragem.test"}))
		elisa := w.as(w.Elisa)
		form := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "codigo"))
		for range 2 {
			elisa.send(deedURL(protocol, "codigo"), form).want(t, 200, "O código novo foi para sac@ferragem.test")
		}
		if n := strings.Count(elisa.get(caseURL(protocol)).body, "Fez um código de acesso novo"); n != 1 {
			t.Errorf("%d new codes", n)
		}
	})
}

func TestAFileIsADownloadUnderASandbox(t *testing.T) { // quality section 3, uploads
	w := newWorld(t, dbtest.SQLite(t))
	protocol := w.File(t, complainttest.Opts{})
	c, err := w.Service.AsOfficer(t.Context(), w.Elisa, protocol, complaint.FromQueue)
	w.must(err)
	elisa := w.as(w.Elisa)
	r, err := elisa.http.Get(w.url + caseURL(protocol) + "/arquivos/" + c.Files[0].ID)
	w.must(err)
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	elisa.get(caseURL(protocol)+"/arquivos/"+db.NewID()).want(t, 404)
}

func TestALostSessionKeepsWhatWasTyped(t *testing.T) { // R-15 manner
	w := newWorld(t, dbtest.SQLite(t))
	protocol := w.File(t, complainttest.Opts{})
	elisa := w.as(w.Elisa)
	form := elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "encerrar"), "resultado", "settled", "motivo", "Um longo motivo.")
	elisa.get("/teste/entrar/ninguem")
	elisa.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if p := elisa.send(deedURL(protocol, "encerrar"), form); p.status != 303 {
		t.Fatalf("%d", p.status)
	}
	elisa.get("/teste/entrar/" + w.Elisa.AccountID)
	elisa.get(caseURL(protocol)).want(t, 200, "Um longo motivo.", `value="settled" selected`)

	form = elisa.get(caseURL(protocol)).form(t, deedURL(protocol, "pedido"), "mensagem", "Mande a nota.")
	elisa.get("/teste/entrar/ninguem")
	if p := elisa.sendFiles(deedURL(protocol, "pedido"), form, map[string]string{"a.txt": "a"}); p.status != 303 {
		t.Fatalf("%d", p.status)
	}
	elisa.get("/teste/entrar/" + w.Elisa.AccountID)
	elisa.get(caseURL(protocol)).want(t, 200, "Mande a nota.")
}

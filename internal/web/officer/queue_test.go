package officer_test

import (
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/seed"
)

var (
	rowLink  = regexp.MustCompile(`<td class="num"><a href="([^"]+)">([0-9.-]+)</a>`)
	nextLink = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	rail     = regexp.MustCompile(`<li><a href="([^"]+)"[^>]*>[^<]* <span class="num">(\d+)</span>`)
)

func (p page) protocols() (list []string) {
	for _, m := range rowLink.FindAllStringSubmatch(p.body, -1) {
		list = append(list, m[2])
	}
	return list
}

// openFirst follows the first row of a page of the queue.
func openFirst(b *browser, path string) error {
	row := rowLink.FindStringSubmatch(b.get(path).body)
	if row == nil {
		return errors.New("no row at " + path)
	}
	b.get(html.UnescapeString(row[1])).want(b.w, 200)
	return nil
}

func (b *browser) allPages(path string) (protocols []string, pages int) {
	for path != "" {
		p := b.get(path).want(b.w, 200)
		protocols = append(protocols, p.protocols()...)
		pages++
		next := nextLink.FindStringSubmatch(p.body)
		if path = ""; next != nil {
			path = html.UnescapeString(next[1])
		}
	}
	return protocols, pages
}

func TestTheQueuePagedIsTheWholeQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var filed []string
		for n := range 120 {
			filed = append(filed, w.File(t, complainttest.Opts{}))
			if n%7 == 0 {
				w.Wait(5 * time.Hour) // several share their last day, so that the order must be settled by more than it
			}
		}
		elisa := w.as(w.Elisa)
		for n, protocol := range filed {
			if n%3 == 0 {
				w.must(w.Service.Take(t.Context(), w.Elisa, complaint.Ref{Protocol: protocol}))
			}
			if n%10 == 0 {
				w.must(w.Service.Close(t.Context(), w.Elisa, complaint.Ref{Protocol: protocol}, complaint.Settled, "Acordo."))
			}
		}
		for path, want := range map[string]string{
			"/servidor/fila":                                     `state <> 'closed'`,
			"/servidor/fila?responsavel=ninguem":                 `state <> 'closed' AND officer_id = ''`,
			"/servidor/fila?responsavel=eu&estado=screening":     `state = 'screening' AND officer_id = '` + w.Elisa.AccountID + `'`,
			"/servidor/fila?estado=closed":                       `state = 'closed'`,
			"/servidor/fila?prazo=vencidos":                      fmt.Sprintf(`state <> 'closed' AND due_at <= %d`, w.Now().UnixMicro()),
			"/servidor/fila?prazo=hoje&responsavel=ninguem":      fmt.Sprintf(`state <> 'closed' AND officer_id = '' AND due_at <= %d`, calendar.Of(w.Now()).End().UnixMicro()),
			"/servidor/fila?prazo=semana&canal=procon":           fmt.Sprintf(`state <> 'closed' AND due_at <= %d`, calendar.Of(w.Now()).Add(7).End().UnixMicro()),
			"/servidor/fila?canal=direto":                        `state <> 'closed' AND route = 'direct'`,
			"/servidor/fila?estado=nada&responsavel=x&prazo=%00": `state <> 'closed'`,
		} {
			var list []string
			w.must(d.Read(t.Context(), func(tx *db.Tx) (err error) {
				list, err = db.Column[string](tx, `SELECT protocol FROM complaint WHERE agency_id = $1 AND `+want+` ORDER BY due_at, id`, seed.StateAgency)
				return err
			}))
			got, pages := elisa.allPages(path)
			if !slices.Equal(got, list) || pages != max(1, (len(list)+49)/50) {
				t.Errorf("%s: %d cases on %d pages, want %d: %v", path, len(got), pages, len(list), got)
			}
		}
		elisa.get("/servidor/fila?depois=nada").want(t, 404)
	})
}

func TestTheQueueIsSearched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		chair := w.File(t, complainttest.Opts{Answers: complaint.Answers{"relato": "A cadeira de balanço chegou quebrada.", "fornecedor_cnpj": "44.555.666/0001-81", "fornecedor": complaint.NotListed}})
		other := w.File(t, complainttest.Opts{By: w.Dandara})
		elisa := w.as(w.Elisa)
		for typed, want := range map[string][]string{
			"cadeiras":           {chair},
			"BALANCO":            {chair},
			"dandara":            {other},
			"111.444.777-35":     {chair},
			"44.555.666/0001-81": {chair},
			"dand":               {other}, // no text has the word: beginnings count
			"quebrada dand":      nil,
			"balanço cad":        {chair},
			"zebra":              nil,
			"!!!":                nil,
		} {
			if got := elisa.get("/servidor/fila?q="+url.QueryEscape(typed)).want(t, 200).protocols(); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", typed, got, want)
			}
		}
		for _, typed := range []string{chair, strings.NewReplacer(".", "", "-", "").Replace(chair)} {
			if p := elisa.get("/servidor/fila?q="+typed).want(t, 200, "cadeira"); p.at != caseURL(chair)+"?de=busca" {
				t.Errorf("%s led to %s", typed, p.at)
			}
		}
	})
}

func TestFiltersCombineAndAreTakenOff(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.File(t, complainttest.Opts{})
	p := w.as(w.Elisa).get("/servidor/fila?responsavel=ninguem&prazo=semana&q=estante").want(t, 200,
		`href="/servidor/fila?prazo=semana&amp;q=estante" aria-current="true">Sem responsável`,
		`href="/servidor/fila?q=estante&amp;responsavel=ninguem" aria-current="true">Vencem em 7 dias`,
		`href="/servidor/fila?prazo=semana&amp;responsavel=ninguem" aria-current="true">Busca: estante`,
		`href="/servidor/fila?prazo=hoje&amp;q=estante&amp;responsavel=ninguem">Vencem até hoje`,
		`<input type="hidden" name="prazo" value="semana">`)
	row := rowLink.FindStringSubmatch(p.body)
	opened := w.as(w.Elisa).get(html.UnescapeString(row[1])).want(t, 200, `href="/servidor/fila?prazo=semana&amp;q=estante&amp;responsavel=ninguem" data-key="b"`)
	if !strings.Contains(opened.at, "de=busca") {
		t.Errorf("opened at %s", opened.at)
	}
	evil := w.as(w.Elisa).get(caseURL(row[2])+"?fila="+url.QueryEscape("//evil.example/?q=x&estado=<b>")).want(t, 200)
	evil.lacks(t, "evil.example")
}

func TestEmptyQueuesSayWhatToDo(t *testing.T) { // quality section 4
	w := newWorld(t, dbtest.SQLite(t))
	elisa := w.as(w.Elisa)
	elisa.get("/servidor/fila").want(t, 200, "A fila está vazia")
	elisa.get("/servidor/fila?responsavel=eu").want(t, 200, "Nenhum caso com estes filtros", `href="/servidor/fila"`)
	elisa.get("/servidor/fila?q=nada").want(t, 200, "Nada encontrado para “nada”")
	p := elisa.send("/servidor/proximo", url.Values{"fila": {"responsavel=eu"}}).want(t, 200, "Não há caso sem responsável")
	if p.at != "/servidor/fila?responsavel=eu" {
		t.Errorf("lost the place: %s", p.at)
	}
}

func TestASecondTapTakesNoSecondCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var filed []string
		for range 4 {
			filed = append(filed, w.File(t, complainttest.Opts{}))
			w.Wait(24 * time.Hour)
		}
		elisa, fabio := w.as(w.Elisa), w.as(w.Fabio)
		mine := func(b *browser) []string { return b.get("/servidor/fila?responsavel=eu").protocols() }
		take := func(b *browser, form url.Values, want string) {
			t.Helper()
			if p := b.send("/servidor/proximo", form).want(t, 200, "O caso é seu"); !strings.HasPrefix(p.at, caseURL(want)+"?") {
				t.Errorf("led to %s, not to %s", p.at, want)
			}
		}
		form := elisa.get("/servidor/fila").form(t, "/servidor/proximo")
		var taps sync.WaitGroup
		for range 6 {
			taps.Go(func() { take(elisa, form, filed[0]) })
		}
		taps.Wait()
		take(elisa, form, filed[0]) // the first answer was lost
		take(fabio, form, filed[1]) // another's page is another form
		if got := mine(elisa); !slices.Equal(got, filed[:1]) {
			t.Errorf("Elisa has %v", got)
		}
		p := elisa.get(caseURL(filed[0]))
		take(elisa, p.form(t, "/servidor/proximo"), filed[2])
		take(elisa, p.form(t, "/servidor/proximo"), filed[2])
		p = elisa.get(caseURL(filed[3]))
		elisa.send(deedURL(filed[3], "assumir"), p.form(t, deedURL(filed[3], "assumir")))
		filed = append(filed, w.File(t, complainttest.Opts{}), w.File(t, complainttest.Opts{}))
		take(elisa, p.form(t, "/servidor/proximo"), filed[4]) // the same page's other button
		take(fabio, url.Values{}, filed[5])
		if got := mine(elisa); !slices.Equal(got, []string{filed[0], filed[2], filed[3], filed[4]}) {
			t.Errorf("Elisa has %v of %v", got, filed)
		}
		elisa.send("/servidor/proximo", elisa.get("/servidor/fila").form(t, "/servidor/proximo")).want(t, 200, "Não há caso sem responsável")
	})
}

func TestPagesCostFewQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		protocol := w.File(t, complainttest.Opts{})
		for range 3 {
			w.File(t, complainttest.Opts{Answers: complaint.Answers{"municipio": complainttest.Alegrete}})
		}
		for range 5 {
			w.must(w.Service.Message(t.Context(), w.Elisa, complaint.AsOfficer, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Bom dia."}))
		}
		elisa := w.as(w.Elisa)
		elisa.get("/servidor/fila")
		for _, path := range []string{"/servidor/fila", caseURL(protocol), caseURL(protocol)} { // read for the first time, and again
			before := d.Queries()
			elisa.get(path).want(t, 200)
			if n := d.Queries() - before; n > 8 {
				t.Errorf("%s takes %d queries, more than 8", path, n)
			} else {
				t.Logf("%s takes %d queries", path, n)
			}
		}
	})
}

// The counts of the rail are kept, not counted. After a random walk of acts they must still be what counting gives.
func TestKeptCountsEqualARealCountAfterARandomWalk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var cases []string
		for range 12 {
			cases = append(cases, w.File(t, complainttest.Opts{Answers: complaint.Answers{"municipio": complainttest.Alegrete}}))
		}
		walk := rand.New(rand.NewPCG(26, 11))
		done := 0
		for range 150 {
			if w.randomAct(walk, cases[walk.IntN(len(cases))]) {
				done++
			}
		}
		if done < 60 {
			t.Fatalf("only %d of 150 acts were possible", done)
		}
		for _, who := range []person.Actor{w.Elisa, w.Fabio} {
			w.compareCounts(t, d, who)
		}
	})
}

// randomAct does something that may or may not be possible now; anything but a conflict is a failure.
func (w *world) randomAct(walk *rand.Rand, protocol string) bool {
	w.Helper()
	ref, say := complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Texto."}
	who := []person.Actor{w.Elisa, w.Fabio}[walk.IntN(2)]
	ctx, s := w.Context(), w.Service
	acts := []func() error{
		func() error { return s.Take(ctx, who, ref) },
		func() error { return s.Release(ctx, who, ref) },
		func() error { _, err := s.TakeNext(ctx, who, ""); return err },
		func() error { return s.Ask(ctx, who, complaint.AsOfficer, ref, say) },
		func() error { return s.Supply(ctx, w.Ana, ref, say) },
		func() error { return s.Refer(ctx, who, ref, complaint.Referral{Body: "anatel", Reason: "É de lá."}) },
		func() error { return s.Recall(ctx, who, ref, "Voltou.") },
		func() error { return s.Close(ctx, who, ref, complaint.Settled, "Acordo.") },
		func() error { return s.Reopen(ctx, who, complaint.AsOfficer, ref, say) },
		func() error { return s.ConfirmJurisdiction(ctx, who, ref) },
		func() error { return s.Note(ctx, who, complaint.AsOfficer, ref, say) },
	}
	err := acts[walk.IntN(len(acts))]()
	if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		w.Fatal(err)
	}
	return err == nil
}

func (w *world) compareCounts(t *testing.T, d *db.DB, who person.Actor) {
	t.Helper()
	where := map[string]string{"/servidor/fila": `state <> 'closed'`, "/servidor/fila?responsavel=eu": `state <> 'closed' AND officer_id = '` + who.AccountID + `'`,
		"/servidor/fila?responsavel=ninguem": `state <> 'closed' AND officer_id = ''`}
	for _, state := range complaint.States {
		where["/servidor/fila?estado="+string(state)] = `state = '` + string(state) + `'`
	}
	shown := rail.FindAllStringSubmatch(w.as(who).get("/servidor/fila").body, -1)
	if len(shown) != len(where) {
		t.Fatalf("%d views, want %d", len(shown), len(where))
	}
	for _, line := range shown {
		var n int64
		w.must(d.Read(t.Context(), func(tx *db.Tx) (err error) {
			n, err = db.Scalar[int64](tx, `SELECT count(*) FROM complaint WHERE agency_id = $1 AND `+where[line[1]], seed.StateAgency)
			return err
		}))
		if line[2] != fmt.Sprint(n) {
			t.Errorf("%s for %s: kept %s, counted %d", line[1], who.Name, line[2], n)
		}
	}
}

func TestTheStatesFormIsOpenedForOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		elisa := w.as(w.Elisa)
		elisa.get("/servidor/fila").want(t, 200, `href="/servidor/liberacao"`)
		form := func(values ...string) url.Values {
			return elisa.get("/servidor/liberacao").form(t, "/servidor/liberacao", values...)
		}
		elisa.send("/servidor/liberacao", form("cpf", "123", "motivo", "", "dias", "muitos")).
			want(t, 422, "Este CPF não existe", "Escreva o motivo", "Escolha de 1 a 90 dias", `value="123"`, `value="muitos"`)
		elisa.send("/servidor/liberacao", form("cpf", w.Ana.CPF, "motivo", "Procon fechado.", "dias", "5")).want(t, 200, "Formulário aberto por 5 dias")
		protocol := w.File(t, complainttest.Opts{Answers: complaint.Answers{"municipio": complainttest.RioGrande}})
		elisa.get(caseURL(protocol)).want(t, 200)
	})
}

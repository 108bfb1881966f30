package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

var update = flag.Bool("update", false, "write testdata/permissions.txt anew; then read every line of the difference")

const permissionFile = "testdata/permissions.txt"

// permission is a line of the table: what each person gets at a route, for one object.
type permission struct {
	route, object string
	want          map[string]string // by person: a status, or "in": sent to sign in
}

func (p permission) key() string { return p.route + " " + p.object }

// people are the columns of the table.
func people() []string {
	return []string{"visitor", "ana", "bruno", "carla", "dandara", "elisa", "fábio", "gilda", "heitor", "inês", "joão", "kátia"}
}

// insiders are those to whom an object is no secret; whoever else asks must not even learn that it exists. Nil: the
// object of this route is public.
func insiders(route, object string) []string {
	owner, _, _ := strings.Cut(object, ":")
	switch {
	case strings.Contains(route, "/empresa/casos/"):
		return map[string][]string{"bruno": {"inês"}, "ana": {"nobody"}, "note": {"nobody"}, "dandara": {"nobody"}, "elisa": {"nobody"}}[owner]
	case strings.Contains(route, "/gestao/empresas/pedidos/"):
		return map[string][]string{"request": {"gilda"}}[owner]
	case strings.Contains(route, "/empresa/pessoas/"):
		return map[string][]string{"request": {"nobody"}, "join": {"inês"}, "varejo": {"inês"}}[owner]
	case strings.Contains(route, "{pedido}"):
		return map[string][]string{"request": {"bruno"}}[owner]
	case strings.Contains(route, "{modelo}"):
		return map[string][]string{"varejo": {"inês"}}[owner]
	case strings.Contains(route, "{codigo}"), strings.Contains(route, "/correio/"), owner == "-":
		return nil
	case owner == "said":
		return []string{"kátia"} // the words of a notice
	case !strings.Contains(route, "{protocolo}") && owner == "ana":
		return []string{"ana"} // a draft, a session
	}
	return map[string][]string{
		"ana": {"ana", "elisa", "fábio", "gilda"}, "note": {"elisa", "fábio", "gilda"}, "bruno": {"bruno", "elisa", "fábio", "gilda"},
		"dandara": {"dandara", "heitor"}, "elisa": {"elisa", "fábio", "gilda"}, "letter": {"elisa", "fábio", "gilda"},
	}[owner]
}

// objectsOf are those that a route must be tried with, by what its address names.
func objectsOf(route string) []string {
	switch {
	case strings.Contains(route, "/pessoas/pedidos/{pedido}"):
		return []string{"join", "request", "unknown"}
	case strings.Contains(route, "{pedido}"):
		return []string{"request", "unknown"}
	case strings.Contains(route, "{mandato}"), strings.Contains(route, "{convite}"), strings.Contains(route, "{modelo}"), strings.Contains(route, "{empresa}"):
		return []string{"varejo", "unknown"}
	case strings.Contains(route, "{carta}"):
		return []string{"letter", "unknown"}
	case strings.Contains(route, "{protocolo}/arquivos/{arquivo}"):
		return []string{"ana", "note", "dandara", "bruno", "elisa", "crossed", "unknown"}
	case strings.Contains(route, "{protocolo}"):
		return []string{"ana", "dandara", "bruno", "elisa", "unknown"}
	case strings.Contains(route, "{arquivo}"):
		return []string{"ana", "crossed", "unknown"}
	case strings.HasSuffix(route, "/reclamacoes/nova"):
		return []string{"-", "ana:contato", "ana:documentos", "ana:revisao", "unknown:contato"}
	case strings.Contains(route, "{aviso}"):
		return []string{"said", "unknown"}
	case strings.Contains(route, "{provedor}"):
		return []string{"govbr", "unknown"}
	case strings.Contains(route, "{") && !strings.Contains(route, "{$}"):
		return []string{"ana", "unknown"}
	}
	return []string{"-"}
}

func readPermissions(t *testing.T) map[string]permission {
	t.Helper()
	text, err := os.ReadFile(permissionFile)
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]permission{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" || words[0] == "route" {
			continue
		}
		if len(words) != 3+len(people()) {
			t.Fatalf("%s: not a route, an object and %d answers: %q", permissionFile, len(people()), line)
		}
		p := permission{words[0] + " " + words[1], words[2], map[string]string{}}
		for i, name := range people() {
			p.want[name] = words[3+i]
		}
		table[p.key()] = p
	}
	return table
}

// walk is one walk over all routes.
type walk struct {
	*wholeSite
	browsers map[string]*browser
	cases    map[string]map[string]string // placeholders by object
}

func newWalk(t *testing.T, databaseURL string) *walk {
	w := &walk{wholeSite: openSite(t, databaseURL), browsers: map[string]*browser{}, cases: map[string]map[string]string{}}
	for name, cpf := range cpfOf() {
		w.browsers[name] = newBrowser(t, w.BaseURL)
		if cpf != "" {
			w.browsers[name].signIn(cpf)
		}
	}
	registered := w.text(`SELECT id FROM supplier WHERE registered_at IS NOT NULL ORDER BY id LIMIT 1`)
	for name, answers := range map[string]complaint.Answers{
		"ana": {"relato": "Só Ana sabe: " + secretOf("ana")}, "elisa": {"relato": secretOf("elisa")},
		"dandara": {"municipio": complainttest.RioGrande, "relato": secretOf("dandara")},
		"bruno":   {"fornecedor": registered, "municipio": "4314902", "relato": secretOf("bruno")},
	} {
		who := w.actor(name)
		w.cases[name] = w.caseOf(w.complain(who, answers))
	}
	w.cases["note"] = map[string]string{"protocolo": w.cases["ana"]["protocolo"], "arquivo": w.noteFile(w.cases["ana"])}
	w.cases["letter"] = w.letterObject()
	w.company(registered)
	w.cases["crossed"] = map[string]string{"protocolo": w.cases["ana"]["protocolo"], "arquivo": w.cases["dandara"]["arquivo"]}
	w.doJobs()
	return w
}

// letterObject is a case whose company was notified by post.
func (w *walk) letterObject() map[string]string {
	protocol := w.complain(w.actor("ana"), nil)
	w.must(w.complaints.Notify(context.Background(), w.actor("elisa"), complaint.Ref{Protocol: protocol}, complaint.NotifyForm{Channel: "post", Address: "Rua do Comércio, 5, Bagé"}))
	c, err := w.complaints.AsOfficer(context.Background(), w.actor("elisa"), protocol, complaint.FromLink)
	w.must(err)
	return map[string]string{"protocolo": protocol, "carta": c.LastLetter().Slug()}
}

// company gives Varejo a colleague, an invitation, a template and a person who asks to join; and Bruno asks for a company
// that is not registered yet.
func (w *walk) company(varejo string) {
	ctx, ines := context.Background(), w.actor("inês")
	w.must(w.db.Transact(ctx, func(tx *db.Tx) error {
		return w.people.GrantMandate(tx, ines, "70680690611", varejo, person.Agent, "seed", "9999-12-31")
	}))
	w.must(w.suppliers.Invite(ctx, ines, varejo, supplier.Invitation{CPF: "70180190105", Email: "marcos@example.com", Role: person.Agent}))
	w.must(w.suppliers.SaveTemplate(ctx, ines, supplier.Template{SupplierID: varejo, Title: "Modelo", Body: "Olá."}))
	w.cases["varejo"] = map[string]string{"empresa": varejo, "mandato": w.text(`SELECT id FROM mandate WHERE supplier_id = $1 AND cpf = $2`, varejo, w.keys.Index("70680690611")),
		"convite": w.text(`SELECT id FROM invitation WHERE supplier_id = $1`, varejo), "modelo": w.text(`SELECT id FROM answer_template LIMIT 1`)}
	w.cases["request"] = w.request("bruno", lojaCNPJ)
	w.cases["join"] = w.request("dandara", complainttest.Varejo)
}

// request asks for a company with a document.
func (w *walk) request(who, cnpj string) map[string]string {
	id := strings.TrimPrefix(w.browsers[who].askToAct(cnpj), "/empresa/cadastro/")
	w.browsers[who].get("/") // where what was said of the request is read
	return map[string]string{"pedido": id, "arquivo": w.text(`SELECT id FROM attachment WHERE registration_id = $1 ORDER BY id LIMIT 1`, id)}
}

func secretOf(name string) string { return "segredosegredo" + name }

func (w *walk) caseOf(protocol string) map[string]string {
	id := w.text(`SELECT id FROM complaint WHERE protocol = $1`, protocol)
	return map[string]string{"protocolo": protocol, "id": id, "arquivo": w.text(`SELECT id FROM attachment WHERE complaint_id = $1 ORDER BY id LIMIT 1`, id)}
}

// noteFile is a file that an officer put into an internal note.
func (w *walk) noteFile(of map[string]string) string {
	ctx, elisa := context.Background(), w.actor("elisa")
	file, err := w.files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: "nota.txt", By: elisa.AccountID, ComplaintID: of["id"], Reader: strings.NewReader("interna")})
	w.must(err)
	w.must(w.complaints.Note(ctx, elisa, complaint.AsOfficer, complaint.Ref{Protocol: of["protocolo"]}, complaint.Say{Body: "Nota interna.", Files: []string{file.ID}}))
	return file.ID
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// address makes the path of a route for an object. What an owner may destroy is made anew for each line.
func (w *walk) address(route, object string) string {
	_, path, _ := strings.Cut(route, " ")
	values := maps.Clone(w.cases[object])
	if values == nil {
		values = map[string]string{"protocolo": "2026.0001.9999999-57", "arquivo": db.NewID(), "id": "nothing", "codigo": "AAAAAAAAAAAAAAAAAAAA", "rascunho": db.NewID(), "provedor": object, "pedido": db.NewID(), "mandato": db.NewID(), "convite": db.NewID(), "modelo": db.NewID(), "empresa": db.NewID(), "aviso": object}
	}
	if values["carta"] == "" {
		values["carta"] = "2026-000001"
	}
	owner, step, _ := strings.Cut(object, ":")
	switch {
	case strings.Contains(path, "{rascunho}") && owner != "unknown", owner == "ana" && step != "":
		maps.Copy(values, w.draftObject(owner))
	case strings.Contains(path, "/sessoes/") && owner == "ana":
		values["id"] = w.otherSession()
	case strings.Contains(path, "{codigo}") && owner == "ana":
		values["codigo"] = w.text(`SELECT code FROM verification WHERE complaint_id = $1`, values["id"])
	case strings.Contains(path, "/correio/") && owner == "ana":
		all := w.outbox.All()
		values["id"] = all[slices.IndexFunc(all, func(m mail.Sent) bool { return m.ReplyTo != "" })].ID // not every mail can be answered, and any may leave first
	}
	if step != "" {
		path += "?rascunho=" + values["rascunho"] + "&passo=" + step
	}
	return placeholder.ReplaceAllStringFunc(strings.ReplaceAll(path, "{$}", ""), func(name string) string { return url.PathEscape(values[strings.Trim(name, "{}")]) })
}

// draftObject is a draft of Ana's with a file of hers, or with somebody else's.
func (w *walk) draftObject(object string) map[string]string {
	file := func(draft string) string {
		return w.text(`SELECT id FROM attachment WHERE draft_id = $1 ORDER BY id LIMIT 1`, draft)
	}
	for _, name := range []string{"ana", "bruno"} {
		w.discardDrafts(w.actor(name))
	}
	draft := w.draft(w.actor("ana"), nil)
	if object == "crossed" {
		return map[string]string{"rascunho": draft, "arquivo": file(w.draft(w.actor("bruno"), nil))}
	}
	return map[string]string{"rascunho": draft, "arquivo": file(draft)}
}

// discardDrafts keeps a person who begins many below what one may have.
func (w *walk) discardDrafts(who person.Actor) {
	for _, id := range w.column(`SELECT id FROM draft WHERE account_id = $1 AND complaint_id IS NULL`, who.AccountID) {
		w.must(w.complaints.Discard(context.Background(), who, id))
	}
}

// otherSession is one more place where Ana is signed in.
func (w *walk) otherSession() string {
	newBrowser(w, w.BaseURL).signIn(cpfOf()["ana"])
	return w.column(`SELECT token FROM session WHERE account_id = $1 ORDER BY created_at DESC`, w.actor("ana").AccountID)[0]
}

// ask is what one person gets.
func (w *walk) ask(name, route, path string) reply {
	method, _, _ := strings.Cut(route, " ")
	b := w.browsers[name]
	if name == "visitor" { // each from an address of their own: the forms of one address are bounded
		b = newBrowser(w, w.BaseURL)
	}
	if route == "POST /sair" && cpfOf()[name] != "" {
		b = newBrowser(w, w.BaseURL).signIn(cpfOf()[name])
	}
	if method == "POST" {
		return b.post(path, url.Values{"volta": {"/painel"}})
	}
	return b.get(path)
}

func inWords(r reply) string {
	if r.status == http.StatusSeeOther && strings.HasPrefix(r.to, "/entrar?volta=") {
		return "in"
	}
	return strconv.Itoa(r.status)
}

// line asks for one line of the table: strangers first, so that what an owner does cannot hide what they could do.
func (w *walk) line(route, object string) permission {
	p := permission{route, object, map[string]string{}}
	path, inside := w.address(route, object), insiders(route, object)
	before := w.fingerprint(acts...)
	for _, name := range people() {
		if slices.Contains(inside, name) {
			continue
		}
		p.want[name] = w.answer(name, p, path)
		if len(inside) > 0 && !slices.Contains([]string{"in", "404", "303"}, p.want[name]) {
			w.Errorf("%s: %s gets %s, and the object is a secret", p.key(), name, p.want[name])
		}
	}
	if len(inside) > 0 && w.fingerprint(acts...) != before {
		w.Errorf("%s: somebody changed what they may not see", p.key())
	}
	for _, name := range inside {
		if name == "nobody" {
			continue
		}
		p.want[name] = w.answer(name, p, path)
	}
	return p
}

func (w *walk) answer(name string, p permission, path string) string {
	r := w.ask(name, p.route, path)
	checkHeaders(w, p.key()+" as "+name, p.route, r, name != "visitor")
	if r.status >= http.StatusInternalServerError {
		w.Errorf("%s %s as %s: %d", p.route, p.object, name, r.status)
	}
	return inWords(r)
}

// routes are all addresses that answer: those of the faces, of the embedded provider, and of machines.
func (w *walk) routes() []string {
	list := []string{"GET /saude/vivo", "GET /saude/pronto", "GET /static/", "GET /nao-existe"}
	for _, route := range w.Routes {
		list = append(list, route.Pattern)
	}
	for path := range w.Mounts {
		list = append(list, "GET "+path)
	}
	slices.SortFunc(list, func(a, b string) int {
		_, pathA, _ := strings.Cut(a, " ")
		_, pathB, _ := strings.Cut(b, " ")
		return strings.Compare(pathA+a, pathB+b)
	})
	return list
}

func TestEveryRouteSaysWhoMay(t *testing.T) { // quality 3
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			w := newWalk(t, open(t))
			var got []permission
			for _, route := range w.routes() {
				for _, object := range objectsOf(route) {
					got = append(got, w.line(route, object))
				}
			}
			if *update && engine == "sqlite" {
				w.must(os.WriteFile(permissionFile, []byte(tableOf(got)), 0o644))
			}
			comparePermissions(t, got, readPermissions(t))
		})
	}
}

func engines() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresURL}
}

func comparePermissions(t *testing.T, got []permission, want map[string]permission) {
	t.Helper()
	for _, g := range got {
		said, ok := want[g.key()]
		if !ok {
			t.Errorf("%s has no line in %s: who may use it?", g.key(), permissionFile)
		}
		for _, name := range people() {
			if ok && g.want[name] != said.want[name] {
				t.Errorf("%s: %s gets %s, should get %s", g.key(), name, g.want[name], said.want[name])
			}
		}
		delete(want, g.key())
	}
	for key := range want {
		t.Errorf("%s stands in %s and is no route", key, permissionFile)
	}
}

func tableOf(lines []permission) string {
	var b strings.Builder
	fmt.Fprintf(&b, tableHead, strings.Join(padded(people()), ""))
	for _, p := range lines {
		var cells []string
		for _, name := range people() {
			cells = append(cells, p.want[name])
		}
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-64s %-16s %s", p.route, p.object, strings.Join(padded(cells), "")), " "))
	}
	return b.String()
}

func padded(cells []string) (out []string) {
	for _, c := range cells {
		out = append(out, fmt.Sprintf("%-9s", c))
	}
	return out
}

const tableHead = `# Who gets what at every address of the site (quality section 3). A number is the HTTP status; "in" is the way to sign in.
# What one may not see is 404, as if it did not exist. Forms are sent empty: 422 and 409 mean that one may, with better words.
#
# The object is whose thing the address names. ana: her case at the state agency, her draft, her session, her receipt.
# dandara: a resident of Rio Grande at the municipal agency. bruno: a case in the direct channel. elisa: an officer's own
# complaint at her own agency, which a colleague must handle. note: a file of an internal note in Ana's case.
# crossed: Ana's case or draft, with a file of somebody else's. said: a notice. unknown: nothing that exists.
route                                                            object           %s
`

func TestWhatOneMayNotSeeLooksLikeNothing(t *testing.T) { // quality 3: existence is private
	w := newWalk(t, "")
	for _, route := range w.routes() {
		if !strings.Contains(route, "{protocolo}") {
			continue
		}
		nothing := w.address(route, "unknown")
		for _, object := range []string{"ana", "dandara", "bruno"} {
			path := w.address(route, object)
			for _, name := range people() {
				if slices.Contains(insiders(route, object), name) {
					continue
				}
				have, have404 := w.ask(name, route, path), w.ask(name, route, nothing)
				if a, b := without(have, path, w.cases[object]["protocolo"]), without(have404, nothing, "2026.0001.9999999-57"); a != b {
					t.Errorf("%s as %s: a case of %s is told from none:\n%s\n%s", route, name, object, a, b)
				}
			}
		}
	}
}

var reference = regexp.MustCompile(`<(strong|code|b|span)[^>]*>[A-Z2-7]{10}<`)

// without is an answer without what names its own address.
func without(r reply, path, protocol string) string {
	text := fmt.Sprint(r.status, " ", r.to, " ", r.body)
	for _, own := range []string{url.QueryEscape(path), path, protocol} {
		text = strings.ReplaceAll(text, own, "-")
	}
	return reference.ReplaceAllString(placeholderID.ReplaceAllString(text, "ID"), "REFERENCE<")
}

var placeholderID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

func TestSearchesAndCountsKnowOnlyTheOwnAgency(t *testing.T) {
	w := newWalk(t, "")
	typed := func(of string) []string {
		account := w.actor(of)
		return []string{"", w.cases[of]["protocolo"], account.CPF, account.Name, secretOf(of), w.text(`SELECT supplier_name FROM complaint WHERE protocol = $1`, w.cases[of]["protocolo"])}
	}
	for _, c := range []struct {
		name string
		not  []string
		has  string
	}{{"heitor", []string{"ana", "bruno", "elisa"}, "dandara"}, {"elisa", []string{"dandara"}, "ana"}} {
		b := w.browsers[c.name]
		for _, other := range c.not {
			for _, q := range typed(other) {
				r := b.get("/servidor/fila?estado=&q=" + url.QueryEscape(q))
				if r.status != http.StatusOK || strings.Contains(r.body, "/servidor/casos/"+w.cases[other]["protocolo"]) || strings.Contains(r.body, secretOf(other)) && q != secretOf(other) {
					t.Errorf("%s searches %q and gets %d with a case of %s", c.name, q, r.status, other)
				}
			}
		}
		if r := b.get("/servidor/fila?q=" + secretOf(c.has)); !strings.Contains(r.body, w.cases[c.has]["protocolo"]) {
			t.Errorf("%s does not find a case of the own agency", c.name)
		}
	}
	if body := w.browsers["heitor"].get("/servidor/fila").body; !regexp.MustCompile(`Todos abertos <span class="num">1</span>`).MatchString(body) {
		t.Error("the municipal officer's count is not 1")
	}
	if body := w.browsers["elisa"].get("/servidor/fila").body; !regexp.MustCompile(`Todos abertos <span class="num">4</span>`).MatchString(body) {
		t.Error("the state officer's count is not 4")
	}
}

func TestARoleThatIsTakenAwayEndsAtOnce(t *testing.T) {
	w := newWalk(t, "")
	w.must(w.people.Revoke(context.Background(), "test", cpfOf()["heitor"], person.Officer, w.text(`SELECT code FROM agency WHERE municipality_id = $1`, complainttest.RioGrande)))
	for _, path := range []string{"/servidor/fila", "/servidor/casos/" + w.cases["dandara"]["protocolo"]} {
		if r := w.browsers["heitor"].get(path); r.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, r.status)
		}
	}
}

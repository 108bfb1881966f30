package supplier

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

// inbox is what a page of the inbox shows, as its address says it. Words that mean nothing are passed over.
type inbox struct {
	Company string // the company in hand
	State   string // a state, todos (every open case), procon; empty: what must be answered, or where a search looks
	Owner   string // eu, ninguem, or a colleague's account
	Due     string // vencidos, hoje, semana
	Text    string
	After   string
}

// choice is one word of the address with what it means to the field and to people.
type choice struct{ word, means, label string }

var (
	owners = []choice{{"eu", "me", "Meus"}, {"ninguem", "none", "Sem responsável"}}
	dues   = []choice{{"vencidos", "late", "Vencidos"}, {"hoje", "today", "Vencem até hoje"}, {"semana", "week", "Vencem em 7 dias"}}
)

const (
	anyOpen    = "todos"
	withAgency = "procon"
)

// agencyStates are those in which the agency owes the next step, or another body does.
var agencyStates = []complaint.State{complaint.Screening, complaint.InReview, complaint.Hearing, complaint.Referred}

func meaning(list []choice, word string) choice {
	i := slices.IndexFunc(list, func(c choice) bool { return c.word == word })
	if i < 0 {
		return choice{}
	}
	return list[i]
}

// readInbox reads the address of a page of the inbox. Without any word it is what the company must answer.
func readInbox(q url.Values, company string) inbox {
	f := inbox{Company: company, Due: meaning(dues, q.Get("prazo")).word, Text: ui.Clean(q.Get("q")), After: q.Get("depois")}
	state := q.Get("estado")
	if state == anyOpen || state == withAgency || slices.Contains(complaint.States, complaint.State(state)) {
		f.State = state
	}
	owner := q.Get("responsavel")
	if meaning(owners, owner).word != "" || uuid.Validate(owner) == nil {
		f.Owner = owner
	}
	return f
}

// ask is the filter in the words of the field.
func (f inbox) ask() complaint.InboxFilter {
	out := complaint.InboxFilter{Agent: f.Owner, Due: meaning(dues, f.Due).means, Text: f.Text, After: f.After}
	if c := meaning(owners, f.Owner); c.word != "" {
		out.Agent = c.means
	}
	switch {
	case f.State == withAgency:
		out.States = agencyStates
	case f.State != "" && f.State != anyOpen:
		out.States = []complaint.State{complaint.State(f.State)}
	case f.State == "" && f.Text == "":
		out.States = []complaint.State{complaint.AwaitingSupplier}
	}
	return out
}

func (f inbox) query() string {
	q := url.Values{"empresa": {f.Company}}
	for name, value := range map[string]string{"estado": f.State, "responsavel": f.Owner, "prazo": f.Due, "q": f.Text, "depois": f.After} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

func (f inbox) url() string { return "/empresa/fila?" + f.query() }

// Narrowed tells whether something is left out by more than the view.
func (f inbox) Narrowed() bool { return f.Owner+f.Due+f.Text != "" }

// link is a view or a filter of the inbox.
type link struct {
	Text, URL string
	N         int64
	On        bool
}

// views are the ways to look at the inbox, each with how many cases are there.
func (f inbox) views(n complaint.Counts) []link {
	at := inbox{State: f.State, Owner: f.Owner}
	view := func(text string, count int64, to inbox) link {
		on := at == to && (f.Text == "" || f.State != "")
		to.Company = f.Company
		return link{text, to.url(), count, on}
	}
	of := func(text string, state complaint.State) link {
		return view(text, n.ByState[state], inbox{State: string(state)})
	}
	var agency int64
	for _, state := range agencyStates {
		agency += n.ByState[state]
	}
	return []link{
		view("Para responder", n.ByState[complaint.AwaitingSupplier], inbox{}),
		of("Esperando o consumidor", complaint.AwaitingConsumer),
		of("Recusas em análise", complaint.RefusalReview),
		of("Esperando a avaliação", complaint.AwaitingRating),
		view("Com o Procon", agency, inbox{State: withAgency}),
		of("Encerradas", complaint.Closed),
		view("Todas em aberto", n.Open, inbox{State: anyOpen}),
		view("Minhas", n.Mine, inbox{State: anyOpen, Owner: "eu"}),
		view("Sem responsável", n.Unassigned, inbox{State: anyOpen, Owner: "ninguem"}),
	}
}

func (f inbox) chips() []link {
	f.After = ""
	var out []link
	for _, c := range dues {
		to := f
		if to.Due = c.word; f.Due == c.word {
			to.Due = ""
		}
		out = append(out, link{Text: c.label, URL: to.url(), On: f.Due == c.word})
	}
	if f.Text != "" {
		to := f
		to.Text = ""
		out = append(out, link{Text: "Busca: " + f.Text, URL: to.url(), On: true})
	}
	return out
}

type inboxPage struct {
	ui.Page
	Filter      inbox
	Companies   []link // when the person acts for several
	Views       []link
	Chips       []link
	Rows        template.HTML
	Next, First string
	Export      string
	Place       string // this page of the inbox, as "fila"
	Colleagues  []person.MandateHolder
	To          string // to whom cases were to be given when that failed
	Key         string
}

// showInbox lists the company's cases, what runs out first on top. A search that is one protocol opens it.
func (s *Site) showInbox(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	named := r.URL.Query().Get("empresa")
	if len(who.Mandates) == 0 && named == "" { // only cases opened by code
		return s.onlyOpened(w, r, who)
	}
	company, err := inHand(who, named)
	if err != nil {
		return err
	}
	f := readInbox(r.URL.Query(), company)
	found, err := s.Complaints.Inbox(r.Context(), who, f.Company, f.ask())
	if err != nil {
		return err
	}
	if _, exact := complaint.ParseProtocol(f.Text); exact && len(found.Rows) == 1 {
		return ui.SeeOther(w, r, caseURL(found.Rows[0].Protocol, f.query()))
	}
	p, err := s.inboxPage(r, who, f, found, nil)
	if err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "supplier/inbox", p)
}

// inboxPage puts in words what was found. The cases that were marked, when giving them to somebody failed, still are.
func (s *Site) inboxPage(r *http.Request, who person.Actor, f inbox, found complaint.InboxPage, marked []string) (inboxPage, error) {
	p := inboxPage{Page: s.workPage(r, who, "Casos"), Filter: f, Views: f.views(found.Counts), Chips: f.chips(), Place: f.query(), Key: rand.Text()}
	p.Search = "q"
	var rows ui.Markup
	for _, row := range found.Rows {
		if err := s.inboxRow(r, &rows, who, p.Place, row, slices.Contains(marked, row.Protocol)); err != nil {
			return p, err
		}
	}
	p.Rows = rows.HTML()
	here := f
	if here.After = found.Next; found.Next != "" {
		p.Next = here.url()
	}
	if here.After = ""; f.After != "" {
		p.First = here.url()
	}
	p.Export = "/empresa/exportar.csv?" + here.query()
	var err error
	if p.Colleagues, err = s.Suppliers.Colleagues(r.Context(), who, f.Company); err != nil {
		return p, err
	}
	p.Colleagues = slices.DeleteFunc(p.Colleagues, func(h person.MandateHolder) bool { return h.AccountID == "" })
	return p, s.chooseCompany(r, who, &p)
}

// inboxRow draws one case, as a row of the officer's queue is drawn.
func (s *Site) inboxRow(r *http.Request, m *ui.Markup, who person.Actor, fila string, row complaint.InboxRow, marked bool) error {
	town, err := s.Agencies.Municipality(r.Context(), row.Municipality)
	if err != nil {
		return err
	}
	m.Put("\n<tr><td>")
	if row.State != complaint.Closed {
		m.Put(`<input type="checkbox" form="dar" name="caso" value="`).Text(row.Protocol)
		if m.Put(`"`); marked {
			m.Put(" checked")
		}
		m.Put(` aria-label="Marcar o caso `).Text(row.Protocol).Put(`">`)
	}
	m.Put("</td>\n<td>")
	switch {
	case row.HasDue() && row.State == complaint.AwaitingSupplier:
		m.Add(s.UI.Deadline(row.DueAt))
	case row.HasDue(): // somebody else's
		m.Put(`<span class="meta">até `).Text(calendar.Phrase(calendar.Of(row.DueAt), calendar.Of(s.UI.Now()))).Put(`</span>`)
	default:
		m.Put(`<span class="meta">sem prazo</span>`)
	}
	m.Put("</td>\n<td class=\"num\"><a href=\"").Text(caseURL(row.Protocol, fila)).Put(`">`).Text(row.Protocol)
	m.Put("</a></td>\n<td>").Text(row.ConsumerName).Put(` <span class="meta">`).Text(town.Name)
	m.Put("</span></td>\n<td>").Text(taxonomy.Subjects().Label(row.Subject))
	m.Put("</td>\n<td><span class=\"tag ").Text(tagOf(row.State)).Put(`">`).Text(row.State.CompanyLabel()).Put(`</span>`)
	m.Optional(` <span class="meta">`, row.Outcome.Label(), `</span>`)
	if row.Late {
		m.Put(` <span class="meta">respondida fora do prazo</span>`)
	}
	m.Put("</td>\n<td>").Person(row.AgentID, row.AgentName, who.AccountID)
	m.Put("</td></tr>")
	return nil
}

// tagOf is how the mark of a state looks: what the company has to answer stands out.
func tagOf(s complaint.State) string {
	switch s {
	case complaint.AwaitingSupplier:
		return "tag-attention"
	case complaint.Closed:
		return "tag-done"
	}
	return "tag-info"
}

// chooseCompany offers the companies of a person who acts for several.
func (s *Site) chooseCompany(r *http.Request, who person.Actor, p *inboxPage) error {
	if len(who.Mandates) < 2 {
		return nil
	}
	ids := make([]string, len(who.Mandates))
	for i, m := range who.Mandates {
		ids[i] = m.SupplierID
	}
	names, err := s.Suppliers.Names(r.Context(), ids)
	for _, m := range who.Mandates {
		p.Companies = append(p.Companies, link{Text: names[m.SupplierID], URL: inbox{Company: m.SupplierID}.url(), On: m.SupplierID == p.Filter.Company})
	}
	return err
}

// onlyOpened leads who has nothing but cases opened by a code to the newest of them.
func (s *Site) onlyOpened(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	protocol, err := s.Complaints.LastOpened(r.Context(), who)
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, caseURL(protocol, ""))
}

// caseURL is the page of a case, reached from a page of the inbox; fila is empty when it was not.
func caseURL(protocol, fila string) string {
	if fila == "" {
		return (&url.URL{Path: "/empresa/casos/" + protocol}).EscapedPath()
	}
	return (&url.URL{Path: "/empresa/casos/" + protocol}).EscapedPath() + "?" + url.Values{"fila": {fila}}.Encode()
}

// readPlace is the page of the inbox that a page carries in its own address, as "fila"; empty for who has none.
func readPlace(who person.Actor, fila string) string {
	q, err := url.ParseQuery(fila)
	if err != nil || !who.ActsFor(q.Get("empresa")) {
		return ""
	}
	return readInbox(q, q.Get("empresa")).query()
}

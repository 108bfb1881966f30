package supplier

import (
	"net/http"
	"net/url"
	"slices"

	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

// inbox is what a page of the inbox shows, as its address says it. Words that mean nothing are passed over.
type inbox struct {
	Company string // the company in hand
	State   complaint.State
	Owner   string // eu, ninguem
	Due     string // vencidos, hoje, semana
	All     bool   // every open case, not only those to be answered
	Text    string
	After   string
}

// choice is one word of the address with what it means to the field and to people.
type choice struct{ word, means, label string }

var (
	owners = []choice{{"eu", "me", "Meus"}, {"ninguem", "none", "Sem responsável"}}
	dues   = []choice{{"vencidos", "late", "Vencidos"}, {"hoje", "today", "Vencem até hoje"}, {"semana", "week", "Vencem em 7 dias"}}
)

func meaning(list []choice, word string) choice {
	i := slices.IndexFunc(list, func(c choice) bool { return c.word == word })
	if i < 0 {
		return choice{}
	}
	return list[i]
}

// readInbox reads the address of a page of the inbox. Without any word it is what the company must answer.
func readInbox(q url.Values, company string) inbox {
	f := inbox{Company: company, Owner: meaning(owners, q.Get("responsavel")).word, Due: meaning(dues, q.Get("prazo")).word, All: q.Get("estado") == "todos",
		Text: ui.Clean(q.Get("q")), After: q.Get("depois")}
	if state := complaint.State(q.Get("estado")); slices.Contains(complaint.States, state) {
		f.State = state
	}
	return f
}

// ask is the filter in the words of the field.
func (f inbox) ask() complaint.InboxFilter {
	state := f.State
	if state == "" && !f.All && f.Text == "" {
		state = complaint.AwaitingSupplier
	}
	return complaint.InboxFilter{State: state, Agent: meaning(owners, f.Owner).means, Due: meaning(dues, f.Due).means, Text: f.Text, After: f.After}
}

func (f inbox) query() string {
	q := url.Values{"empresa": {f.Company}}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("estado", string(f.State))
	if f.All {
		q.Set("estado", "todos")
	}
	set("responsavel", f.Owner)
	set("prazo", f.Due)
	set("q", f.Text)
	set("depois", f.After)
	return q.Encode()
}

func (f inbox) url() string { return "/empresa/fila?" + f.query() }

// link is a view or a filter of the inbox.
type link struct {
	Text, URL string
	N         int64
	On        bool
}

// views are the ways to look at the inbox, each with how many cases are there.
func (f inbox) views(n complaint.Counts) []link {
	at := inbox{State: f.State, Owner: f.Owner, All: f.All}
	view := func(text string, count int64, to inbox) link {
		on := at == to
		to.Company = f.Company
		return link{text, to.url(), count, on}
	}
	withAgency := n.ByState[complaint.Screening] + n.ByState[complaint.InReview]
	return []link{
		view("Para responder", n.ByState[complaint.AwaitingSupplier], inbox{}),
		view("Esperando o consumidor", n.ByState[complaint.AwaitingConsumer], inbox{State: complaint.AwaitingConsumer}),
		view("Esperando a avaliação", n.ByState[complaint.AwaitingRating], inbox{State: complaint.AwaitingRating}),
		view("Recusas em análise", n.ByState[complaint.RefusalReview], inbox{State: complaint.RefusalReview}),
		view("Em análise pelo Procon", withAgency, inbox{State: complaint.InReview}),
		view("Todos abertos", n.Open, inbox{All: true}),
		view("Meus", n.Mine, inbox{All: true, Owner: "eu"}),
		view("Sem responsável", n.Unassigned, inbox{All: true, Owner: "ninguem"}),
		view("Encerrados", n.ByState[complaint.Closed], inbox{State: complaint.Closed}),
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
	Rows        []inboxRow
	Next, First string
	Export      string
}

type inboxRow struct {
	complaint.InboxRow
	URL, Subject, Town string
	Mine               bool
}

// showInbox lists the company's cases, what runs out first on top. A search that is one protocol opens it.
func (s *Site) showInbox(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	company, err := inHand(who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	if company == "" { // only cases opened by code
		return s.onlyOpened(w, r, who)
	}
	f := readInbox(r.URL.Query(), company)
	found, err := s.Complaints.Inbox(r.Context(), who, company, f.ask())
	if err != nil {
		return err
	}
	if _, exact := complaint.ParseProtocol(f.Text); exact && len(found.Rows) == 1 {
		return ui.SeeOther(w, r, caseURL(found.Rows[0].Protocol))
	}
	p, err := s.inboxPage(r, who, f, found)
	if err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "supplier/inbox", p)
}

func (s *Site) inboxPage(r *http.Request, who person.Actor, f inbox, found complaint.InboxPage) (inboxPage, error) {
	p := inboxPage{Page: s.workPage(r, who, "Casos"), Filter: f, Views: f.views(found.Counts), Chips: f.chips()}
	p.Search = "q"
	export := f
	export.After = ""
	p.Export = "/empresa/exportar.csv?" + export.query()
	for _, row := range found.Rows {
		town, err := s.Agencies.Municipality(r.Context(), row.Municipality)
		if err != nil {
			return p, err
		}
		p.Rows = append(p.Rows, inboxRow{row, caseURL(row.Protocol), taxonomy.Subjects().Label(row.Subject), town.Name, row.AgentID == who.AccountID})
	}
	here := f
	if here.After = found.Next; found.Next != "" {
		p.Next = here.url()
	}
	if here.After = ""; f.After != "" {
		p.First = here.url()
	}
	return p, s.chooseCompany(r, who, &p)
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
	return ui.SeeOther(w, r, caseURL(protocol))
}

func caseURL(protocol string) string { return "/empresa/casos/" + protocol }

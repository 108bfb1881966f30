package officer

import (
	"net/url"
	"slices"

	"guiche/internal/complaint"
	"guiche/internal/web/ui"
)

// filter is what a page of the queue shows, as its address says it. Words that mean nothing are passed over.
type filter struct {
	State   complaint.State
	Owner   string // eu, ninguem
	Due     string // vencidos, hoje, semana
	Channel string // direto, procon
	Text    string
	Call    bool // the search is made for somebody on the telephone
	After   string
}

// choice is one word of the address with what it means to the field and to people.
type choice struct{ word, means, label string }

var (
	owners   = []choice{{"eu", "me", "Meus"}, {"ninguem", "none", "Sem responsável"}}
	dues     = []choice{{"vencidos", "late", "Vencidos"}, {"hoje", "today", "Vencem até hoje"}, {"semana", "week", "Vencem em 7 dias"}}
	channels = []choice{{"direto", string(complaint.Direct), "Canal direto"}, {"procon", string(complaint.Agency), "Pelo Procon"}}
)

func find(list []choice, word string) choice {
	for _, c := range list {
		if c.word == word {
			return c
		}
	}
	return choice{}
}

func readFilter(q url.Values) filter {
	f := filter{Owner: find(owners, q.Get("responsavel")).word, Due: find(dues, q.Get("prazo")).word, Channel: find(channels, q.Get("canal")).word,
		Text: ui.Clean(q.Get("q")), After: q.Get("depois")}
	if state := complaint.State(q.Get("estado")); slices.Contains(complaint.States, state) {
		f.State = state
	}
	f.Call = f.Text != "" && q.Get("telefone") == "1"
	return f
}

// readPlace is the queue's place that a page carries in its own address, as "fila".
func readPlace(fila string) filter {
	q, err := url.ParseQuery(fila)
	if err != nil {
		return filter{}
	}
	return readFilter(q)
}

// query is the part of the address that says this filter; empty for the whole queue.
func (f filter) query() string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("estado", string(f.State))
	set("responsavel", f.Owner)
	set("prazo", f.Due)
	set("canal", f.Channel)
	set("q", f.Text)
	if f.Call {
		q.Set("telefone", "1")
	}
	set("depois", f.After)
	return q.Encode()
}

func (f filter) url() string {
	if q := f.query(); q != "" {
		return "/servidor/fila?" + q
	}
	return "/servidor/fila"
}

// ask is the filter in the words of the field.
func (f filter) ask() complaint.Filter {
	return complaint.Filter{State: f.State, Officer: find(owners, f.Owner).means, Due: find(dues, f.Due).means,
		Route: complaint.Route(find(channels, f.Channel).means), Text: f.Text, After: f.After}
}

// from is why a case of this page is opened.
func (f filter) from() complaint.ReadReason {
	switch {
	case f.Call:
		return complaint.FromCall
	case f.Text != "":
		return complaint.FromSearch
	}
	return complaint.FromQueue
}

// chip is a filter that a click puts on or takes off.
type chip struct {
	Text, URL string
	On        bool
}

func (f filter) chips() []chip {
	f.After = ""
	var out []chip
	for _, group := range []struct {
		list []choice
		now  string
		with func(filter, string) filter
	}{
		{dues, f.Due, func(g filter, word string) filter { g.Due = word; return g }},
		{owners, f.Owner, func(g filter, word string) filter { g.Owner = word; return g }},
		{channels, f.Channel, func(g filter, word string) filter { g.Channel = word; return g }},
	} {
		for _, c := range group.list {
			word := c.word
			if group.now == word {
				word = ""
			}
			out = append(out, chip{c.label, group.with(f, word).url(), group.now == c.word})
		}
	}
	if f.Text != "" {
		g := f
		g.Text, g.Call = "", false
		out = append(out, chip{"Busca: " + f.Text, g.url(), true})
	}
	return out
}

// view is a line of the rail: a way to look at the queue, and how many cases are there.
type view struct {
	Text, URL string
	N         int64
	Current   bool
}

func (f filter) views(n complaint.Counts) []view {
	at := filter{State: f.State, Owner: f.Owner}
	out := []view{
		{"Todos abertos", filter{}.url(), n.Open, at == filter{}},
		{"Meus", filter{Owner: "eu"}.url(), n.Mine, at == filter{Owner: "eu"}},
		{"Sem responsável", filter{Owner: "ninguem"}.url(), n.Unassigned, at == filter{Owner: "ninguem"}},
	}
	for _, state := range complaint.States {
		out = append(out, view{state.OfficerLabel(), filter{State: state}.url(), n.ByState[state], at == filter{State: state}})
	}
	return out
}

package officer

import (
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

type queuePage struct {
	ui.Page
	Filter      filter
	Narrowed    bool // something is left out by a filter
	Views       []view
	Chips       []chip
	Rows        template.HTML
	Next, First string // addresses of the next page, and of the first when this is another
	Place       string // this page of the queue, as "fila"
	Key         string
	StateOnly   bool // the actor works in the state agency
}

// queue lists the cases of the agency, what runs out first on top. A search that is one protocol opens it.
func (s *Site) queue(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	f := readFilter(r.URL.Query())
	found, err := s.Complaints.Queue(r.Context(), who, f.ask())
	if err != nil {
		return err
	}
	if _, exact := complaint.ParseProtocol(f.Text); exact && len(found.Rows) == 1 {
		return ui.SeeOther(w, r, caseURL(found.Rows[0].Protocol, place{f.from(), filter{}.query()}))
	}
	p, err := s.queuePage(r, who, f, found)
	if err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "officer/queue", p)
}

func (s *Site) queuePage(r *http.Request, who person.Actor, f filter, found complaint.QueuePage) (queuePage, error) {
	page, of, err := s.page(r, who, "Fila")
	if err != nil {
		return queuePage{}, err
	}
	p := queuePage{Page: page, Filter: f, Narrowed: f != filter{}, Views: f.views(found.Counts), Chips: f.chips(), Place: f.query(), Key: rand.Text(), StateOnly: of.Kind == "state"}
	p.Search = "q"
	here := place{f.from(), p.Place}
	var rows ui.Markup
	for _, row := range found.Rows {
		if err := s.queueRow(r, &rows, who, here, row); err != nil {
			return p, err
		}
	}
	p.Rows = rows.HTML()
	other := f
	if other.After = found.Next; found.Next != "" {
		p.Next = other.url()
	}
	if other.After = ""; f.After != "" {
		p.First = other.url()
	}
	return p, nil
}

// queueRow draws one case.
func (s *Site) queueRow(r *http.Request, m *ui.Markup, who person.Actor, here place, row complaint.QueueRow) error {
	town, err := s.Agencies.Municipality(r.Context(), row.Municipality)
	if err != nil {
		return err
	}
	m.Put("\n<tr><td>")
	if row.HasDue() {
		m.Add(s.UI.Deadline(row.DueAt))
	} else {
		m.Put(`<span class="meta">sem prazo</span>`)
	}
	m.Put("</td>\n<td class=\"num\"><a href=\"").Text(caseURL(row.Protocol, here)).Put(`">`).Text(row.Protocol)
	m.Put("</a></td>\n<td>").Text(row.ConsumerName).Put(` <span class="meta">`).Text(town.Name)
	m.Put("</span></td>\n<td>").Text(row.SupplierName)
	if row.Route == complaint.Direct {
		m.Put(` <span class="meta">canal direto</span>`)
	}
	m.Put("</td>\n<td>").Text(taxonomy.Subjects().Label(row.Subject))
	m.Put("</td>\n<td><span class=\"tag ").Text(tagOf(row.State)).Put(`">`).Text(row.State.OfficerLabel()).Put(`</span>`)
	m.Optional(` <span class="meta">`, row.Outcome.Label(), `</span>`)
	if row.ConfirmJurisdiction && row.State != complaint.Closed {
		m.Put(` <span class="tag tag-attention">confirmar competência</span>`)
	}
	m.Put("</td>\n<td>").Person(row.OfficerID, row.OfficerName, who.AccountID)
	m.Put("</td>\n<td class=\"num\"><time datetime=\"").Text(row.FiledAt.Format(time.RFC3339)).Put(`">`).Text(age(row.FiledAt, s.today())).Put("</time></td></tr>")
	return nil
}

// tagOf is how the mark of a state looks: what an officer has to do stands out, what others have to do does not.
func tagOf(s complaint.State) string {
	switch s {
	case complaint.Closed:
		return "tag-done"
	case complaint.AwaitingConsumer, complaint.AwaitingSupplier, complaint.AwaitingRating, complaint.Referred:
		return ""
	}
	return "tag-info"
}

// age says how long ago somebody filed.
func age(filed time.Time, today calendar.Day) string {
	switch days := today.Sub(calendar.Of(filed)); days {
	case 0:
		return "hoje"
	case 1:
		return "ontem"
	default:
		return fmt.Sprintf("há %d dias", days)
	}
}

// takeNext takes the case that runs out first of those nobody has, and opens it.
func (s *Site) takeNext(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	at := readPlace(values.Get("fila"))
	protocol, err := s.Complaints.TakeNext(r.Context(), who, values.Get("chave"))
	if fault.Is(err, fault.NotFound) {
		s.UI.Flash(r.Context(), fault.Text(err))
		return ui.SeeOther(w, r, at.url())
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Este caso agora é seu.")
	return ui.SeeOther(w, r, caseURL(protocol, place{complaint.FromQueue, at.query()}))
}

// place is how a case was reached: why it is read, and the page of the queue to go back to.
type place struct {
	from  complaint.ReadReason
	queue string
}

// reasons are the words of "de" in the address of a case.
var reasons = map[string]complaint.ReadReason{"fila": complaint.FromQueue, "busca": complaint.FromSearch, "telefone": complaint.FromCall}

func (p place) word() string {
	for word, reason := range reasons {
		if reason == p.from {
			return word
		}
	}
	return ""
}

// readCasePlace reads where a case's page was come from. Without a word for it the address was opened by itself.
func readCasePlace(from, fila string) place {
	p := place{complaint.FromLink, readPlace(fila).query()}
	if reason, known := reasons[from]; known {
		p.from = reason
	}
	return p
}

func caseURL(protocol string, p place) string {
	q := url.Values{}
	if word := p.word(); word != "" {
		q.Set("de", word)
	}
	if p.queue != "" {
		q.Set("fila", p.queue)
	}
	return (&url.URL{Path: "/servidor/casos/" + protocol, RawQuery: q.Encode()}).String()
}

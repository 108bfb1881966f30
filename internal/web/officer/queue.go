package officer

import (
	"fmt"
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
	Rows        []queueRow
	Next, First string // addresses of the next page, and of the first when this is another
	Place       string // this page of the queue, as "fila"
	StateOnly   bool   // the actor works in the state agency
}

// queueRow is one case in words: a page has fifty, and what is ready costs the template least.
type queueRow struct {
	URL, Protocol           string
	DueAt                   time.Time // zero: no deadline
	Consumer, Municipality  string
	Company                 string
	Direct                  bool
	Subject, State, Outcome string
	Tag                     string // class of the mark of the state
	Confirm                 bool   // an officer must confirm that the agency is competent
	Officer                 string // empty: nobody
	Age, Filed              string // how long ago it was filed, and the moment for machines
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
	p := queuePage{Page: page, Filter: f, Narrowed: f != filter{}, Views: f.views(found.Counts), Chips: f.chips(), Place: f.query(), StateOnly: of.Kind == "state"}
	p.Search = "q"
	here := place{f.from(), p.Place}
	for _, row := range found.Rows {
		line, err := s.queueRow(r, who, here, row)
		if err != nil {
			return p, err
		}
		p.Rows = append(p.Rows, line)
	}
	other := f
	if other.After = found.Next; found.Next != "" {
		p.Next = other.url()
	}
	if other.After = ""; f.After != "" {
		p.First = other.url()
	}
	return p, nil
}

func (s *Site) queueRow(r *http.Request, who person.Actor, here place, row complaint.QueueRow) (queueRow, error) {
	m, err := s.Agencies.Municipality(r.Context(), row.Municipality)
	if err != nil {
		return queueRow{}, err
	}
	line := queueRow{URL: caseURL(row.Protocol, here), Protocol: row.Protocol, Consumer: row.ConsumerName, Municipality: m.Name,
		Company: row.SupplierName, Direct: row.Route == complaint.Direct, Subject: taxonomy.Subjects().Label(row.Subject),
		State: row.State.OfficerLabel(), Outcome: row.Outcome.Label(), Tag: tagOf(row.State), Confirm: row.ConfirmJurisdiction && row.State != complaint.Closed,
		Officer: row.OfficerName, Age: age(row.FiledAt, s.today()), Filed: row.FiledAt.Format(time.RFC3339)}
	if row.HasDue() {
		line.DueAt = row.DueAt
	}
	if row.OfficerID == who.AccountID {
		line.Officer = "você"
	}
	return line, nil
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
	protocol, err := s.Complaints.TakeNext(r.Context(), who)
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

package officer

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

type casePage struct {
	ui.Page
	Case         complaint.Case
	Agency       agency.Agency
	Municipality string
	FactIn       string
	Labels       labels
	Mine         bool
	Place        place
	Back         string // the page of the queue this case was reached from
	Conflict     string // somebody was quicker: who and when
	Typed        bool   // a form is open with what was typed
	Key          string
	Carried      template.HTML // what every form of the page sends along
	Buttons      []deed        // deeds that need no words
	Panels       []*panel      // deeds that do
	Timeline     []casefile.Moment
	Clock        *complaint.Why // of the clock that runs; nil: none, or one that was not recorded
	Past         []complaint.Why
	Still        *complaint.StandsStill // the company's clock, while it waits
	Files        []file
	Reopens      bool          // closed, and may still be reopened
	Siblings     template.HTML // the cases of the other companies in the same attendance
	Others, Rest template.HTML // the person's other cases: the newest, and those before
}

// labels are the words of the case's codes.
type labels struct{ Segment, Area, Subject, Problem, Remedy, BoughtHow string }

// file is a file of the case with who sent it.
type file struct {
	attachment.Attachment
	By string
}

// show is the whole case on one screen; that it was read, and why, is recorded.
func (s *Site) show(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q := r.URL.Query()
	at := readCasePlace(q.Get("de"), q.Get("fila"))
	c, err := s.Complaints.AsOfficer(r.Context(), who, r.PathValue("protocolo"), at.from)
	if err != nil {
		return err
	}
	p, err := s.casePage(r, who, c, at)
	if err != nil {
		return err
	}
	for _, open := range p.Panels {
		if typed := s.UI.Kept(r.Context(), p.URL(open.name)); typed != nil {
			p.openOnly(open)
			open.fields().Fill(typed)
		}
	}
	return s.UI.Render(w, http.StatusOK, "officer/case", p)
}

func (s *Site) casePage(r *http.Request, who person.Actor, c complaint.Case, at place) (*casePage, error) {
	page, of, err := s.page(r, who, "Caso "+c.Protocol)
	if err != nil {
		return nil, err
	}
	p := &casePage{Page: page, Case: c, Agency: of, Labels: labelsOf(c.Complaint), Mine: c.OfficerID == who.AccountID, Place: at, Back: readPlace(at.queue).url(),
		Key: rand.Text(), Timeline: timeline(c, who.AccountID, of.ShortName), Files: files(c), Reopens: c.CanReopen(s.Now())}
	m, err := s.Agencies.Municipality(r.Context(), c.Consumer.Municipality)
	if err != nil {
		return p, err
	}
	p.Municipality = m.Name
	if c.FactIn != "" {
		m, err = s.Agencies.Municipality(r.Context(), c.FactIn)
		p.FactIn = m.Name
	}
	p.offer(s.possible(c.Complaint, p.Mine))
	p.chooseReader()
	p.fitLetters()
	if err == nil {
		err = s.clocks(r, p)
	}
	newest := min(shownOthers, len(c.Others))
	p.Carried, p.Siblings, p.Others, p.Rest = p.carried(), s.others(at, c.Siblings), s.others(at, c.Others[:newest]), s.others(at, c.Others[newest:])
	return p, err
}

// possible are the deeds that make sense now: what the life of a case allows, less what would change nothing.
func (s *Site) possible(c complaint.Complaint, mine bool) []deed {
	allowed := complaint.Allowed(c, complaint.AsOfficer)
	return slices.DeleteFunc(deeds(), func(d deed) bool {
		switch d.act {
		case complaint.ActTake:
			return mine || !slices.Contains(allowed, d.act)
		case complaint.ActRelease:
			return !mine || !slices.Contains(allowed, d.act)
		case complaint.ActConfirmJurisdiction:
			return !c.ConfirmJurisdiction || !slices.Contains(allowed, d.act)
		case complaint.ActReopen:
			return !c.CanReopen(s.Now())
		}
		return !slices.Contains(allowed, d.act)
	})
}

func (p *casePage) offer(possible []deed) {
	for _, d := range possible {
		if d.form == nil {
			p.Buttons = append(p.Buttons, d)
		} else {
			p.Panels = append(p.Panels, newPanel(d))
		}
	}
	if len(p.Panels) > 0 && p.Panels[0].act == complaint.ActMessage {
		p.Panels[0].Open = true
	}
}

func (p *casePage) panel(name string) *panel {
	for _, open := range p.Panels {
		if open.name == name {
			return open
		}
	}
	return nil
}

func (p *casePage) openOnly(one *panel) {
	for _, other := range p.Panels {
		other.Open = other == one
	}
}

// URL is where a deed on this case is sent.
func (p *casePage) URL(deed string) string { return "/servidor/casos/" + p.Case.Protocol + "/" + deed }

// Here is this page, to come back to after a lost session.
func (p *casePage) Here() string { return caseURL(p.Case.Protocol, p.Place) }

// Queue is the page of the queue this case was reached from, as forms carry it on.
func (p *casePage) Queue() string { return p.Place.queue }

// carried is drawn once for all forms of the page, of which there may be twenty (ADR 5).
func (p *casePage) carried() template.HTML {
	var m ui.Markup
	m.Put(`<input type="hidden" name="versao" value="`).Text(strconv.FormatInt(p.Case.Version, 10))
	m.Put(`"><input type="hidden" name="chave" value="`).Text(p.Key)
	m.Put(`"><input type="hidden" name="de" value="`).Text(p.Place.word())
	m.Put(`"><input type="hidden" name="fila" value="`).Text(p.Queue())
	m.Put(`"><input type="hidden" name="volta" value="`).Text(p.Here()).Put(`">`)
	return m.HTML()
}

// Done tells that nothing waits for an officer here, so that the next case is the next thing.
func (p *casePage) Done() bool {
	return p.Case.State == complaint.Closed || p.Case.State == complaint.Referred || p.Case.State == complaint.AwaitingConsumer
}

// Similar counts the consumer's other cases about the same company.
func (p *casePage) Similar() (n int64) {
	for _, other := range p.Case.Others {
		if other.SameSupplier {
			n++
		}
	}
	return n
}

// shownOthers is how many other cases of the person are shown without opening the rest.
const shownOthers = 5

// Older counts the rest.
func (p *casePage) Older() int { return max(0, len(p.Case.Others)-shownOthers) }

// others draws a list of other cases; nothing when there are none.
func (s *Site) others(from place, cases []complaint.Brief) template.HTML {
	if len(cases) == 0 {
		return ""
	}
	var m ui.Markup
	m.Put(`<ul class="files">`)
	for _, b := range cases {
		m.Put("\n<li><a href=\"").Text(caseURL(b.Protocol, from)).Put(`">`).Text(b.SupplierName).Put(`</a>`)
		if b.SameSupplier {
			m.Put(` <span class="tag tag-attention">mesma empresa</span>`)
		}
		m.Put(`<br><span class="meta num">`).Text(b.Protocol).Put(` · `).Text(b.State.OfficerLabel()).Optional(`: `, b.Outcome.Label(), ``)
		m.Put(` · `).Text(calendar.Phrase(calendar.Of(b.FiledAt), s.today())).Put(`</span></li>`)
	}
	return m.Put(`</ul>`).HTML()
}

func labelsOf(c complaint.Complaint) labels {
	return labels{taxonomy.Segments().Label(c.Segment), taxonomy.Areas().Label(c.Area), taxonomy.Subjects().Label(c.Subject),
		taxonomy.Problems().Label(c.Problem), taxonomy.Remedies().Label(c.Remedy), taxonomy.Purchases().Label(c.BoughtHow)}
}

// files are all files of the case, newest first, each with the name of who sent it.
func files(c complaint.Case) []file {
	names := map[string]string{c.Consumer.AccountID: c.Consumer.Name}
	for _, m := range c.Messages {
		names[m.AuthorID] = m.AuthorName
	}
	var out []file
	for _, f := range slices.Backward(c.Files) {
		out = append(out, file{f, names[f.By]})
	}
	return out
}

// download gives one file of the case: a photo as a copy without its notes of place and device.
func (s *Site) download(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	f, err := s.Complaints.FileOf(r.Context(), who, complaint.AsOfficer, r.PathValue("protocolo"), r.PathValue("arquivo"))
	if err != nil {
		return err
	}
	return casefile.Send(w, r, s.Files, f, who)
}

// Postcode is the consumer's, as people write it.
func (p *casePage) Postcode() string {
	code := p.Case.Consumer.Postcode
	if len(code) != 8 {
		return code
	}
	return code[:5] + "-" + code[5:]
}

// Phone is the consumer's, as people write it; it is stored as ten or eleven digits.
func (p *casePage) Phone() string {
	digits := p.Case.Consumer.Phone
	if len(digits) < 10 {
		return digits
	}
	return "(" + digits[:2] + ") " + digits[2:len(digits)-4] + "-" + digits[len(digits)-4:]
}

// Dial is the address that calls the consumer.
func (p *casePage) Dial() string { return "tel:+55" + p.Case.Consumer.Phone }

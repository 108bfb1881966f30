package officer

import (
	"crypto/rand"
	"net/http"
	"slices"

	"guiche/internal/agency"
	"guiche/internal/attachment"
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
	Buttons      []deed   // deeds that need no words
	Panels       []*panel // deeds that do
	Timeline     []casefile.Moment
	Clock        *complaint.Why // of the clock that runs; nil: none, or one that was not recorded
	Past         []complaint.Why
	Still        *complaint.StandsStill // the company's clock, while it waits
	Files        []file
	Reopens      bool // closed, and may still be reopened
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

func (s *Site) casePage(r *http.Request, who person.Actor, c complaint.Case, at place) (casePage, error) {
	page, of, err := s.page(r, who, "Caso "+c.Protocol)
	if err != nil {
		return casePage{}, err
	}
	p := casePage{Page: page, Case: c, Agency: of, Labels: labelsOf(c.Complaint), Mine: c.OfficerID == who.AccountID, Place: at, Back: readPlace(at.queue).url(),
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
		err = s.clocks(r, &p)
	}
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
func (p casePage) URL(deed string) string { return "/servidor/casos/" + p.Case.Protocol + "/" + deed }

// Here is this page, to come back to after a lost session.
func (p casePage) Here() string { return caseURL(p.Case.Protocol, p.Place) }

// From and Queue are what every form carries on.
func (p casePage) From() string  { return p.Place.word() }
func (p casePage) Queue() string { return p.Place.queue }

// Done tells that nothing waits for an officer here, so that the next case is the next thing.
func (p casePage) Done() bool {
	return p.Case.State == complaint.Closed || p.Case.State == complaint.Referred || p.Case.State == complaint.AwaitingConsumer
}

// Similar counts the consumer's other cases about the same company.
func (p casePage) Similar() (n int64) {
	for _, other := range p.Case.Others {
		if other.SameSupplier {
			n++
		}
	}
	return n
}

// other is another case of the same person, with the address of its page.
type other struct {
	complaint.Brief
	URL string
}

// shownOthers is how many other cases are shown without opening the rest.
const shownOthers = 5

// Recent are the newest other cases of the person, Older the rest.
func (p casePage) Recent() []other { return p.others(0, shownOthers) }
func (p casePage) Older() []other  { return p.others(shownOthers, len(p.Case.Others)) }

func (p casePage) others(from, to int) (list []other) {
	for n, b := range p.Case.Others {
		if n >= from && n < to {
			list = append(list, other{b, caseURL(b.Protocol, p.Place)})
		}
	}
	return list
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
func (p casePage) Postcode() string {
	code := p.Case.Consumer.Postcode
	if len(code) != 8 {
		return code
	}
	return code[:5] + "-" + code[5:]
}

// Phone is the consumer's, as people write it; it is stored as ten or eleven digits.
func (p casePage) Phone() string {
	digits := p.Case.Consumer.Phone
	if len(digits) < 10 {
		return digits
	}
	return "(" + digits[:2] + ") " + digits[2:len(digits)-4] + "-" + digits[len(digits)-4:]
}

// Dial is the address that calls the consumer.
func (p casePage) Dial() string { return "tel:+55" + p.Case.Consumer.Phone }

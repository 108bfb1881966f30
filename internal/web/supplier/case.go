package supplier

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

type casePage struct {
	ui.Page
	Case     complaint.Case
	Agency   agency.Agency
	Town     string
	Labels   struct{ Area, Subject, Problem, Remedy, BoughtHow string }
	Timeline []casefile.Moment
	Files    bool // there is something to download
	Deeds    []deed
	Open     deed // whose form is shown; its Name is empty when nothing can be done
	Lost     bool // it cannot be done any more; shown for the words that were typed
	Form     ui.Form
	Kept     []attachment.Attachment
	Models   []supplier.Template
	Model    string // the template in use
	Key      string
	Conflict string
	Guest    bool   // sees this case only, by an access code
	Place    string // the page of the inbox it was reached from, as "fila"; may be empty
}

// show is the case as the company sees it. "ato" says which form is open, "modelo" which template fills it.
func (s *Site) show(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	c, err := s.Complaints.AsSupplier(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p, err := s.casePage(r, who, c, q.Get("ato"), q.Get("fila"))
	if err != nil {
		return err
	}
	if kept := s.UI.Kept(r.Context(), p.Action()); kept != nil {
		p.Form.Fill(kept)
	}
	if p.Open.Models {
		s.useModel(&p, q.Get("modelo"))
	}
	return s.UI.Render(w, http.StatusOK, "supplier/case", p)
}

func (s *Site) casePage(r *http.Request, who person.Actor, c complaint.Case, open, fila string) (casePage, error) {
	of, err := s.Agencies.Agency(r.Context(), c.AgencyID)
	if err != nil {
		return casePage{}, err
	}
	town, err := s.Agencies.Municipality(r.Context(), c.Consumer.Municipality)
	if err != nil {
		return casePage{}, err
	}
	p := casePage{Page: s.workPage(r, who, "Caso "+c.Protocol), Case: c, Agency: of, Town: town.Name, Key: rand.Text(), Guest: !who.ActsFor(c.SupplierID),
		Timeline: casefile.Timeline(c, who.AccountID, of.ShortName), Files: len(c.Files) > 0, Place: readPlace(who, fila)}
	slices.Reverse(p.Timeline)
	p.Theme.Agency = of.ShortName
	p.Labels.Area, p.Labels.Subject, p.Labels.Problem = taxonomy.Areas().Label(c.Area), taxonomy.Subjects().Label(c.Subject), taxonomy.Problems().Label(c.Problem)
	p.Labels.Remedy, p.Labels.BoughtHow = taxonomy.Remedies().Label(c.Remedy), taxonomy.Purchases().Label(c.BoughtHow)
	p.Deeds = possible(c, p.Guest)
	p.open(open)
	if p.Open.Name == "" {
		return p, nil
	}
	return p, s.fillForm(r, who, &p)
}

// possible are the deeds that make sense now: what the life of a case allows, less what was done already or too often.
// A guest has no colleagues.
func possible(c complaint.Case, guest bool) []deed {
	allowed := complaint.Allowed(c.Complaint, complaint.AsSupplier)
	return slices.DeleteFunc(deeds(), func(d deed) bool {
		switch d.act {
		case complaint.ActAnswer:
			if c.Route == complaint.Direct && c.State == complaint.AwaitingRating && !c.Unanswered {
				return true
			}
		case complaint.ActAsk:
			if c.AsksLeft() == 0 {
				return true
			}
		case complaint.ActAssign, complaint.ActNote:
			if guest {
				return true
			}
		}
		return !slices.Contains(allowed, d.act)
	})
}

// open chooses the deed whose form is shown: the one asked for, else the first possible.
func (p *casePage) open(name string) {
	for _, d := range p.Deeds {
		if d.Name == name {
			p.Open = d
			return
		}
	}
	if len(p.Deeds) > 0 {
		p.Open = p.Deeds[0]
	}
}

func (s *Site) fillForm(r *http.Request, who person.Actor, p *casePage) (err error) {
	p.Form = p.Open.form(s)
	if p.Open.act == complaint.ActAssign {
		return s.colleagues(r, who, p)
	}
	if p.Open.Models && !p.Guest {
		p.Models, err = s.Suppliers.Templates(r.Context(), who, p.Case.SupplierID)
	}
	return err
}

// colleagues offers those who act for the company now.
func (s *Site) colleagues(r *http.Request, who person.Actor, p *casePage) error {
	people, err := s.Suppliers.Colleagues(r.Context(), who, p.Case.SupplierID)
	field := p.Form.Get("responsavel")
	for _, h := range people {
		if h.AccountID != "" {
			field.Options = append(field.Options, ui.Option{Value: h.AccountID, Label: h.Name})
		}
	}
	field.Value = p.Case.AgentID
	return err
}

// useModel fills the form's text with a template of the company.
func (s *Site) useModel(p *casePage, id string) {
	for _, t := range p.Models {
		if t.ID != id {
			continue
		}
		first, _, _ := strings.Cut(p.Case.Consumer.Name, " ")
		until := ""
		if p.Case.HasDue() {
			until = calendar.Phrase(calendar.Of(p.Case.DueAt), calendar.Of(s.Now()))
		}
		p.Model, p.Form.Get("mensagem").Value = id, t.Fill(map[string]string{"{consumidor}": first, "{protocolo}": p.Case.Protocol, "{empresa}": p.Case.SupplierName, "{prazo}": until})
	}
}

// URL is where something below the case is; Action is where the open form is sent; Here is this page.
func (p casePage) URL(rest string) string { return caseURL(p.Case.Protocol, "") + "/" + rest }
func (p casePage) Action() string         { return p.URL(p.Open.Name) }
func (p casePage) Here() string           { return p.To(p.Open.Name) }

// To is this page with the form of a deed open.
func (p casePage) To(deed string) string {
	q := url.Values{"ato": {deed}}
	if p.Place != "" {
		q.Set("fila", p.Place)
	}
	return caseURL(p.Case.Protocol, "") + "?" + q.Encode()
}

// About is what the open deed does; of a message also who reads it.
func (p casePage) About() string {
	if p.Open.act != complaint.ActMessage {
		return p.Open.About
	}
	about := "O consumidor e o Procon leem a mensagem."
	if p.Case.UsualThread(complaint.AsSupplier) == complaint.ToSupplier {
		about = "Só o Procon lê a mensagem."
	}
	if p.Case.State == complaint.AwaitingSupplier {
		about += " Ela não é a resposta e não para o prazo."
	}
	return about
}

// Back is the page of the inbox the case was reached from, or the company's first.
func (p casePage) Back() string {
	if p.Place != "" {
		return "/empresa/fila?" + p.Place
	}
	return inbox{Company: p.Case.SupplierID}.url()
}

// act does a deed and goes back to the case. What is refused comes back on the same page with everything typed.
func (s *Site) act(d deed) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		c, err := s.Complaints.AsSupplier(r.Context(), who, r.PathValue("protocolo"))
		if err != nil {
			return err
		}
		sent, err := casefile.Receive(w, r, s.Files, func(field string) (attachment.Upload, bool) {
			return attachment.Upload{Kind: attachment.Message, By: who.AccountID, ComplaintID: c.ID}, d.Files && field == attachment.Message.Field()
		})
		if err != nil {
			return err
		}
		if err = sent.Refused.Err(); err == nil {
			err = d.do(r.Context(), s.Complaints, who, d.ref(c.Protocol, sent), sent)
		}
		if err == nil {
			s.UI.Flash(r.Context(), d.said)
			return ui.SeeOther(w, r, caseURL(c.Protocol, readPlace(who, sent.Values["fila"])))
		}
		return s.again(w, r, who, d, sent, err)
	}
}

// ref names the case and what the person saw of it. A form without its version is taken for an old one.
func (d deed) ref(protocol string, sent casefile.Received) complaint.Ref {
	ref := complaint.Ref{Protocol: protocol, Key: sent.Values["chave"]}
	if d.fresh {
		version, err := strconv.ParseInt(sent.Values["versao"], 10, 64)
		if err != nil || version <= 0 {
			version = -1
		}
		ref.Version = version
	}
	return ref
}

// again shows the case as it is now, with what was typed and what is wrong with it.
func (s *Site) again(w http.ResponseWriter, r *http.Request, who person.Actor, d deed, sent casefile.Received, failure error) error {
	status := ui.Status(failure)
	if status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return failure
	}
	c, err := s.Complaints.AsSupplier(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	p, err := s.casePage(r, who, c, d.Name, sent.Values["fila"])
	if err != nil {
		return err
	}
	if p.Open.Name != d.Name {
		p.Open, p.Lost = d, true
		if err := s.fillForm(r, who, &p); err != nil {
			return err
		}
	}
	typed := url.Values{}
	for name, value := range sent.Values {
		typed.Set(name, value)
	}
	p.Form.Fill(typed)
	p.Form.Fail(failure)
	p.Problems = p.Form.Problems()
	if status == http.StatusConflict {
		p.Conflict = fault.Text(failure)
	}
	if d.Files {
		if p.Kept, err = casefile.Waiting(r.Context(), s.Files, c.ID, who); err != nil {
			return err
		}
	}
	return s.UI.Render(w, status, "supplier/case", p)
}

// downloadOne gives one file of the case: a photo as a copy without its notes of place and device.
func (s *Site) downloadOne(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	f, err := s.Complaints.FileOf(r.Context(), who, complaint.AsSupplier, r.PathValue("protocolo"), r.PathValue("arquivo"))
	if err != nil {
		return err
	}
	return casefile.Send(w, r, s.Files, f, who)
}

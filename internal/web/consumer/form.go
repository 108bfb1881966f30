package consumer

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type formPage struct {
	ui.Page
	Step         step
	Progress     ui.Progress
	Draft        complaint.Draft
	Form         ui.Form
	Action       string
	Back         string // the step before; empty on the first
	Return       string // the step to go to after this one, when it is not the next
	Supplier     string // name of the company chosen, if any
	Direct       bool
	Municipality string // name, when the route fixed it
	Continued    bool
	// documents
	Zones []zone
	// review
	Sections []section
}

// zone is one kind of document: its files, its input, what is wrong with it.
type zone struct {
	Field *ui.Field
	Files []attachment.Attachment
}

type section struct {
	Step  step
	Lines []line
}

type line struct{ Label, Value, Problem string }

// form shows a step of the actor's draft, or begins a draft from the route that led here.
func (s *Site) form(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q := r.URL.Query()
	if q.Get("rascunho") == "" {
		return s.begin(w, r, who, q)
	}
	d, err := s.Complaints.Draft(r.Context(), who, q.Get("rascunho"))
	if err != nil {
		return err
	}
	if d.ComplaintID != "" {
		return s.toComplaint(w, r, who, d)
	}
	if fellAway(d, q.Get("passo")) {
		return ui.SeeOther(w, r, stepURL(d.ID, nextStep(d, stepSupplier, q.Get("depois"))))
	}
	if kept := s.UI.Kept(r.Context(), stepURL(d.ID, q.Get("passo"))); kept != nil {
		if d, err = s.Complaints.Write(r.Context(), who, d.ID, answersOf(d, q.Get("passo"), kept)); err != nil {
			return err
		}
	}
	page, err := s.page(r, who, d, q.Get("passo"))
	if err != nil {
		return err
	}
	page.Continued = q.Get("continua") == "1"
	return s.UI.Render(w, http.StatusOK, "consumer/form", page)
}

// toComplaint answers whoever comes back to a form that was sent already: from its last step with the receipt, whose
// answer may have been lost on the way. What an old tab sends is not taken, and it says so.
func (s *Site) toComplaint(w http.ResponseWriter, r *http.Request, who person.Actor, d complaint.Draft) error {
	protocol, err := s.Complaints.File(r.Context(), who, d.ID, nil)
	if err != nil {
		return err
	}
	to, step := "/reclamacoes/"+protocol, r.URL.Query().Get("passo")
	kept := s.UI.Kept(r.Context(), stepURL(d.ID, step)) != nil
	switch {
	case step == stepReview:
		to += "?registrada=1"
		if kept { // it had arrived before the session ended
			s.UI.Warn(r.Context(), "")
		}
	case kept || r.Method == http.MethodPost:
		s.UI.Warn(r.Context(), "Esta reclamação já foi enviada, e o que você mandou agora não entrou nela. Se precisar, escreva uma mensagem no caso.")
	}
	return ui.SeeOther(w, r, to)
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request, who person.Actor, q url.Values) error {
	answers := fromFrontDoor(q)
	if to, elsewhere, err := s.elsewhere(r, who, answers); elsewhere || err != nil {
		return seeOtherOr(w, r, to, err)
	}
	d, continued, err := s.Complaints.StartDraft(r.Context(), who, answers, false)
	if err != nil {
		return err
	}
	to := stepURL(d.ID, firstOpen(s, d))
	if continued {
		to += "&continua=1"
	}
	if !who.Level.AtLeast(s.Complaints.FilingLevel) {
		to = "/conta/nivel?volta=" + url.QueryEscape(to)
	}
	return ui.SeeOther(w, r, to)
}

// fromFrontDoor are the answers that the front door gives. Where it happened is asked of a municipality: the
// answer given for another one goes with it.
func fromFrontDoor(q url.Values) complaint.Answers {
	answers := complaint.Answers{}
	for _, name := range []string{"fornecedor", "fornecedor_nome", "fornecedor_cnpj", "municipio"} {
		if v := ui.Clean(q.Get(name)); v != "" {
			answers[name] = v
		}
	}
	if answers["municipio"] != "" {
		answers["fato"] = ui.Clean(q.Get("fato"))
	}
	return answers
}

// startOver begins a new draft with the route that led here, and leaves the older ones as they are.
func (s *Site) startOver(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	d, _, err := s.Complaints.StartDraft(r.Context(), who, fromFrontDoor(values), true)
	if fault.Is(err, fault.Conflict) {
		s.UI.Flash(r.Context(), fault.Text(err))
		return ui.SeeOther(w, r, "/painel")
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, stepURL(d.ID, firstOpen(s, d)))
}

func seeOtherOr(w http.ResponseWriter, r *http.Request, to string, err error) error {
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, to)
}

// elsewhere tells whether the answers so far belong to another Procon, and the page that says so.
func (s *Site) elsewhere(r *http.Request, who person.Actor, a complaint.Answers) (to string, yes bool, err error) {
	routed, decided, err := s.Complaints.RouteOf(r.Context(), who, a)
	if err != nil || !decided {
		return "", false, err
	}
	switch routed.Destination.Kind {
	case agency.MunicipalSite, agency.OtherState:
		return destinationURL(routed.Supplier.ID, a["municipio"], a["fato"]), true, nil
	}
	return "", false, nil
}

func destinationURL(supplierID, municipality, factIn string) string {
	q := url.Values{"fornecedor": {supplierID}, "municipio": {municipality}}
	if supplierID == "" {
		q.Set("fornecedor", complaint.NotListed)
	}
	if factIn != "" {
		q.Set("fato", factIn)
	}
	return "/atendimento/destino?" + q.Encode()
}

func stepURL(draftID, step string) string {
	return "/reclamacoes/nova?" + url.Values{"rascunho": {draftID}, "passo": {step}}.Encode()
}

// firstOpen is the first step that is not complete yet.
func firstOpen(s *Site, d complaint.Draft) string {
	_, problems := d.Answers.Read(s.today())
	for _, st := range stepsFor(d) {
		if st.fields == nil {
			break
		}
		for _, field := range st.fields() {
			if problems[field.Name] != "" {
				return st.Code
			}
		}
	}
	return stepDocuments
}

func (s *Site) today() calendar.Day { return calendar.Of(s.Now()) }

// answer takes one step: it stores what was typed whatever it is, then says what is wrong or goes on.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q := r.URL.Query()
	d, err := s.Complaints.Draft(r.Context(), who, q.Get("rascunho"))
	if err != nil {
		return err
	}
	code := q.Get("passo")
	if d.ComplaintID != "" && code != stepReview { // sent twice is answered twice: whoever taps again sees the receipt
		return s.toComplaint(w, r, who, d)
	}
	if code == stepDocuments {
		return s.upload(w, r, who, d)
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	if code == stepReview {
		return s.submit(w, r, who, d, answersOf(d, code, values))
	}
	if d, err = s.Complaints.Write(r.Context(), who, d.ID, answersOf(d, code, values)); err != nil {
		return err
	}
	if fellAway(d, code) {
		return ui.SeeOther(w, r, stepURL(d.ID, nextStep(d, code, values.Get("depois"))))
	}
	return s.goOn(w, r, who, d, code, values.Get("depois"))
}

// fellAway tells that a company described here turned out to be listed: who comes back to the step, or taps twice, goes on.
func fellAway(d complaint.Draft, code string) bool {
	_, _, there := findStep(stepsFor(d), code)
	return code == stepSupplier && !there
}

// answersOf picks the fields of a step from what was sent.
func answersOf(d complaint.Draft, code string, values url.Values) complaint.Answers {
	out := complaint.Answers{}
	st, _, ok := findStep(stepsFor(d), code)
	if !ok || st.fields == nil {
		return out
	}
	for _, field := range st.fields() {
		out[field.Name] = ui.Clean(values.Get(field.Name))
	}
	return out
}

func (s *Site) goOn(w http.ResponseWriter, r *http.Request, who person.Actor, d complaint.Draft, code, after string) error {
	page, err := s.page(r, who, d, code)
	if err != nil {
		return err
	}
	_, problems := d.Answers.Read(s.today())
	for _, field := range page.Form {
		field.Error = problems[field.Name]
	}
	if page.Problems = page.Form.Problems(); len(page.Problems) > 0 {
		page.Return = after
		return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/form", page)
	}
	if err := s.keepContact(r, who, d, code); err != nil {
		if page.Form.Fail(err) {
			page.Problems = page.Form.Problems()
			return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/form", page)
		}
		return err
	}
	if to, elsewhere, err := s.elsewhere(r, who, d.Answers); elsewhere || err != nil {
		return seeOtherOr(w, r, to, err)
	}
	if d, err = s.adoptListed(r, who, d, code); err != nil {
		return err
	}
	return ui.SeeOther(w, r, stepURL(d.ID, nextStep(d, code, after)))
}

func nextStep(d complaint.Draft, code, after string) string {
	steps := stepsFor(d)
	if _, _, ok := findStep(steps, after); ok {
		return after
	}
	_, i, ok := findStep(steps, code)
	if !ok { // the step fell away because the company turned out to be listed
		return "problema"
	}
	return steps[min(i+1, len(steps)-1)].Code
}

// keepContact makes the address typed here the account's own; a new one is confirmed by a link.
func (s *Site) keepContact(r *http.Request, who person.Actor, d complaint.Draft, code string) error {
	email, phone := d.Answers["email"], d.Answers["telefone"]
	if code != "contato" || (strings.EqualFold(email, who.Email) && phone == who.Phone) {
		return nil
	}
	return s.People.SetContact(r.Context(), who, email, phone)
}

// adoptListed turns a described company into the chosen one when its CNPJ is of a registered supplier: it answers by
// the direct channel.
func (s *Site) adoptListed(r *http.Request, who person.Actor, d complaint.Draft, code string) (complaint.Draft, error) {
	if code != stepSupplier || d.Answers["fornecedor_cnpj"] == "" {
		return d, nil
	}
	routed, _, err := s.Complaints.RouteOf(r.Context(), who, d.Answers)
	if err != nil || !routed.Supplier.Registered() {
		return d, err
	}
	s.UI.Flash(r.Context(), routed.Supplier.TradeName+" participa do canal direto: a reclamação vai direto para a empresa, e o Procon acompanha.")
	return s.Complaints.Write(r.Context(), who, d.ID, complaint.Answers{"fornecedor": routed.Supplier.ID})
}

// submit files the complaint. Whatever is missing is said with a link to its step.
func (s *Site) submit(w http.ResponseWriter, r *http.Request, who person.Actor, d complaint.Draft, last complaint.Answers) error {
	protocol, err := s.Complaints.File(r.Context(), who, d.ID, last)
	elsewhere, isElsewhere := errors.AsType[*complaint.Elsewhere](err)
	switch {
	case err == nil:
		return ui.SeeOther(w, r, "/reclamacoes/"+protocol+"?registrada=1")
	case errors.Is(err, complaint.ErrLevel):
		return ui.SeeOther(w, r, "/conta/nivel?volta="+url.QueryEscape(stepURL(d.ID, stepReview)))
	case isElsewhere:
		return ui.SeeOther(w, r, destinationURL(elsewhere.SupplierID, elsewhere.Municipality, elsewhere.FactIn))
	case !fault.Is(err, fault.Invalid):
		return err
	}
	page, pageErr := s.page(r, who, d, stepReview)
	if pageErr != nil {
		return pageErr
	}
	page.Problems = reviewProblems(d, fault.FieldsOf(err))
	page.Form[0].Value, page.Form[0].Error = last["declaracao"], fault.FieldsOf(err)["declaracao"]
	return s.UI.Render(w, http.StatusUnprocessableEntity, "consumer/form", page)
}

// reviewProblems are the messages in the order of the steps, each linking to its row on the review page.
func reviewProblems(d complaint.Draft, problems fault.Fields) []ui.Problem {
	var out []ui.Problem
	for _, st := range stepsFor(d) {
		for _, name := range namesIn(st) {
			switch text := problems[name]; {
			case text == "":
			case st.Code == stepReview:
				out = append(out, ui.Problem{Field: name, Text: text})
			default:
				out = append(out, ui.Problem{Field: "passo-" + st.Code, Text: text})
			}
		}
	}
	return out
}

func namesIn(st step) []string {
	var names []string
	if st.fields == nil {
		for _, kind := range attachment.Kinds() {
			names = append(names, kind.Field())
		}
		return names
	}
	for _, field := range st.fields() {
		names = append(names, field.Name)
	}
	return names
}

// autosave keeps what is being typed; it answers with nothing to see.
func (s *Site) autosave(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	d, err := s.Complaints.Draft(r.Context(), who, r.PathValue("rascunho"))
	if err != nil {
		return err
	}
	if _, err := s.Complaints.Write(r.Context(), who, d.ID, answersOf(d, values.Get("passo"), values)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Site) discard(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	err := s.UI.Gone(r, s.Complaints.Discard(r.Context(), who, r.PathValue("rascunho")))
	switch {
	case fault.Is(err, fault.Conflict):
		s.UI.Warn(r.Context(), fault.Text(err))
	case err != nil:
		return err
	default:
		s.UI.Flash(r.Context(), "Rascunho apagado.")
	}
	return ui.SeeOther(w, r, "/painel")
}

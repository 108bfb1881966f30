package supplier

import (
	"net/http"
	"slices"

	"guiche/internal/attachment"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

const requestSteps = 2

type draftPage struct {
	ui.Page
	Progress ui.Progress
	Request  supplier.Registration
	Form     ui.Form
	Document *ui.Field
	Files    []attachment.Attachment
}

type statusPage struct {
	ui.Page
	Request supplier.Registration
	Segment string
	Seat    string
	Files   []attachment.Attachment
}

func declarationForm() ui.Form {
	segments := &ui.Field{Name: "segmento", Label: "O que a empresa faz", Kind: ui.Select}
	for _, t := range taxonomy.Segments() {
		segments.Options = append(segments.Options, ui.Option{Value: t.Code, Label: t.Label})
	}
	return ui.Form{
		{Name: "razao_social", Label: "Razão social", Kind: ui.Text, Hint: "O nome oficial, como no contrato social.", Autocomplete: "off"},
		{Name: "nome", Label: "Nome pelo qual os clientes conhecem", Kind: ui.Text, Hint: "É por ele que o consumidor procura a empresa.", Autocomplete: "off"},
		segments,
		{Name: "sede", Label: "Município da sede no Rio Grande do Sul", Kind: ui.Text, Optional: true, List: "municipios", Autocomplete: "off", Hint: "Deixe vazio se a sede é em outro estado."},
		{Name: "email", Label: "E-mail da empresa para avisos", Kind: ui.Email, Hint: "De preferência um que várias pessoas leem. Para ele vai o aviso de cada reclamação.", Autocomplete: "off"},
		{Name: "telefone", Label: "Telefone da empresa, com DDD", Kind: ui.Phone, InputMode: "tel", Size: "m", Autocomplete: "off"},
	}
}

func documentField(needed bool) *ui.Field {
	hint := "Procuração da empresa para você, ou contrato social com o seu nome. PDF ou foto, até 20 MB cada. Só você e o Procon podem abrir."
	if !needed {
		hint = "O gov.br já confirmou o vínculo. Envie só se quiser mostrar mais alguma coisa."
	}
	return &ui.Field{Name: "documento", Label: "Documento que liga você à empresa", Kind: ui.File, Accept: casefile.Accepted, Multiple: true, Hint: hint, Optional: !needed}
}

// showRequest is the form of a request not sent yet, else what became of it.
func (s *Site) showRequest(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	request, err := s.Suppliers.Request(r.Context(), who, r.PathValue("pedido"))
	if err != nil {
		return err
	}
	if request.State != supplier.Draft {
		return s.showStatus(w, r, who, request)
	}
	page, err := s.draft(r, who, request)
	if err != nil {
		return err
	}
	if typed := s.UI.Kept(r.Context(), r.URL.Path); typed != nil {
		page.Form.Fill(typed)
	}
	return s.UI.Render(w, http.StatusOK, "supplier/draft", page)
}

func (s *Site) draft(r *http.Request, who person.Actor, request supplier.Registration) (draftPage, error) {
	page := draftPage{Page: s.UI.Page(r, who, "Dados da empresa"), Progress: ui.Progress{Step: 1, Of: requestSteps, Text: "a empresa"}, Request: request,
		Form: declarationForm(), Document: documentField(request.NeedsDocument())}
	page.Breadcrumb = crumbs(page.Title)
	for name, value := range map[string]string{"razao_social": request.LegalName, "nome": request.TradeName, "segmento": request.Segment, "email": request.Email, "telefone": request.Phone} {
		page.Form.Get(name).Value = value
	}
	if m, err := s.Agencies.Municipality(r.Context(), request.Seat); err == nil {
		page.Form.Get("sede").Value = m.Name
	}
	var err error
	page.Files, err = s.Files.OfRegistration(r.Context(), request.ID)
	return page, err
}

func crumbs(here string) []ui.Link {
	return []ui.Link{{URL: "/", Text: "Início"}, {URL: "/empresa/cadastro", Text: "Responder por uma empresa"}, {Text: here, Current: true}}
}

// declare keeps what was typed and sent, and leads on to the terms when nothing is missing.
func (s *Site) declare(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	request, err := s.Suppliers.Request(r.Context(), who, r.PathValue("pedido"))
	if err != nil {
		return err
	}
	if request.State != supplier.Draft {
		return fault.New(fault.Conflict, "Este pedido já foi enviado.")
	}
	sent, err := casefile.Receive(w, r, s.Files, func(field string) (attachment.Upload, bool) {
		return attachment.Upload{Kind: attachment.Other, By: who.AccountID, RegistrationID: request.ID}, field == "documento"
	})
	if err != nil {
		return err
	}
	page, err := s.draft(r, who, request)
	if err != nil {
		return err
	}
	for _, field := range page.Form {
		field.Value = sent.Values[field.Name]
	}
	if err := s.keep(r, who, request.ID, &page); err != nil {
		return err
	}
	if why := sent.Refused["documento"]; why != "" {
		page.Document.Error = why
	}
	if page.Problems = append(page.Form.Problems(), ui.Form{page.Document}.Problems()...); len(page.Problems) > 0 {
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/draft", page)
	}
	return ui.SeeOther(w, r, requestURL(request.ID)+"/termos")
}

// keep stores the declaration; what is wrong or missing stands at its field afterwards.
func (s *Site) keep(r *http.Request, who person.Actor, id string, page *draftPage) error {
	form := page.Form
	d := supplier.Declaration{LegalName: form.Get("razao_social").Value, TradeName: form.Get("nome").Value, Segment: form.Get("segmento").Value,
		Email: form.Get("email").Value, Phone: form.Get("telefone").Value}
	if typed := form.Get("sede").Value; typed != "" {
		m, err := s.Agencies.NamedMunicipality(r.Context(), typed)
		if fault.Is(err, fault.NotFound) {
			form.Get("sede").Error = fault.Text(err)
		} else if err != nil {
			return err
		}
		d.Seat = m.ID
	}
	err := s.Suppliers.Declare(r.Context(), who, id, d)
	if err == nil || fault.Is(err, fault.Invalid) {
		err = s.Suppliers.Ready(r.Context(), who, id)
	}
	if append(slices.Clone(form), page.Document).Fail(err) {
		return nil
	}
	return err
}

// showAcceptance shows the terms in full, for a request that lacks nothing else.
func (s *Site) showAcceptance(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, lacking, err := s.acceptance(r, who)
	if err != nil {
		return err
	}
	if lacking {
		return ui.SeeOther(w, r, page.Back)
	}
	return s.UI.Render(w, http.StatusOK, "supplier/acceptance", page)
}

// acceptance begins the page of the terms. lacking tells that the step before is not finished, or that the request was sent.
func (s *Site) acceptance(r *http.Request, who person.Actor) (page acceptancePage, lacking bool, err error) {
	request, err := s.Suppliers.Request(r.Context(), who, r.PathValue("pedido"))
	if err != nil {
		return page, false, err
	}
	ready := s.Suppliers.Ready(r.Context(), who, request.ID)
	if ready != nil && !fault.Is(ready, fault.Invalid) {
		return page, false, ready
	}
	terms, err := s.Suppliers.CurrentTerms(r.Context())
	page = acceptancePage{Page: s.UI.Page(r, who, "Termos do canal direto"), Terms: terms, Company: request.CalledName(), Action: requestURL(request.ID) + "/termos",
		Back: requestURL(request.ID), Button: "Aceitar e enviar o pedido", Form: acceptanceForm(terms.Version, "")}
	page.Breadcrumb = crumbs(page.Title)
	return page, ready != nil || request.State != supplier.Draft, err
}

func (s *Site) send(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, lacking, err := s.acceptance(r, who)
	if err != nil {
		return err
	}
	if lacking {
		return ui.SeeOther(w, r, page.Back)
	}
	version, ok, err := page.accepted(w, r)
	if err != nil {
		return err
	}
	if !ok {
		return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/acceptance", page)
	}
	if err := s.Suppliers.Send(r.Context(), who, r.PathValue("pedido"), version); err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Pedido enviado.")
	return ui.SeeOther(w, r, page.Back)
}

func (s *Site) showStatus(w http.ResponseWriter, r *http.Request, who person.Actor, request supplier.Registration) error {
	page := statusPage{Page: s.UI.Page(r, who, "Pedido: "+request.CalledName()), Request: request, Segment: taxonomy.Segments().Label(request.Segment)}
	page.Breadcrumb = crumbs(page.Title)
	if m, err := s.Agencies.Municipality(r.Context(), request.Seat); err == nil {
		page.Seat = m.Name
	}
	var err error
	if page.Files, err = s.Files.OfRegistration(r.Context(), request.ID); err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "supplier/status", page)
}

func (s *Site) withdraw(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	if err := s.UI.Gone(r, s.Suppliers.Withdraw(r.Context(), who, r.PathValue("pedido"))); err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Pedido cancelado.")
	return ui.SeeOther(w, r, "/empresa/cadastro")
}

// download gives a person a document of their own request.
func (s *Site) download(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	request, err := s.Suppliers.Request(r.Context(), who, r.PathValue("pedido"))
	if err != nil {
		return err
	}
	files, err := s.Files.OfRegistration(r.Context(), request.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(files, func(f attachment.Attachment) bool { return f.ID == r.PathValue("arquivo") })
	if i < 0 {
		return fault.New(fault.NotFound, "")
	}
	return casefile.Send(w, r, s.Files, files[i], who)
}

func (s *Site) removeFile(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	id := r.PathValue("pedido")
	if err := s.UI.Gone(r, s.Files.RemoveOfRegistration(r.Context(), who.AccountID, id, r.PathValue("arquivo"))); err != nil {
		return err
	}
	return ui.SeeOther(w, r, requestURL(id))
}

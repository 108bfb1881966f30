package manager

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

type requestPage struct {
	ui.Page
	Request   supplier.Registration
	MaskedCPF string
	Segment   string
	Seat      string
	Files     []attachment.Attachment
	Similar   []supplier.Pair
	Own       bool // the manager's own request: another decides
	Approve   ui.Form
	Refuse    ui.Form
}

// request is what was declared, how the link is proved, and what else may be the same company.
func (s *Site) request(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.requestPage(r, who)
	if err != nil {
		return err
	}
	if typed := s.UI.Kept(r.Context(), r.URL.Path+"/recusar"); typed != nil {
		page.Refuse.Fill(typed)
	}
	return s.UI.Render(w, http.StatusOK, "manager/request", page)
}

func (s *Site) requestPage(r *http.Request, who person.Actor) (page requestPage, err error) {
	asked, err := s.managed(r, who)
	if err != nil {
		return page, err
	}
	page = requestPage{Page: s.workPage(r, who, "Pedido: "+asked.CalledName(), companiesLink()), Request: asked, MaskedCPF: maskCPF(asked.CPF),
		Segment: taxonomy.Segments().Label(asked.Segment), Own: asked.AccountID == who.AccountID}
	if asked.Joins {
		page.Approve = ui.Form{{Name: "papel", Label: "O que a pessoa poderá fazer", Kind: ui.Radio, Value: string(person.Agent), Options: []ui.Option{
			{Value: string(person.Agent), Label: "Atendente", Hint: "Vê e responde as reclamações."},
			{Value: string(person.Lead), Label: "Responsável", Hint: "Também convida pessoas e encerra acessos."}}}}
	}
	page.Refuse = ui.Form{{Name: "motivo", Label: "Motivo da recusa", Kind: ui.Long, MaxLength: 1000, Hint: "A pessoa lê este texto. Diga o que falta."}}
	if m, err := s.Agencies.Municipality(r.Context(), asked.Seat); err == nil {
		page.Seat = m.Name
	}
	if page.Files, err = s.Files.OfRegistration(r.Context(), asked.ID); err != nil {
		return page, err
	}
	page.Similar, err = s.Suppliers.Similar(r.Context(), who, asked)
	return page, err
}

// managed is a request as a manager of the state agency sees it; the lead of a company decides in the company's face.
func (s *Site) managed(r *http.Request, who person.Actor) (supplier.Registration, error) {
	if err := s.Suppliers.MayManage(r.Context(), who); err != nil {
		return supplier.Registration{}, err
	}
	return s.Suppliers.ToDecide(r.Context(), who, r.PathValue("pedido"))
}

func (s *Site) approve(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.requestPage(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	page.Approve.Fill(values)
	err = s.Suppliers.Approve(r.Context(), who, page.Request.ID, person.MandateRole(values.Get("papel")))
	if page.Approve.Fail(err) {
		page.Problems = page.Approve.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/request", page)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Pedido aprovado. "+page.Request.Name+" já pode responder por "+page.Request.CalledName()+".")
	return ui.SeeOther(w, r, "/gestao/empresas")
}

func (s *Site) refuse(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.requestPage(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	page.Refuse.Fill(values)
	err = s.Suppliers.Refuse(r.Context(), who, page.Request.ID, page.Refuse.Get("motivo").Value)
	if page.Refuse.Fail(err) {
		page.Problems = page.Refuse.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/request", page)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Pedido recusado. "+page.Request.Name+" foi avisado por e-mail.")
	return ui.SeeOther(w, r, "/gestao/empresas")
}

// document gives the deciding manager a file of the request.
func (s *Site) document(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	asked, err := s.managed(r, who)
	if err != nil {
		return err
	}
	files, err := s.Files.OfRegistration(r.Context(), asked.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(files, func(f attachment.Attachment) bool { return f.ID == r.PathValue("arquivo") })
	if i < 0 {
		return fault.New(fault.NotFound, "")
	}
	return casefile.Send(w, r, s.Files, files[i], who)
}

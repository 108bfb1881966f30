package supplier

import (
	"cmp"
	"net/http"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

type peoplePage struct {
	ui.Page
	Company supplier.Supplier
	Lead    bool
	Others  []companyLink // other companies the person acts for
	People  []personRow
	Invited []supplier.Invitation
	Joining []supplier.Registration
	Form    ui.Form // to invite
}

type companyLink struct{ URL, Name string }

type personRow struct {
	person.MandateHolder
	MaskedCPF string
	Me        bool
	Until     string // last day; empty: no end
}

// CalledName is how a person is called before they ever signed in.
func (p personRow) CalledName() string { return cmp.Or(p.Name, "CPF "+p.MaskedCPF) }

func roleOptions() []ui.Option {
	return []ui.Option{
		{Value: string(person.Agent), Label: "Atendente", Hint: "Vê e responde as reclamações."},
		{Value: string(person.Lead), Label: "Responsável", Hint: "Também convida pessoas e encerra acessos."},
	}
}

func inviteForm(companyID string) ui.Form {
	return ui.Form{
		{Name: "empresa", Kind: ui.Hidden, Value: companyID}, {Name: "convite", Kind: ui.Hidden, Value: db.NewID()},
		{Name: "cpf", Label: "CPF da pessoa", Kind: ui.Text, InputMode: "numeric", Size: "m", Autocomplete: "off", Hint: "Só a dona deste CPF pode aceitar."},
		{Name: "email", Label: "E-mail da pessoa", Kind: ui.Email, Autocomplete: "off"},
		{Name: "papel", Label: "O que ela pode fazer", Kind: ui.Radio, Options: roleOptions(), Value: string(person.Agent)},
		{Name: "ate", Label: "Último dia do acesso", Kind: ui.Date, Optional: true, Size: "m"},
	}
}

// people is who acts for the company. Leads decide here; everybody sees who the leads are, and may leave.
func (s *Site) people(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	typed := s.UI.Kept(r.Context(), "/empresa/pessoas/convites")
	id, err := inHand(who, cmp.Or(r.URL.Query().Get("empresa"), typed.Get("empresa")))
	if err != nil {
		return err
	}
	form := inviteForm(id)
	if typed != nil {
		form.Fill(typed)
		form.Get("empresa").Value = id
	}
	return s.peopleAgain(w, r, who, http.StatusOK, id, form)
}

func (s *Site) peopleAgain(w http.ResponseWriter, r *http.Request, who person.Actor, status int, id string, form ui.Form) error {
	staff, err := s.Suppliers.StaffOf(r.Context(), who, id)
	if err != nil {
		return err
	}
	page := peoplePage{Page: s.workPage(r, who, "Pessoas de "+staff.Company.TradeName), Company: staff.Company, Lead: who.Leads(id),
		Invited: staff.Invited, Joining: staff.Joining, Form: form}
	page.Problems = form.Problems()
	for i, asked := range page.Joining {
		page.Joining[i].Reason = ui.Clean(s.UI.Kept(r.Context(), "/empresa/pessoas/pedidos/"+asked.ID+"/recusar").Get("motivo"))
	}
	for _, h := range staff.People {
		page.People = append(page.People, rowOf(h, who))
	}
	if page.Others, err = s.others(r, who, id); err != nil {
		return err
	}
	return s.UI.Render(w, status, "supplier/people", page)
}

func rowOf(h person.MandateHolder, who person.Actor) personRow {
	row := personRow{MandateHolder: h, MaskedCPF: cpfcnpj.MaskCPF(h.CPF), Me: h.CPF == who.CPF}
	if h.ValidTo != supplier.Endless {
		row.Until = h.ValidTo
	}
	return row
}

// others are the other companies that the person acts for.
func (s *Site) others(r *http.Request, who person.Actor, id string) (list []companyLink, err error) {
	var ids []string
	for _, m := range who.Mandates {
		if m.SupplierID != id {
			ids = append(ids, m.SupplierID)
		}
	}
	names, err := s.Suppliers.Names(r.Context(), ids)
	for _, other := range ids {
		list = append(list, companyLink{ofCompany("/empresa/pessoas", other), names[other]})
	}
	return list, err
}

// deed reads a small form about a company and does one thing to its people. Words of a refusal are shown on the page.
func (s *Site) deed(w http.ResponseWriter, r *http.Request, who person.Actor, done string, act func(id string, values map[string]string) error) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, err := inHand(who, values.Get("empresa"))
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for name := range values {
		typed[name] = ui.Clean(values.Get(name))
	}
	err = act(id, typed)
	switch {
	case fault.Is(err, fault.Invalid):
		s.UI.Warn(r.Context(), firstProblem(err))
	case err != nil:
		return err
	default:
		s.UI.Flash(r.Context(), done)
	}
	return ui.SeeOther(w, r, ofCompany("/empresa/pessoas", id))
}

func firstProblem(err error) string {
	for _, text := range fault.FieldsOf(err) {
		return text
	}
	return fault.Text(err)
}

// invite sends an invitation; what is wrong is said at its field.
func (s *Site) invite(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, err := inHand(who, values.Get("empresa"))
	if err != nil {
		return err
	}
	form := inviteForm(id).Fill(values)
	form.Get("empresa").Value = id
	v := supplier.Invitation{ID: form.Get("convite").Value, CPF: form.Get("cpf").Value, Email: form.Get("email").Value, Role: person.MandateRole(form.Get("papel").Value), ValidTo: form.Get("ate").Value}
	err = s.Suppliers.Invite(r.Context(), who, id, v)
	if form.Fail(err) {
		return s.peopleAgain(w, r, who, http.StatusUnprocessableEntity, id, form)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Convite enviado para "+v.Email+". Ele vale por 7 dias.")
	return ui.SeeOther(w, r, ofCompany("/empresa/pessoas", id))
}

func (s *Site) cancelInvitation(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.deed(w, r, who, "Convite cancelado.", func(string, map[string]string) error {
		return s.Suppliers.CancelInvitation(r.Context(), who, r.PathValue("convite"))
	})
}

func (s *Site) changeMandate(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.deed(w, r, who, "Acesso alterado.", func(id string, v map[string]string) error {
		return s.Suppliers.ChangeMandate(r.Context(), who, id, r.PathValue("mandato"), person.MandateRole(v["papel"]), v["ate"])
	})
}

func (s *Site) endMandate(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.deed(w, r, who, "Acesso encerrado. A pessoa já não vê os casos da empresa.", func(id string, _ map[string]string) error {
		return s.Suppliers.EndMandate(r.Context(), who, id, r.PathValue("mandato"))
	})
}

func (s *Site) approveJoin(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.deed(w, r, who, "Pedido aprovado. A pessoa já pode responder pela empresa.", func(_ string, v map[string]string) error {
		return s.Suppliers.Approve(r.Context(), who, r.PathValue("pedido"), person.MandateRole(v["papel"]))
	})
}

func (s *Site) refuseJoin(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.deed(w, r, who, "Pedido recusado. A pessoa foi avisada.", func(_ string, v map[string]string) error {
		return s.Suppliers.Refuse(r.Context(), who, r.PathValue("pedido"), v["motivo"])
	})
}

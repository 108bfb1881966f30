package manager

import (
	"net/http"
	"strings"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

type companyPage struct {
	ui.Page
	supplier.Dossier
	Root    string
	Form    ui.Form // names and contacts
	Channel ui.Form // reason to close or open the direct channel
	History []deedLine
}

type deedLine struct {
	audit.Event
	What string
}

func maskCPF(cpf string) string { return cpfcnpj.MaskCPF(cpf) }

func editForm() ui.Form {
	segments := &ui.Field{Name: "segmento", Label: "O que a empresa faz", Kind: ui.Select}
	for _, t := range taxonomy.Segments() {
		segments.Options = append(segments.Options, ui.Option{Value: t.Code, Label: t.Label})
	}
	return ui.Form{
		{Name: "nome", Label: "Nome", Kind: ui.Text, Autocomplete: "off"},
		{Name: "razao_social", Label: "Razão social", Kind: ui.Text, Optional: true, Autocomplete: "off"},
		{Name: "apelidos", Label: "Outros nomes que as pessoas usam", Kind: ui.Long, Optional: true, Hint: "Um por linha. A procura acha a empresa por eles."},
		{Name: "anteriores", Label: "Nomes anteriores", Kind: ui.Long, Optional: true, Hint: "Um por linha."},
		segments,
		{Name: "sede", Label: "Município da sede no Rio Grande do Sul", Kind: ui.Text, Optional: true, List: "municipios", Autocomplete: "off", Hint: "Vazio: em outro estado."},
		{Name: "email", Label: "E-mail para avisos", Kind: ui.Email, Optional: true, Autocomplete: "off"},
		{Name: "telefone", Label: "Telefone", Kind: ui.Phone, Optional: true, Autocomplete: "off"},
	}
}

// company is everything about one company. A merged one leads to what it turned out to be.
func (s *Site) company(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.companyPage(r, who)
	if err != nil {
		return err
	}
	if page.Company.ID != r.PathValue("empresa") {
		return ui.SeeOther(w, r, companyURL(page.Company.ID))
	}
	if typed := s.UI.Kept(r.Context(), r.URL.Path); typed != nil {
		page.Form.Fill(typed)
	}
	page.Channel.Fill(s.UI.Kept(r.Context(), r.URL.Path+"/canal"))
	return s.UI.Render(w, http.StatusOK, "manager/company", page)
}

func companyURL(id string) string { return "/gestao/empresas/" + id }

func (s *Site) companyPage(r *http.Request, who person.Actor) (page companyPage, err error) {
	d, err := s.Suppliers.DossierOf(r.Context(), who, r.PathValue("empresa"))
	if err != nil {
		return page, err
	}
	of := d.Company
	page = companyPage{Page: s.workPage(r, who, of.TradeName, companiesLink()), Dossier: d, Root: supplier.Root(of.CNPJ), Form: editForm(),
		Channel: ui.Form{{Name: "motivo", Label: "Motivo", Kind: ui.Long, MaxLength: 1000, Hint: "Fica registrado com o seu nome."}}}
	for name, value := range map[string]string{"nome": of.TradeName, "razao_social": of.LegalName, "apelidos": strings.Join(of.Aliases, "\n"),
		"anteriores": strings.Join(of.Former, "\n"), "segmento": of.Segment, "email": of.NoticeEmail, "telefone": of.NoticePhone} {
		page.Form.Get(name).Value = value
	}
	if m, err := s.Agencies.Municipality(r.Context(), of.Seat); err == nil {
		page.Form.Get("sede").Value = m.Name
	}
	for _, e := range d.History {
		page.History = append(page.History, deedLine{e, deeds[e.Act]})
	}
	return page, nil
}

// deeds are the acts on a company as managers read them.
var deeds = map[string]string{
	"register": "Entrou no canal direto", "edit": "Cadastro alterado", "close_channel": "Saiu do canal direto", "open_channel": "Voltou ao canal direto",
	"merge": "Duas empresas juntadas em uma", "different": "Parecida com outra, mas não é a mesma", "accept_terms": "Termos aceitos", "invite": "Pessoa convidada",
	"cancel_invitation": "Convite cancelado", "leave": "Pessoa saiu da empresa",
}

func (s *Site) edit(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.companyPage(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := page.Form.Fill(values).Values()
	to := supplier.Supplier{TradeName: v["nome"], LegalName: v["razao_social"], Aliases: lines(v["apelidos"]), Former: lines(v["anteriores"]), Segment: v["segmento"],
		NoticeEmail: v["email"], NoticePhone: v["telefone"]}
	if to.Seat, err = s.seat(r, v["sede"]); err == nil {
		err = s.Suppliers.Edit(r.Context(), who, page.Company.ID, to)
	}
	if page.Form.Fail(err) {
		page.Problems = page.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/company", page)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Guardado.")
	return ui.SeeOther(w, r, companyURL(page.Company.ID))
}

// seat is the municipality typed, by its code; the fault is Invalid at its field.
func (s *Site) seat(r *http.Request, typed string) (string, error) {
	if typed == "" {
		return "", nil
	}
	m, err := s.Agencies.NamedMunicipality(r.Context(), typed)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Fields{"sede": fault.Text(err)}.Err()
	}
	return m.ID, err
}

func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// wishes are what the button of the direct channel asks for, by its hidden field "fazer".
var wishes = map[string]struct {
	in            bool
	done, already string
}{
	"tirar":    {false, "A empresa saiu do canal direto. Os casos abertos continuam.", "A empresa já está fora do canal direto."},
	"devolver": {true, "A empresa voltou ao canal direto.", "A empresa já está no canal direto."},
}

// Wish is the one that changes something now.
func (p companyPage) Wish() string {
	if p.Company.Registered() {
		return "tirar"
	}
	return "devolver"
}

// channel takes the company out of the direct channel, or lets it back in. What is so already is not turned round.
func (s *Site) channel(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	page, err := s.companyPage(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	wish, named := wishes[values.Get("fazer")]
	if !named { // a page of an earlier version
		wish = wishes[page.Wish()]
	}
	reason, said := page.Channel.Fill(values).Get("motivo").Value, wish.done
	switch {
	case wish.in == page.Company.Registered():
		said = wish.already
	case wish.in:
		err = s.Suppliers.OpenChannel(r.Context(), who, page.Company.ID, reason)
	default:
		err = s.Suppliers.CloseChannel(r.Context(), who, page.Company.ID, reason)
	}
	if page.Channel.Fail(err) {
		page.Problems = page.Channel.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/company", page)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), said)
	return ui.SeeOther(w, r, companyURL(page.Company.ID))
}

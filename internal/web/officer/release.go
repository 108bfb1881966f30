package officer

import (
	"net/http"
	"strconv"

	"guiche/internal/agency"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type releasePage struct {
	ui.Page
	Form ui.Form
}

func releaseForm() ui.Form {
	return ui.Form{
		{Name: "cpf", Label: "CPF da pessoa", Kind: ui.Text, InputMode: "numeric", Size: "m", Autocomplete: "off"},
		{Name: "motivo", Label: "Motivo", Kind: ui.Long, MaxLength: 1000, Hint: "Por exemplo: o Procon do município está fechado. Fica registrado com o seu nome."},
		{Name: "dias", Label: "Por quantos dias", Kind: ui.Text, InputMode: "numeric", Size: "s", Value: "30", Hint: "De 1 a 90, a contar de hoje."},
	}
}

// releasing begins the page; only the state agency's people know it.
func (s *Site) releasing(r *http.Request, who person.Actor) (releasePage, error) {
	page, of, err := s.page(r, who, "Abrir o formulário do estado")
	if err == nil && of.Kind != agency.State {
		err = fault.New(fault.NotFound, "")
	}
	page.Breadcrumb = []ui.Link{{URL: "/servidor/fila", Text: "Fila"}, {Text: page.Title, Current: true}}
	return releasePage{page, releaseForm()}, err
}

func (s *Site) showRelease(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, err := s.releasing(r, who)
	if err != nil {
		return err
	}
	if kept := s.UI.Kept(r.Context(), r.URL.Path); kept != nil {
		p.Form.Fill(kept)
	}
	return s.UI.Render(w, http.StatusOK, "officer/release", p)
}

// release opens the state's form to one resident whom the rules send elsewhere.
func (s *Site) release(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, err := s.releasing(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	answers := p.Form.Fill(values).Values()
	days, err := strconv.Atoi(answers["dias"])
	if err != nil {
		days = 0 // no number is a wrong number
	}
	err = s.Agencies.Release(r.Context(), who, answers["cpf"], answers["motivo"], days)
	if p.Form.Fail(err) {
		p.Problems = p.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "officer/release", p)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), "Formulário aberto por "+strconv.Itoa(days)+" dias. A pessoa já pode fazer a reclamação.")
	return ui.SeeOther(w, r, "/servidor/liberacao")
}

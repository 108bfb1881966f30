package public

import (
	"encoding/json"
	"net/http"

	"guiche/internal/agency"
	"guiche/internal/person"
	"guiche/internal/text"
	"guiche/internal/web/ui"
)

const (
	// shownPlaces is how many municipalities a search shows.
	shownPlaces = 12
	// suggestedPlaces is how many are suggested while typing.
	suggestedPlaces = 8
)

type residencePage struct {
	ui.Page
	Way      way
	Progress ui.Progress
	Field    *ui.Field
	State    *ui.Field // choice of another state
	Abroad   bool      // that choice is open
	Places   []placeChoice
	ChangeTo string // address of step 1
}

type placeChoice struct{ Name, URL string }

// residence is step 2. A registered supplier needs no municipality.
func (s *Site) residence(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q := r.URL.Query()
	chosen, ok, err := s.readWay(r.Context(), q)
	switch {
	case err != nil:
		return err
	case !ok:
		return ui.SeeOther(w, r, "/atendimento")
	case chosen.Supplier.Registered():
		return ui.SeeOther(w, r, chosen.next())
	}
	page := s.residencePage(r, who, chosen)
	if before, err := s.Agencies.Municipality(r.Context(), q.Get("municipio")); err == nil {
		page.Field.Value = before.Name
	}
	if q.Has("cidade") {
		places, err := s.look(r, page.Field)
		if err != nil {
			return err
		}
		if len(places) == 1 && named(places[0], page.Field.Value) {
			return ui.SeeOther(w, r, chosen.to("/atendimento/destino", "municipio", places[0].ID))
		}
		for _, m := range places {
			page.Places = append(page.Places, placeChoice{m.Name, chosen.to("/atendimento/destino", "municipio", m.ID)})
		}
	}
	page.Problems = ui.Form{page.Field}.Problems()
	return s.UI.Render(w, http.StatusOK, "public/residence", page)
}

// look finds the municipalities that were typed, or says at the field what to do.
func (s *Site) look(r *http.Request, field *ui.Field) ([]agency.Municipality, error) {
	field.Value = ui.Clean(r.URL.Query().Get("cidade"))
	if field.Value == "" {
		field.Error = "Escreva o nome do seu município."
		return nil, nil
	}
	places, err := s.Agencies.FindMunicipality(r.Context(), field.Value, shownPlaces)
	if err == nil && len(places) == 0 {
		field.Error = "Não encontramos este município no Rio Grande do Sul. Confira o nome. Se você mora em outro estado, escolha abaixo."
	}
	return places, err
}

// named tells whether a municipality is the very one that was typed: who types "São Paulo" may not live in São Paulo
// das Missões.
func named(m agency.Municipality, typed string) bool {
	return m.ID == typed || text.Fold(m.Name) == text.Fold(typed)
}

func (s *Site) residencePage(r *http.Request, who person.Actor, chosen way) residencePage {
	page := residencePage{
		Page: s.UI.Page(r, who, "Em que município você mora?"), Way: chosen, Progress: ui.Progress{Step: 2, Of: 2, Text: "o seu município"},
		Field: &ui.Field{Name: "cidade", Label: "Município do Rio Grande do Sul", Kind: ui.Text, Autocomplete: "off", List: "municipios",
			Hint: "Onde você mora, mesmo que a compra tenha sido em outro lugar."},
		State:    &ui.Field{Name: "uf", Label: "Estado onde você mora", Kind: ui.Select},
		ChangeTo: chosen.again(),
	}
	for _, other := range agency.OtherStates(homeState) {
		page.State.Options = append(page.State.Options, ui.Option{Value: other.UF, Label: other.State})
	}
	page.Breadcrumb = crumbs("Município", ui.Link{URL: page.ChangeTo, Text: "Empresa"})
	return page
}

// homeState is the state that the installation serves.
const homeState = "RS"

type suggestion struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// suggest answers the script that helps to type a municipality; the page works without it.
func (s *Site) suggest(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	places, err := s.Agencies.FindMunicipalityPrefix(r.Context(), r.URL.Query().Get("q"), suggestedPlaces)
	if err != nil {
		return err
	}
	out := []suggestion{}
	for _, m := range places {
		out = append(out, suggestion{m.ID, m.Name})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(out)
}

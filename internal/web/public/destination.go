package public

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type destinationPage struct {
	ui.Page
	Way          way
	To           agency.Destination
	Municipality agency.Municipality // zero for another state, and for a registered supplier
	Other        agency.OtherProcon
	Places       []placeChoice // where did it happen?
	Continue     string        // address of the form
	Change       string        // address of step 2
	ChangeTo     string        // address of step 1
}

// destination is the answer. Each answer shown is counted.
func (s *Site) destination(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	q := r.URL.Query()
	chosen, ok, err := s.readWay(r.Context(), q)
	switch {
	case err != nil:
		return err
	case !ok:
		return ui.SeeOther(w, r, "/atendimento")
	}
	ask, ok := caseOf(chosen, q, who)
	if !ok {
		return s.askResidence(w, r, who, chosen)
	}
	page := destinationPage{Page: s.UI.Page(r, who, ""), Way: chosen, Change: chosen.to("/atendimento/municipio", "municipio", ask.Residence), ChangeTo: chosen.again()}
	if page.To, err = s.Agencies.Decide(r.Context(), ask); err != nil {
		return err
	}
	if ask.Residence != "" {
		if page.Municipality, err = s.Agencies.Municipality(r.Context(), ask.Residence); err != nil {
			return err
		}
	}
	return s.answer(w, r, ask, page)
}

// caseOf is the question put by an address; ok is false when the residence is missing.
func caseOf(chosen way, q url.Values, who person.Actor) (ask agency.Case, ok bool) {
	ask = agency.Case{SupplierRegistered: chosen.Supplier.Registered(), SupplierSeat: chosen.Supplier.Seat, FactIn: ui.Clean(q.Get("fato")), CPF: who.CPF}
	switch place := ui.Clean(q.Get("municipio")); place {
	case "":
		return ask, ask.SupplierRegistered
	case anotherState:
		ask.UF = strings.ToUpper(ui.Clean(q.Get("uf")))
		return ask, ask.UF != "" || ask.SupplierRegistered
	default:
		ask.Residence = place
		return ask, true
	}
}

// askResidence is step 2 again, for an address that does not say where the person lives.
func (s *Site) askResidence(w http.ResponseWriter, r *http.Request, who person.Actor, chosen way) error {
	page := s.residencePage(r, who, chosen)
	if r.URL.Query().Get("municipio") == anotherState {
		page.Abroad, page.State.Error = true, "Escolha o estado onde você mora."
	} else {
		page.Field.Error = "Escreva o nome do seu município."
	}
	page.Problems = ui.Form{page.Field, page.State}.Problems()
	return s.UI.Render(w, http.StatusOK, "public/residence", page)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, ask agency.Case, page destinationPage) error {
	page.Breadcrumb = crumbs("Quem atende você", ui.Link{URL: page.ChangeTo, Text: "Empresa"}, ui.Link{URL: page.Change, Text: "Município"})
	if len(page.To.AskFactIn) > 0 {
		return s.askFact(w, r, ask, page)
	}
	if r.Method == http.MethodGet {
		s.Agencies.Count(ask, page.To)
	}
	page.Continue = page.Way.to("/reclamacoes/nova", "municipio", ask.Residence, "fato", ask.FactIn)
	template := "form"
	switch page.To.Kind {
	case agency.Direct:
		template, page.Title = "direct", page.Way.Company()+" responde por aqui"
		page.Breadcrumb = crumbs("Quem atende você", ui.Link{URL: page.ChangeTo, Text: "Empresa"})
	case agency.MunicipalSite:
		template, page.Title = "municipal", titleOf(page)
	case agency.OtherState:
		template = "other"
		page.Other = otherProcon(ask.UF)
		page.Title = "Quem atende você é o " + page.Other.Name
	default:
		page.Title = titleOf(page)
	}
	return s.UI.Render(w, http.StatusOK, "public/"+template, page)
}

// titleOf is the answer in one sentence.
func titleOf(p destinationPage) string {
	if p.To.Kind == agency.MunicipalSite && p.To.Agency.Municipality == p.Municipality.ID {
		return "Em " + p.Municipality.Name + ", quem atende é o Procon municipal"
	}
	return "Em " + p.Municipality.Name + ", quem atende é o " + p.To.Agency.ShortName
}

func otherProcon(uf string) agency.OtherProcon {
	for _, other := range agency.OtherStates(homeState) {
		if other.UF == uf {
			return other
		}
	}
	return agency.OtherProcon{UF: uf, Name: "Procon do seu estado"}
}

// askFact asks where it happened, where an agreement depends on that.
func (s *Site) askFact(w http.ResponseWriter, r *http.Request, ask agency.Case, page destinationPage) error {
	page.Title = "Onde o problema aconteceu?"
	for _, id := range append(page.To.AskFactIn, ask.Residence) {
		m, err := s.Agencies.Municipality(r.Context(), id)
		if err != nil {
			return err
		}
		name := "Em " + m.Name
		if id == ask.Residence {
			name += ", ou em outro lugar"
		}
		page.Places = append(page.Places, placeChoice{name, page.Way.to("/atendimento/destino", "municipio", ask.Residence, "fato", id)})
	}
	return s.UI.Render(w, http.StatusOK, "public/fact", page)
}

// SourceURL is where the facts about the agency were read, when that is a page.
func (p destinationPage) SourceURL() string {
	if u, err := url.Parse(p.To.Agency.Source); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		return p.To.Agency.Source
	}
	return ""
}

// SourceWhen is the date of the source in words, as precise as it is known; empty: undated.
func (p destinationPage) SourceWhen() string {
	on := p.To.Agency.SourceOn
	if day, err := calendar.Parse(on); err == nil {
		return calendar.LongDate(day)
	}
	if first, err := calendar.Parse(on + "-01"); err == nil {
		return strings.TrimPrefix(calendar.LongDate(first), "1º de ")
	}
	return on
}

var onePhone = regexp.MustCompile(`^\((\d\d)\) (\d{4,5})-(\d{4})$`)

// Dial is the number a telephone calls; empty when the agency gives none or several.
func (p destinationPage) Dial() string {
	return onePhone.ReplaceAllString(onePhone.FindString(p.To.Agency.Phone), "+55$1$2$3")
}

// AnswerDays is the promise of a registered supplier, for the words "até 10 dias".
func (p destinationPage) AnswerDays() int64 { return int64(p.Way.Supplier.AnswerDays) }

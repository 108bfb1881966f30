package supplier

import (
	"fmt"
	"net/http"
	"net/url"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// shareMost is how many cases are given to somebody at once: those of one page.
const shareMost = 100

// share gives the marked cases of a page of the inbox to a colleague, or to nobody. Each is an act of its own;
// what ended meanwhile stays as it is.
func (s *Site) share(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	place, err := url.ParseQuery(values.Get("fila"))
	if err != nil {
		place = url.Values{}
	}
	company, err := inHand(who, place.Get("empresa"))
	if err != nil {
		return err
	}
	f := readInbox(place, company)
	given, ended, err := s.give(r, who, values)
	if fault.Is(err, fault.Invalid) {
		return s.shareAgain(w, r, who, f, values, err)
	}
	if err != nil {
		return err
	}
	s.UI.Flash(r.Context(), shared(given, ended))
	return ui.SeeOther(w, r, f.url())
}

func (s *Site) give(r *http.Request, who person.Actor, values url.Values) (given, ended int, err error) {
	marked := values["caso"]
	switch {
	case len(marked) == 0:
		return 0, 0, fault.Fields{"caso": "Marque ao menos um caso da lista."}.Err()
	case len(marked) > shareMost:
		return 0, 0, fault.Fields{"caso": "Marque no máximo 100 casos de uma vez."}.Err()
	case !values.Has("responsavel") || values.Get("responsavel") == "":
		return 0, 0, fault.Fields{"responsavel": "Escolha quem vai cuidar dos casos."}.Err()
	}
	to := values.Get("responsavel")
	if to == "ninguem" {
		to = ""
	}
	for _, protocol := range marked {
		err := s.Complaints.Assign(r.Context(), who, complaint.Ref{Protocol: protocol, Key: values.Get("chave")}, to)
		switch {
		case fault.Is(err, fault.Conflict):
			ended++
		case err != nil:
			return given, ended, err
		default:
			given++
		}
	}
	return given, ended, nil
}

// shareAgain shows the page with the same cases marked and what is wrong.
func (s *Site) shareAgain(w http.ResponseWriter, r *http.Request, who person.Actor, f inbox, values url.Values, failure error) error {
	found, err := s.Complaints.Inbox(r.Context(), who, f.Company, f.ask())
	if err != nil {
		return err
	}
	p, err := s.inboxPage(r, who, f, found, values["caso"])
	if err != nil {
		return err
	}
	p.To = values.Get("responsavel")
	for _, text := range fault.FieldsOf(failure) {
		p.Problems = append(p.Problems, ui.Problem{Field: "dar-a", Text: text})
	}
	return s.UI.Render(w, ui.Status(failure), "supplier/inbox", p)
}

func shared(given, ended int) string {
	said := fmt.Sprintf("%d casos mudaram de responsável.", given)
	if given == 1 {
		said = "1 caso mudou de responsável."
	}
	if ended > 0 {
		said += fmt.Sprintf(" Em %d isso não era mais possível.", ended)
	}
	return said
}

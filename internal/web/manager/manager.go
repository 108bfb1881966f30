package manager

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// Site is what the pages of this face need. All fields are required.
type Site struct {
	UI         *ui.UI
	Complaints *complaint.Service
	Agencies   *agency.Service
	Suppliers  *supplier.Service
	Files      *attachment.Service
	Now        func() time.Time
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /gestao", Who: ui.ManagerOnly, Handler: s.overview},
		{Pattern: "GET /gestao/empresas", Who: ui.ManagerOnly, Handler: s.companies},
		{Pattern: "GET /gestao/empresas/duplicadas", Who: ui.ManagerOnly, Handler: s.duplicates},
		{Pattern: "POST /gestao/empresas/duplicadas", Who: ui.ManagerOnly, Handler: s.different},
		{Pattern: "GET /gestao/empresas/juntar", Who: ui.ManagerOnly, Handler: s.showMerge},
		{Pattern: "POST /gestao/empresas/juntar", Who: ui.ManagerOnly, Handler: s.merge},
		{Pattern: "GET /gestao/empresas/pedidos/{pedido}", Who: ui.ManagerOnly, Handler: s.request},
		{Pattern: "GET /gestao/empresas/pedidos/{pedido}/arquivos/{arquivo}", Who: ui.ManagerOnly, Handler: s.document},
		{Pattern: "POST /gestao/empresas/pedidos/{pedido}/aprovar", Who: ui.ManagerOnly, Handler: s.approve},
		{Pattern: "POST /gestao/empresas/pedidos/{pedido}/recusar", Who: ui.ManagerOnly, Handler: s.refuse},
		{Pattern: "GET /gestao/empresas/{empresa}", Who: ui.ManagerOnly, Handler: s.company},
		{Pattern: "POST /gestao/empresas/{empresa}", Who: ui.ManagerOnly, Handler: s.edit},
		{Pattern: "POST /gestao/empresas/{empresa}/canal", Who: ui.ManagerOnly, Handler: s.channel},
	}
}

type overviewPage struct {
	ui.Page
	Agency agency.Agency
	Counts complaint.Counts
	States []stateCount
	Form   ui.Form
	Demand []demandLine
	Total  int64
	// Companies tells that this agency registers companies.
	Companies bool
}

type stateCount struct {
	Label, URL string
	N          int64
}

type demandLine struct {
	Destination, Place string
	N, Percent         int64
}

// shownDays is the period shown to whom names none.
const shownDays = 30

// overview counts the cases of the agency by state, and the answers of the front door in a period.
func (s *Site) overview(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, err := s.page(r, who)
	if err != nil {
		return err
	}
	from, to, wrong := s.period(r.URL.Query())
	p.Form = ui.Form{
		{Name: "inicio", Label: "De", Kind: ui.Date, Value: from.String()},
		{Name: "fim", Label: "Até", Kind: ui.Date, Value: to.String()},
	}
	if p.Form.Fail(wrong) {
		p.Problems = p.Form.Problems()
		return s.UI.Render(w, http.StatusUnprocessableEntity, "manager/overview", p)
	}
	if err := s.demand(r, who, &p, from, to); err != nil {
		return err
	}
	return s.UI.Render(w, http.StatusOK, "manager/overview", p)
}

func (s *Site) page(r *http.Request, who person.Actor) (p overviewPage, err error) {
	p = overviewPage{Page: s.UI.Page(r, who, "Gestão")}
	p.Work = true
	if p.Agency, err = s.Agencies.Agency(r.Context(), who.Agency()); err != nil {
		return p, err
	}
	p.Theme.Agency, p.Companies = p.Agency.ShortName, p.Agency.Kind == agency.State
	queue, err := s.Complaints.Queue(r.Context(), who, complaint.Filter{Limit: 1})
	p.Counts = queue.Counts
	for _, state := range complaint.States {
		p.States = append(p.States, stateCount{state.OfficerLabel(), "/servidor/fila?estado=" + url.QueryEscape(string(state)), queue.Counts.ByState[state]})
	}
	return p, err
}

// period reads the days asked for; without them it is the last thirty.
func (s *Site) period(q url.Values) (from, to calendar.Day, wrong error) {
	today := calendar.Of(s.Now())
	from, to = today.Add(1-shownDays), today
	problems := fault.Fields{}
	read := func(name string, into *calendar.Day) {
		if q.Get(name) == "" {
			return
		}
		day, err := calendar.Parse(q.Get(name))
		if err != nil {
			problems.Add(name, "Confira a data: dia, mês e ano.")
			return
		}
		*into = day
	}
	read("inicio", &from)
	read("fim", &to)
	if to < from {
		problems.Add("fim", "O fim do período vem antes do começo.")
	}
	return from, to, problems.Err()
}

func (s *Site) demand(r *http.Request, who person.Actor, p *overviewPage, from, to calendar.Day) error {
	list, err := s.Agencies.Demand(r.Context(), who, from.String(), to.String())
	if err != nil {
		return err
	}
	for _, d := range list {
		p.Total += d.N
	}
	for _, d := range list {
		line := demandLine{Destination: destinations[d.Destination], Place: s.place(r, d.Municipality), N: d.N, Percent: (100*d.N + p.Total/2) / p.Total}
		p.Demand = append(p.Demand, line)
	}
	return nil
}

// destinations are the answers of the front door as managers read them.
var destinations = map[agency.DestinationKind]string{
	agency.Direct:        "Canal direto com a empresa",
	agency.MunicipalSite: "Procon municipal, fora desta instalação",
	agency.MunicipalHere: "Procon municipal, nesta instalação",
	agency.StateForm:     "Formulário do estado",
	agency.OtherState:    "Procon de outro estado",
}

// place names where people said they live: a municipality, another state, or nothing when it was not asked.
func (s *Site) place(r *http.Request, code string) string {
	m, err := s.Agencies.Municipality(r.Context(), code)
	switch {
	case err == nil:
		return m.Name
	case code == "":
		return "não perguntado"
	}
	return fmt.Sprintf("outro estado (%s)", code)
}

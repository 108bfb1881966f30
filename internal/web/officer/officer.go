package officer

import (
	"embed"
	"net/http"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// Site is what the pages of this face need. All fields are required.
type Site struct {
	UI         *ui.UI
	Complaints *complaint.Service
	Agencies   *agency.Service
	Files      *attachment.Service
	Now        func() time.Time
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	routes := []ui.Route{
		{Pattern: "GET /servidor", Who: ui.Worker, Handler: s.start},
		{Pattern: "GET /servidor/fila", Who: ui.Worker, Handler: s.queue},
		{Pattern: "POST /servidor/proximo", Who: ui.Worker, Handler: s.takeNext},
		{Pattern: "GET /servidor/casos/{protocolo}", Who: ui.Worker, Handler: s.show},
		{Pattern: "GET /servidor/casos/{protocolo}/arquivos/{arquivo}", Who: ui.Worker, Handler: s.download},
		{Pattern: "GET /servidor/casos/{protocolo}/avisos", Who: ui.Worker, Handler: s.post},
		{Pattern: "GET /servidor/liberacao", Who: ui.Worker, Handler: s.showRelease},
		{Pattern: "POST /servidor/liberacao", Who: ui.Worker, Handler: s.release},
	}
	for _, d := range deeds() { // assumir largar mensagem pedido nota encaminhar retomar encerrar reabrir confirmar-competencia
		routes = append(routes, ui.Route{Pattern: "POST /servidor/casos/{protocolo}/" + d.name, Who: ui.Worker, Handler: s.act(d)})
	}
	return routes
}

func (s *Site) start(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	return ui.SeeOther(w, r, "/servidor/fila")
}

// page begins a page of the workbench in the name of the agency the actor works in.
func (s *Site) page(r *http.Request, who person.Actor, title string) (ui.Page, agency.Agency, error) {
	p := s.UI.Page(r, who, title)
	p.Work = true
	of, err := s.Agencies.Agency(r.Context(), who.Agency())
	if err == nil {
		p.Theme.Agency = of.ShortName
	}
	return p, of, err
}

func (s *Site) today() calendar.Day { return calendar.Of(s.Now()) }

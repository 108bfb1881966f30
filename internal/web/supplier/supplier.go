package supplier

import (
	"embed"
	"net/http"
	"net/url"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// Site is what the pages of this face need. All fields but TellsCompanies are required.
type Site struct {
	UI         *ui.UI
	Suppliers  *supplier.Service
	Complaints *complaint.Service
	Agencies   *agency.Service
	Files      *attachment.Service
	Now        func() time.Time
	// TellsCompanies says whether the visitor's sign-in provider can be asked for their companies. Nil: it cannot.
	TellsCompanies func(*http.Request) bool
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face. POST /empresa/cadastro/govbr, a sign-in, is in the face account.
func Routes(s *Site) []ui.Route {
	return append(caseRoutes(s), []ui.Route{
		{Pattern: "GET /empresa", Who: ui.SignedIn, Handler: s.start},
		{Pattern: "GET /empresa/termos", Who: ui.Anyone, Handler: s.showTerms},
		{Pattern: "GET /empresa/termos/aceite", Who: ui.CompanyAgent, Handler: s.showDue},
		{Pattern: "POST /empresa/termos/aceite", Who: ui.CompanyAgent, Handler: s.acceptDue},

		{Pattern: "GET /empresa/cadastro", Who: ui.SignedIn, Handler: s.choose},
		{Pattern: "POST /empresa/cadastro", Who: ui.SignedIn, Handler: s.begin},
		{Pattern: "GET /empresa/cadastro/{pedido}", Who: ui.SignedIn, Handler: s.showRequest},
		{Pattern: "POST /empresa/cadastro/{pedido}", Who: ui.SignedIn, Handler: s.declare},
		{Pattern: "GET /empresa/cadastro/{pedido}/termos", Who: ui.SignedIn, Handler: s.showAcceptance},
		{Pattern: "POST /empresa/cadastro/{pedido}/termos", Who: ui.SignedIn, Handler: s.send},
		{Pattern: "POST /empresa/cadastro/{pedido}/desistir", Who: ui.SignedIn, Handler: s.withdraw},
		{Pattern: "GET /empresa/cadastro/{pedido}/arquivos/{arquivo}", Who: ui.SignedIn, Handler: s.download},
		{Pattern: "POST /empresa/cadastro/{pedido}/arquivos/{arquivo}/remover", Who: ui.SignedIn, Handler: s.removeFile},

		{Pattern: "GET /empresa/pessoas", Who: ui.CompanyAgent, Handler: s.people},
		{Pattern: "POST /empresa/pessoas/convites", Who: ui.CompanyAgent, Handler: s.invite},
		{Pattern: "POST /empresa/pessoas/convites/{convite}/cancelar", Who: ui.CompanyAgent, Handler: s.cancelInvitation},
		{Pattern: "POST /empresa/pessoas/pedidos/{pedido}/aprovar", Who: ui.CompanyAgent, Handler: s.approveJoin},
		{Pattern: "POST /empresa/pessoas/pedidos/{pedido}/recusar", Who: ui.CompanyAgent, Handler: s.refuseJoin},
		{Pattern: "POST /empresa/pessoas/{mandato}/mudar", Who: ui.CompanyAgent, Handler: s.changeMandate},
		{Pattern: "POST /empresa/pessoas/{mandato}/encerrar", Who: ui.CompanyAgent, Handler: s.endMandate},
		{Pattern: "GET /empresa/sair", Who: ui.CompanyAgent, Handler: s.showLeave},
		{Pattern: "POST /empresa/sair", Who: ui.SignedIn, Handler: s.leave}, // also who has just left
		{Pattern: "GET /empresa/convite", Who: ui.SignedIn, Handler: s.showInvitation},
		{Pattern: "POST /empresa/convite", Who: ui.SignedIn, Handler: s.acceptInvitation},
	}...)
}

// caseRoutes are the addresses of what the company's people do with cases.
func caseRoutes(s *Site) []ui.Route {
	heavy := ui.NewLimiter(heavyPerMinute, heavyAtOnce, s.Now)
	routes := []ui.Route{
		{Pattern: "GET /empresa/fila", Who: ui.CompanyAgent, Handler: s.showInbox},
		{Pattern: "POST /empresa/fila/responsavel", Who: ui.CompanyAgent, Handler: s.share},
		{Pattern: "GET /empresa/exportar.csv", Who: ui.CompanyAgent, Handler: s.UI.LimitPerson(heavy, s.export)},
		{Pattern: "GET /empresa/casos/{protocolo}", Who: ui.CompanyAgent, Handler: s.show},
		{Pattern: "GET /empresa/casos/{protocolo}/arquivos.zip", Who: ui.CompanyAgent, Handler: s.UI.LimitPerson(heavy, s.downloadAll)},
		{Pattern: "GET /empresa/casos/{protocolo}/arquivos/{arquivo}", Who: ui.CompanyAgent, Handler: s.downloadOne},
		{Pattern: "GET /empresa/codigo", Who: ui.SignedIn, Handler: s.showCode},
		{Pattern: "POST /empresa/codigo", Who: ui.SignedIn, Handler: s.enterCode},
		{Pattern: "GET /empresa/modelos", Who: ui.CompanyAgent, Handler: s.models},
		{Pattern: "POST /empresa/modelos", Who: ui.CompanyAgent, Handler: s.saveModel},
		{Pattern: "POST /empresa/modelos/{modelo}/apagar", Who: ui.CompanyAgent, Handler: s.deleteModel},
	}
	for _, d := range deeds() { // resposta pergunta mensagem nota responsavel recusa
		routes = append(routes, ui.Route{Pattern: "POST /empresa/casos/{protocolo}/" + d.Name, Who: ui.CompanyAgent, Handler: s.act(d)})
	}
	return routes
}

// start leads to the cases of the company; first to terms that its lead must accept, and who acts for none to the
// request to do so.
func (s *Site) start(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	if len(who.Mandates)+len(who.Opened) == 0 {
		return ui.SeeOther(w, r, "/empresa/cadastro")
	}
	for _, m := range who.Mandates {
		due, err := s.Suppliers.TermsDue(r.Context(), who, m.SupplierID)
		if err != nil {
			return err
		}
		if due.Version != "" {
			return ui.SeeOther(w, r, ofCompany("/empresa/termos/aceite", m.SupplierID))
		}
	}
	return ui.SeeOther(w, r, "/empresa/fila")
}

// ofCompany is an address with the company in hand.
func ofCompany(path, supplierID string) string {
	return path + "?" + url.Values{"empresa": {supplierID}}.Encode()
}

// inHand is the company that a page is about: the one named, else the first the person acts for. What they do not act
// for does not exist.
func inHand(who person.Actor, named string) (string, error) {
	if named == "" && len(who.Mandates) > 0 {
		return who.Mandates[0].SupplierID, nil
	}
	if !who.ActsFor(named) {
		return "", fault.New(fault.NotFound, "")
	}
	return named, nil
}

// workPage begins a page for who acts for a company.
func (s *Site) workPage(r *http.Request, who person.Actor, title string) ui.Page {
	p := s.UI.Page(r, who, title)
	p.Work = true
	if len(who.Mandates) == 0 { // only cases opened by code
		return p
	}
	p.Nav = []ui.Link{{URL: "/empresa/fila", Text: "Casos", Current: r.URL.Path == "/empresa/fila"}, {URL: "/empresa/pessoas", Text: "Pessoas", Current: r.URL.Path == "/empresa/pessoas"}}
	return p
}

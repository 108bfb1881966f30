// Package consumer is the face of the person who complains: the form in steps, the panel, the case as its consumer
// sees it, the receipt and its public verification.
package consumer

import (
	"embed"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
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
	People     *person.Service
	BaseURL    string
	Now        func() time.Time
}

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /reclamacoes/nova", Who: ui.SignedIn, Handler: s.form},
		{Pattern: "POST /reclamacoes/nova", Who: ui.SignedIn, Handler: s.answer},
		{Pattern: "POST /rascunhos", Who: ui.SignedIn, Handler: s.startOver},
		{Pattern: "POST /rascunhos/{rascunho}", Who: ui.SignedIn, Handler: s.autosave},
		{Pattern: "POST /rascunhos/{rascunho}/descartar", Who: ui.SignedIn, Handler: s.discard},
		{Pattern: "POST /rascunhos/{rascunho}/arquivos/{arquivo}/remover", Who: ui.SignedIn, Handler: s.removeFile},

		{Pattern: "GET /painel", Who: ui.SignedIn, Handler: s.panel},
		{Pattern: "GET /reclamacoes/{protocolo}", Who: ui.SignedIn, Handler: s.show},
		{Pattern: "GET /reclamacoes/{protocolo}/comprovante.pdf", Who: ui.SignedIn, Handler: s.receipt},
		{Pattern: "GET /reclamacoes/{protocolo}/arquivos/{arquivo}", Who: ui.SignedIn, Handler: s.download},
		{Pattern: "POST /reclamacoes/{protocolo}/mensagem", Who: ui.SignedIn, Handler: s.say},
		{Pattern: "POST /reclamacoes/{protocolo}/avaliacao", Who: ui.SignedIn, Handler: s.rate},
		{Pattern: "POST /reclamacoes/{protocolo}/procon", Who: ui.SignedIn, Handler: s.escalate},
		{Pattern: "POST /reclamacoes/{protocolo}/aceite", Who: ui.SignedIn, Handler: s.accept},
		{Pattern: "POST /reclamacoes/{protocolo}/promessa", Who: ui.SignedIn, Handler: s.tellPromise},

		{Pattern: "GET /verificar", Who: ui.Anyone, Handler: s.verify},
		{Pattern: "GET /verificar/{codigo}", Who: ui.Anyone, Handler: s.verify},
	}
}

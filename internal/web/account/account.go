package account

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// Templates are the pages of this face.
//
//go:embed *.html
var Templates embed.FS

// Site is what this face is made of; all are required but SecondFactor.
type Site struct {
	UI        *ui.UI
	People    *person.Service
	Suppliers *supplier.Service
	OIDC      *oidc.Client
	Sessions  *scs.SessionManager
	BaseURL   string // without a slash at its end; BaseURL + "/" is registered at the providers as logout address
	Now       func() time.Time
	// SecondFactor says that roles count only after a sign-in with a second factor; see session.Actor.
	SecondFactor bool
}

// Sign-ins of one address: generous, because many people may share one.
const (
	signInsPerMinute = 30
	signInsAtOnce    = 60
)

// Routes are all addresses of this face.
func Routes(s *Site) []ui.Route {
	limiter := ui.NewLimiter(signInsPerMinute, signInsAtOnce, s.Now)
	return []ui.Route{
		{Pattern: "GET /entrar", Who: ui.Anyone, Handler: s.UI.Limit(limiter, s.enter)},
		{Pattern: "GET /entrar/{provedor}/retorno", Who: ui.Anyone, Handler: s.UI.Limit(limiter, s.comeBack)},
		{Pattern: "POST /empresa/cadastro/govbr", Who: ui.SignedIn, Handler: s.UI.Limit(limiter, s.askCompanies)},
		{Pattern: "GET /sair", Who: ui.Anyone, Handler: s.showLeave},
		{Pattern: "POST /sair", Who: ui.Anyone, Handler: s.leave},

		{Pattern: "GET /conta", Who: ui.SignedIn, Handler: s.show},
		{Pattern: "POST /conta", Who: ui.SignedIn, Handler: s.change},
		{Pattern: "POST /conta/sessoes/{id}/encerrar", Who: ui.SignedIn, Handler: s.endSession},
		{Pattern: "GET /conta/nivel", Who: ui.SignedIn, Handler: s.showLevel},

		{Pattern: "GET /conta/confirmar-email", Who: ui.Anyone, Handler: s.showConfirm},
		{Pattern: "POST /conta/confirmar-email", Who: ui.Anyone, Handler: s.confirm},
		{Pattern: "POST /conta/confirmar-email/enviar", Who: ui.SignedIn, Handler: s.askConfirmation},
		{Pattern: "GET /conta/email-confirmado", Who: ui.Anyone, Handler: s.showConfirmed},
	}
}

// Origins are where the browser is sent after a form (signing in, signing out). A content security policy must name
// them in form-action, which some browsers also apply to redirects.
func (s *Site) Origins() []string {
	var list []string
	for _, p := range s.OIDC.Providers() {
		for _, address := range []string{p.Issuer, p.LogoutURL} {
			u, err := url.Parse(address)
			if err != nil || u.Host == "" || slices.Contains(list, u.Scheme+"://"+u.Host) {
				continue
			}
			list = append(list, u.Scheme+"://"+u.Host)
		}
	}
	return list
}

// Pending is where a visitor may continue a sign-in that led nowhere; empty when there is none.
func (s *Site) Pending(r *http.Request) string {
	if !s.Sessions.Exists(r.Context(), pendingKey) {
		return ""
	}
	return enterAddress(s.Sessions.GetString(r.Context(), pendingKey))
}

func enterAddress(back string) string {
	if back == "" {
		return "/entrar"
	}
	return "/entrar?volta=" + url.QueryEscape(back)
}

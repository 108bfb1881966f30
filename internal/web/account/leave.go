package account

import (
	"net/http"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// leave ends our session first, then goes to the provider to end its own. It works without a session too.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	provider := s.provider(r)
	if s.Sessions.Token(r.Context()) != "" {
		if err := s.Sessions.Destroy(r.Context()); err != nil {
			return err
		}
	}
	if address := s.OIDC.LogoutURL(provider, s.BaseURL+"/"); address != "" {
		return ui.SeeOther(w, r, address)
	}
	return ui.SeeOther(w, r, "/")
}

// provider is where the person signed in; for a session that is gone, the only one there can be.
func (s *Site) provider(r *http.Request) string {
	if name := s.Sessions.GetString(r.Context(), providerKey); name != "" {
		return name
	}
	if list := s.OIDC.Providers(); len(list) == 1 {
		return list[0].Name
	}
	return ""
}

// showLeave is for who types the address: following a link never signs out.
func (s *Site) showLeave(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	return s.UI.Render(w, http.StatusOK, "account/leave", s.UI.Page(r, who, "Sair da sua conta"))
}

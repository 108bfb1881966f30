package account

import (
	"net/http"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type levelPage struct {
	ui.Page
	Level, Needed string
	Enough        bool
	RaiseURL      string // the provider's page; empty when it has none
	Again         string // sign in again, for who raised the level elsewhere
	Back          string
}

// showLevel explains that the act at "volta" needs a higher level: silver, or gold with nivel=ouro. The place
// is kept, so that the provider's page leads back to it.
func (s *Site) showLevel(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	needed := person.Silver
	if r.URL.Query().Get("nivel") == person.Gold.Label() {
		needed = person.Gold
	}
	back := destination(local(r.URL.Query().Get("volta")), who)
	page := levelPage{
		Page: s.UI.Page(r, who, "Sua conta gov.br precisa ser "+needed.Label()), Level: who.Level.Label(), Needed: needed.Label(),
		Enough: who.Level.AtLeast(needed), Again: enterAddress(back), Back: back,
		RaiseURL: s.OIDC.RaiseURL(s.provider(r), string(needed)),
	}
	if page.Enough {
		page.Title = "Sua conta já é " + page.Level
	} else {
		s.Sessions.Put(r.Context(), pendingKey, back)
	}
	return s.UI.Render(w, http.StatusOK, "account/level", page)
}

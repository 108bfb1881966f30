package account

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"

	"guiche/internal/fault"
	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/web/session"
	"guiche/internal/web/ui"
)

type choosePage struct {
	ui.Page
	Choices []choice
}

type choice struct{ Label, URL string }

// enter sends the visitor to the provider; where there are several, it asks which.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	back := local(r.URL.Query().Get("volta"))
	provider := r.URL.Query().Get("provedor")
	list := s.OIDC.Providers()
	if provider == "" && len(list) == 1 {
		provider = list[0].Name
	}
	if provider != "" {
		return s.begin(w, r, who, provider, back)
	}
	page := choosePage{Page: s.UI.Page(r, who, "Como você quer entrar?")}
	for _, p := range list {
		page.Choices = append(page.Choices, choice{p.Label, withProvider(back, p.Name)})
	}
	return s.UI.Render(w, http.StatusOK, "account/choose", page)
}

func withProvider(back, provider string) string {
	if back == "" {
		return "/entrar?provedor=" + provider
	}
	return enterAddress(back) + "&provedor=" + provider
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request, who person.Actor, provider, back string) error {
	address, started, err := s.OIDC.Begin(r.Context(), provider)
	if err != nil {
		return s.refused(w, r, who, err, flow{Back: back})
	}
	if err := s.keepFlow(r.Context(), flow{started, back, s.Now()}); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.SeeOther(w, r, address)
}

// comeBack ends a sign-in. Without an answer the person comes from raising the level or from registering, and a
// fresh sign-in resumes what was pending.
func (s *Site) comeBack(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	ctx, query, provider := r.Context(), r.URL.Query(), r.PathValue("provedor")
	w.Header().Set("Cache-Control", "no-store")
	if !oidc.Answered(query) {
		return s.resume(w, r, who, provider)
	}
	f, known := s.takeFlow(ctx, query.Get("state"), provider)
	if !known && who.SignedIn() { // the same answer again: back button, reload
		return ui.SeeOther(w, r, destination("", who))
	}
	if !known {
		f.Back = s.Sessions.GetString(ctx, pendingKey)
	}
	identity, err := s.OIDC.Finish(ctx, f.Flow, query)
	if err != nil {
		return s.refused(w, r, who, err, f)
	}
	return s.admit(w, r, identity, f)
}

func (s *Site) resume(w http.ResponseWriter, r *http.Request, who person.Actor, provider string) error {
	if !s.Sessions.Exists(r.Context(), pendingKey) {
		return ui.SeeOther(w, r, "/")
	}
	return s.begin(w, r, who, provider, s.Sessions.GetString(r.Context(), pendingKey))
}

// admit opens the session under a new token, so that nobody who knew the old one is signed in too.
func (s *Site) admit(w http.ResponseWriter, r *http.Request, identity oidc.Identity, f flow) error {
	ctx := r.Context()
	account, err := s.People.SignIn(ctx, known(identity))
	if err != nil {
		return err
	}
	s.forgetOther(ctx, account.ID)
	if err := s.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.Sessions.Put(ctx, session.AccountKey, account.ID)
	s.Sessions.Put(ctx, session.AgentKey, agent(r))
	s.Sessions.Put(ctx, session.SecondFactorKey, identity.SecondFactor())
	s.Sessions.Put(ctx, providerKey, identity.Provider)
	s.Sessions.Remove(ctx, pendingKey)
	if f.Companies {
		if err := s.keepCompanies(ctx, account.ID, identity); err != nil {
			return err
		}
	}
	who, err := s.People.Actor(ctx, account.ID)
	if err != nil {
		return err
	}
	if s.SecondFactor && !identity.SecondFactor() && len(who.Grants) > 0 {
		who.Grants = nil
		s.UI.Flash(ctx, "Você entrou como consumidor. Para trabalhar no Procon, saia, ligue a verificação em duas etapas no gov.br e entre de novo.")
	}
	return ui.SeeOther(w, r, destination(f.Back, who))
}

// forgetOther removes what another person left in this browser's session.
func (s *Site) forgetOther(ctx context.Context, accountID string) {
	before := cmp.Or(s.Sessions.GetString(ctx, session.AccountKey), s.Sessions.GetString(ctx, ui.SenderKey))
	s.Sessions.Remove(ctx, ui.SenderKey)
	if before == "" || before == accountID {
		return
	}
	for _, key := range s.Sessions.Keys(ctx) {
		if _, isFlow := s.flow(ctx, key); !isFlow {
			s.Sessions.Remove(ctx, key)
		}
	}
}

func known(i oidc.Identity) person.Identity {
	return person.Identity{
		Issuer: i.Issuer, Subject: i.Subject, CPF: i.CPF, Name: i.Name, SocialName: i.SocialName,
		Email: i.Email, EmailVerified: i.EmailVerified, Phone: i.Phone, PhoneVerified: i.PhoneVerified,
		Level: person.Level(i.Level), SecondFactor: i.SecondFactor(),
	}
}

const maxAgent = 300 // bytes

func agent(r *http.Request) string {
	name := ui.Clean(r.UserAgent())
	return strings.ToValidUTF8(name[:min(len(name), maxAgent)], "")
}

type refusedPage struct {
	ui.Page
	Text      string
	Retry     string
	Reference string
}

// refused says what happened in the provider's place; the log gets the reason and nothing of the person.
func (s *Site) refused(w http.ResponseWriter, r *http.Request, who person.Actor, err error, f flow) error {
	reason := oidc.ReasonOf(err)
	if reason == "" && fault.KindOf(err) == fault.Unknown {
		return err
	}
	page := refusedPage{
		Page: s.UI.Page(r, who, "Não foi possível entrar"), Text: fault.Text(err), Retry: enterAddress(f.Back), Reference: ui.RequestID(r.Context()),
	}
	s.UI.Log.Warn("sign-in refused", slog.String("reference", page.Reference), slog.String("reason", cmp.Or(string(reason), fault.KindOf(err).String())))
	page.Path = f.Back
	if fault.Is(err, fault.Unavailable) {
		w.Header().Set("Retry-After", "60")
	}
	return s.UI.Render(w, ui.Status(err), "account/refused", page)
}

package consumer

import (
	"cmp"
	"net/http"
	"slices"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type panelPage struct {
	ui.Page
	Cards  []card
	Drafts []draftCard
	// Unconfirmed is the typed address that still waits for its link to be followed; empty: none.
	Unconfirmed string
}

type card struct {
	complaint.Complaint
	Next  string
	Yours bool // the next step is the consumer's
}

type draftCard struct {
	complaint.Draft
	About string
	URL   string
	Until calendar.Day // kept until
}

// panel lists the person's cases, what waits for them first, and drafts not sent yet.
func (s *Site) panel(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	mine, err := s.Complaints.Panel(r.Context(), who)
	if err != nil {
		return err
	}
	p := panelPage{Page: s.UI.Page(r, who, "Minhas reclamações")}
	if who.Email != "" && !who.EmailConfirmed {
		p.Unconfirmed = who.Email
	}
	names, err := s.agencyNames(r)
	if err != nil {
		return err
	}
	for _, c := range mine.Complaints {
		promise := mine.Promises[c.ID]
		p.Cards = append(p.Cards, card{c, whatNext(c, &promise, names[c.AgencyID], s.today()),
			complaint.Owner(c.State) == complaint.AsConsumer || promise.Promise == complaint.PromiseAsked})
	}
	slices.SortStableFunc(p.Cards, func(a, b card) int { return first(b) - first(a) })
	for _, d := range mine.Drafts {
		p.Drafts = append(p.Drafts, draftCard{d, cmp.Or(d.Company, "empresa ainda não informada"), stepURL(d.ID, firstOpen(s, d)), calendar.Of(d.TouchedAt).Add(complaint.DraftDays)})
	}
	return s.UI.Render(w, http.StatusOK, "consumer/panel", p)
}

// first orders the cards: what waits for the person, then what is open, then the rest.
func first(c card) int {
	switch {
	case c.Yours:
		return 2
	case c.Open():
		return 1
	}
	return 0
}

func (s *Site) agencyNames(r *http.Request) (map[string]string, error) {
	all, err := s.Agencies.Installed(r.Context())
	names := map[string]string{}
	for _, a := range all {
		names[a.ID] = a.ShortName
	}
	return names, err
}

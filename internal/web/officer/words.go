package officer

import (
	"net/http"
	"slices"

	"guiche/internal/complaint"
	"guiche/internal/web/casefile"
)

// done are acts as officers read them; the others have the same words for everybody.
var done = map[complaint.Act]string{
	complaint.ActTake:    "Assumiu o caso",
	complaint.ActRelease: "Largou o caso",
	complaint.ActAsk:     "Pediu informações",
	complaint.ActRecall:  "Retomou o caso",
}

// timeline is the case as its officers read it, newest on top.
func timeline(c complaint.Case, reader, agency string) []casefile.Moment {
	moments := casefile.Timeline(c, reader, agency)
	for i, e := range c.Events {
		if words, own := done[complaint.Act(e.Act)]; own {
			moments[i].What = words
		}
	}
	slices.Reverse(moments)
	return moments
}

// clocks are why the case's dates are what they are: of the clock that runs, and of those before it, newest first.
func (s *Site) clocks(r *http.Request, p *casePage) error {
	all, err := s.Complaints.WhyDates(r.Context(), p.Case)
	if len(all) > 0 && all[0].Running {
		p.Clock, all = &all[0], all[1:]
	}
	p.Past = all
	if still, stands := p.Case.StandsStill(s.Now()); stands {
		p.Still = &still
	}
	return err
}

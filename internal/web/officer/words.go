package officer

import (
	"slices"
	"strings"
	"time"

	"guiche/internal/calendar"
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

// clock is a deadline in words: for what, until when, by which rule and from which day.
type clock struct {
	State         complaint.State
	Until         time.Time
	Rule, Version string
	From          string // YYYY-MM-DD
}

// clockOf is the running clock of a case; the zero clock when none runs.
func clockOf(c complaint.Complaint) clock {
	if !c.HasDue() {
		return clock{}
	}
	return newClock(c.State, c.DueAt, c.ClockRule, c.ClockFromOn)
}

func newClock(state complaint.State, until time.Time, rule, from string) clock {
	id, version, _ := strings.Cut(rule, "@")
	return clock{state, until, id, version, from}
}

// pastClocks are those the case had before the one that runs, newest first.
func pastClocks(c complaint.Case) []clock {
	var out []clock
	for _, e := range slices.Backward(c.Events) {
		if facts := complaint.FactsOf(e); facts.DueAt != 0 && facts.Rule != "" {
			out = append(out, newClock(complaint.State(e.To), time.UnixMicro(facts.DueAt), facts.Rule, calendar.Of(e.At).String()))
		}
	}
	if c.HasDue() && len(out) > 0 {
		return out[1:]
	}
	return out
}

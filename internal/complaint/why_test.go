package complaint_test

import (
	"strings"
	"testing"
	"time"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
)

const stateAgency = "procon-rs"

// katia administers the state's agency.
func katia(t *testing.T, f *complainttest.Fixture) person.Actor {
	t.Helper()
	return f.SignIn(t, "Kátia Wolff", "98765432100", person.Gold)
}

// whys explains all clocks of a case, each checked against its stored end.
func whys(t *testing.T, f *complainttest.Fixture, protocol string) []complaint.Why {
	t.Helper()
	c := stateOf(t, f, protocol)
	all, err := f.Service.WhyDates(ctx, c)
	ok(t, err)
	for _, w := range all {
		if !w.Exact {
			t.Errorf("%s until %s cannot be counted again", w.State, w.Until)
		}
	}
	if c.HasDue() && (len(all) == 0 || !all[0].Running || !all[0].Until.Equal(c.DueAt) || all[0].Rule.ID+"@"+all[0].Rule.Version != c.ClockRule) {
		t.Errorf("the running clock, until %s by %s, is not explained: %+v", c.DueAt, c.ClockRule, all)
	}
	return all
}

func skipped(w complaint.Why) string {
	var lines []string
	for _, run := range w.Skipped {
		lines = append(lines, run.From.String()+".."+run.To.String()+" "+run.Why)
	}
	return strings.Join(lines, "; ")
}

func TestEveryDateOfACaseCanBeCountedAgain(t *testing.T) { // through months
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		protocol := direct(t, f, complainttest.Acegua) // Monday 23 November 2026
		first := whys(t, f, protocol)
		if w := first[0]; w.Rule.String() != "10 dias corridos" || w.From.String() != "2026-11-23" || w.Agency != "Procon RS" || w.Place != "Porto Alegre" || skipped(w) != "" {
			t.Errorf("filed: %+v", w)
		}
		f.Wait(2 * aDay) // Wednesday 25
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Qual o pedido?")))
		f.Wait(2 * aDay)
		c := stateOf(t, f, protocol)
		if still, stands := c.StandsStill(f.Now()); !stands || still.Since.String() != "2026-11-25" || still.Count != 3 {
			t.Errorf("stands still since %s, %d days, %v", still.Since, still.Count, stands)
		}
		f.Wait(aDay) // Saturday 28
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("O 123.")))
		all := whys(t, f, protocol)
		if w := all[0]; len(all) != 3 || w.From.String() != "2026-11-23" || skipped(w) != "2026-11-25..2026-11-28 prazo suspenso" || len(w.Still) != 1 || w.Still[0].Count() != 4 {
			t.Errorf("resumed: %d clocks, %+v", len(all), w)
		}
		f.Wait(10 * aDay) // until Monday 7 December; Tuesday 8
		ok(t, f.Service.KeepDeadlines(ctx))
		f.Wait(20 * aDay) // twenty days, until Monday 28 December; Monday 28
		all = whys(t, f, protocol)
		if w := all[0]; w.State != complaint.AwaitingRating || w.Until.Add(-3*time.Hour).Format("2006-01-02") != "2026-12-28" || skipped(w) != "" {
			t.Errorf("to rate: %+v", w)
		}
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: protocol}))
		if w := whys(t, f, protocol)[0]; w.Rule.String() != "2 dias úteis" || skipped(w) != "" {
			t.Errorf("escalated: %+v", w)
		}
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Mais alguma coisa?")))
		f.Wait(3 * aDay) // New Year's Eve
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("Não.")))
		w := whys(t, f, protocol)[0]
		if want := "2027-01-01..2027-01-01 feriado nacional: Confraternização Universal (Lei 662/1949); 2027-01-02..2027-01-03 fim de semana"; skipped(w) != want {
			t.Errorf("screening over New Year: %s", skipped(w))
		}
	})
}

func TestAChangeOfCalendarNeverMovesARunningClockAndIsNotUsedToExplainIt(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		admin := katia(t, f)
		protocol := direct(t, f, complainttest.Acegua) // until Thursday 3 December
		due := stateOf(t, f, protocol).DueAt
		ok(t, f.Agencies.AddClosure(ctx, admin, stateAgency, agency.NewClosure{From: "2026-12-03", To: "2026-12-04", Why: "mudança de prédio"}))
		ok(t, f.Agencies.SetDeadline(ctx, admin, stateAgency, agency.NewDeadline{Route: "direct", State: "awaiting_supplier", Amount: "7",
			Unit: calendar.Business, ValidFrom: "2026-11-24", Source: "Portaria 7/2026"}))
		if c := stateOf(t, f, protocol); !c.DueAt.Equal(due) {
			t.Errorf("the clock moved from %s to %s", due, c.DueAt)
		}
		if w := whys(t, f, protocol)[0]; skipped(w) != "" || w.Rule.Amount != 10 {
			t.Errorf("explained by what came later: %+v", w)
		}
		f.Wait(aDay)
		later := direct(t, f, complainttest.Acegua) // Tuesday 24
		w := whys(t, f, later)[0]
		if w.Rule.ID != "procon-rs-direct-awaiting_supplier-2026-2" || w.From.String() != "2026-11-24" || w.Until.Add(-3*time.Hour).Format("2006-01-02") != "2026-12-07" ||
			skipped(w) != "2026-11-28..2026-11-29 fim de semana; 2026-12-03..2026-12-04 sem expediente: mudança de prédio; 2026-12-05..2026-12-06 fim de semana" {
			t.Errorf("by the new rule and calendar: %s, %+v", skipped(w), w)
		}
		// A clock that resumes keeps its rule and is counted in the calendar of that day.
		ok(t, f.Service.Ask(ctx, f.Elisa, complaint.AsOfficer, f.Ref(t, f.Elisa, protocol, ""), say("Qual?")))
		ok(t, f.Service.Supply(ctx, f.Ana, complaint.Ref{Protocol: protocol}, say("Este.")))
		if w := whys(t, f, protocol)[0]; w.Rule.Amount != 10 || w.Until.Add(-3*time.Hour).Format("2006-01-02") != "2026-12-07" ||
			skipped(w) != "2026-11-24..2026-11-24 prazo suspenso; 2026-12-04..2026-12-04 sem expediente: mudança de prédio; 2026-12-05..2026-12-06 fim de semana" {
			t.Errorf("resumed: %s, %+v", skipped(w), w)
		}
		if n, err := f.Service.ClocksByRule(ctx, stateAgency, []string{"direct-awaiting_supplier-2026-1@2026-1", "procon-rs-direct-awaiting_supplier-2026-2@2026-2", "x@1"}); err != nil ||
			n["direct-awaiting_supplier-2026-1@2026-1"] != 1 || n["procon-rs-direct-awaiting_supplier-2026-2@2026-2"] != 1 || n["x@1"] != 0 {
			t.Errorf("running clocks by rule: %v, %v", n, err)
		}
	})
}

func TestAClockOfAnOlderProgramIsShownWithoutItsDays(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	protocol := direct(t, f, complainttest.Acegua)
	ok(t, f.DB.Transact(ctx, func(tx *db.Tx) error { // as if counted with a holiday that nobody kept
		_, err := tx.Exec(`UPDATE event SET data = '{"clock_rule":"direct-awaiting_supplier-2026-1@2026-1","due_at":1796785199000000}' WHERE act = 'file'`)
		return err
	}))
	all, err := f.Service.WhyDates(ctx, stateOf(t, f, protocol))
	if err != nil || len(all) != 1 || all[0].Exact || all[0].Skipped != nil || all[0].Rule.Amount != 10 {
		t.Errorf("%+v, %v", all, err)
	}
}

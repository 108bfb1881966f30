package complaint_test

import (
	"strings"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
)

// The clock of a machine is forty days ahead for a while and is then set right. What it ran out of time for is over, once;
// nothing is said twice when the days come again, cases go on, and new ones have the dates of the right clock.
func TestAClockThatJumpsDoesNothingTwice(t *testing.T) { // R-30, quality 2
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		early := directOf(t, f, f.Ana, complainttest.Telefonia, complainttest.Acegua) // Monday 23 November, until Thursday 3 December
		f.Wait(40 * aDay)
		sweepAtOnce(t, f)
		ok(t, f.Jobs.Drain(ctx))
		f.Wait(-40 * aDay)
		sweepAtOnce(t, f)
		if c := stateOf(t, f, early); c.State != complaint.AwaitingRating || !c.Unanswered {
			t.Fatalf("after the jump: %s, unanswered %v", c.State, c.Unanswered)
		}
		ok(t, f.Service.Escalate(ctx, f.Ana, complaint.Ref{Protocol: early}))

		late := directOf(t, f, f.Ana, complainttest.Telefonia, complainttest.Acegua)
		if c := stateOf(t, f, late); dueOn(c) != "2026-12-03" {
			t.Errorf("filed after the clock was set right, due on %s", dueOn(c))
		}
		for range 12 { // days that were there already
			f.Wait(aDay)
			sweepAtOnce(t, f)
			ok(t, f.Jobs.Drain(ctx))
		}
		if got := acts(stateOf(t, f, early)); got != "file expire escalate" {
			t.Errorf("the early case: %s", got)
		}
		if got := acts(stateOf(t, f, late)); !strings.HasPrefix(got, "file expire") || strings.Count(got, "expire") != 1 {
			t.Errorf("the late case: %s", got)
		}
		said := map[string]int{}
		for _, m := range outbox.All() {
			said[m.To.Address+" "+m.Subject+"\n"+m.Text]++
		}
		for what, times := range said {
			if times != 1 {
				t.Errorf("%d times %s", times, what)
			}
		}
		if n, err := audit.Verify(ctx, f.DB); err != nil || n == 0 {
			t.Errorf("%d events, %v", n, err)
		}
	})
}

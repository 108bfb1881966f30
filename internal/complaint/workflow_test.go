package complaint

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var rewrite = flag.Bool("update", false, "rewrite golden files")

// Every combination of route, state, act and role is in the golden file, allowed or not: a change of the table
// shows as a change of that file, line by line.
func TestTheLifeOfACaseIsExactlyTheTable(t *testing.T) {
	var got strings.Builder
	roles := []Role{AsConsumer, AsSupplier, AsOfficer, AsSystem}
	combinations := 0
	for _, route := range onBoth {
		for _, from := range append([]State{unfiled}, States...) {
			fmt.Fprintf(&got, "%s · %s\n", route, cmp.Or(string(from), "(draft)"))
			for _, act := range Acts {
				line := ""
				for _, role := range roles {
					combinations++
					if to, ok := steps[step{route, from, act, role}]; ok {
						line += fmt.Sprintf("  %s→%s", role, to)
					}
				}
				fmt.Fprintf(&got, "    %-22s%s\n", act, cmp.Or(line, "  –"))
			}
		}
	}
	if combinations != 2*10*len(Acts)*4 {
		t.Fatalf("%d combinations", combinations)
	}
	const file = "testdata/workflow.golden"
	if *rewrite {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the table differs from %s; look at the difference, then run with -update:\n%s", file, got.String())
	}
}

// all walks every allowed step that really leads somewhere.
func all(visit func(s step, to State)) {
	for s, to := range steps {
		if to == same {
			to = s.from
		}
		visit(s, to)
	}
}

func TestEveryStateHasAWayToBeReachedAndToBeClosed(t *testing.T) {
	for _, route := range onBoth {
		reached := map[State]bool{}
		next := []State{unfiled}
		for len(next) > 0 {
			from := next[0]
			next = next[1:]
			all(func(s step, to State) {
				if s.route == route && s.from == from && to != resume && !reached[to] {
					reached[to] = true
					next = append(next, to)
				}
			})
		}
		for state := range reached {
			if state == Closed {
				continue
			}
			if _, ok := Next(route, state, "", ActClose, AsOfficer); !ok {
				t.Errorf("%s: an officer cannot close from %s", route, state)
			}
		}
		if route == Agency && len(reached) != len(States)-2 { // rating and refusal are of the direct channel
			t.Errorf("agency reaches %v", reached)
		}
		if !reached[Closed] || !reached[AwaitingConsumer] || !reached[AwaitingSupplier] {
			t.Errorf("%s reaches only %v", route, reached)
		}
	}
}

func TestNoStateIsWithoutAnOwnerOrAClock(t *testing.T) {
	for _, s := range States {
		if (Owner(s) == "") != (s == Closed) {
			t.Errorf("%s is owned by %q", s, Owner(s))
		}
		if s.Label() == "" || s.OfficerLabel() == "" {
			t.Errorf("%s has no label", s)
		}
		if RunsClock(s) && Owner(s) == "" {
			t.Errorf("%s runs a clock nobody owes", s)
		}
	}
}

func TestARoleNeverDoesAnothersAct(t *testing.T) {
	only := map[Act][]Role{
		ActTake: {AsOfficer}, ActNote: {AsOfficer, AsSupplier}, ActAssign: {AsSupplier}, ActClose: {AsOfficer}, ActRefer: {AsOfficer}, ActNotify: {AsOfficer}, ActTransfer: {AsOfficer},
		ActSupply: {AsConsumer}, ActRate: {AsConsumer}, ActEscalate: {AsConsumer}, ActAccept: {AsConsumer}, ActPromiseKept: {AsConsumer}, ActPromiseBroken: {AsConsumer}, ActPromiseDue: {AsSystem},
		ActAnswer: {AsSupplier}, ActRefuse: {AsSupplier}, ActExpire: {AsSystem},
	}
	all(func(s step, _ State) {
		if roles, bound := only[s.act]; bound && !slices.Contains(roles, s.role) {
			t.Errorf("%s may %s", s.role, s.act)
		}
	})
}

func TestOnlyAFileActLeavesTheDraftAndNothingReturnsToIt(t *testing.T) {
	all(func(s step, to State) {
		if (s.from == unfiled) != (s.act == ActFile) || to == unfiled {
			t.Errorf("%+v → %q", s, to)
		}
	})
}

func TestAClosedCaseIsSilentButForNotesAndReopening(t *testing.T) { // refuse an answer after closing
	all(func(s step, _ State) {
		if s.from == Closed && !slices.Contains([]Act{ActNote, ActReopen, ActEscalate, ActOpenLetter, ActPromiseDue, ActPromiseKept, ActPromiseBroken}, s.act) {
			t.Errorf("%s may %s a closed case", s.role, s.act)
		}
	})
}

func TestWhatWasAskedGoesBackToWhereItWasAsked(t *testing.T) {
	for _, from := range []State{Screening, InReview, AwaitingSupplier} {
		to, ok := Next(Agency, from, "", ActAsk, AsOfficer)
		if !ok || to != AwaitingConsumer {
			t.Fatalf("ask from %s: %s %v", from, to, ok)
		}
		back, ok := Next(Agency, to, from, ActSupply, AsConsumer)
		if !ok || back != from {
			t.Errorf("supply goes to %s, want %s", back, from)
		}
	}
}

func TestOutcomesAllHaveWords(t *testing.T) {
	for _, o := range append(slices.Clone(OfficerOutcomes), Resolved, NotResolved, Unrated, SettlementBroken, Refused, Merged) {
		if o.Label() == "" {
			t.Errorf("%s has no label", o)
		}
	}
}

package casefile_test

import (
	"slices"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/web/casefile"
)

// Whatever happens to a case has words on the timeline of everybody who may see it. What is said speaks for itself;
// what only officers see is worded by their own pages; hearings and transfers are not done yet.
func TestEverythingThatHappensHasWords(t *testing.T) {
	without := []complaint.Act{complaint.ActMessage, complaint.ActNote, complaint.ActAnswer, complaint.ActTrackLetter, complaint.ActRenewCode,
		complaint.ActScheduleHearing, complaint.ActHoldHearing, complaint.ActTransfer}
	for _, act := range complaint.Acts {
		c := complaint.Case{Events: []audit.Event{{Act: string(act), From: "in_review", To: "in_review"}}}
		moments := casefile.Timeline(c, "", "Procon")
		if has := moments[0].What != ""; has == slices.Contains(without, act) {
			t.Errorf("%s: words %q", act, moments[0].What)
		}
	}
}

package supplier_test

import (
	"sync"
	"testing"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// taps does the same thing several times at once, and again when all are done: none may fail.
func (w *world) taps(act func() error) {
	w.Helper()
	var taps sync.WaitGroup
	for range 4 {
		taps.Go(func() {
			if err := act(); err != nil {
				w.Error(err)
			}
		})
	}
	taps.Wait()
	w.must(act())
}

func TestAnInvitationAcceptedTwiceIsAcceptedOnce(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(paulaCPF)))
		secret := w.secret()
		before := len(w.acts("mandates:" + varejo.ID))
		w.taps(func() error {
			id, err := w.S.AcceptInvitation(ctx, w.Paula, secret)
			if err == nil && id != varejo.ID {
				t.Errorf("led to %q", id)
			}
			return err
		})
		if got := w.acts("mandates:" + varejo.ID)[before:]; len(got) != 1 {
			t.Errorf("recorded %v", got)
		}
		_, err := w.S.AcceptInvitation(ctx, w.Rosa, secret)
		w.fails(err, fault.Invalid, "")
		w.must(w.S.Leave(ctx, w.again(w.Paula), varejo.ID, supplier.Leaving{}))
		_, err = w.S.AcceptInvitation(ctx, w.Paula, secret)
		w.fails(err, fault.Invalid, "") // a used link brings nobody back
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(rosaCPF)))
		staff, err := w.S.StaffOf(ctx, w.Ines, varejo.ID)
		w.must(err)
		w.must(w.S.CancelInvitation(ctx, w.Ines, staff.Invited[0].ID))
		w.Represent(t, "Rosa Terra", rosaCPF, complainttest.Varejo, person.Agent)
		_, err = w.S.AcceptInvitation(ctx, w.Rosa, w.secret())
		w.fails(err, fault.Invalid, "") // nor does one that was taken back say that it was accepted
	})
}

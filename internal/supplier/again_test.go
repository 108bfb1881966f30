package supplier_test

import (
	"slices"
	"sync"
	"testing"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
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

// once wants an act in a record, one time.
func (w *world) once(stream, act string) {
	w.Helper()
	if got := w.acts(stream); len(got)-len(slices.DeleteFunc(slices.Clone(got), func(a string) bool { return a == act })) != 1 {
		w.Errorf("%s: not once %s: %v", stream, act, got)
	}
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

func TestAnInvitationSentTwiceIsOneInvitation(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo, telefonia := w.company(complainttest.Varejo), w.company(complainttest.Telefonia)
		form := agentOf(paulaCPF)
		form.ID = db.NewID()
		open := func(lead person.Actor, id string, want ...string) {
			t.Helper()
			staff, err := w.S.StaffOf(ctx, lead, id)
			w.must(err)
			var got []string
			for _, v := range staff.Invited {
				got = append(got, v.CPF)
			}
			if !slices.Equal(got, want) {
				t.Errorf("invited %v, want %v", got, want)
			}
		}
		w.taps(func() error { return w.S.Invite(ctx, w.Ines, varejo.ID, form) })
		open(w.Ines, varejo.ID, paulaCPF)
		w.once("supplier:"+varejo.ID, "invite")
		w.must(w.S.CancelInvitation(ctx, w.Ines, form.ID))
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, form))
		open(w.Ines, varejo.ID)
		other := form
		other.CPF = rosaCPF // an old page, with other words: not the same invitation
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, other))
		open(w.Ines, varejo.ID, rosaCPF)
		w.must(w.S.Invite(ctx, w.Joao, telefonia.ID, form))
		open(w.Joao, telefonia.ID, paulaCPF)
	})
}

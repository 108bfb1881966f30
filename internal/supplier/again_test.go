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

func TestWhatACompanysPeopleDidIsNoConflictWithThemselves(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		rosa := w.Represent(t, "Rosa Terra", rosaCPF, complainttest.Varejo, person.Lead)

		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(w.Ana.CPF)))
		staff, err := w.S.StaffOf(ctx, w.Ines, varejo.ID)
		w.must(err)
		w.taps(func() error { return w.S.CancelInvitation(ctx, w.Ines, staff.Invited[0].ID) })
		w.once("supplier:"+varejo.ID, "cancel_invitation")
		w.fails(w.S.CancelInvitation(ctx, rosa, staff.Invited[0].ID), fault.Conflict, "")

		for _, how := range []struct {
			state  string
			act    func(who person.Actor, id string) error
			others func(id string) error
		}{
			{"approved", func(who person.Actor, id string) error { return w.S.Approve(ctx, who, id, person.Agent) },
				func(id string) error { return w.S.Approve(ctx, w.Ines, id, person.Lead) }},
			{"refused", func(who person.Actor, id string) error { return w.S.Refuse(ctx, who, id, "Não conheço.") },
				func(id string) error { return w.S.Refuse(ctx, w.Ines, id, "Outro motivo.") }},
		} {
			for _, who := range []person.Actor{w.Ines, w.Gilda} {
				id := w.ask(w.SignIn(t, "Paula Simões", paulaCPF, person.Silver), complainttest.Varejo)
				w.taps(func() error { return how.act(who, id) })
				w.once("registration:"+id, how.state)
				w.fails(how.act(rosa, id), fault.Conflict, "")
				w.fails(how.others(id), fault.Conflict, "")
				if how.state == "refused" {
					continue
				}
				mandate := w.mandateOf(w.Ines, varejo.ID, paulaCPF)
				before := len(w.acts("mandates:" + varejo.ID))
				w.taps(func() error { return w.S.EndMandate(ctx, w.Ines, varejo.ID, mandate) })
				if got := w.acts("mandates:" + varejo.ID)[before:]; len(got) != 1 {
					t.Errorf("recorded %v", got)
				}
				w.fails(w.S.EndMandate(ctx, rosa, varejo.ID, mandate), fault.NotFound, "")
				w.fails(w.S.EndMandate(ctx, w.Ines, varejo.ID, db.NewID()), fault.NotFound, "")
			}
		}

		w.taps(func() error { return w.S.Leave(ctx, rosa, varejo.ID, supplier.Leaving{}) })
		w.must(w.S.Leave(ctx, w.again(rosa), varejo.ID, supplier.Leaving{}))
		w.once("supplier:"+varejo.ID, "leave")
		w.fails(w.S.Leave(ctx, w.Joao, varejo.ID, supplier.Leaving{}), fault.NotFound, "")
		w.fails(w.S.Leave(ctx, w.again(w.Paula), varejo.ID, supplier.Leaving{}), fault.NotFound, "") // whose access another ended
	})
}

func TestARequestTakenBackTwiceIsTakenBack(t *testing.T) {
	eachWorld(t, func(w *world) {
		sent := w.ask(w.Paula, newCNPJ)
		draft, err := w.S.Begin(ctx, w.Paula, loja)
		w.must(err)
		for _, id := range []string{sent, draft} {
			w.fails(w.S.Withdraw(ctx, w.Rosa, id), fault.NotFound, "")
		}
		w.taps(func() error { return w.S.Withdraw(ctx, w.Paula, sent) })
		w.once("registration:"+sent, "withdraw")
		w.must(w.S.Withdraw(ctx, w.Paula, draft))
		for _, id := range []string{sent, draft} {
			w.fails(w.S.Withdraw(ctx, w.Rosa, id), fault.NotFound, "")
		}
		decided := w.ask(w.Paula, loja)
		w.must(w.S.Refuse(ctx, w.Gilda, decided, "Falta a procuração."))
		w.fails(w.S.Withdraw(ctx, w.Paula, decided), fault.Conflict, "")
	})
}

func TestTwoCompaniesJoinedTwiceAreJoinedOnce(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo, of := w.company(complainttest.Varejo), w.company(loja)
		third := w.add(supplier.Supplier{TradeName: "Terceira"})
		w.must(w.S.Merge(ctx, w.Gilda, third.ID, of.ID, "Mesma empresa."))
		w.taps(func() error { return w.S.Merge(ctx, w.Gilda, of.ID, varejo.ID, "Mesma empresa.") })
		w.once("supplier:"+varejo.ID, "merge")
		w.fails(w.S.Merge(ctx, w.Gilda, of.ID, third.ID, "Mesma empresa."), fault.Conflict, "") // that wish is another
	})
}

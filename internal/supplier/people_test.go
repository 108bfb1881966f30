package supplier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// secret is the link's secret of the latest invitation mail, as its job has it.
func (w *world) secret() string {
	w.Helper()
	var args string
	w.must(w.DB.Read(ctx, func(tx *db.Tx) (err error) {
		args, err = db.Scalar[string](tx, `SELECT args FROM job WHERE kind = $1 AND args LIKE '%invited%' ORDER BY id DESC LIMIT 1`, supplier.MailJob)
		return err
	}))
	_, rest, _ := strings.Cut(args, `"Secret":"`)
	secret, _, _ := strings.Cut(rest, `"`)
	return secret
}

func agentOf(cpf string) supplier.Invitation {
	return supplier.Invitation{CPF: cpf, Email: "pessoa@exemplo.test", Role: person.Agent}
}

// colleagueOf is the mandate of somebody at a company.
func (w *world) mandateOf(lead person.Actor, companyID, cpf string) string {
	w.Helper()
	staff, err := w.S.StaffOf(ctx, lead, companyID)
	w.must(err)
	for _, h := range staff.People {
		if h.CPF == cpf {
			return h.ID
		}
	}
	return ""
}

func TestAnInvitedColleagueAcceptsAndLeavesAndIsGoneAtOnce(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		invited := agentOf("704.804.904-90")
		invited.ValidTo = "2026-12-31"
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, invited))
		secret := w.secret()
		staff, err := w.S.StaffOf(ctx, w.Ines, varejo.ID)
		if err != nil || len(staff.Invited) != 1 || staff.Invited[0].CPF != paulaCPF {
			t.Fatalf("%+v, %v", staff.Invited, err)
		}
		if got := w.letters(supplier.Invited, staff.Invited[0].ID); len(got) != 1 || got[0].To.Email != "pessoa@exemplo.test" || !strings.HasSuffix(got[0].Path, "codigo=segredo") {
			t.Errorf("the mail: %+v", got)
		}
		_, _, err = w.S.InvitationOf(ctx, w.Rosa, secret)
		w.fails(err, fault.Invalid, "")
		_, err = w.S.AcceptInvitation(ctx, w.Rosa, secret)
		w.fails(err, fault.Invalid, "")
		_, of, err := w.S.InvitationOf(ctx, w.Paula, secret)
		if err != nil || of.ID != varejo.ID {
			t.Fatalf("%+v, %v", of, err)
		}
		_, err = w.S.AcceptInvitation(ctx, w.Paula, secret)
		w.must(err)
		_, err = w.S.AcceptInvitation(ctx, w.Paula, secret)
		w.must(err)
		_, _, err = w.S.InvitationOf(ctx, w.Paula, secret)
		w.fails(err, fault.Invalid, "")
		paula := w.again(w.Paula)
		if !paula.ActsFor(varejo.ID) || paula.Leads(varejo.ID) {
			t.Fatalf("%+v", paula.Mandates)
		}
		w.fails(w.S.Invite(ctx, paula, varejo.ID, agentOf(rosaCPF)), fault.NotFound, "")
		w.must(w.S.Leave(ctx, paula, varejo.ID, supplier.Leaving{}))
		if w.again(w.Paula).ActsFor(varejo.ID) {
			t.Error("left and still there")
		}
		if _, err := w.S.StaffOf(ctx, w.again(w.Paula), varejo.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("sees who acts for the company: %v", err)
		}
		if got := w.acts("mandates:" + varejo.ID); !slices.Equal(got[len(got)-2:], []string{"grant_mandate", "end_mandate"}) {
			t.Errorf("recorded %v", got)
		}
		if got := w.acts("supplier:" + varejo.ID); !slices.Equal(got, []string{"invite", "leave"}) {
			t.Errorf("recorded %v", got)
		}
	})
}

func TestAnInvitationIsForOnePersonOneWeekAndMayBeTakenBack(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo, telefonia := w.company(complainttest.Varejo), w.company(complainttest.Telefonia)
		for field, wrong := range map[string]supplier.Invitation{
			"cpf": {CPF: "11144477734", Email: "a@b.test", Role: person.Agent}, "email": {CPF: paulaCPF, Role: person.Agent},
			"papel": {CPF: paulaCPF, Email: "a@b.test", Role: "king"}, "ate": {CPF: paulaCPF, Email: "a@b.test", Role: person.Agent, ValidTo: "2026-11-22"},
		} {
			w.fails(w.S.Invite(ctx, w.Ines, varejo.ID, wrong), fault.Invalid, field)
		}
		w.fails(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(w.Ines.CPF)), fault.Invalid, "cpf")
		w.fails(w.S.Invite(ctx, w.Ines, telefonia.ID, agentOf(paulaCPF)), fault.NotFound, "")
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(paulaCPF)))
		w.fails(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(paulaCPF)), fault.Invalid, "cpf")
		staff, err := w.S.StaffOf(ctx, w.Ines, varejo.ID)
		w.must(err)
		w.fails(w.S.CancelInvitation(ctx, w.Joao, staff.Invited[0].ID), fault.NotFound, "")
		w.must(w.S.CancelInvitation(ctx, w.Ines, staff.Invited[0].ID))
		w.must(w.S.CancelInvitation(ctx, w.Ines, staff.Invited[0].ID))
		_, err = w.S.AcceptInvitation(ctx, w.Paula, w.secret())
		w.fails(err, fault.Invalid, "")
		w.must(w.S.Invite(ctx, w.Ines, varejo.ID, agentOf(paulaCPF)))
		secret := w.secret()
		bronze := w.SignIn(t, "Paula Simões", paulaCPF, person.Bronze)
		_, err = w.S.AcceptInvitation(ctx, bronze, secret)
		w.fails(err, fault.Forbidden, "")
		w.Wait(7*24*time.Hour + time.Second)
		_, err = w.S.AcceptInvitation(ctx, w.Paula, secret)
		w.fails(err, fault.Invalid, "")
	})
}

func TestALeadChangesAndEndsMandatesOfTheirOwnCompanyOnly(t *testing.T) { // R-45, quality 3
	eachWorld(t, func(w *world) {
		varejo, telefonia := w.company(complainttest.Varejo), w.company(complainttest.Telefonia)
		paula := w.Represent(t, "Paula Simões", paulaCPF, complainttest.Varejo, person.Agent)
		mandate := w.mandateOf(w.Ines, varejo.ID, paulaCPF)
		w.fails(w.S.ChangeMandate(ctx, w.Joao, varejo.ID, mandate, person.Lead, ""), fault.NotFound, "")
		w.fails(w.S.ChangeMandate(ctx, w.Joao, telefonia.ID, mandate, person.Lead, ""), fault.NotFound, "")
		w.fails(w.S.EndMandate(ctx, w.Joao, telefonia.ID, mandate), fault.NotFound, "")
		w.fails(w.S.EndMandate(ctx, paula, varejo.ID, w.mandateOf(w.Ines, varejo.ID, w.Ines.CPF)), fault.NotFound, "")
		own := w.mandateOf(w.Ines, varejo.ID, w.Ines.CPF)
		w.fails(w.S.ChangeMandate(ctx, w.Ines, varejo.ID, own, person.Agent, ""), fault.Conflict, "")
		w.fails(w.S.EndMandate(ctx, w.Ines, varejo.ID, own), fault.Conflict, "")
		w.must(w.S.ChangeMandate(ctx, w.Ines, varejo.ID, mandate, person.Agent, "2026-11-24"))
		w.Wait(24 * time.Hour)
		if !w.again(paula).ActsFor(varejo.ID) {
			t.Error("the last day counts")
		}
		w.Wait(24 * time.Hour)
		if w.again(paula).ActsFor(varejo.ID) {
			t.Error("after the last day")
		}
		w.Represent(t, "Paula Simões", paulaCPF, complainttest.Varejo, person.Agent)
		w.must(w.S.EndMandate(ctx, w.Ines, varejo.ID, w.mandateOf(w.Ines, varejo.ID, paulaCPF)))
		if w.again(paula).ActsFor(varejo.ID) {
			t.Error("ended and still there")
		}
		list, err := w.S.Letters(ctx, supplier.Mail{News: supplier.MandateOver, About: varejo.ID, Person: paula.AccountID})
		if err != nil || len(list) != 1 || list[0].To.Name != "Paula Simões" {
			t.Errorf("who is told: %+v, %v", list, err)
		}
	})
}

func TestTheLastLeadNamesASuccessorOrTheAgencyIsTold(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		w.fails(w.S.Leave(ctx, w.Ines, varejo.ID, supplier.Leaving{}), fault.Invalid, "sucessor")
		paula := w.Represent(t, "Paula Simões", paulaCPF, complainttest.Varejo, person.Agent)
		w.fails(w.S.Leave(ctx, w.Ines, varejo.ID, supplier.Leaving{Successor: "nobody"}), fault.Invalid, "sucessor")
		w.must(w.S.Leave(ctx, w.Ines, varejo.ID, supplier.Leaving{Successor: w.mandateOf(w.Ines, varejo.ID, paulaCPF)}))
		if w.again(w.Ines).ActsFor(varejo.ID) || !w.again(paula).Leads(varejo.ID) {
			t.Error("the successor leads, the other is gone")
		}
		w.must(w.S.Leave(ctx, w.Ines, varejo.ID, supplier.Leaving{})) // an old page, sent again: she has left
		paula = w.again(paula)
		w.must(w.S.Leave(ctx, paula, varejo.ID, supplier.Leaving{Sure: true}))
		if got := w.letters(supplier.LeaderLeft, varejo.ID); len(got) != 1 || got[0].To.Name != "Gilda Teixeira" {
			t.Errorf("who is told: %+v", got)
		}
		list, _, err := w.S.RegisteredCompanies(ctx, w.Gilda, "", "")
		w.must(err)
		i := slices.IndexFunc(list, func(l supplier.Listed) bool { return l.ID == varejo.ID })
		if i < 0 || list[i].People != 0 || list[i].Leads != 0 {
			t.Errorf("listed: %+v", list)
		}
	})
}

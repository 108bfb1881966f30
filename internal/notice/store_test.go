package notice_test

import (
	"strings"
	"sync"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/person"
)

var own = notice.Words{Subject: "Oi: {protocolo}", Text: "{quem} escreveu.", Button: "Abrir"}

// office is the texts of two agencies with their administrators.
type office struct {
	*testing.T
	*complainttest.Fixture
	texts         *notice.Texts
	katia, heitor person.Actor
	said          notice.Message
}

func newOffice(t *testing.T, d *db.DB) *office {
	o := &office{T: t, Fixture: complainttest.New(t, d), said: notice.Said{Case: ofAna, By: "O Procon RS"}}
	o.texts = &notice.Texts{DB: d, Now: o.Now}
	o.katia = o.SignIn(t, "Kátia Wolff", "98765432100", person.Gold)
	o.heitor = o.Heitor // let him look after the agency he works in
	o.heitor.Grants = []person.Grant{{Role: person.Admin, AgencyID: o.Heitor.Agency()}}
	return o
}

func (o *office) change(who person.Actor, words notice.Words, seen int64) {
	o.Helper()
	if err := o.texts.Change(o.Context(), who, o.said, words, seen); err != nil {
		o.Fatal(err)
	}
}

func (o *office) subject(agencyID string) string {
	o.Helper()
	m, err := o.texts.Compose(o.Context(), agencyID, o.said, "x-1", mail.Address{Address: "ana@exemplo.test"})
	if err != nil {
		o.Fatal(err)
	}
	return m.Subject
}

const ourSubject, ownSubject = "Nova mensagem na reclamação 2026.0001.0000001-49", "Oi: 2026.0001.0000001-49"

func TestAnAgencyHasItsOwnWordsAndGoesBackToOurs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		state, town := o.katia.AdminOf(), o.heitor.AdminOf()
		o.change(o.katia, own, 0)
		if o.subject(state) != ownSubject || o.subject(town) != ourSubject {
			t.Errorf("%q and %q", o.subject(state), o.subject(town))
		}
		o.change(o.katia, own, 0) // sent twice is done once
		if err := o.texts.Restore(t.Context(), o.katia, o.said, 1); err != nil {
			t.Fatal(err)
		}
		if o.subject(state) != ourSubject {
			t.Error("our words are not back")
		}
		o.change(o.katia, own, 2)
		list, err := o.texts.History(t.Context(), o.katia, "said")
		if err != nil || len(list) != 3 || list[0].Number != 3 || list[0].Words != own || list[1].Own() || list[0].By != "Kátia Wolff" || !list[0].At.Equal(o.Now()) {
			t.Errorf("%v %+v", err, list)
		}
		inForce, err := o.texts.InForce(t.Context(), o.katia)
		if err != nil || len(inForce) != 1 || inForce["said"].Number != 3 {
			t.Errorf("%v %+v", err, inForce)
		}
		if others, err := o.texts.InForce(t.Context(), o.heitor); err != nil || len(others) != 0 {
			t.Errorf("another agency sees %+v %v", others, err)
		}
	})
}

func TestEveryChangeOfWordsIsInTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.change(o.katia, own, 0)
		var events []audit.Event
		err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			events, err = audit.Of(tx, "notice-text:"+o.katia.AdminOf())
			return err
		})
		if err != nil || len(events) != 1 || events[0].ActorName != "Kátia Wolff" || !strings.Contains(string(events[0].Data), `"notice":"said"`) {
			t.Errorf("%v %+v", err, events)
		}
		if _, err := audit.Verify(t.Context(), d); err != nil {
			t.Error(err)
		}
	})
}

func TestWordsAreNotChangedByWhoMayNotOrUnseen(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	for _, who := range []person.Actor{{}, o.Ana, o.Elisa, o.Gilda} {
		if err := o.texts.Change(t.Context(), who, o.said, own, 0); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", who.Name, err)
		}
		if err := o.texts.Restore(t.Context(), who, o.said, 0); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	if err := o.texts.Change(t.Context(), o.katia, o.said, notice.Words{Subject: "x", Text: "{cpf}", Button: "x"}, 0); !fault.Is(err, fault.Invalid) {
		t.Errorf("bad words: %v", err)
	}
	o.change(o.katia, own, 0)
	other := own
	other.Button = "Ler"
	for _, seen := range []int64{0, 2, -1} {
		if err := o.texts.Change(t.Context(), o.katia, o.said, other, seen); !fault.Is(err, fault.Conflict) {
			t.Errorf("seen %d: %v", seen, err)
		}
	}
	if o.subject(o.katia.AdminOf()) != ownSubject {
		t.Error("something was changed")
	}
}

func TestOurWordsAreNeverKeptAsSomebodys(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	ours, err := notice.Ours(o.said)
	if err != nil {
		t.Fatal(err)
	}
	o.change(o.katia, ours, 0)
	if list, err := o.texts.History(t.Context(), o.katia, "said"); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

func TestOfTwoWhoChangeAtOnceOneIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		failures := make([]error, 4)
		var wait sync.WaitGroup
		for i := range failures {
			wait.Go(func() {
				words := own
				words.Button = "Abrir " + strings.Repeat("a", i)
				failures[i] = o.texts.Change(t.Context(), o.katia, o.said, words, 0)
			})
		}
		wait.Wait()
		done := 0
		for _, err := range failures {
			if err == nil {
				done++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d changes were done", done)
		}
	})
}

func TestWordsThatStoppedBeingGoodGiveWayToOurs(t *testing.T) { // a mail is never lost for its words
	o := newOffice(t, dbtest.SQLite(t))
	o.change(o.katia, own, 0)
	if err := o.DB.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE notice_text SET body = $1`, "Um campo que já existiu: {antigo}.")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := o.subject(o.katia.AdminOf()); got != ourSubject {
		t.Errorf("%q is sent", got)
	}
}

package person_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

func TestATypedEmailIsConfirmedByItsLink(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		account := w.signIn(person.Identity{Issuer: "i", Subject: "s", CPF: "30040050009", Name: "Diego", SocialName: "Dandara"})
		w.must(w.SetContact(ctx, w.actor(account.ID), " dandara@example.com ", "(51) 98888-0000"))
		actor := w.actor(account.ID)
		if actor.Email != "dandara@example.com" || actor.EmailConfirmed || actor.Phone != "51988880000" {
			t.Fatalf("after typing: %+v", actor)
		}
		if len(w.mails) != 1 || w.mails[0].to != "dandara@example.com" {
			t.Fatalf("mails %v", w.mails)
		}
		w.refused(w.ConfirmEmail(ctx, "outro"), "", "link")
		w.must(w.ConfirmEmail(ctx, w.mails[0].secret))
		if !w.actor(account.ID).EmailConfirmed {
			t.Error("the link did not confirm")
		}
	})
}

// A second tap, or the mail opened once more: it is confirmed, and that is what the person reads.
func TestTheLinkOfAConfirmedEmailStaysTrueAndDoesNothing(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		account := w.signIn(person.Identity{Issuer: "i", Subject: "s", Name: "Ana"})
		w.must(w.SetContact(ctx, w.actor(account.ID), "um@example.com", ""))
		var taps sync.WaitGroup
		for range 4 {
			taps.Go(func() {
				if err := w.ConfirmEmail(ctx, w.mails[0].secret); err != nil {
					t.Error(err)
				}
			})
		}
		taps.Wait()
		w.now = w.now.Add(47 * time.Hour)
		w.must(w.ConfirmEmail(ctx, w.mails[0].secret))
		if got := w.acts("person-email:" + account.ID); !slices.Equal(got, []string{"ask_confirmation", "confirm_email"}) {
			t.Errorf("the record says %v", got)
		}
		w.must(w.SetContact(ctx, w.actor(account.ID), "dois@example.com", ""))
		w.refused(w.ConfirmEmail(ctx, w.mails[0].secret), "", "trocado")
		w.must(w.SetContact(ctx, w.actor(account.ID), "um@example.com", "")) // it must be confirmed anew
		w.refused(w.ConfirmEmail(ctx, w.mails[0].secret), "", "trocado")
		if w.actor(account.ID).EmailConfirmed {
			t.Error("a link of before confirmed the address that came back")
		}
		w.must(w.ConfirmEmail(ctx, w.mails[2].secret))
		w.now = w.now.Add(48 * time.Hour)
		w.refused(w.ConfirmEmail(ctx, w.mails[2].secret), "", "venceu")
	})
}

func TestALinkOfAnOldAddressOrOldDayIsRefused(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		account := w.signIn(ana())
		w.must(w.SetContact(ctx, w.actor(account.ID), "um@example.com", ""))
		w.must(w.SetContact(ctx, w.actor(account.ID), "dois@example.com", ""))
		w.refused(w.ConfirmEmail(ctx, w.mails[0].secret), "", "trocado")
		w.now = w.now.Add(48 * time.Hour)
		w.refused(w.ConfirmEmail(ctx, w.mails[1].secret), "", "venceu")
		if w.actor(account.ID).EmailConfirmed {
			t.Error("an old link confirmed")
		}
		w.must(w.Prune(ctx))
		left, err := count(w, `SELECT count(*) FROM email_confirmation`)
		w.must(err)
		if left != 0 {
			t.Errorf("%d old links left", left)
		}
	})
}

func count(w *world, query string) (n int, err error) {
	err = w.DB.Read(context.Background(), func(tx *db.Tx) error {
		n, err = db.Scalar[int](tx, query)
		return err
	})
	return n, err
}

func TestTheProvidersEmailYieldsToThePersonsOwn(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		account := w.signIn(ana())
		moved := ana()
		moved.Email, moved.Phone = "nova@example.com", "51977770000"
		if a := w.signIn(moved); a.Email != "nova@example.com" || a.Phone != "53999990001" {
			t.Fatalf("the provider's new e-mail and the old telephone: %+v", a)
		}
		w.must(w.SetContact(ctx, w.actor(account.ID), "minha@example.com", "53999990001"))
		if a := w.signIn(ana()); a.Email != "minha@example.com" || !a.EmailConfirmedAt.IsZero() {
			t.Fatalf("while the link is valid the typed one stays, unconfirmed: %+v", a)
		}
		w.must(w.ConfirmEmail(ctx, w.mails[0].secret))
		w.now = w.now.Add(100 * 24 * time.Hour)
		if a := w.signIn(ana()); a.Email != "minha@example.com" || a.EmailConfirmedAt.IsZero() {
			t.Fatalf("a confirmed one stays: %+v", a)
		}
		w.must(w.SetContact(ctx, w.actor(account.ID), "abandonada@example.com", ""))
		w.now = w.now.Add(49 * time.Hour)
		if a := w.signIn(ana()); a.Email != "ana@example.com" || a.EmailConfirmedAt.IsZero() {
			t.Fatalf("one never confirmed gives way: %+v", a)
		}
	})
}

func TestFiveConfirmationMailsADay(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		account := w.signIn(person.Identity{Issuer: "i", Subject: "s", Name: "Ana"})
		w.must(w.SetContact(ctx, w.actor(account.ID), "a@example.com", ""))
		for range 4 {
			w.must(w.AskConfirmation(ctx, w.actor(account.ID)))
		}
		w.refused(w.AskConfirmation(ctx, w.actor(account.ID)), "email", "5 mensagens")
		w.refused(w.SetContact(ctx, w.actor(account.ID), "b@example.com", ""), "email", "5 mensagens")
		if a := w.actor(account.ID); len(w.mails) != 5 || a.Email != "a@example.com" {
			t.Errorf("%d mails, address %s", len(w.mails), a.Email)
		}
		w.now = w.now.Add(24 * time.Hour)
		w.must(w.AskConfirmation(ctx, w.actor(account.ID)))
		w.must(w.ConfirmEmail(ctx, w.mails[5].secret))
		w.must(w.AskConfirmation(ctx, w.actor(account.ID)))
		if len(w.mails) != 6 {
			t.Errorf("a confirmed address was asked again: %d mails", len(w.mails))
		}
	})
}

func TestAMailThatCannotBeEnqueuedChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		account := w.signIn(ana())
		w.Mail = func(*db.Tx, person.Account, string) error { return errors.New("queue down") }
		if err := w.SetContact(context.Background(), w.actor(account.ID), "b@example.com", ""); err == nil {
			t.Fatal("no error")
		}
		if a := w.actor(account.ID); a.Email != "ana@example.com" || !a.EmailConfirmed {
			t.Errorf("half a change: %+v", a)
		}
	})
}

func TestWhatCountsAsAContact(t *testing.T) {
	cases := []struct {
		name, email, phone string
		want               person.Contact
		wrong              string // field
	}{
		{"both, with spaces and a mask", " Ana@Example.com ", "(53) 99999-0001", person.Contact{Email: "Ana@Example.com", Phone: "53999990001"}, ""},
		{"a country code", "", "+55 53 3333-0001", person.Contact{Phone: "5333330001"}, ""},
		{"a leading zero", "", "053 99999-0001", person.Contact{Phone: "53999990001"}, ""},
		{"the DDD 55 is not the country", "", "55 99999-0001", person.Contact{Phone: "55999990001"}, ""},
		{"an e-mail alone", "a.b+c@d.gov.br", "", person.Contact{Email: "a.b+c@d.gov.br"}, ""},
		{"neither", "", "", person.Contact{}, "email"},
		{"no domain", "ana@", "", person.Contact{}, "email"},
		{"no dot in the domain", "ana@localhost", "", person.Contact{}, "email"},
		{"two addresses", "a@b.com,c@d.com", "", person.Contact{}, "email"},
		{"a name around it", "Ana <a@b.com>", "", person.Contact{}, "email"},
		{"a header in it", "a@b.com\nBcc: c@d.com", "", person.Contact{}, "email"},
		{"two dots in a row", "a..b@c.com", "", person.Contact{}, "email"},
		{"an endless one", strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 100) + "com", "", person.Contact{}, "email"},
		{"no DDD", "", "99999-0001", person.Contact{}, "telefone"},
		{"a DDD with zero", "", "(50) 99999-0001", person.Contact{}, "telefone"},
		{"eleven digits that are no mobile", "", "(51) 39999-0001", person.Contact{}, "telefone"},
		{"letters", "", "51 CALL-NOW", person.Contact{}, "telefone"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := person.CheckContact(c.email, c.phone)
			if c.wrong == "" && (err != nil || got != c.want) {
				t.Errorf("got %+v, %v", got, err)
			}
			if c.wrong != "" && fault.FieldsOf(err)[c.wrong] == "" {
				t.Errorf("want a message at %s, got %v", c.wrong, err)
			}
		})
	}
}

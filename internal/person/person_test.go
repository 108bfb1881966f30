package person_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// world is a service on a fresh database, a clock to turn and the mails that were enqueued.
type world struct {
	*testing.T
	*person.Service
	now   time.Time
	mails []mail
}

type mail struct{ to, secret string }

func each(t *testing.T, f func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{T: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		w.Service = &person.Service{DB: d, Now: func() time.Time { return w.now }, Mail: func(_ *db.Tx, a person.Account, secret string) error {
			w.mails = append(w.mails, mail{a.Email, secret})
			return nil
		}}
		f(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused wants an Invalid error that says want at a field (or in its text, when field is empty).
func (w *world) refused(err error, field, want string) {
	w.Helper()
	text := fault.Text(err)
	if field != "" {
		text = fault.FieldsOf(err)[field]
	}
	if !fault.Is(err, fault.Invalid) || !strings.Contains(text, want) {
		w.Fatalf("want a refusal at %q with %q, got %v", field, want, err)
	}
}

func (w *world) signIn(id person.Identity) person.Account {
	w.Helper()
	account, err := w.SignIn(context.Background(), id)
	w.must(err)
	return account
}

func (w *world) actor(accountID string) person.Actor {
	w.Helper()
	actor, err := w.Actor(context.Background(), accountID)
	w.must(err)
	return actor
}

func (w *world) acts(stream string) (acts []string) {
	w.Helper()
	w.must(w.DB.Read(context.Background(), func(tx *db.Tx) error {
		events, err := audit.Of(tx, stream)
		for _, e := range events {
			acts = append(acts, e.Act)
		}
		return err
	}))
	return acts
}

func ana() person.Identity {
	return person.Identity{Issuer: "https://sso.example/", Subject: "11144477735", CPF: "11144477735", Name: "Ana Ribeiro", Level: person.Silver,
		Email: "ana@example.com", EmailVerified: true, Phone: "53999990001", PhoneVerified: true}
}

func TestSignInMakesAnAccountOnceAndRenewsIt(t *testing.T) {
	each(t, func(w *world) {
		first := w.signIn(ana())
		if first.ID == "" || first.Email != "ana@example.com" || !first.EmailConfirmedAt.Equal(w.now) || first.Phone != "53999990001" || first.Level != person.Silver {
			t.Fatalf("first sign-in: %+v", first)
		}
		later := ana()
		later.Level, later.SocialName = person.Gold, "Aninha"
		second := w.signIn(later)
		if second.ID != first.ID || second.Level != person.Gold || second.DisplayName() != "Aninha" {
			t.Fatalf("second sign-in: %+v", second)
		}
		if got := w.acts("person:" + first.ID); !slices.Equal(got, []string{"sign_in", "sign_in"}) {
			t.Errorf("recorded %v", got)
		}
		actor := w.actor(first.ID)
		if actor.Name != "Aninha" || !actor.EmailConfirmed || actor.Level != person.Gold || actor.CPF != "11144477735" {
			t.Errorf("actor: %+v", actor)
		}
	})
}

func TestAnAccountIsIssuerAndSubjectNotCPFNorEmail(t *testing.T) {
	each(t, func(w *world) {
		here := w.signIn(ana())
		other := ana()
		other.Issuer = "https://estado.example/"
		if there := w.signIn(other); there.ID == here.ID {
			t.Error("another issuer's account must be another account")
		}
		other = ana()
		other.Subject = "pairwise-1"
		if there := w.signIn(other); there.ID == here.ID {
			t.Error("another subject's account must be another account")
		}
	})
}

func TestWhatTheProviderDoesNotVouchForIsNotTaken(t *testing.T) {
	cases := []struct {
		name   string
		change func(*person.Identity)
		email  string
		phone  string
		level  person.Level
	}{
		{"an unverified e-mail", func(i *person.Identity) { i.EmailVerified = false }, "", "53999990001", person.Silver},
		{"an unverified telephone", func(i *person.Identity) { i.PhoneVerified = false }, "ana@example.com", "", person.Silver},
		{"an e-mail that carries a header", func(i *person.Identity) { i.Email = "a@example.com\r\nBcc: x@example.com" }, "", "53999990001", person.Silver},
		{"an unknown level counts as bronze", func(i *person.Identity) { i.Level = "platinum" }, "ana@example.com", "53999990001", person.Bronze},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(w *world) {
				id := ana()
				c.change(&id)
				a := w.signIn(id)
				if a.Email != c.email || a.Phone != c.phone || a.Level != c.level || (c.email == "") != a.EmailConfirmedAt.IsZero() {
					t.Errorf("got %+v", a)
				}
			})
		})
	}
}

func TestABrokenIdentityIsNobody(t *testing.T) {
	each(t, func(w *world) {
		for _, change := range []func(*person.Identity){
			func(i *person.Identity) { i.Issuer = "" }, func(i *person.Identity) { i.Subject = "" }, func(i *person.Identity) { i.CPF = "11144477734" },
		} {
			id := ana()
			change(&id)
			if a, err := w.SignIn(context.Background(), id); err == nil {
				t.Errorf("%+v became %+v", id, a)
			}
		}
		if _, err := w.Actor(context.Background(), db.NewID()); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown account: %v", err)
		}
	})
}

func TestManySignInsAtOnceMakeOneAccount(t *testing.T) {
	each(t, func(w *world) {
		var wait sync.WaitGroup
		ids := make([]string, 8)
		for i := range ids {
			wait.Go(func() {
				account, err := w.SignIn(context.Background(), ana())
				if err != nil {
					t.Error(err)
				}
				ids[i] = account.ID
			})
		}
		wait.Wait()
		if len(slices.Compact(ids)) != 1 {
			t.Errorf("accounts %v", ids)
		}
		if n := len(w.acts("person:" + ids[0])); n != len(ids) {
			t.Errorf("%d of %d sign-ins recorded", n, len(ids))
		}
	})
}

func TestATypedEmailIsConfirmedByItsLinkOnce(t *testing.T) {
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
		w.refused(w.ConfirmEmail(ctx, w.mails[0].secret), "", "link")
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

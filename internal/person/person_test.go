package person_test

import (
	"context"
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
	"guiche/internal/secret/secrettest"
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
		w.Service = &person.Service{DB: d, Secrets: secrettest.Ring(t), Now: func() time.Time { return w.now }, Mail: func(_ *db.Tx, a person.Account, secret string) error {
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

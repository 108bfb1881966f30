package oidc_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
	"guiche/internal/oidc"
)

func TestEverybodyOfTheDemonstrationSignsIn(t *testing.T) {
	d := newDesk(t)
	for _, person := range devidp.People() {
		t.Run(person.Name, func(t *testing.T) {
			got, err := d.signIn(person.CPF)
			if err != nil {
				t.Fatal(err)
			}
			want := oidc.Identity{
				Provider: "govbr", Issuer: d.issuer, Subject: got.Subject, CPF: person.CPF, Name: person.Name, SocialName: person.SocialName,
				Email: person.Email, EmailVerified: person.Email != "", Phone: person.Phone, PhoneVerified: person.Phone != "",
				Level: person.Level, AMR: person.AMR, AuthTime: d.now(),
			}
			if person.CertificateCNPJ != "" {
				want.CNPJ = "11222333000181"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSubjectIsKeptAsTheProviderSpellsIt(t *testing.T) { // an account is (issuer, subject)
	d := newDesk(t)
	for name, c := range map[string]struct {
		cpf  string
		want func(subject string) bool
	}{
		"eleven digits":                   {"11144477735", func(s string) bool { return s == "11144477735" }},
		"with a hyphen":                   {"70180190105", func(s string) bool { return s == "701801901-05" }},
		"pairwise, without the CPF in it": {"70280290268", func(s string) bool { return len(s) == 32 && !strings.Contains(s, "70280290268") }},
	} {
		t.Run(name, func(t *testing.T) {
			first, err := d.signIn(c.cpf)
			if err != nil {
				t.Fatal(err)
			}
			second, err := d.signIn(c.cpf)
			if err != nil {
				t.Fatal(err)
			}
			if !c.want(first.Subject) || first.Subject != second.Subject || first.CPF != c.cpf {
				t.Errorf("subject %q, then %q, CPF %s", first.Subject, second.Subject, first.CPF)
			}
		})
	}
}

func TestOfficersHaveASecondFactorAndConsumersNot(t *testing.T) {
	d := newDesk(t)
	for cpf, want := range map[string]bool{"52998224725": true, "98765432100": true, "70580590550": true, "11144477735": false} {
		got, err := d.signIn(cpf)
		if err != nil || got.SecondFactor() != want {
			t.Errorf("%s: second factor %v, error %v", cpf, got.SecondFactor(), err)
		}
	}
}

func TestQuirksOfGovBrAreAccepted(t *testing.T) {
	for name, c := range map[string]struct {
		quirk devidp.Fault
		check func(oidc.Identity) bool
	}{
		"RS512":                      {devidp.SignsRS512, func(i oidc.Identity) bool { return i.CPF == "11144477735" }},
		"subject with a hyphen":      {devidp.HyphenatedSubject, func(i oidc.Identity) bool { return i.Subject == "111444777-35" && i.CPF == "11144477735" }},
		"an unknown level is bronze": {devidp.UnknownLevel, func(i oidc.Identity) bool { return i.Level == oidc.Bronze }},
		"scopes that are not given leave name, contact and level out": {devidp.MissingScope, func(i oidc.Identity) bool {
			return i.Name == "" && i.Email == "" && !i.EmailVerified && i.Level == oidc.Bronze && i.CPF == "11144477735"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.provider.SetFaults(c.quirk)
			got, err := d.signIn("11144477735")
			if err != nil || !c.check(got) {
				t.Errorf("%+v, error %v", got, err)
			}
		})
	}
}

func TestANewKeyUnderTheSameIdIsFetched(t *testing.T) {
	d := newDesk(t)
	if _, err := d.signIn("11144477735"); err != nil {
		t.Fatal(err)
	}
	d.provider.RotateKey()
	if _, err := d.signIn("11144477735"); err != nil {
		t.Error(err)
	}
}

func TestWhatComesThroughTheBrowserIsNotTrusted(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		change func(*oidc.Flow, url.Values)
		want   oidc.Reason
	}{
		"another state":                 {func(_ *oidc.Flow, q url.Values) { q.Set("state", "outro") }, oidc.StateMismatch},
		"no state":                      {func(_ *oidc.Flow, q url.Values) { q.Del("state") }, oidc.StateMismatch},
		"a lost session and no state":   {func(f *oidc.Flow, q url.Values) { f.State = ""; q.Del("state") }, oidc.StateMismatch},
		"an error under a wrong state":  {func(_ *oidc.Flow, q url.Values) { q.Set("state", "x"); q.Set("error", "access_denied") }, oidc.StateMismatch},
		"no code":                       {func(_ *oidc.Flow, q url.Values) { q.Del("code") }, oidc.NoCode},
		"an invented code":              {func(_ *oidc.Flow, q url.Values) { q.Set("code", "inventado") }, oidc.CodeRefused},
		"the answer of another issuer":  {func(_ *oidc.Flow, q url.Values) { q.Set("iss", "https://outro.example/") }, oidc.WrongIssuer},
		"the verifier of another flow":  {func(f *oidc.Flow, _ url.Values) { f.Verifier = strings.Repeat("v", 43) }, oidc.CodeRefused},
		"the nonce of another flow":     {func(f *oidc.Flow, _ url.Values) { f.Nonce = "outro" }, oidc.WrongNonce},
		"a flow that lost its nonce":    {func(f *oidc.Flow, _ url.Values) { f.Nonce = "" }, oidc.WrongNonce},
		"consent refused":               {func(_ *oidc.Flow, q url.Values) { q.Set("error", "access_denied") }, oidc.Denied},
		"the provider is busy":          {func(_ *oidc.Flow, q url.Values) { q.Set("error", "temporarily_unavailable") }, oidc.Down},
		"the provider dislikes request": {func(_ *oidc.Flow, q url.Values) { q.Set("error", "invalid_scope") }, oidc.SetupRefused},
	} {
		t.Run(name, func(t *testing.T) {
			flow, answer := d.visit("11144477735")
			c.change(&flow, answer)
			if _, err := d.client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestACodeWorksOnceAndForAMinute(t *testing.T) {
	d := newDesk(t)
	flow, answer := d.visit("11144477735")
	if _, err := d.client.Finish(context.Background(), flow, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := d.client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != oidc.CodeRefused {
		t.Errorf("second use: %v", err)
	}
	flow, answer = d.visit("11144477735")
	d.wait(61 * time.Second)
	if _, err := d.client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != oidc.CodeRefused {
		t.Errorf("after 61 seconds: %v", err)
	}
}

func TestRaisingTheLevelAndComingBack(t *testing.T) {
	d := newDesk(t)
	for _, step := range []struct{ level, want string }{{oidc.Silver, oidc.Silver}, {oidc.Gold, oidc.Gold}, {oidc.Silver, oidc.Gold}} {
		address, _, err := d.client.Begin(context.Background(), "govbr")
		if err != nil {
			t.Fatal(err)
		}
		browser := devidptest.NewBrowser(t, d.issuer)
		browser.SignIn(address, "20030040094")
		back := browser.Fill(browser.Get(d.client.RaiseURL("govbr", step.level)), "nivel", step.level)
		if !back.Left || back.URL.String() != d.client.RedirectURL("govbr") || oidc.Answered(back.URL.Query()) {
			t.Errorf("came back to %v, left %v", back.URL, back.Left)
		}
		got, err := d.signIn("20030040094")
		if err != nil || got.Level != step.want {
			t.Errorf("asked %s: level %s, error %v", step.level, got.Level, err)
		}
	}
}

func TestSigningOutAtTheProvider(t *testing.T) {
	d := newDesk(t)
	browser := devidptest.NewBrowser(t, d.issuer)
	if page := browser.Get(d.client.LogoutURL("govbr", site+"/")); !page.Left || page.URL.String() != site+"/" {
		t.Errorf("came to %v", page.URL)
	}
	if page := browser.Get(d.client.LogoutURL("govbr", site+"/?saiu=1")); page.Left || page.Status != http.StatusBadRequest {
		t.Errorf("an unregistered address was followed: %v, status %d", page.URL, page.Status)
	}
}

func TestManyPeopleSignInAtOnce(t *testing.T) {
	d := newDesk(t)
	var wait sync.WaitGroup
	for range 4 {
		for _, person := range devidp.People() {
			wait.Go(func() {
				if got, err := d.signIn(person.CPF); err != nil || got.CPF != person.CPF {
					t.Errorf("%s became %s, error %v", person.CPF, got.CPF, err)
				}
			})
		}
	}
	wait.Wait()
}

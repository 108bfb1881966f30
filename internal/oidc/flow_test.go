package oidc_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
	"guiche/internal/fault"
	"guiche/internal/oidc"
)

const site = "http://site.example"

// desk is a site and a provider that talk to each other.
type desk struct {
	t        testing.TB
	provider *devidp.Provider
	issuer   string
	client   *oidc.Client
	ahead    atomic.Int64 // how far the common clock was moved
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t}
	d.provider = devidptest.Start(t, site, d.now, site+"/entrar/govbr/retorno")
	d.issuer = d.provider.Issuer()
	d.client = d.newClient(nil)
	return d
}

func (d *desk) now() time.Time {
	return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(d.ahead.Load()))
}

func (d *desk) wait(time time.Duration) { d.ahead.Add(int64(time)) }

func (d *desk) newClient(http *http.Client) *oidc.Client {
	return oidc.New([]oidc.Provider{{
		Name: "govbr", Label: "gov.br", Issuer: d.issuer, ClientID: devidptest.ClientID, ClientSecret: devidptest.ClientSecret,
		LogoutURL: d.issuer + "logout", CatalogURL: d.issuer + "catalogo/",
	}}, site+"/", http, d.now)
}

// visit begins a sign-in and lets a fresh browser do its part.
func (d *desk) visit(cpf string) (oidc.Flow, url.Values) {
	d.t.Helper()
	address, flow, err := d.client.Begin(context.Background(), "govbr")
	if err != nil {
		d.t.Fatal(err)
	}
	return flow, devidptest.NewBrowser(d.t, d.issuer).SignIn(address, cpf)
}

func (d *desk) signIn(cpf string) (oidc.Identity, error) {
	d.t.Helper()
	flow, answer := d.visit(cpf)
	return d.client.Finish(context.Background(), flow, answer)
}

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

func TestEveryLieIsRefusedWithItsReason(t *testing.T) { // Q-3 sign-in
	for lie, want := range map[devidp.Fault]struct {
		reason oidc.Reason
		kind   fault.Kind
	}{
		devidp.ClockAhead:                      {oidc.FromTheFuture, fault.Forbidden},
		devidp.ClockBehind:                     {oidc.Expired, fault.Forbidden},
		devidp.ExpiredIDToken:                  {oidc.Expired, fault.Forbidden},
		devidp.WrongNonce:                      {oidc.WrongNonce, fault.Forbidden},
		devidp.WrongAudience:                   {oidc.WrongAudience, fault.Forbidden},
		devidp.ExtraAudience:                   {oidc.WrongAudience, fault.Forbidden},
		devidp.WrongParty:                      {oidc.WrongParty, fault.Forbidden},
		devidp.WrongIssuer:                     {oidc.WrongIssuer, fault.Forbidden},
		devidp.UnknownKey:                      {oidc.BadSignature, fault.Forbidden},
		devidp.ForgedSignature:                 {oidc.BadSignature, fault.Forbidden},
		devidp.WeakAlgorithm:                   {oidc.BadSignature, fault.Forbidden},
		devidp.NoSignature:                     {oidc.BadSignature, fault.Forbidden},
		devidp.OtherSubject:                    {oidc.WrongSubject, fault.Forbidden},
		devidp.WrongAccessToken:                {oidc.WrongAccessToken, fault.Forbidden},
		devidp.WrongCPF:                        {oidc.BadCPF, fault.Forbidden},
		devidp.NoCPF:                           {oidc.BadCPF, fault.Forbidden},
		devidp.NoIDToken:                       {oidc.NoIDToken, fault.Unavailable},
		devidp.WrongState:                      {oidc.StateMismatch, fault.Invalid},
		devidp.RefusedSecret:                   {oidc.SetupRefused, fault.Unavailable},
		devidp.Breaks(devidp.TokenEndpoint):    {oidc.Down, fault.Unavailable},
		devidp.Drops(devidp.TokenEndpoint):     {oidc.Down, fault.Unavailable},
		devidp.Breaks(devidp.KeysEndpoint):     {oidc.KeysDown, fault.Unavailable},
		devidp.Drops(devidp.KeysEndpoint):      {oidc.KeysDown, fault.Unavailable},
		devidp.Breaks(devidp.UserInfoEndpoint): {oidc.UserInfoDown, fault.Unavailable},
		devidp.Drops(devidp.UserInfoEndpoint):  {oidc.UserInfoDown, fault.Unavailable},
	} {
		t.Run(string(lie), func(t *testing.T) {
			d := newDesk(t)
			d.provider.SetFaults(lie)
			identity, err := d.signIn("11144477735")
			if oidc.ReasonOf(err) != want.reason || fault.KindOf(err) != want.kind || !errors.Is(err, want.reason) {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(fault.Text(err), "gov.br") {
				t.Errorf("the visitor reads %q", fault.Text(err))
			}
			if diff := cmp.Diff(oidc.Identity{}, identity); diff != "" {
				t.Errorf("somebody came in: %s", diff)
			}
		})
	}
}

func TestTheTokenOfASmallClockDifferenceIsAccepted(t *testing.T) {
	d := newDesk(t)
	flow, answer := d.visit("11144477735")
	client := oidc.New(providersOf(d), site, nil, func() time.Time { return d.now().Add(-25 * time.Second) })
	if _, err := client.Finish(context.Background(), flow, answer); err != nil {
		t.Error(err)
	}
}

func TestTheTokenOfALargeClockDifferenceIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		skew time.Duration
		want oidc.Reason
	}{
		"we are 31 seconds behind": {-31 * time.Second, oidc.FromTheFuture},
		"we are 91 seconds ahead":  {91 * time.Second, oidc.Expired},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			flow, answer := d.visit("11144477735")
			client := oidc.New(providersOf(d), site, nil, func() time.Time { return d.now().Add(c.skew) })
			if _, err := client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != c.want {
				t.Error(err)
			}
		})
	}
}

// providersOf is the desk's provider list with the secret, which Providers hides.
func providersOf(d *desk) []oidc.Provider {
	list := d.client.Providers()
	list[0].ClientSecret = devidptest.ClientSecret
	return list
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
	if err := d.provider.RotateKey(); err != nil {
		t.Fatal(err)
	}
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

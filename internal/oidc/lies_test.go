package oidc_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
	"guiche/internal/fault"
	"guiche/internal/oidc"
)

func TestEveryLieIsRefusedWithItsReason(t *testing.T) { // Q-3 sign-in
	for lie, want := range map[devidp.Fault]struct {
		reason oidc.Reason
		kind   fault.Kind
	}{
		devidp.ClockAhead:                      {oidc.FromTheFuture, fault.Forbidden},
		devidp.ClockBehind:                     {oidc.Expired, fault.Forbidden},
		devidp.ExpiredIDToken:                  {oidc.Expired, fault.Forbidden},
		devidp.WrongNonce:                      {oidc.WrongNonce, fault.Forbidden},
		devidp.NoNonce:                         {oidc.WrongNonce, fault.Forbidden},
		devidp.NoIssueTime:                     {oidc.FromTheFuture, fault.Forbidden},
		devidp.NotYetValid:                     {oidc.FromTheFuture, fault.Forbidden},
		devidp.NoSubject:                       {oidc.WrongSubject, fault.Forbidden},
		devidp.OtherAlgorithm:                  {oidc.BadSignature, fault.Forbidden},
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

func TestATokenWithoutNonceDoesNotFitALostSession(t *testing.T) {
	d := newDesk(t)
	d.provider.SetFaults(devidp.NoNonce)
	flow, answer := d.visit("11144477735")
	flow.Nonce = ""
	if _, err := d.client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != oidc.WrongNonce {
		t.Errorf("got %v", err)
	}
}

func TestTheSecretIsShownOnce(t *testing.T) { // guessing the manner would burn the code
	d := newDesk(t)
	asked := 0
	d.client = d.newClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			asked++
		}
		return http.DefaultTransport.RoundTrip(r)
	})})
	d.provider.SetFaults(devidp.RefusedSecret)
	if _, err := d.signIn("11144477735"); oidc.ReasonOf(err) != oidc.SetupRefused || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

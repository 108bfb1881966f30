package oidc_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
	"guiche/internal/fault"
	"guiche/internal/oidc"
)

func TestTheAuthorizationAddress(t *testing.T) {
	d := newDesk(t)
	address, flow, err := d.client.Begin(context.Background(), "govbr")
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := d.client.Begin(context.Background(), "govbr")
	if err != nil {
		t.Fatal(err)
	}
	if flow.State == other.State || flow.Nonce == other.Nonce || flow.Verifier == other.Verifier || len(flow.Verifier) < 43 {
		t.Error("two flows share a secret, or the verifier is short")
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": devidptest.ClientID, "redirect_uri": site + "/entrar/govbr/retorno", "state": flow.State,
		"nonce": flow.Nonce, "code_challenge_method": "S256",
		"scope": "openid email phone profile govbr_confiabilidades govbr_confiabilidades_idtoken",
	} {
		if query.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, query.Get(name), want)
		}
	}
	if len(query.Get("code_challenge")) != 43 || strings.Contains(address, flow.Verifier) {
		t.Error("the challenge is not S256, or the verifier travels with it")
	}
}

func TestAProviderThatIsOut(t *testing.T) { // R-9, Q section 2 faults
	for name, broken := range map[string]devidp.Fault{
		"answers 500":      devidp.Breaks(devidp.MetadataEndpoint),
		"drops the line":   devidp.Drops(devidp.MetadataEndpoint),
		"never answers":    devidp.Hangs(devidp.MetadataEndpoint),
		"is somebody else": devidp.WrongMetadata,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			client := d.newClient(&http.Client{Timeout: 4 * time.Second})
			d.provider.SetFaults(broken)
			_, _, err := client.Begin(context.Background(), "govbr")
			if !fault.Is(err, fault.Unavailable) || oidc.ReasonOf(err) != oidc.Down || !strings.Contains(fault.Text(err), "Nada do que você escreveu se perdeu") {
				t.Fatalf("got %v", err)
			}

			d.provider.SetFaults()
			if _, _, err := client.Begin(context.Background(), "govbr"); !fault.Is(err, fault.Unavailable) {
				t.Errorf("the pause was not kept: %v", err)
			}
			d.wait(4 * time.Second)
			if _, _, err := client.Begin(context.Background(), "govbr"); err != nil {
				t.Errorf("it is back, but: %v", err)
			}
		})
	}
}

func TestAnEndpointThatNeverAnswersIsGivenUp(t *testing.T) {
	for endpoint, want := range map[devidp.Endpoint]oidc.Reason{
		devidp.TokenEndpoint: oidc.Down, devidp.KeysEndpoint: oidc.KeysDown, devidp.UserInfoEndpoint: oidc.UserInfoDown,
	} {
		t.Run(string(endpoint), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.client = d.newClient(&http.Client{Timeout: 4 * time.Second}) // which the endpoints that answer keep, also on a busy machine
			flow, answer := d.visit("11144477735")
			d.provider.SetFaults(devidp.Hangs(endpoint))
			if _, err := d.client.Finish(context.Background(), flow, answer); oidc.ReasonOf(err) != want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKnownMetadataOutlivesAFailureToRenewThem(t *testing.T) {
	d := newDesk(t)
	if _, _, err := d.client.Begin(context.Background(), "govbr"); err != nil {
		t.Fatal(err)
	}
	d.provider.SetFaults(devidp.Breaks(devidp.MetadataEndpoint))
	d.wait(25 * time.Hour)
	if _, err := d.signIn("11144477735"); err != nil {
		t.Error(err)
	}
}

func TestMetadataAreAskedAgainAfterADay(t *testing.T) {
	d := newDesk(t)
	asked := 0
	client := d.newClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		return http.DefaultTransport.RoundTrip(r)
	})})
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 2}, {time.Minute, 2}} {
		d.wait(step.wait)
		if _, _, err := client.Begin(context.Background(), "govbr"); err != nil || asked != step.want {
			t.Errorf("after %v more: asked %d times, error %v", step.wait, asked, err)
		}
	}
}

func TestAVisitorWhoLeavesDoesNotSpoilTheMetadataForOthers(t *testing.T) {
	d := newDesk(t)
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, _, err := d.client.Begin(gone, "govbr"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.client.Begin(context.Background(), "govbr"); err != nil {
		t.Error(err)
	}
}

func TestAHostileProviderCannotMoveOrFloodUs(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the client followed to another host") }))
	defer elsewhere.Close()
	for name, answer := range map[string]http.HandlerFunc{
		"redirect to another host": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/", http.StatusTemporaryRedirect)
		},
		"redirect without end": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/outra-vez", http.StatusFound)
		},
		"a document that is larger than any": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"issuer":"http://%s/","authorization_endpoint":"a","token_endpoint":"b","x":%q}`, r.Host, strings.Repeat("x", 1<<20))
		},
		"a document without endpoints": func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"issuer":"http://%s/"}`, r.Host) },
		"a page instead of a document": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<h1>Manutenção</h1>") },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			client := oidc.New([]oidc.Provider{{Name: "x", Label: "X", Issuer: server.URL + "/", ClientID: "c"}}, site, nil, time.Now)
			_, _, err := client.Begin(context.Background(), "x")
			if oidc.ReasonOf(err) != oidc.Down || len(err.Error()) > 600 {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAProviderMayAddASlashToItsAddress(t *testing.T) {
	d := newDesk(t)
	target, err := url.Parse(d.issuer)
	if err != nil {
		t.Fatal(err)
	}
	slash := roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/userinfo") {
			header := http.Header{"Location": {target.JoinPath("userinfo/").String()}}
			return &http.Response{StatusCode: http.StatusMovedPermanently, Header: header, Body: http.NoBody, Request: r}, nil
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	d.client = d.newClient(&http.Client{Transport: slash})
	if _, err := d.signIn("11144477735"); err != nil {
		t.Error(err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestUnknownProviderIsNotFound(t *testing.T) {
	d := newDesk(t)
	_, _, begin := d.client.Begin(context.Background(), "outro")
	_, finish := d.client.Finish(context.Background(), oidc.Flow{Provider: "outro"}, url.Values{})
	if !fault.Is(begin, fault.NotFound) || !fault.Is(finish, fault.NotFound) {
		t.Errorf("begin %v, finish %v", begin, finish)
	}
	if d.client.LogoutURL("outro", site) != "" || d.client.RaiseURL("outro", oidc.Gold) != "" {
		t.Error("an unknown provider has addresses")
	}
}

func TestAddressesOfTheProvider(t *testing.T) {
	client := oidc.New([]oidc.Provider{
		{Name: "govbr", ClientID: "procon", LogoutURL: "https://sso.example/logout", CatalogURL: "https://niveis.example/"}, {Name: "sem"},
	}, "https://procon.example/", nil, time.Now)
	back := "redirect_uri=https%3A%2F%2Fprocon.example%2Fentrar%2Fgovbr%2Fretorno"
	for name, c := range map[string]struct{ got, want string }{
		"return address":           {client.RedirectURL("govbr"), "https://procon.example/entrar/govbr/retorno"},
		"logout":                   {client.LogoutURL("govbr", "https://procon.example/"), "https://sso.example/logout?post_logout_redirect_uri=https%3A%2F%2Fprocon.example%2F"},
		"no logout page":           {client.LogoutURL("sem", "https://procon.example/"), ""},
		"raise to silver or gold":  {client.RaiseURL("govbr", oidc.Silver), "https://niveis.example/?client_id=procon&niveis=%282%2F3%29&" + back},
		"raise to gold":            {client.RaiseURL("govbr", oidc.Gold), "https://niveis.example/?client_id=procon&niveis=3&" + back},
		"nowhere to raise a level": {client.RaiseURL("sem", oidc.Gold), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %s, want %s", c.got, c.want)
			}
		})
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	p := oidc.Provider{Name: "govbr", ClientID: "procon", ClientSecret: "muito-secreto"}
	client := oidc.New([]oidc.Provider{p}, site, nil, time.Now)
	shown := fmt.Sprintf("%v %+v %#v %s %v", p, p, p, p, client.Providers())
	if strings.Contains(shown, "muito-secreto") || client.Providers()[0].ClientSecret != "" {
		t.Errorf("shown: %s", shown)
	}
}

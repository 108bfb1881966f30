package devidp_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
)

// answer is what a server-to-server call brings.
type answer struct {
	status int
	kind   string
	body   []byte
}

func (b *bench) call(r *http.Request) answer {
	b.t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("Content-Type"), body}
}

func (a answer) object(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(a.body, &object); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return object
}

// trade posts a token request with the secret in the header.
func (b *bench) trade(form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.url("token"), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(devidptest.ClientID), url.QueryEscape(devidptest.ClientSecret))
	return b.call(r)
}

func (b *bench) code(cpf string) string {
	b.t.Helper()
	return devidptest.NewBrowser(b.t, b.provider.Issuer()).SignIn(b.authorize(), cpf).Get("code")
}

func (b *bench) tokenForm(cpf string) url.Values {
	b.t.Helper()
	return url.Values{"grant_type": {"authorization_code"}, "code": {b.code(cpf)}, "redirect_uri": {returnTo}, "code_verifier": {verifier}}
}

func (b *bench) accessToken(cpf string) string {
	b.t.Helper()
	token, ok := b.trade(b.tokenForm(cpf)).object(b.t)["access_token"].(string)
	if !ok {
		b.t.Fatal("no access token")
	}
	return token
}

func (b *bench) fetch(path, token string) answer {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.url(path), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return b.call(r)
}

func TestMetadataHaveGovBrsMembersAndGaps(t *testing.T) {
	b := newBench(t)
	got := b.fetch(".well-known/openid-configuration", "").object(t)
	if got["issuer"] != b.provider.Issuer() || !strings.HasSuffix(b.provider.Issuer(), "/demo/govbr/") {
		t.Errorf("issuer %v", got["issuer"])
	}
	want := []string{
		"authorization_endpoint", "claims_supported", "grant_types_supported", "id_token_signing_alg_values_supported", "issuer", "jwks_uri",
		"response_types_supported", "scopes_supported", "subject_types_supported", "token_endpoint", "token_endpoint_auth_methods_supported", "userinfo_endpoint",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Error(diff)
	}
}

func TestKeysHaveNoUse(t *testing.T) {
	b := newBench(t)
	keys, ok := b.fetch("jwk", "").object(t)["keys"].([]any)
	if !ok || len(keys) != 1 {
		t.Fatalf("keys: %v", keys)
	}
	key, ok := keys[0].(map[string]any)
	if !ok || key["kid"] != "rsa1" || key["alg"] != "RS256" || key["e"] != "AQAB" {
		t.Errorf("key: %v", key)
	}
	if diff := cmp.Diff([]string{"alg", "e", "kid", "kty", "n"}, slices.Sorted(maps.Keys(key))); diff != "" {
		t.Error(diff)
	}
	if other := newBench(t); bytes.Equal(other.fetch("jwk", "").body, b.fetch("jwk", "").body) {
		t.Error("two providers share a key")
	}
}

func TestTheIDTokenIsLikeTheManual(t *testing.T) {
	b := newBench(t)
	sent := b.trade(b.tokenForm("11144477735"))
	object := sent.object(t)
	if object["expires_in"] != 3599.0 || object["token_type"] != "Bearer" || object["refresh_token"] != nil {
		t.Errorf("answer: %v", object)
	}
	raw, ok := object["id_token"].(string)
	if !ok {
		t.Fatal("no ID token")
	}
	claims := payload(t, raw)
	for name, want := range map[string]any{
		"sub": "11144477735", "preferred_username": "11144477735", "name": "Ana Ribeiro", "email_verified": "true", "phone_number_verified": "true",
		"aud": devidptest.ClientID, "iss": b.provider.Issuer(), "nonce": "nonce", "kid": "rsa1", "amr": []any{"passwd"},
	} {
		if diff := cmp.Diff(want, claims[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, list := claims["scope"].([]any); !list {
		t.Errorf("scope is not a list: %v", claims["scope"])
	}
	if diff := cmp.Diff(map[string]any{"level": "silver", "reliabilities": []any{map[string]any{"id": "602", "updatedAt": "2025-08-19T16:41:24.853-0300"}}}, claims["reliability_info"]); diff != "" {
		t.Error(diff)
	}
}

func payload(t *testing.T, token string) map[string]any {
	t.Helper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return answer{body: body}.object(t)
}

func TestTokenRequestsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		name, value string
		status      int
		want        string
	}{
		"as it should be":                {"", "", http.StatusOK, ""},
		"another verifier":               {"code_verifier", strings.Repeat("v", 43), http.StatusBadRequest, "invalid_grant"},
		"no verifier":                    {"code_verifier", "", http.StatusBadRequest, "invalid_grant"},
		"another return address":         {"redirect_uri", otherBack, http.StatusBadRequest, "invalid_grant"},
		"an invented code":               {"code", "inventado", http.StatusBadRequest, "invalid_grant"},
		"client_credentials, not for us": {"grant_type", "client_credentials", http.StatusBadRequest, "unauthorized_client"},
		"a refresh token, unknown here":  {"grant_type", "refresh_token", http.StatusBadRequest, "unsupported_grant_type"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			form := b.tokenForm("11144477735")
			form.Set(c.name, c.value)
			got := b.trade(form)
			if code, _ := got.object(t)["error"].(string); got.status != c.status || code != c.want {
				t.Errorf("status %d: %s", got.status, got.body)
			}
		})
	}
}

func TestVerifiersHaveFortyThreeToAHundredAndTwentyEightCharacters(t *testing.T) {
	b := newBench(t)
	for size, want := range map[int]int{42: http.StatusBadRequest, 43: http.StatusOK, 128: http.StatusOK, 129: http.StatusBadRequest} {
		verifier := strings.Repeat("v", size)
		sum := sha256.Sum256([]byte(verifier))
		address := b.authorize("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
		code := devidptest.NewBrowser(t, b.provider.Issuer()).SignIn(address, "11144477735").Get("code")
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {returnTo}, "code_verifier": {verifier}}
		if got := b.trade(form); got.status != want {
			t.Errorf("%d characters: status %d", size, got.status)
		}
	}
}

func TestACodeIsSpentAtItsFirstUse(t *testing.T) {
	b := newBench(t)
	form := b.tokenForm("11144477735")
	first, second := b.trade(form), b.trade(form)
	if first.status != http.StatusOK || second.status != http.StatusBadRequest {
		t.Errorf("status %d, then %d", first.status, second.status)
	}
	for wait, want := range map[time.Duration]int{59 * time.Second: http.StatusOK, 61 * time.Second: http.StatusBadRequest} {
		form := b.tokenForm("11144477735")
		b.ahead.Add(int64(wait))
		if got := b.trade(form); got.status != want {
			t.Errorf("after %v: status %d", wait, got.status)
		}
	}
}

func TestHowTheClientShowsItsSecret(t *testing.T) {
	b := newBench(t)
	good := url.Values{"client_id": {devidptest.ClientID}, "client_secret": {devidptest.ClientSecret}}
	wrong := url.Values{"client_id": {devidptest.ClientID}, "client_secret": {"errado"}}
	for name, c := range map[string]struct {
		body, query url.Values
		want        int
	}{
		"in the body":                       {good, nil, http.StatusOK},
		"in the address with an empty body": {nil, good, http.StatusOK},
		"a wrong secret":                    {wrong, nil, http.StatusUnauthorized},
		"no secret":                         {nil, nil, http.StatusUnauthorized},
		"an unknown client with no secret":  {url.Values{"client_id": {"outro"}}, nil, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			body, query := b.tokenForm("11144477735"), url.Values{}
			maps.Copy(body, c.body)
			if c.query != nil {
				maps.Copy(query, body)
				maps.Copy(query, c.query)
				body = url.Values{}
			}
			r, err := http.NewRequest(http.MethodPost, b.url("token?"+query.Encode()), strings.NewReader(body.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			got := b.call(r)
			if got.status != c.want || (got.status == http.StatusUnauthorized && len(got.body) != 0) {
				t.Errorf("status %d: %s", got.status, got.body)
			}
		})
	}
}

func TestACodeBelongsToTheClientThatAsked(t *testing.T) {
	b := newBench(t)
	form := b.tokenForm("11144477735")
	r, err := http.NewRequest(http.MethodPost, b.url("token"), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(devidptest.StrangerID, devidptest.StrangerSecret)
	if got := b.call(r); got.status != http.StatusBadRequest || got.object(t)["error"] != "invalid_grant" {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

func TestManyAtOnceWhileTheSwitchesMove(t *testing.T) {
	b := newBench(t)
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			person := devidp.People()[i%20]
			if got := b.trade(b.tokenForm(person.CPF)); got.status != http.StatusOK {
				t.Errorf("%s: status %d: %s", person.Name, got.status, got.body)
			}
		})
		wait.Go(func() {
			b.provider.SetFaults(devidp.SignsRS512)
			b.provider.RotateKey()
		})
	}
	wait.Wait()
}

package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Flow is one sign-in under way. Keep it in the visitor's own session, on the server, and forget
// it when Finish was called, whatever came of it.
type Flow struct {
	Provider, State, Nonce, Verifier string
	Companies                        bool // the person wants their companies told too
}

// Begin gives the address to send the browser to and the Flow to remember. The fault is NotFound
// for an unknown provider and Unavailable when the provider does not answer.
func (c *Client) Begin(ctx context.Context, provider string) (redirectURL string, flow Flow, err error) {
	return c.begin(ctx, provider, false)
}

func (c *Client) begin(ctx context.Context, provider string, companies bool) (redirectURL string, flow Flow, err error) {
	r, err := c.find(provider)
	if err != nil {
		return "", Flow{}, err
	}
	ctx, cancel := c.scope(ctx)
	defer cancel()
	meta, err := r.metadata(ctx, c.now)
	if err != nil {
		return "", Flow{}, err
	}
	flow = Flow{Provider: provider, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Companies: companies}
	config := r.config(meta, c.RedirectURL(provider))
	if companies {
		config.Scopes = append(slices.Clone(config.Scopes), r.CompanyScope)
	}
	return config.AuthCodeURL(flow.State, oauth2.S256ChallengeOption(flow.Verifier), gooidc.Nonce(flow.Nonce)), flow, nil
}

// Answered says whether the browser brings the provider's answer. It does not after raising the
// level, registering or recovering a password at gov.br: begin again then.
func Answered(query url.Values) bool {
	return query.Has("code") || query.Has("error")
}

// Finish turns what the browser brought back into an Identity. Every refusal carries a Reason and
// words for the visitor. Companies that cannot be told spoil no sign-in: see Identity.CompaniesErr.
func (c *Client) Finish(ctx context.Context, flow Flow, query url.Values) (Identity, error) {
	r, err := c.find(flow.Provider)
	if err != nil {
		return Identity{}, err
	}
	if err := r.checkAnswer(flow, query); err != nil {
		return Identity{}, err
	}
	identity, token, err := c.signIn(ctx, r, flow, query.Get("code"))
	if err == nil && flow.Companies {
		identity.Companies, identity.CompaniesErr = r.companies(withClient(ctx, c.http), token, identity.CPF)
	}
	return identity, err
}

func (c *Client) signIn(ctx context.Context, r *remote, flow Flow, code string) (Identity, *oauth2.Token, error) {
	ctx, cancel := c.scope(ctx)
	defer cancel()
	meta, err := r.metadata(ctx, c.now)
	if err != nil {
		return Identity{}, nil, err
	}
	token, err := r.exchange(ctx, meta, c.RedirectURL(r.Name), code, flow.Verifier)
	if err != nil {
		return Identity{}, nil, err
	}
	identity, err := r.identify(ctx, meta, token, expected{nonce: flow.Nonce, now: c.now()})
	return identity, token, err
}

// checkAnswer looks at what came through the browser. The empty state of a lost session matches nothing.
func (r *remote) checkAnswer(flow Flow, query url.Values) error {
	if flow.State == "" || subtle.ConstantTimeCompare([]byte(flow.State), []byte(query.Get("state"))) != 1 {
		return refuse(r.Label, StateMismatch, nil)
	}
	if issuer := query.Get("iss"); issuer != "" && issuer != r.Issuer {
		return refuse(r.Label, WrongIssuer, nil)
	}
	switch code := query.Get("error"); code {
	case "":
	case "access_denied":
		return refuse(r.Label, Denied, nil)
	case "server_error", "temporarily_unavailable":
		return refuse(r.Label, Down, errors.New(code))
	default:
		return refuse(r.Label, SetupRefused, errors.New(code))
	}
	if query.Get("code") == "" {
		return refuse(r.Label, NoCode, nil)
	}
	return nil
}

func (r *remote) exchange(ctx context.Context, meta *gooidc.Provider, redirectURL, code, verifier string) (*oauth2.Token, error) {
	config := r.config(meta, redirectURL)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err == nil {
		return token, nil
	}
	refusal, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return nil, refuse(r.Label, Down, err)
	}
	cause := fmt.Errorf("status %d, error %q", refusal.Response.StatusCode, refusal.ErrorCode)
	return nil, refuse(r.Label, tokenReason(refusal), cause)
}

// tokenReason tells a spent or wrong code from a wrong secret (gov.br: 401, often without a body)
// and both from a provider that is broken.
func tokenReason(refusal *oauth2.RetrieveError) Reason {
	status := refusal.Response.StatusCode
	switch {
	case status == http.StatusUnauthorized || refusal.ErrorCode == "invalid_client":
		return SetupRefused
	case refusal.ErrorCode == "invalid_grant":
		return CodeRefused
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest:
		return Down
	default:
		return SetupRefused
	}
}

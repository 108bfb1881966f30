package oidc

import (
	"context"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// skew is how far the provider's clock may be from ours, as in gov.br's own sample.
const skew = 30 * time.Second

// expected is what an ID token must match, besides its provider.
type expected struct {
	nonce string
	now   time.Time
}

// identify verifies the ID token, asks userinfo, and joins what both say.
func (r *remote) identify(ctx context.Context, meta *gooidc.Provider, token *oauth2.Token, want expected) (Identity, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Identity{}, refuse(r.Label, NoIDToken, nil)
	}
	idToken, err := r.verifySignature(ctx, meta, raw)
	if err != nil {
		return Identity{}, err
	}
	var signed claims
	if err := idToken.Claims(&signed); err != nil {
		return Identity{}, refuse(r.Label, BadClaims, err)
	}
	if reason := r.checkToken(idToken, signed, want); reason != "" {
		return Identity{}, refuse(r.Label, reason, nil)
	}
	if idToken.AccessTokenHash != "" && idToken.VerifyAccessToken(token.AccessToken) != nil {
		return Identity{}, refuse(r.Label, WrongAccessToken, nil)
	}
	told, err := r.userInfo(ctx, meta, token, idToken.Subject)
	if err != nil {
		return Identity{}, err
	}
	return r.identity(idToken, signed, told)
}

// verifySignature checks only signature and algorithm; checkToken does the rest, one reason each.
func (r *remote) verifySignature(ctx context.Context, meta *gooidc.Provider, raw string) (*gooidc.IDToken, error) {
	verifier := meta.Verifier(&gooidc.Config{
		SupportedSigningAlgs: []string{gooidc.RS256, gooidc.RS512},
		SkipClientIDCheck:    true, SkipExpiryCheck: true, SkipIssuerCheck: true,
	})
	idToken, err := verifier.Verify(ctx, raw)
	switch {
	case err == nil:
		return idToken, nil
	case strings.Contains(err.Error(), "fetching keys"):
		return nil, refuse(r.Label, KeysDown, err)
	case strings.Contains(err.Error(), "unmarshal claims"):
		return nil, refuse(r.Label, BadClaims, err)
	default:
		return nil, refuse(r.Label, BadSignature, err)
	}
}

// checkToken is OpenID Connect Core 3.1.3.7, with the audience narrowed to us alone. Empty is good.
func (r *remote) checkToken(t *gooidc.IDToken, c claims, want expected) Reason {
	switch {
	case t.Issuer != r.Issuer:
		return WrongIssuer
	case len(t.Audience) != 1 || t.Audience[0] != r.ClientID:
		return WrongAudience
	case c.AuthorizedParty != "" && c.AuthorizedParty != r.ClientID:
		return WrongParty
	case !want.now.Before(t.Expiry.Add(skew)):
		return Expired
	case t.IssuedAt.Unix() <= 0 || t.IssuedAt.After(want.now.Add(skew)) || time.Time(c.NotBefore).After(want.now.Add(skew)):
		return FromTheFuture
	case want.nonce == "" || t.Nonce != want.nonce:
		return WrongNonce
	case t.Subject == "":
		return WrongSubject
	}
	return ""
}

// userInfo asks the provider for what the ID token may lack. A provider without it says nothing.
func (r *remote) userInfo(ctx context.Context, meta *gooidc.Provider, token *oauth2.Token, subject string) (claims, error) {
	var told claims
	if meta.UserInfoEndpoint() == "" {
		return told, nil
	}
	info, err := meta.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return told, refuse(r.Label, UserInfoDown, err)
	}
	if info.Subject != subject {
		return told, refuse(r.Label, WrongSubject, nil)
	}
	if err := info.Claims(&told); err != nil {
		return told, refuse(r.Label, BadClaims, err)
	}
	return told, nil
}

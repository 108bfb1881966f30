package oidc

import (
	"context"
	"errors"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	metadataLife = 24 * time.Hour
	// A provider that did not answer is left alone this long, so that many visitors do not each wait.
	retryAfter = 3 * time.Second
)

// remote is a provider and what it published about itself. Keys live in meta, so that two
// environments of gov.br, which share the key id "rsa1", never mix.
type remote struct {
	Provider

	mu      sync.Mutex
	meta    *gooidc.Provider
	fetched time.Time
	failed  time.Time
	failure error
}

// metadata gives the cached document, fetching it when absent or old. An old one outlives a
// failure to renew it.
func (r *remote) metadata(ctx context.Context, now time.Time) (*gooidc.Provider, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.meta != nil && now.Sub(r.fetched) < metadataLife
	resting := r.failure != nil && now.Sub(r.failed) < retryAfter
	if !fresh && !resting {
		r.fetch(ctx, now)
	}
	if r.meta == nil {
		return nil, refuse(r.Label, Down, r.failure)
	}
	return r.meta, nil
}

// fetch ignores that one visitor left: others wait for the same document.
func (r *remote) fetch(ctx context.Context, now time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	defer cancel()
	meta, err := gooidc.NewProvider(ctx, r.Issuer)
	if err == nil && (meta.Endpoint().AuthURL == "" || meta.Endpoint().TokenURL == "") {
		err = errors.New("the metadata names no authorization or token endpoint")
	}
	r.failed, r.failure = now, err
	if err == nil {
		r.meta, r.fetched = meta, now
	}
}

// config always sends the secret in the header: guessing the style would burn the single-use code.
func (r *remote) config(meta *gooidc.Provider, redirectURL string) oauth2.Config {
	endpoint := meta.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return oauth2.Config{ClientID: r.ClientID, ClientSecret: r.ClientSecret, Endpoint: endpoint, RedirectURL: redirectURL, Scopes: r.Scopes}
}

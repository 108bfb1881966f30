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

	mu       sync.Mutex
	meta     *gooidc.Provider
	fetched  time.Time
	failed   time.Time
	failure  error
	fetching chan struct{} // closed when the fetch under way ends; nil: none is
}

// metadata gives the cached document, fetching it when absent or old. An old one outlives a
// failure to renew it, and serves others meanwhile; without any they wait, as long as ctx lasts.
func (r *remote) metadata(ctx context.Context, now func() time.Time) (*gooidc.Provider, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.fetching == nil && r.due(now()):
		r.fetch(ctx, now)
	case r.fetching != nil && r.meta == nil:
		if err := r.wait(ctx); err != nil {
			return nil, refuse(r.Label, Down, err)
		}
	}
	if r.meta == nil {
		return nil, refuse(r.Label, Down, r.failure)
	}
	return r.meta, nil
}

func (r *remote) due(now time.Time) bool {
	fresh := r.meta != nil && now.Sub(r.fetched) < metadataLife
	resting := r.failure != nil && now.Sub(r.failed) < retryAfter
	return !fresh && !resting
}

// wait gives the lock away until the fetch under way has ended.
func (r *remote) wait(ctx context.Context) error {
	ended := r.fetching
	r.mu.Unlock()
	defer r.mu.Lock()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetch gives the lock away while it asks. The pause after a failure begins when it was seen: a silent provider takes
// longer than that to be given up.
func (r *remote) fetch(ctx context.Context, now func() time.Time) {
	r.fetching = make(chan struct{})
	r.mu.Unlock()
	meta, err := r.ask(ctx)
	r.mu.Lock()
	close(r.fetching)
	r.fetching = nil
	r.failed, r.failure = now(), err
	if err == nil {
		r.meta, r.fetched = meta, now()
	}
}

// ask ignores that one visitor left: others wait for the same document.
func (r *remote) ask(ctx context.Context) (*gooidc.Provider, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	defer cancel()
	meta, err := gooidc.NewProvider(ctx, r.Issuer)
	if err == nil && (meta.Endpoint().AuthURL == "" || meta.Endpoint().TokenURL == "") {
		err = errors.New("the metadata names no authorization or token endpoint")
	}
	return meta, err
}

// config always sends the secret in the header: guessing the style would burn the single-use code.
func (r *remote) config(meta *gooidc.Provider, redirectURL string) oauth2.Config {
	endpoint := meta.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return oauth2.Config{ClientID: r.ClientID, ClientSecret: r.ClientSecret, Endpoint: endpoint, RedirectURL: redirectURL, Scopes: r.Scopes}
}

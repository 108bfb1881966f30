package oidc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
)

const (
	requestTimeout  = 5 * time.Second
	exchangeTimeout = 12 * time.Second
	maxAnswer       = 256 << 10 // bytes; gov.br's answers have about 3,000
	maxRedirects    = 2
)

// bounded is a copy of client (nil: a new one) that no provider can keep busy for ever.
func bounded(client *http.Client) *http.Client {
	b := &http.Client{}
	if client != nil {
		*b = *client
	}
	if b.Timeout == 0 || b.Timeout > requestTimeout {
		b.Timeout = requestTimeout
	}
	if b.Transport == nil {
		b.Transport = http.DefaultTransport
	}
	b.Transport = cut{b.Transport}
	b.CheckRedirect = sameHost
	return b
}

// sameHost lets a provider add a slash to its address, and nothing more: a code or a token must
// not travel to another host.
func sameHost(next *http.Request, done []*http.Request) error {
	first := done[0]
	if len(done) > maxRedirects || next.Method != http.MethodGet || first.Method != http.MethodGet ||
		next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme {
		return errors.New("the provider redirects where it must not")
	}
	return nil
}

// cut ends every answer after maxAnswer bytes.
type cut struct{ next http.RoundTripper }

func (c cut) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, maxAnswer), answer.Body}
	return answer, nil
}

func withClient(ctx context.Context, client *http.Client) context.Context {
	return gooidc.ClientContext(ctx, client)
}

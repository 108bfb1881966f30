package oidc_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"guiche/internal/fault"
)

func TestASilentProviderIsLeftAloneAfterItWasGivenUp(t *testing.T) { // quality 2: not each visitor waits
	d := newDesk(t)
	asked := 0
	client := d.newClient(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		asked++
		d.wait(5 * time.Second) // the whole time it is given
		return nil, errors.New("no answer")
	})})
	for range 2 {
		if _, _, err := client.Begin(context.Background(), "govbr"); !fault.Is(err, fault.Unavailable) {
			t.Error(err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, each of which a visitor waited for", asked)
	}
}

// asking is a client none of whose questions but the first ones is answered before the end of the test.
func (d *desk) asking(first int64) (begin func(context.Context) error, under <-chan struct{}) {
	asked, begun, over := atomic.Int64{}, make(chan struct{}, 9), make(chan struct{})
	d.t.Cleanup(func() { close(over) })
	client := d.newClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if asked.Add(1) > first {
			begun <- struct{}{}
			<-over
		}
		return http.DefaultTransport.RoundTrip(r)
	})})
	return func(ctx context.Context) error { _, _, err := client.Begin(ctx, "govbr"); return err }, begun
}

func TestWhoLeavesNoLongerWaitsForASilentProvider(t *testing.T) {
	d := newDesk(t)
	begin, under := d.asking(0)
	go func() { _ = begin(context.Background()) }()
	<-under
	gone, leave := context.WithCancel(context.Background())
	leave()
	if err := begin(gone); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
	if len(under) != 0 {
		t.Error("who left asked too")
	}
}

func TestKnownMetadataServeOthersWhileTheyAreRenewed(t *testing.T) {
	d := newDesk(t)
	begin, under := d.asking(1)
	if err := begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	d.wait(25 * time.Hour)
	go func() { _ = begin(context.Background()) }()
	<-under
	if err := begin(context.Background()); err != nil || len(under) != 0 {
		t.Errorf("%v, %d more asked", err, len(under))
	}
}

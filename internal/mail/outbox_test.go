package mail

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

func numbered(n int) Message {
	m := toAna()
	m.ID = fmt.Sprintf("m-%d", n)
	return m
}

func put(t *testing.T, o *Outbox, m Message) {
	t.Helper()
	if err := o.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestTheOutboxKeepsAMailSentTwiceOnce(t *testing.T) {
	o := NewOutbox(noon)
	put(t, o, numbered(1))
	again := numbered(1)
	again.Text = "outro texto"
	put(t, o, again)
	if all := o.All(); len(all) != 1 || all[0].Text != toAna().Text || !all[0].At.Equal(noon()) {
		t.Errorf("kept %+v", all)
	}
}

func TestTheOutboxKeepsTheLast500(t *testing.T) {
	o := NewOutbox(noon)
	for n := range 503 {
		put(t, o, numbered(n))
	}
	all := o.All()
	if len(all) != 500 || all[0].ID != "m-3" || all[499].ID != "m-502" {
		t.Errorf("%d kept, from %s to %s", len(all), all[0].ID, all[len(all)-1].ID)
	}
	if _, ok := o.ByID("m-2"); ok {
		t.Error("a dropped mail is still found")
	}
	if got, ok := o.ByID("m-3"); !ok || got.ID != "m-3" {
		t.Errorf("m-3: %v %v", got.ID, ok)
	}
}

func TestTheOutboxServesManyAtOnce(t *testing.T) {
	o := NewOutbox(noon)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 100 {
				if err := o.Send(context.Background(), numbered(n)); err != nil {
					t.Errorf("worker %d: %v", worker, err)
				}
				o.All()
				o.ByID("m-1")
			}
		})
	}
	all.Wait()
	if n := len(o.All()); n != 100 {
		t.Errorf("%d mails kept of 100 different", n)
	}
}

func TestWhatAllReturnsIsACopy(t *testing.T) {
	o := NewOutbox(noon)
	put(t, o, numbered(1))
	o.All()[0].Subject = "mudado"
	if got, _ := o.ByID("m-1"); got.Subject == "mudado" {
		t.Error("a reader changed the outbox")
	}
}

func TestTheOutboxHonoursACancelledContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := NewOutbox(noon)
	if err := o.Send(ctx, numbered(1)); !errors.Is(err, context.Canceled) || len(o.All()) != 0 {
		t.Errorf("got %v, %d kept", err, len(o.All()))
	}
}

package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"

	"guiche/internal/fault"
)

const (
	lookEvery = 30 * time.Second // between two visits to the mailbox
	lookLater = 10 * time.Minute // at most, while the server does not answer
	takeLimit = 2 * time.Minute  // for one mail
	stepLimit = 5 * time.Minute  // for a mail with what the server is asked about it, and for what comes before the first
	maxTries  = 5                // of one mail, before it is put aside
)

// IMAP is a mailbox that is visited from time to time. Several nodes may visit the same one: take must know what it
// has taken before.
type IMAP struct {
	Every time.Duration // between visits; zero: 30 seconds
	Log   *slog.Logger  // nil: none

	host, port, user, password string
	folder                     string
	implicit                   bool        // TLS from the first byte (imaps)
	roots                      *tls.Config // tests trust their own certificate; nil: the system's
	patience                   time.Duration

	validity uint32
	tries    map[imap.UID]int
}

// Take deals with one mail; nil means it is done with, whatever became of it. ErrInvalid puts it aside, in the folder
// Guiche/Recusadas. After another error it is tried again, at most five times while nothing is Unavailable.
type Take func(ctx context.Context, mail io.Reader) error

// Run visits the mailbox until ctx ends. A server that does not answer is asked less and less often.
func (b *IMAP) Run(ctx context.Context, take Take) {
	if b.Log == nil {
		b.Log = slog.New(slog.DiscardHandler)
	}
	every := b.Every
	if every <= 0 {
		every = lookEvery
	}
	wait := every
	for ctx.Err() == nil {
		err := b.Look(ctx, take)
		switch {
		case err == nil:
			wait = every
		case ctx.Err() == nil:
			b.Log.Warn("mailbox not read", slog.Any("error", err))
			wait = min(2*wait, max(lookLater, every))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// errSilent ends a visit to a server that took the connection and then says nothing more.
var errSilent = errors.New("mail: the IMAP server does not go on")

// Look visits the mailbox once and deals with every mail that waits there. One that fails does not stop the others. A
// server that falls silent is left.
func (b *IMAP) Look(ctx context.Context, take Take) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := cmp.Or(b.patience, stepLimit)
	step := time.AfterFunc(patience, func() { cancel(errSilent) })
	defer step.Stop()
	err := b.takeAll(ctx, take, func() { step.Reset(patience) })
	if errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}

// takeAll is Look, which tells of each step.
func (b *IMAP) takeAll(ctx context.Context, take Take, next func()) error {
	v, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer v.leave()
	waiting, err := v.waiting()
	if err != nil {
		return err
	}
	for _, uid := range waiting {
		next()
		if err := errors.Join(ctx.Err(), b.one(ctx, v, uid, take)); err != nil {
			return err
		}
	}
	return nil
}

// one deals with a mail; its error is the server's, never the mail's.
func (b *IMAP) one(ctx context.Context, v *visit, uid imap.UID, take Take) error {
	mail, err := v.fetch(uid)
	if err != nil || mail == nil {
		return err
	}
	failure := b.try(ctx, take, mail)
	switch {
	case failure == nil:
		delete(b.tries, uid)
		return v.done(uid, "Tratadas", flagTaken)
	case ctx.Err() != nil:
		return ctx.Err()
	case !fault.Is(failure, fault.Unavailable):
		b.tries[uid]++
	}
	b.report(uid, failure)
	if !errors.Is(failure, ErrInvalid) && b.tries[uid] < maxTries {
		return nil
	}
	delete(b.tries, uid)
	return v.done(uid, "Recusadas", flagRefused)
}

// try hands a mail over; a panic is a failure like others.
func (b *IMAP) try(ctx context.Context, take Take, mail []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("mail: panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, takeLimit)
	defer cancel()
	return take(ctx, bytes.NewReader(mail))
}

// report says what became of a mail, by its number in the mailbox; the error's text may be about people.
func (b *IMAP) report(uid imap.UID, err error) {
	switch {
	case b.Log == nil:
	case errors.Is(err, ErrInvalid):
		b.Log.Info("mail put aside", "uid", uint32(uid))
	default:
		b.Log.Warn("mail not taken", "uid", uint32(uid), "kind", fault.KindOf(err).String(), "try", b.tries[uid])
	}
}

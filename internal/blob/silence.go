package blob

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

var errSilent = errors.New("blob: the server fell silent in the middle of an answer")

// watch is a context that ends when one wait for the server, from again to the timer's stop, takes longer than limit.
type watch struct {
	context.Context

	limit time.Duration
	timer *time.Timer
	leave context.CancelCauseFunc
}

// watched begins the first wait.
func watched(ctx context.Context, limit time.Duration) *watch {
	w := &watch{limit: limit}
	w.Context, w.leave = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(limit, func() { w.leave(errSilent) })
	return w
}

func (w *watch) again() { w.timer.Reset(w.limit) }

func (w *watch) end() {
	w.timer.Stop()
	w.leave(nil)
}

// judge tells the end of a wait from a visitor who left.
func (w *watch) judge(err error) error {
	if errors.Is(context.Cause(w), errSilent) {
		return down(errSilent)
	}
	return failure(err)
}

// object is a blob that is fetched as it is read. Each Read waits for all it asked for, so a server that trickles is left too.
type object struct {
	*minio.Object

	watch *watch
}

func (o object) Read(p []byte) (int, error) {
	o.watch.again()
	defer o.watch.timer.Stop()
	n, err := o.Object.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped one is a file cut short
		err = o.watch.judge(err)
	}
	return n, err
}

func (o object) Close() error {
	defer o.watch.end()
	return o.Object.Close()
}

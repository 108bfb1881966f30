package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/metrics"
	"guiche/internal/web"
)

// measure begins to count. What is counted where: the database here, the rest where its part is made.
func (i *installation) measure() {
	i.metrics = metrics.New(version, i.db.Engine())
	i.db.Meter = &db.Meter{Now: i.now, Transaction: i.metrics.Transaction, Commit: i.metrics.Commit}
	i.blobs = timedBlobs{i.blobs, i.metrics, i.now}
}

func (i *installation) answered(a web.Answer) { i.metrics.Request(a.Route, a.Method, a.Status, a.Took) }

// timedBlobs is a store whose work is timed.
type timedBlobs struct {
	blobStore
	metrics *metrics.Metrics
	now     func() time.Time
}

// Put implements blob.Store.
func (t timedBlobs) Put(ctx context.Context, key string, r io.Reader) (blob.Info, error) {
	began := t.now()
	info, err := t.blobStore.Put(ctx, key, r)
	t.metrics.File("put", t.now().Sub(began), err)
	return info, err
}

// Open implements blob.Store.
func (t timedBlobs) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	began := t.now()
	file, err := t.blobStore.Open(ctx, key)
	t.metrics.File("open", t.now().Sub(began), err)
	return file, err
}

// countedSender is a sender whose mails are counted, and the queue told whether the server answers.
type countedSender struct {
	mail.Sender
	metrics *metrics.Metrics
	mails   *job.Lane
}

// Send implements mail.Sender.
func (c countedSender) Send(ctx context.Context, m mail.Message) error {
	err := c.Sender.Send(ctx, m)
	c.metrics.Mail(err)
	if _, refused := errors.AsType[*mail.Refusal](err); !refused && !errors.Is(err, mail.ErrInvalid) { // those say nothing of the server
		c.mails.Heard(err)
	}
	return err
}

// serveMetrics answers at metrics-addr until ctx ends; not at all without one.
func (i *installation) serveMetrics(ctx context.Context, site *web.Server, work *sync.WaitGroup) error {
	if i.MetricsAddr == "" {
		return nil
	}
	l, err := listen(ctx, "metrics-addr", i.MetricsAddr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", i.metrics.Handler(func(ctx context.Context) metrics.Standing { return i.standing(ctx, site) }))
	const patience = 10 * time.Second
	server := &http.Server{Handler: mux, ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: time.Minute}
	work.Go(func() {
		if err := server.Serve(l); err != nil && ctx.Err() == nil {
			i.log.Error("metrics not served", slog.Any("error", err))
		}
	})
	context.AfterFunc(ctx, func() { _ = server.Close() }) // nobody waits for the end of a scrape
	return nil
}

// standing is how things stand now.
func (i *installation) standing(ctx context.Context, site *web.Server) (s metrics.Standing) {
	s.InWork, s.Sending = site.InWork()
	for _, p := range i.db.Pools() {
		s.Pools = append(s.Pools, metrics.Pool(p))
	}
	backlog, err := i.jobs.Backlog(ctx)
	if err != nil {
		i.log.Error("backlog not read", slog.Any("error", err))
	}
	for _, b := range backlog {
		s.Backlog = append(s.Backlog, metrics.Backlog(b))
	}
	return s
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"guiche/internal/web"
)

// graceTime is how long requests and jobs may go on after the program was asked to stop.
const graceTime = 20 * time.Second

// farewell is how long connections stay open for one more request, which is answered with the word that it was the last: a
// connection closed without that may cut a request that is on its way.
const farewell = time.Second

// spendMemory lets garbage pile up to three times what lives: that is a few dozen MB here, and a fifth less CPU for
// each page than with the usual one time (measured). Under a flood, when much lives, it is collected sooner, so that all
// stays within Q-6. GOGC and GOMEMLIMIT in the environment decide otherwise.
func spendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		const each = 100 << 20 // bytes a processor
		debug.SetMemoryLimit(each * int64(max(2, runtime.GOMAXPROCS(0))))
	}
}

// serve answers requests, does jobs and reads the mailbox until the program is asked to stop; then what runs is finished.
func (i *installation) serve(site *web.Server, l net.Listener, o parts) error {
	spendMemory()
	background, stop := context.WithCancel(context.WithoutCancel(i.Context))
	var work sync.WaitGroup
	if err := i.serveMetrics(background, site, &work); err != nil {
		stop()
		return err
	}
	work.Go(func() { i.jobs.Run(background) })
	work.Go(func() { i.keepCounts(background) })
	if o.mailbox != nil {
		work.Go(func() { i.readMail(background, o.replies, o.mailbox) })
	}
	err := i.answer(site, l)
	stop()
	work.Wait()
	return err
}

// answer takes visitors until the program is asked to stop, and lets those who are here finish.
func (i *installation) answer(site *web.Server, l net.Listener) error {
	server, here := site.HTTP(), &connections{}
	server.ConnState = here.count
	failure := make(chan error, 1)
	go func() { failure <- server.Serve(l) }()
	select {
	case err := <-failure:
		return err
	case <-i.Done():
	}
	_ = l.Close()                                         // Serve ends with it; whoever holds the socket with us goes on
	if err := <-failure; !errors.Is(err, net.ErrClosed) { // before that Shutdown would close it again and call that an error
		return err
	}
	site.Leave()
	here.wait(farewell)
	return shutdown(server)
}

// connections counts those that are open.
type connections struct{ open atomic.Int64 }

func (c *connections) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	}
}

// wait returns when all have gone, or after so long.
func (c *connections) wait(most time.Duration) {
	const look = 10 * time.Millisecond
	for ; c.open.Load() > 0 && most > 0; most -= look {
		time.Sleep(look)
	}
}

func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("pedidos interrompidos ao encerrar: %w", err), server.Close())
	}
	return nil
}

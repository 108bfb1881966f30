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
	"syscall"
	"time"

	"guiche/internal/web"
)

// graceTime is how long requests and jobs may go on after the program was asked to stop.
const graceTime = 20 * time.Second

// listen takes the address that a setting names.
func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("outro programa já usa %s. Encerre-o, ou escolha outra porta com --%s", addr, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return l, nil
}

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
	server := site.HTTP()
	failure := make(chan error, 1)
	go func() { failure <- server.Serve(l) }()
	var err error
	select {
	case err = <-failure:
	case <-i.Done():
		err = shutdown(server)
	}
	stop()
	work.Wait()
	return err
}

func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("pedidos interrompidos ao encerrar: %w", err), server.Close())
	}
	return nil
}

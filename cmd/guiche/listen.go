package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
)

// door is where the site listens: at the socket that systemd holds for it, else at its address.
func (p *program) door() (net.Listener, error) {
	l, err := inherited(os.Getenv, os.Getpid())
	if l != nil || err != nil {
		return l, err
	}
	return listen(p, "addr", p.Addr)
}

// firstSocket is the number of the first file that systemd hands over, see sd_listen_fds(3).
const firstSocket = 3

// inherited is the socket that was handed to the process of this number; nil when there is none.
func inherited(environment func(string) string, pid int) (net.Listener, error) {
	if environment("LISTEN_PID") != strconv.Itoa(pid) {
		return nil, nil
	}
	if n := environment("LISTEN_FDS"); n != "1" {
		return nil, usageError{fmt.Errorf("o systemd passou %s sockets. Deixe um só ListenStream em guiche.socket", n)}
	}
	file := os.NewFile(firstSocket, "guiche.socket")
	l, err := net.FileListener(file) // a copy
	return l, errors.Join(err, file.Close())
}

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

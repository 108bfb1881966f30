package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

type healthcheckCmd struct{}

// Run asks the program on this machine whether it is ready, for container runners.
func (healthcheckCmd) Run(p *program) error {
	host, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return usageError{errors.New("addr: escreva endereço e porta, como :8080")}
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	request, err := http.NewRequestWithContext(p, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/saude/pronto", nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: 5 * time.Second}).Do(request)
	if err != nil {
		return fmt.Errorf("o guiche não responde em %s", request.URL.Host)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("o guiche em %s responde, mas não está pronto (%d)", request.URL.Host, answer.StatusCode)
	}
	_, err = io.Copy(p.out, io.LimitReader(answer.Body, 4096))
	return err
}

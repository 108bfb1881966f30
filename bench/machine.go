package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"guiche/internal/db"
)

// fileSize is the document of Q-1, in bytes.
const fileSize = 200 << 10

func facts(engine string) []string {
	return []string{"machine: " + fmt.Sprint(runtime.NumCPU(), " cores"), runtime.GOOS + "/" + runtime.GOARCH, "generator " + runtime.Version(),
		"engine " + engine, "load average " + loadAverage() + " when it began", time.Now().UTC().Format("2006-01-02 15:04 UTC")}
}

// loadAverage tells a reader whether others were working on the machine: above 0.5 the figures are too low.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	minute, _, found := strings.Cut(string(text), " ")
	if err != nil || !found {
		return "unknown"
	}
	return minute
}

// durableFiles writes files as the bar demands: bytes, then the folder, on the disk before the next.
func durableFiles(span time.Duration, dir string) (float64, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	content := make([]byte, fileSize)
	if _, err := rand.Read(content); err != nil {
		return 0, err
	}
	s, err := drive(clients, span, 0, func(client, call int) error {
		return durableFile(dir, fmt.Sprintf("%d-%d", client, call), content)
	})
	return s.perSecond(), err
}

func durableFile(dir, name string, content []byte) error {
	file, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// smallActs inserts one row a transaction through the program's own handle, so that commits are shared as there.
func smallActs(ctx context.Context, span time.Duration, dir, databaseURL string) (float64, error) {
	d, err := db.Open(ctx, db.Options{Dir: dir, URL: databaseURL})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	defer os.RemoveAll(dir)
	exec := func(query string, args ...any) error {
		return d.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err })
	}
	if err := exec(`CREATE TABLE bench_row (id TEXT PRIMARY KEY, at BIGINT NOT NULL)`); err != nil {
		return 0, err
	}
	s, err := drive(clients, span, 0, func(_, call int) error {
		return exec(`INSERT INTO bench_row (id, at) VALUES ($1, $2)`, db.NewID(), call)
	})
	return s.perSecond(), errors.Join(err, exec(`DROP TABLE bench_row`))
}

// hellos asks a bare net/http server, with such clients as ask the program.
func hellos(ctx context.Context, span time.Duration, clients int) (s sample, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return s, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello\n")
	})}
	go server.Serve(listener) //nolint:errcheck // it ends with Close, and a failure shows in the requests
	defer func() { err = errors.Join(err, server.Close()) }()
	visitors := newVisitors(ctx, "http://"+listener.Addr().String(), clients)
	return drive(clients, span, 0, func(client, _ int) error {
		_, err := visitors[client].get("/")
		return err
	})
}

// launched is how long a program takes to begin, say its version and end.
func launched(ctx context.Context, bin string, times int) (time.Duration, error) {
	var took []time.Duration
	for range times {
		began := time.Now()
		if err := exec.CommandContext(ctx, bin, "version").Run(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	return median(took), nil
}

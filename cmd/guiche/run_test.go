package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"guiche/internal/config"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/seed"
	"guiche/internal/web"
)

// assembled is a demonstration that does not serve yet. It ends with ctx.
func assembled(ctx context.Context, t *testing.T) (*installation, *web.Server, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Context: ctx, out: io.Discard, now: time.Now, level: &slog.LevelVar{}, log: slog.New(slog.DiscardHandler)}
	p.use(config.Settings{Data: t.TempDir(), FilingLevel: "silver", BaseURL: "http://" + l.Addr().String()}.ForDemo())
	i, err := p.install()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.close(); err != nil {
			t.Error(err)
		}
	})
	o, err := i.demoParts()
	site, siteErr := i.site(o)
	if err := errors.Join(err, siteErr, seed.Demo(p, i.people, i.suppliers)); err != nil {
		t.Fatal(err)
	}
	return i, site, l
}

// TestWhatIsUnderWayIsFinished stops the program in the middle of a form and of a job (quality.md 2).
func TestWhatIsUnderWayIsFinished(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	i, site, l := assembled(ctx, t)
	begun, finished := make(chan bool), false
	i.jobs.Handle("long", func(context.Context, json.RawMessage, job.Info) error {
		begun <- true
		time.Sleep(300 * time.Millisecond)
		finished = true
		return nil
	})
	ended := make(chan error)
	go func() { ended <- i.serve(site, l, parts{}) }()
	if err := i.db.Transact(t.Context(), func(tx *db.Tx) error { return i.jobs.Enqueue(tx, "long", nil, job.Options{}) }); err != nil {
		t.Fatal(err)
	}
	<-begun
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	form := "codigo=" + strings.Repeat("x", 100)
	sendPart(t, conn, "POST /conta/confirmar-email HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 107\r\n\r\n"+form[:50])
	time.Sleep(50 * time.Millisecond)
	stop()
	time.Sleep(50 * time.Millisecond)
	if late, err := net.Dial("tcp", l.Addr().String()); err == nil {
		late.Close()
		t.Error("the door is still open")
	}
	sendPart(t, conn, form[50:])
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 422") {
		t.Errorf("the form was answered %.100q, %v", answer, err)
	}
	if err := <-ended; err != nil || !finished {
		t.Errorf("ended with %v; the job was finished: %v", err, finished)
	}
}

func sendPart(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

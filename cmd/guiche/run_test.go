package main

import (
	"bufio"
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
	begun, finish, finished := make(chan bool), make(chan bool), false
	i.jobs.Handle("long", func(ctx context.Context, _ json.RawMessage, _ job.Info) error {
		begun <- true
		<-finish
		finished = ctx.Err() == nil
		return nil
	})
	ended := make(chan error, 1)
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
	sendPart(t, conn, "POST /conta/confirmar-email HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 107\r\nExpect: 100-continue\r\n\r\n"+form[:50])
	said := bufio.NewReader(conn)
	if line, err := said.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("the form is not read: %q, %v", line, err)
	}
	stop()
	waitFor(t, "the door is closed", func() bool { return !listens(l.Addr().String()) })
	time.Sleep(farewell + 100*time.Millisecond) // for a program that does not wait for the form
	sendPart(t, conn, form[50:])
	answer, err := io.ReadAll(said)
	if err != nil || !strings.HasPrefix(string(answer), "\r\nHTTP/1.1 422") {
		t.Errorf("the form was answered %.100q, %v", answer, err)
	}
	time.Sleep(300 * time.Millisecond) // for a program that does not wait for the job
	if len(ended) > 0 {
		t.Error("ended before the job")
	}
	close(finish)
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

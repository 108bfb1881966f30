package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		setting, network, address string
		wantErr                   bool
	}{
		"a unix socket":           {setting: "unix:/run/clamav/clamd.ctl", network: "unix", address: "/run/clamav/clamd.ctl"},
		"a host and port":         {setting: "tcp:clamav.local:3310", network: "tcp", address: "clamav.local:3310"},
		"an IPv6 host":            {setting: "tcp:[::1]:3310", network: "tcp", address: "[::1]:3310"},
		"a path without scheme":   {setting: "/run/clamd", wantErr: true},
		"a relative path":         {setting: "unix:run/clamd", wantErr: true},
		"a scheme alone":          {setting: "unix:", wantErr: true},
		"a host without port":     {setting: "tcp:clamav", wantErr: true},
		"a port without host":     {setting: "tcp::3310", wantErr: true},
		"a scheme it can't speak": {setting: "udp:clamav:3310", wantErr: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(c.setting)
			if (err != nil) != c.wantErr {
				t.Fatalf("error %v", err)
			}
			if err == nil && (got.network != c.network || got.address != c.address) {
				t.Errorf("got %+v", got)
			}
		})
	}
	if got, err := Parse(""); got != nil || err != nil {
		t.Errorf("no setting: %v, %v", got, err)
	}
}

// peer is a server that speaks once: it hands each connection to serve.
func peer(t *testing.T, serve func(net.Conn)) *Clamd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	return &Clamd{Timeout: 10 * time.Second, network: "tcp", address: l.Addr().String()}
}

// received reads one whole INSTREAM conversation.
func received(conn net.Conn) ([]byte, error) {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		return nil, errors.New("another command: " + string(command))
	}
	var all []byte
	for {
		var n uint32
		if err := binary.Read(conn, binary.BigEndian, &n); err != nil || n == 0 {
			return all, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(conn, chunk); err != nil {
			return all, err
		}
		all = append(all, chunk...)
	}
}

func answering(t *testing.T, reply string) *Clamd {
	return peer(t, func(conn net.Conn) {
		if _, err := received(conn); err == nil {
			_, _ = io.WriteString(conn, reply)
		}
	})
}

func TestTheReplyDecides(t *testing.T) { // quality 3: an error is never clean
	for name, c := range map[string]struct {
		reply    string
		want     Verdict
		wantErr  bool
		tooLarge bool
	}{
		"clean":                        {reply: "stream: OK\x00", want: Verdict{Clean: true}},
		"something was found":          {reply: "stream: Procon.Test FOUND\x00", want: Verdict{Name: "Procon.Test"}},
		"a name that says OK":          {reply: "stream: stream: OK FOUND\x00", want: Verdict{Name: "stream: OK"}},
		"an error":                     {reply: "stream: Can't allocate memory ERROR\x00", wantErr: true},
		"a file too large":             {reply: "INSTREAM size limit exceeded. ERROR\x00", wantErr: true, tooLarge: true},
		"nothing":                      {reply: "", wantErr: true},
		"an empty reply":               {reply: "\x00", wantErr: true},
		"half a reply":                 {reply: "stream: OK", wantErr: true},
		"a found thing without a name": {reply: "stream:  FOUND\x00", wantErr: true},
		"OK in another place":          {reply: "OK\x00", wantErr: true},
		"OK with more behind it":       {reply: "stream: OK maybe\x00", wantErr: true},
		"OK of another file":           {reply: "/tmp/x: OK\x00", wantErr: true},
		"another protocol":             {reply: "HTTP/1.1 200 OK\r\n\r\n\x00", wantErr: true},
		"an endless reply":             {reply: strings.Repeat("x", 1<<20), wantErr: true},
		"OK in lower case":             {reply: "stream: ok\x00", wantErr: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := answering(t, c.reply).Scan(t.Context(), strings.NewReader("conteúdo"))
			if got != c.want || (err != nil) != c.wantErr || errors.Is(err, ErrTooLarge) != c.tooLarge {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestTheScannerGetsTheWholeFile(t *testing.T) {
	for name, size := range map[string]int{
		"an empty file": 0, "one byte": 1, "a chunk": chunkSize, "a chunk and a byte": chunkSize + 1, "many chunks": 20*chunkSize + 7,
	} {
		t.Run(name, func(t *testing.T) {
			file := bytes.Repeat([]byte("guiche!"), size/7+1)[:size]
			got := make(chan []byte, 1)
			c := peer(t, func(conn net.Conn) {
				all, err := received(conn)
				if err != nil {
					all = []byte(err.Error())
				}
				got <- all
				_, _ = io.WriteString(conn, "stream: OK\x00")
			})
			if v, err := c.Scan(t.Context(), bytes.NewReader(file)); err != nil || !v.Clean {
				t.Fatalf("%+v, %v", v, err)
			}
			if all := <-got; !bytes.Equal(all, file) {
				t.Errorf("%d bytes arrived of %d", len(all), len(file))
			}
		})
	}
}

func TestAScannerThatHangsUpHasScannedNothing(t *testing.T) {
	for name, serve := range map[string]func(net.Conn){
		"at once":                  func(net.Conn) {},
		"after the command":        func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 10)) },
		"saying OK before the end": func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 10)); _, _ = io.WriteString(c, "stream: OK\x00") },
	} {
		t.Run(name, func(t *testing.T) {
			endless := io.LimitReader(zeros{}, 64<<20)
			if v, err := peer(t, serve).Scan(t.Context(), endless); err == nil || v.Clean {
				t.Errorf("got %+v, %v", v, err)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestASilentScannerTimesOut(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	c := peer(t, func(net.Conn) { <-done })
	c.Timeout = 100 * time.Millisecond
	if v, err := c.Scan(t.Context(), strings.NewReader("x")); !errors.Is(err, context.DeadlineExceeded) || v.Clean {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestTheCallerMayGiveUp(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	ctx, cancel := context.WithCancel(t.Context())
	c := peer(t, func(net.Conn) { cancel(); <-done })
	if v, err := c.Scan(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) || v.Clean {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestNoScannerThereIsAnError(t *testing.T) {
	c, err := Parse("unix:" + t.TempDir() + "/none")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := c.Scan(t.Context(), strings.NewReader("x")); err == nil || v.Clean {
		t.Errorf("got %+v, %v", v, err)
	}
}

var errBroken = errors.New("broken pipe")

// breaking is a line that takes the command and fails from then on, with a reply waiting.
type breaking struct {
	net.Conn
	written int
	reply   io.Reader
}

func (b *breaking) Read(p []byte) (int, error) { return b.reply.Read(p) }

func (b *breaking) Write(p []byte) (int, error) {
	b.written++
	if b.written > 1 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWhenSendingFailsOnlyAnErrorReplyIsBelieved(t *testing.T) {
	for reply, believed := range map[string]bool{"stream: OK": false, "stream: X FOUND": false, "INSTREAM size limit exceeded. ERROR": true} {
		got, err := converse(&breaking{reply: strings.NewReader(reply + "\x00")}, strings.NewReader("x"))
		if believed != (got == reply) || believed == errors.Is(err, errBroken) {
			t.Errorf("%q gave %q, %v", reply, got, err)
		}
	}
}

var errDisk = errors.New("input/output error")

type brokenFile struct{ sent bool }

func (b *brokenFile) Read(p []byte) (int, error) {
	if b.sent {
		return 0, errDisk
	}
	b.sent = true
	return copy(p, "a harmless beginning"), nil
}

func TestAFileThatCannotBeReadIsNotScanned(t *testing.T) {
	v, err := answering(t, "stream: OK\x00").Scan(t.Context(), &brokenFile{})
	if !errors.Is(err, errDisk) || v.Clean {
		t.Errorf("got %+v, %v", v, err)
	}
}

func FuzzVerdict(f *testing.F) {
	for _, seed := range []string{"stream: OK", "stream: X FOUND", "INSTREAM size limit exceeded. ERROR", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		v, err := verdict(reply)
		if v.Clean != (reply == "stream: OK") || err != nil && v != (Verdict{}) || v.Clean && v.Name != "" {
			t.Errorf("%q gave %+v, %v", reply, v, err)
		}
	})
}

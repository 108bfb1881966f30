package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guiche/internal/fault"
)

// silent opens a bucket of a server whose answers begin as told (nil: do not even begin), and then nothing comes any more.
func silent(t *testing.T, begin func(w http.ResponseWriter, r *http.Request)) *S3 {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if begin != nil {
			begin(w, r)
		}
		if begin == nil || r.Method != http.MethodHead {
			<-over
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	s, err := OpenS3("s3://balde?region=r&endpoint="+server.URL, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A server takes connections and says nothing any more.
func TestASilentS3ServerIsGivenUp(t *testing.T) { // quality 2
	s := silent(t, nil)
	s.transport.ResponseHeaderTimeout, s.sending = 50*time.Millisecond, 300*time.Millisecond
	_, small := s.Put(t.Context(), "aa/one", strings.NewReader("x"))
	_, large := s.Put(t.Context(), "aa/two", strings.NewReader(strings.Repeat("x", 16<<20))) // more than the network holds
	_, open := s.Open(t.Context(), "aa/one")
	for what, err := range map[string]error{"a small file": small, "a large one": large, "reading": open, "deleting": s.Delete(t.Context(), "aa/one")} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// dark is an address from which not even a refusal comes: nobody takes connections, and no more fit into the line.
func dark(t *testing.T) string {
	t.Helper()
	listener, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(listener) })
	if err := errors.Join(syscall.Bind(listener, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(listener, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(listener)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprint("127.0.0.1:", name.(*syscall.SockaddrInet4).Port)
	for range 10 {
		waiting, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { _ = waiting.Close() })
	}
	t.Fatal("this machine takes connections for a program that does not")
	return address
}

// A server is switched off, or a firewall drops what is sent to it.
func TestADarkS3ServerIsGivenUp(t *testing.T) { // quality 2
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	s, err := OpenS3("s3://balde?region=r&endpoint=http://"+dark(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.dialer.Timeout = 50 * time.Millisecond
	if _, err := s.Put(t.Context(), "aa/one", strings.NewReader("x")); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

// header begins an answer with a body of so many bytes, the only one on its connection.
func header(w http.ResponseWriter, status int, size int) {
	w.Header().Set("Last-Modified", "Mon, 23 Nov 2026 12:00:00 GMT")
	w.Header().Set("Connection", "close")
	w.Header().Set("ETag", `"a"`)
	w.Header().Set("Content-Length", fmt.Sprint(size))
	w.WriteHeader(status)
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// A server's disk hangs, or hardly gives anything, when it has begun to answer.
func TestAnS3ServerThatFallsSilentInTheMiddleIsGivenUp(t *testing.T) { // quality 2
	for name, more := range map[string]func(http.ResponseWriter, *http.Request){
		"nothing more comes": func(http.ResponseWriter, *http.Request) {},
		"it trickles": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, "x")
				flush(w)
				time.Sleep(10 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := silent(t, func(w http.ResponseWriter, r *http.Request) {
				if header(w, http.StatusOK, 1<<20); r.Method != http.MethodHead {
					fmt.Fprint(w, "0123456789")
					flush(w)
					more(w, r)
				}
			})
			file, err := s.Open(t.Context(), "aa/one")
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			file.(object).watch.limit = 100 * time.Millisecond
			if _, err := io.ReadAll(file); !fault.Is(err, fault.Unavailable) {
				t.Errorf("reading: %v", err)
			}
		})
	}
	s := silent(t, func(w http.ResponseWriter, _ *http.Request) {
		header(w, http.StatusForbidden, 1000)
		fmt.Fprint(w, "<Error><Code>")
		flush(w)
	})
	s.silence = 100 * time.Millisecond
	if err := s.Delete(t.Context(), "aa/one"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("deleting: %v", err)
	}
	s = silent(t, func(w http.ResponseWriter, _ *http.Request) {
		header(w, http.StatusOK, 1000)
		fmt.Fprint(w, "<ListBucketResult>")
		flush(w)
	})
	s.silence = 100 * time.Millisecond
	var last error
	for _, last = range s.Keys(t.Context(), time.Now()) {
	}
	if !fault.Is(last, fault.Unavailable) {
		t.Errorf("listing: %v", last)
	}
}

// Who reads slowly, or takes long over each key, is not taken for a server that does.
func TestAReaderMayTakeItsTime(t *testing.T) {
	s := silent(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("list-type") {
			body := `<ListBucketResult><Contents><Key>aa/one</Key><LastModified>2026-11-23T12:00:00Z</LastModified></Contents>` +
				`<Contents><Key>aa/two</Key><LastModified>2026-11-23T12:00:00Z</LastModified></Contents></ListBucketResult>`
			header(w, http.StatusOK, len(body))
			fmt.Fprint(w, body)
			flush(w)
		} else if header(w, http.StatusOK, 10); r.Method != http.MethodHead {
			fmt.Fprint(w, "0123456789")
			flush(w)
		}
	})
	file, err := s.Open(t.Context(), "aa/one")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for range 2 {
		if file.(object).watch.timer.Stop() {
			t.Error("the server's time runs while nobody waits for it")
		}
		if n, err := io.ReadFull(file, make([]byte, 5)); err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	}
	s.silence = 500 * time.Millisecond
	n := 0
	for _, err := range s.Keys(t.Context(), time.Now().AddDate(50, 0, 0)) {
		if n++; err != nil {
			t.Error(err)
		}
		time.Sleep(s.silence * 3 / 2)
	}
	if n != 2 {
		t.Errorf("%d keys", n)
	}
}

// The node's own disk hangs: health says so in time, and does not leave one more behind with each question.
func TestASpoolThatHangsIsNotReady(t *testing.T) { // quality 2
	s := silent(t, func(w http.ResponseWriter, _ *http.Request) { header(w, http.StatusOK, 0) })
	hangs, tried, try := make(chan struct{}), atomic.Int64{}, s.try
	s.try = func() error { tried.Add(1); <-hangs; return try() }
	for range 3 {
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := s.Ready(ctx); !fault.Is(err, fault.Unavailable) || ctx.Err() == nil {
			t.Errorf("%v", err)
		}
		stop()
	}
	if n := tried.Load(); n != 1 {
		t.Errorf("%d hang", n)
	}
	close(hangs)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

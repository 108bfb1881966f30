package blob_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"guiche/internal/blob"
	"guiche/internal/blob/blobtest"
	"guiche/internal/fault"
)

func openS3(t *testing.T, address string) *blob.S3 {
	t.Helper()
	spool := t.TempDir()
	s, err := blob.OpenS3(address, spool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(spool); err != nil || len(left) != 0 {
			t.Errorf("left in the spool: %v, %v", left, err)
		}
	})
	return s
}

func TestS3IsAStore(t *testing.T) {
	server := blobtest.StartS3(t)
	blobtest.Run(t, func(t *testing.T) blob.Store { return openS3(t, server.Bucket(t)) })
}

func TestAnS3ServerThatIsDownIsUnavailableAndComesBack(t *testing.T) { // quality 2
	server := blobtest.StartS3(t)
	s := openS3(t, server.Bucket(t))
	if _, err := s.Put(t.Context(), "aa/one", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	server.Stop()
	_, putErr := s.Put(t.Context(), "aa/two", strings.NewReader("x"))
	_, openErr := s.Open(t.Context(), "aa/one")
	for what, err := range map[string]error{"put": putErr, "open": openErr, "delete": s.Delete(t.Context(), "aa/one"), "ready": s.Ready(t.Context())} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	server.Start(t)
	if _, err := s.Put(t.Context(), "aa/two", strings.NewReader("x")); err != nil {
		t.Errorf("after its return: %v", err)
	}
}

// A server stores what was sent, and the answer is lost: the client asks again, and must not take its own object for
// somebody else's.
func TestAnAnswerThatWasLostIsNoConflict(t *testing.T) { // quality 2: acknowledged once, whole
	server := blobtest.StartS3(t)
	bucket := server.Bucket(t)
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var lost atomic.Int32
	relay := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
		ModifyResponse: func(answer *http.Response) error {
			if answer.Request.Method == http.MethodPut && lost.Add(1) == 1 {
				answer.StatusCode, answer.Status = http.StatusServiceUnavailable, "503 Service Unavailable"
			}
			return nil
		},
	}
	front := httptest.NewServer(relay)
	defer front.Close()
	s := openS3(t, strings.Replace(bucket, server.URL, front.URL, 1))
	if _, err := s.Put(t.Context(), "aa/one", strings.NewReader("whole")); err != nil {
		t.Fatal(err)
	}
	if lost.Load() < 2 {
		t.Fatalf("%d requests: no answer was lost", lost.Load())
	}
	if _, err := s.Put(t.Context(), "aa/one", strings.NewReader("another")); !fault.Is(err, fault.Conflict) {
		t.Errorf("a key that is taken: %v", err)
	}
	f, err := s.Open(t.Context(), "aa/one")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(f); string(got) != "whole" || errors.Join(err, f.Close()) != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAWrongAddressOfABucketIsSaid(t *testing.T) {
	for _, address := range []string{
		"", "https://x", "s3://", "s3://b", "s3://b?endpoint=server", "s3://b?endpoint=ftp://server", "s3://key:secret@b?endpoint=https://server", "s3://b/folder?endpoint=https://server",
	} {
		if _, err := blob.OpenS3(address, t.TempDir()); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}

func TestAFullSpoolIsUnavailable(t *testing.T) { // quality 2
	spool := filepath.Join(t.TempDir(), "spool")
	s, err := blob.OpenS3("s3://b?endpoint=http://127.0.0.1:9&region=r", spool)
	if err := errors.Join(err, os.Remove(spool)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "aa/one", strings.NewReader("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
	s, err = blob.OpenS3("s3://b?endpoint=http://127.0.0.1:9&region=r", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("connection reset")
	if _, err := s.Put(context.Background(), "aa/one", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

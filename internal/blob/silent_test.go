package blob

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guiche/internal/fault"
)

// A server takes connections and says nothing any more.
func TestASilentS3ServerIsGivenUp(t *testing.T) { // quality 2
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer server.Close()
	defer close(over)
	s, err := OpenS3("s3://balde?region=r&endpoint="+server.URL, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
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

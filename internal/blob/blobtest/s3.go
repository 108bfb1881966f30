package blobtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Server is an S3 server (versitygw) of one test.
type Server struct {
	URL    string // http://127.0.0.1:port
	binary string
	folder string
	key    string
	stop   func()
}

// StartS3 starts a server in a folder of the test's own and sets the access key in the environment. Without the
// server's program the test is skipped, or fails where all tests must run.
func StartS3(t *testing.T) *Server {
	t.Helper()
	s := &Server{folder: t.TempDir(), key: rand.Text()}
	if s.binary = versitygw(); s.binary == "" {
		if os.Getenv("GUICHE_REQUIRE_ALL") != "" {
			t.Fatal("versitygw is not here: run scripts/setup.sh")
		}
		t.Skip("versitygw is not here: scripts/setup.sh makes bin/versitygw")
	}
	for _, name := range []string{"data", "meta"} {
		if err := os.Mkdir(filepath.Join(s.folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "guiche")
	t.Setenv("AWS_SECRET_ACCESS_KEY", s.key)
	address := freeAddress(t)
	s.URL = "http://" + address
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// versitygw is where scripts/setup.sh put it, or on the path.
func versitygw() string {
	_, here, _, _ := runtime.Caller(0)
	built := filepath.Join(filepath.Dir(here), "../../../bin/versitygw")
	if _, err := os.Stat(built); err == nil {
		return built
	}
	found, _ := exec.LookPath("versitygw")
	return found
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Start starts the server again after Stop, with what it had.
func (s *Server) Start(t *testing.T) {
	t.Helper()
	program := exec.Command(s.binary, "--port", strings.TrimPrefix(s.URL, "http://"), "--quiet", "--access", "guiche", "--secret", s.key,
		"posix", "--sidecar", filepath.Join(s.folder, "meta"), filepath.Join(s.folder, "data"))
	program.Dir = s.folder
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	s.stop = func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	}
	for range 200 {
		if answer, err := http.Get(s.URL + "/"); err == nil {
			_ = answer.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	t.Fatal("versitygw did not start in 10 s")
}

// Stop kills the server.
func (s *Server) Stop() { s.stop() }

// Bucket makes an empty bucket and gives its address as the setting blobs-url wants it.
func (s *Server) Bucket(t *testing.T) string {
	t.Helper()
	name := "b" + strings.ToLower(rand.Text())
	client, err := minio.New(strings.TrimPrefix(s.URL, "http://"), &minio.Options{Creds: credentials.NewStaticV4("guiche", s.key, ""), Region: "us-east-1"})
	if err == nil {
		err = client.MakeBucket(context.Background(), name, minio.MakeBucketOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("s3://%s?endpoint=%s&region=us-east-1", name, s.URL)
}

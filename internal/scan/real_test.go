package scan

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// mark is what our own test signature looks for; no real virus is involved.
const mark = "Guiche-Test-Signature-0193"

const settings = `Foreground yes
LocalSocket %[1]s/clamd.sock
TCPSocket %[2]d
TCPAddr 127.0.0.1
DatabaseDirectory %[1]s/db
MaxThreads 2
StreamMaxLength 1M
`

// realClamd starts clamd with one signature and returns clients by socket and by TCP.
func realClamd(t *testing.T) (unix, tcp *Clamd) {
	t.Helper()
	if _, err := os.Stat("/usr/sbin/clamd"); err != nil {
		missing(t, "/usr/sbin/clamd is not installed (Debian: apt-get install clamav-daemon)")
	}
	dir, port := folder(t), freePort(t)
	run := exec.Command("/usr/sbin/clamd", "--config-file="+filepath.Join(dir, "clamd.conf"))
	put(t, filepath.Join(dir, "clamd.conf"), fmt.Sprintf(settings, dir, port))
	put(t, filepath.Join(dir, "db", "guiche.ndb"), "Guiche.Test:0:*:"+hex.EncodeToString([]byte(mark))+"\n")
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	unix, tcp = parsed(t, "unix:"+dir+"/clamd.sock"), parsed(t, fmt.Sprintf("tcp:127.0.0.1:%d", port))
	waitFor(t, unix)
	waitFor(t, tcp)
	return unix, tcp
}

// folder is readable by clamd's own user, to which clamd may change, and short
// enough for a socket's path.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "clamd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, err := range []error{os.Mkdir(filepath.Join(dir, "db"), 0o755), os.Chmod(dir, 0o777)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func parsed(t *testing.T, setting string) *Clamd {
	t.Helper()
	c, err := Parse(setting)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func waitFor(t *testing.T, c *Clamd) {
	t.Helper()
	for range 300 {
		if conn, err := net.Dial(c.network, c.address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("clamd did not start in 30 s")
}

func zipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("nota.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheRealScanner(t *testing.T) {
	unix, tcp := realClamd(t)
	found := Verdict{Name: "Guiche.Test.UNOFFICIAL"}
	for name, c := range map[string]struct {
		file    string
		want    Verdict
		wantErr error
	}{
		"a clean file":                 {file: "Olá, mundo", want: Verdict{Clean: true}},
		"an empty file":                {file: "", want: Verdict{Clean: true}},
		"a file with the mark":         {file: "antes " + mark + " depois", want: found},
		"the mark over a chunk border": {file: string(make([]byte, chunkSize-10)) + mark, want: found},
		"the mark inside a ZIP":        {file: zipped(t, mark), want: found},
		"a file over the limit":        {file: string(make([]byte, 3<<20)), wantErr: ErrTooLarge},
	} {
		for by, clamd := range map[string]*Clamd{"unix socket": unix, "TCP": tcp} {
			t.Run(name+" by "+by, func(t *testing.T) {
				got, err := clamd.Scan(t.Context(), bytes.NewReader([]byte(c.file)))
				if got != c.want || !errors.Is(err, c.wantErr) {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
	}
}

// missing skips a test whose tool is not here; where all tests must run (make test) it fails.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("GUICHE_REQUIRE_ALL") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

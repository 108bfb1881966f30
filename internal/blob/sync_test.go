package blob

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"guiche/internal/fault"
)

func TestAfterAFailedSyncNothingIsAcknowledgedUntilARestart(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		recovers bool
	}{
		"an input/output error closes the store": {syscall.EIO, false},
		"a full disk does not":                   {syscall.ENOSPC, true},
		"a full quota does not":                  {syscall.EDQUOT, true},
	} {
		t.Run(name, func(t *testing.T) {
			for failing := 1; failing <= 3; failing++ { // the file, the store's folder, the key's folder
				d, err := OpenDir(t.TempDir(), time.Now)
				if err != nil {
					t.Fatal(err)
				}
				n, told := 0, false
				d.Distrust = func() { told = true }
				d.sync = func(f *os.File) error {
					if n++; n == failing {
						return &os.PathError{Op: "sync", Err: c.err}
					}
					return f.Sync()
				}
				wantRefused(t, d, c.err)
				_, err = d.Put(context.Background(), "aa/one", strings.NewReader("x"))
				if (err == nil) != c.recovers || told == c.recovers {
					t.Errorf("sync %d, next put: %v, told %v", failing, err, told)
				}
			}
		})
	}
}

func wantRefused(t *testing.T, d *Dir, cause error) {
	t.Helper()
	_, err := d.Put(context.Background(), "aa/one", strings.NewReader("x"))
	if !fault.Is(err, fault.Unavailable) || !errors.Is(err, cause) {
		t.Errorf("got %v, want unavailable because of %v", err, cause)
	}
	for key := range d.Keys(context.Background(), time.Now().Add(time.Hour)) {
		t.Errorf("left behind: %s", key)
	}
}

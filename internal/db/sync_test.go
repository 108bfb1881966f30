package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"guiche/internal/db"
	"guiche/internal/fault"
)

func TestAfterAFailedSyncNothingIsAcknowledgedUntilARestart(t *testing.T) { // quality 2
	dir := t.TempDir()
	d, err := db.Open(ctx, db.Options{Dir: dir})
	if err == nil {
		err = d.Migrate(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	act := func(id string) error {
		return d.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, id) })
	}
	if err := act("4300001"); err != nil {
		t.Fatal(err)
	}
	mend := breakSyncOf(t, filepath.Join(dir, "guiche.db-wal"))
	if err := act("4300002"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("on a disk that cannot sync: %v", err)
	}
	mend()
	if err := act("4300003"); err == nil || !strings.Contains(err.Error(), "until a restart") {
		t.Errorf("afterwards: %v", err)
	}
	if err := d.Ping(ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it looks healthy: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err = db.Open(ctx, db.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := act("4300004"); err != nil || count(t, d) != 2 {
		t.Errorf("after a restart: %v, %d rows", err, count(t, d))
	}
}

// breakSyncOf puts a device that cannot sync in the place of an open file, as a dying disk would, until mend is called.
func breakSyncOf(t *testing.T, name string) (mend func()) {
	t.Helper()
	device, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var whole []func()
	for _, entry := range open {
		if to, err := os.Readlink("/proc/self/fd/" + entry.Name()); err != nil || to != name {
			continue
		}
		n, err := strconv.Atoi(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		kept, err := syscall.Dup(n)
		if err = errors.Join(err, syscall.Dup3(int(device.Fd()), n, syscall.O_CLOEXEC)); err != nil {
			t.Fatal(err)
		}
		whole = append(whole, func() { _ = errors.Join(syscall.Dup3(kept, n, syscall.O_CLOEXEC), syscall.Close(kept)) })
	}
	if len(whole) == 0 {
		t.Fatalf("%s is not open", name)
	}
	return func() {
		for _, f := range whole {
			f()
		}
		_ = device.Close()
	}
}

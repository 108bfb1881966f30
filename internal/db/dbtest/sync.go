package dbtest

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// BreakSync puts a device that cannot sync in the place of an open file, as a dying disk would, until mend is called.
func BreakSync(t testing.TB, name string) (mend func()) {
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

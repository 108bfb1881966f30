package blob_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guiche/internal/blob"
	"guiche/internal/blob/blobtest"
	"guiche/internal/fault"
)

func openDir(t *testing.T, folder string) *blob.Dir {
	t.Helper()
	d, err := blob.OpenDir(folder, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDirIsAStore(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		folder := filepath.Join(t.TempDir(), "made", "blobs")
		d := openDir(t, folder)
		t.Cleanup(func() { wantNoUnfinished(t, folder) })
		return d
	})
}

func wantNoUnfinished(t *testing.T, folder string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(folder, ".tmp-*")); len(left) != 0 {
		t.Errorf("unfinished files left: %v", left)
	}
}

func TestABrokenFolderIsUnavailableWithWordsAndLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	d := openDir(t, folder)
	if err := os.WriteFile(filepath.Join(folder, "aa"), nil, 0o600); err != nil { // a file where a folder should be
		t.Fatal(err)
	}
	_, err := d.Put(context.Background(), "aa/one", strings.NewReader("x"))
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Text(err), "Tente de novo") {
		t.Errorf("got %v", err)
	}
	wantNoUnfinished(t, folder)
	if _, err := d.Put(context.Background(), "bb/one", strings.NewReader("x")); err != nil {
		t.Errorf("other folders must go on: %v", err)
	}
}

func TestAReadOnlyFolderCanStillBeRead(t *testing.T) {
	folder, readOnly := readOnlyLater(t)
	if _, err := openDir(t, folder).Put(context.Background(), "aa/one", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	readOnly()
	d := openDir(t, folder)
	if _, err := d.Put(context.Background(), "bb/two", strings.NewReader("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("put: %v, want unavailable", err)
	}
	f, err := d.Open(context.Background(), "aa/one")
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}

// readOnlyLater is a folder and what makes it read-only: for root, who writes to any folder, a disk that is mounted so.
func readOnlyLater(t *testing.T) (folder string, readOnly func()) {
	t.Helper()
	folder = t.TempDir()
	change := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() != 0 {
		t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
		return folder, func() { change(os.Chmod(folder, 0o500)) }
	}
	if err := syscall.Mount("none", folder, "tmpfs", 0, ""); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { change(syscall.Unmount(folder, syscall.MNT_DETACH)) })
	return folder, func() { change(syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")) }
}

func TestUnfinishedFilesOfYesterdayAreRemovedAtStart(t *testing.T) {
	folder := t.TempDir()
	for name, age := range map[string]time.Duration{".tmp-old": 25 * time.Hour, ".tmp-new": time.Hour, "kept": 48 * time.Hour} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	openDir(t, folder)
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(left) != 2 || filepath.Base(left[0]) != ".tmp-new" || filepath.Base(left[1]) != "kept" {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestWhatAFileSystemPutsThereIsNotListed(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "lost+found", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "README.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for key, err := range openDir(t, folder).Keys(context.Background(), time.Now().Add(time.Hour)) {
		t.Errorf("listed %q, %v", key, err)
	}
}

func TestALinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "aa")); err != nil {
		t.Fatal(err)
	}
	if f, err := openDir(t, folder).Open(context.Background(), "aa"); err == nil {
		_ = f.Close()
		t.Error("a link led out of the folder")
	}
}

// BenchmarkPut prints durable files of 200 kB a second from 16 writers.
func BenchmarkPut(b *testing.B) {
	d, err := blob.OpenDir(b.TempDir(), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	benchmarkPut(b, d)
}

func benchmarkPut(b *testing.B, d blob.Store) {
	content := strings.Repeat("x", 200<<10)
	var n atomic.Int64
	b.SetBytes(int64(len(content)))
	b.SetParallelism(8)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			i := n.Add(1)
			if _, err := d.Put(context.Background(), fmt.Sprintf("%02x/file-%d", byte(i*37), i), strings.NewReader(content)); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

package blob_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"guiche/internal/blob"
	"guiche/internal/blob/blobtest"
	"guiche/internal/fault"
	"guiche/internal/secret/secrettest"
)

func TestASealedFolderIsAStore(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		folder := t.TempDir()
		t.Cleanup(func() { wantNoUnfinished(t, folder) })
		return blob.Seal(openDir(t, folder), secrettest.Ring(t))
	})
}

func TestASealedBucketIsAStore(t *testing.T) {
	server := blobtest.StartS3(t)
	blobtest.Run(t, func(t *testing.T) blob.Store { return blob.Seal(openS3(t, server.Bucket(t)), secrettest.Ring(t)) })
}

// text is several chunks long and does not repeat.
func text() string {
	numbers := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 300_000 {
		b.WriteString("CPF 529.982.247-25 ")
		b.WriteByte(byte('a' + numbers.IntN(26)))
	}
	return b.String()
}

func sealedIn(t *testing.T, content string) (folder string, d *blob.Dir) {
	t.Helper()
	folder = t.TempDir()
	d = openDir(t, folder)
	if _, err := blob.Seal(d, secrettest.Ring(t)).Put(t.Context(), "aa/one", strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return folder, d
}

func TestNothingReadableReachesTheDisk(t *testing.T) {
	folder, _ := sealedIn(t, text())
	stored, err := os.ReadFile(filepath.Join(folder, "aa", "one"))
	if err != nil || len(stored) < 300_000 || bytes.Contains(stored, []byte("529.982.247-25")) {
		t.Errorf("%d bytes with the content in them, %v", len(stored), err)
	}
}

func TestAnyKeyOfTheRingOpensAndAnotherRingDoesNot(t *testing.T) {
	_, d := sealedIn(t, "olá")
	f, err := blob.Seal(d, secrettest.Ring(t, 2, 1)).Open(t.Context(), "aa/one")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "olá" {
		t.Errorf("after a rotation: %q, %v", got, err)
	}
	_ = f.Close()
	if _, err := blob.Seal(d, secrettest.Ring(t, 2)).Open(t.Context(), "aa/one"); !errors.Is(err, blob.ErrDamaged) || !fault.Is(err, fault.Unavailable) {
		t.Errorf("another ring: %v", err)
	}
}

func TestAPlainFileOfAnOlderInstallationIsRead(t *testing.T) {
	d := openDir(t, t.TempDir())
	for key, content := range map[string]string{"aa/short": "olá", "aa/empty": "", "aa/long": text()} {
		if _, err := d.Put(t.Context(), key, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		f, err := blob.Seal(d, secrettest.Ring(t)).Open(t.Context(), key)
		if err != nil {
			t.Fatal(key, err)
		}
		if got, err := io.ReadAll(f); err != nil || string(got) != content {
			t.Errorf("%s: %d bytes, %v", key, len(got), err)
		}
		_ = f.Close()
	}
}

func TestAFileIsReadFromAnyPlace(t *testing.T) {
	content := text()
	_, d := sealedIn(t, content)
	f, err := blob.Seal(d, secrettest.Ring(t)).Open(t.Context(), "aa/one")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 50 {
		from := rand.IntN(len(content) - 10)
		got := make([]byte, min(len(content)-from, rand.IntN(100_000)))
		if _, err := f.Seek(int64(from), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(f, got); err != nil || string(got) != content[from:from+len(got)] {
			t.Fatalf("%d bytes from %d: %v", len(got), from, err)
		}
	}
}

func TestADamagedFileIsNeverReadAsGood(t *testing.T) {
	content := text()
	for name, harm := range map[string]func([]byte) []byte{
		"a bit in the header": func(b []byte) []byte { b[60] ^= 1; return b },
		"a bit in the middle": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"a bit at the end":    func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"cut short":           func(b []byte) []byte { return b[:len(b)-1000] },
		"cut at a chunk":      func(b []byte) []byte { return b[:len(b)-(len(content)%65536+16)] },
		"cut in the header":   func(b []byte) []byte { return b[:40] },
	} {
		t.Run(name, func(t *testing.T) {
			folder, d := sealedIn(t, content)
			path := filepath.Join(folder, "aa", "one")
			stored, err := os.ReadFile(path)
			if err = errors.Join(err, os.WriteFile(path, harm(stored), 0o600)); err != nil {
				t.Fatal(err)
			}
			f, err := blob.Seal(d, secrettest.Ring(t)).Open(t.Context(), "aa/one")
			if err == nil {
				_, err = io.ReadAll(f)
				_ = f.Close()
			}
			if !errors.Is(err, blob.ErrDamaged) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A file of 200 MB passes through a few chunks of memory.
func TestNoFileIsWholeInMemory(t *testing.T) {
	s := blob.Seal(openDir(t, t.TempDir()), secrettest.Ring(t))
	const size = 200 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	most := uint64(0)
	watch := readerFunc(func(p []byte) (int, error) {
		var now runtime.MemStats
		if rand.IntN(500) == 0 {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		}
		clear(p)
		return len(p), nil
	})
	info, err := s.Put(t.Context(), "aa/large", io.LimitReader(watch, size))
	if err != nil || info.Size != size {
		t.Fatal(info, err)
	}
	f, err := s.Open(t.Context(), "aa/large")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, f); err != nil || n != size {
		t.Fatal(n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := max(most, after.HeapInuse); grown > before.HeapInuse+32<<20 {
		t.Errorf("the heap grew by %d MB", (grown-before.HeapInuse)>>20)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// BenchmarkSealedPut prints durable sealed files of 200 kB a second from 16 writers, beside BenchmarkPut.
func BenchmarkSealedPut(b *testing.B) {
	d, err := blob.OpenDir(b.TempDir(), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	benchmarkPut(b, blob.Seal(d, secrettest.Ring(b)))
}

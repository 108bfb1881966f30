// Package blobtest is what every blob.Store must do; each implementation runs it in its own tests.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"guiche/internal/blob"
	"guiche/internal/fault"
)

var ctx = context.Background()

// Run tests a store; open gives a fresh, empty one.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"what was put is read back, whole":         readBack,
		"a reader can seek":                        seek,
		"what is not there is not found":           notFound,
		"nothing is overwritten":                   notOverwritten,
		"keys of a wrong shape are refused":        wrongKeys,
		"a failing reader leaves nothing":          failingReader,
		"a cancelled request leaves nothing":       cancelled,
		"deleting is final and may be repeated":    deleting,
		"many puts at once keep apart":             concurrent,
		"one of many puts to the same key wins":    race,
		"keys are listed by when they were stored": listed,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func put(t *testing.T, s blob.Store, key, content string) blob.Info {
	t.Helper()
	info, err := s.Put(ctx, key, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func get(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	f, err := s.Open(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func keys(t *testing.T, s blob.Store, before time.Time) (out []string) {
	t.Helper()
	for key, err := range s.Keys(ctx, before) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, key)
	}
	return out
}

func wantNothing(t *testing.T, s blob.Store, key string) {
	t.Helper()
	if _, err := s.Open(ctx, key); !fault.Is(err, fault.NotFound) {
		t.Errorf("open %s: %v, want not found", key, err)
	}
	if left := keys(t, s, time.Now().Add(time.Hour)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func readBack(t *testing.T, s blob.Store) {
	for key, content := range map[string]string{
		"aa/empty": "", "aa/small": "olá", "bb/cc/dd/deep": "x", "top": "y",
		"bb/large": strings.Repeat("0123456789abcde\n", 400_000),
	} {
		sum := sha256.Sum256([]byte(content))
		info := put(t, s, key, content)
		if info.Size != int64(len(content)) || info.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %+v", key, info)
		}
		if get(t, s, key) != content {
			t.Errorf("%s came back changed", key)
		}
	}
}

func seek(t *testing.T, s blob.Store) {
	put(t, s, "aa/seek", "0123456789")
	f, err := s.Open(ctx, "aa/seek")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if end, err := f.Seek(0, io.SeekEnd); err != nil || end != 10 {
		t.Fatalf("end %d, %v", end, err)
	}
	if _, err := f.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(f); err != nil || string(rest) != "456789" {
		t.Fatalf("got %q, %v", rest, err)
	}
}

func notFound(t *testing.T, s blob.Store) { wantNothing(t, s, "aa/none") }

func notOverwritten(t *testing.T, s blob.Store) {
	put(t, s, "aa/one", "first")
	if _, err := s.Put(ctx, "aa/one", strings.NewReader("second")); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if got := get(t, s, "aa/one"); got != "first" {
		t.Errorf("got %q", got)
	}
}

func wrongKeys(t *testing.T, s blob.Store) {
	for _, key := range []string{
		"", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", ".", ".tmp-x", "a.b", "A", "ã", "a b", "a\x00", `a\b`,
		"-a", "a-", "a/b/c/d/e", strings.Repeat("a", 201),
	} {
		if _, err := s.Put(ctx, key, strings.NewReader("x")); err == nil {
			t.Errorf("put %q was accepted", key)
		}
		if _, err := s.Open(ctx, key); err == nil {
			t.Errorf("open %q was accepted", key)
		}
		if err := s.Delete(ctx, key); err == nil {
			t.Errorf("delete %q was accepted", key)
		}
	}
}

func failingReader(t *testing.T, s blob.Store) {
	broken := errors.New("connection reset")
	for _, before := range []int64{0, 1, 1 << 20} {
		r := io.MultiReader(io.LimitReader(zeros{}, before), iotest.ErrReader(broken))
		if _, err := s.Put(ctx, "aa/broken", r); !errors.Is(err, broken) || fault.KindOf(err) != fault.Unknown {
			t.Errorf("after %d bytes: got %v, want the reader's own error", before, err)
		}
		wantNothing(t, s, "aa/broken")
	}
	put(t, s, "aa/broken", "the key is still free")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func cancelled(t *testing.T, s blob.Store) {
	gone, cancel := context.WithCancel(ctx)
	r := io.MultiReader(strings.NewReader("some"), readerFunc(func(p []byte) (int, error) { cancel(); return 1, nil }))
	if _, err := s.Put(gone, "aa/gone", r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	wantNothing(t, s, "aa/gone")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func deleting(t *testing.T, s blob.Store) {
	put(t, s, "aa/one", "x")
	for range 2 {
		if err := s.Delete(ctx, "aa/one"); err != nil {
			t.Fatal(err)
		}
		wantNothing(t, s, "aa/one")
	}
}

func concurrent(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			key := fmt.Sprintf("%02d/blob-%d", i%7, i)
			if _, err := s.Put(ctx, key, bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 50_000+i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range 60 {
		got := get(t, s, fmt.Sprintf("%02d/blob-%d", i%7, i))
		if got != strings.Repeat(string([]byte{byte(i)}), 50_000+i) {
			t.Errorf("blob %d came back changed", i)
		}
	}
}

func race(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	won := make(chan string, 20)
	for i := range 20 {
		wg.Go(func() {
			content := fmt.Sprint("writer ", i)
			if _, err := s.Put(ctx, "aa/same", strings.NewReader(content)); err == nil {
				won <- content
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(won)
	if winner := <-won; len(won) != 0 || get(t, s, "aa/same") != winner {
		t.Errorf("winner %q, %d more, stored %q", winner, len(won), get(t, s, "aa/same"))
	}
}

func listed(t *testing.T, s blob.Store) {
	put(t, s, "aa/one", "x")
	put(t, s, "bb/two", "y")
	if got := keys(t, s, time.Now().Add(-time.Hour)); len(got) != 0 {
		t.Errorf("an hour ago there was %v", got)
	}
	if got := keys(t, s, time.Now().Add(time.Hour)); len(got) != 2 {
		t.Errorf("got %v, want both", got)
	}
	for range s.Keys(ctx, time.Now().Add(time.Hour)) {
		break // stopping early must not panic
	}
}

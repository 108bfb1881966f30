package secret_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/secret"
)

func made(t *testing.T) (path string, ring *secret.Ring) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "new", "guiche.key")
	ring, err := secret.Make(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, ring
}

func TestAKeyFileIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	path, ring := made(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	loaded, err := secret.Load(path)
	if err != nil || !slices.Equal(loaded.IDs(), ring.IDs()) {
		t.Fatalf("loaded %v, %v", loaded, err)
	}
	if _, err := secret.Make(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made again: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left beside it: %v", left)
	}
	if _, err := secret.Load(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestANewKeyStandsBeforeTheOld(t *testing.T) {
	path, old := made(t)
	both, err := secret.Add(path)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := secret.Load(path)
	if err != nil || !slices.Equal(loaded.IDs(), both.IDs()) || len(both.IDs()) != 2 || both.IDs()[1] != old.IDs()[0] {
		t.Fatalf("%v after %v, loaded %v, %v", both.IDs(), old.IDs(), loaded, err)
	}
	if loaded.Index("x") != old.Index("x") {
		t.Error("hashes changed")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// A kill while a key file is written leaves the keys beside it under another name.
func TestUnfinishedKeyFilesAreRemovedOnceNobodyCanBeWritingThem(t *testing.T) {
	path, _ := made(t)
	limit := time.Now().Add(-24 * time.Hour)
	beside := func(name string, age time.Duration) string {
		file := filepath.Join(filepath.Dir(path), name)
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(file, limit.Add(-age), limit.Add(-age))); err != nil {
			t.Fatal(err)
		}
		return file
	}
	left, writing, other := beside(".tmp-key-1", time.Minute), beside(".tmp-key-2", -time.Minute), beside("guiche.db", time.Hour)
	old := beside(".tmp-key-own", time.Hour)
	secret.RemoveUnfinished(old, limit)
	for file, stays := range map[string]bool{path: true, left: false, writing: true, other: true, old: true} {
		if _, err := os.Stat(file); (err == nil) != stays {
			t.Errorf("%s: %v", file, err)
		}
	}
	secret.RemoveUnfinished(filepath.Join(path, "missing"), limit) // it does not mind
}

func TestAKeyFileThatIsNotRightIsRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(text string) string
		mode   os.FileMode
		says   string
	}{
		{"readable by the group", func(text string) string { return text }, 0o640, "chmod 600"},
		{"readable by all", func(text string) string { return text }, 0o604, "chmod 600"},
		{"one letter of a key changed", func(text string) string { return swap(text, len(text)-10) }, 0o600, "danificado"},
		{"one letter of a name changed", func(text string) string { return swap(text, strings.LastIndex(text, " ")-1) }, 0o600, "danificado"},
		{"cut short", func(text string) string { return text[:len(text)-4] }, 0o600, "danificado"},
		{"empty", func(string) string { return "" }, 0o600, "danificado"},
		{"an empty line and a note are good", func(text string) string { return "\n# cópia no cofre\n" + text }, 0o600, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path, _ := made(t)
			text, err := os.ReadFile(path)
			if err = errors.Join(err, os.WriteFile(path, []byte(test.change(string(text))), 0o600), os.Chmod(path, test.mode)); err != nil {
				t.Fatal(err)
			}
			_, err = secret.Load(path)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// swap puts another letter where there was one.
func swap(text string, at int) string {
	letter := "0"
	if text[at] == '0' {
		letter = "1"
	}
	return text[:at] + letter + text[at+1:]
}

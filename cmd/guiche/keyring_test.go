package main

import (
	"path/filepath"
	"testing"

	"guiche/internal/secret"
)

// sharedKeys makes the key file that several nodes of one installation have.
func sharedKeys(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "guiche.key")
	if _, err := secret.Make(path); err != nil {
		t.Fatal(err)
	}
	return path
}

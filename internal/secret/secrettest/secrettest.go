// Package secrettest gives tests a key ring, the same every time.
package secrettest

import (
	"bytes"
	"testing"

	"guiche/internal/secret"
)

// Ring holds one key for each number, newest first; without numbers the one that most tests have.
func Ring(t testing.TB, keys ...byte) *secret.Ring {
	t.Helper()
	if len(keys) == 0 {
		keys = []byte{1}
	}
	var raw [][]byte
	for _, k := range keys {
		raw = append(raw, bytes.Repeat([]byte{k}, 32))
	}
	r, err := secret.NewRing(raw...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

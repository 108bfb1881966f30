package secret_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"guiche/internal/secret"
	"guiche/internal/secret/secrettest"
)

const (
	cpf   = "52998224725"
	place = "complaint.sealed:42"
)

func TestASealedValueOpensInItsPlaceOnly(t *testing.T) {
	old, both, other := secrettest.Ring(t, 1), secrettest.Ring(t, 2, 1), secrettest.Ring(t, 3)
	sealed := old.Seal(cpf, place)
	tests := []struct {
		name          string
		ring          *secret.Ring
		sealed, where string
		opens         bool
	}{
		{"in its place", old, sealed, place, true},
		{"after a rotation", both, sealed, place, true},
		{"in another row", old, sealed, "complaint.sealed:43", false},
		{"in another table", old, sealed, "account.sealed:42", false},
		{"with another ring", other, sealed, place, false},
		{"with the name of another key", both, both.IDs()[0] + sealed[strings.Index(sealed, ":"):], place, false},
		{"changed at its end", old, sealed[:len(sealed)-2] + "AA", place, false},
		{"cut short", old, sealed[:len(sealed)/2], place, false},
		{"a plain value", old, cpf, place, false},
		{"nothing", old, "", place, false},
		{"an empty value", old, old.Seal("", place), place, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plain, err := test.ring.Open(test.sealed, test.where)
			if test.opens != (err == nil) || err != nil && (!errors.Is(err, secret.ErrSealed) || plain != "") {
				t.Errorf("got %q, %v", plain, err)
			}
			if test.opens && test.sealed == sealed && plain != cpf {
				t.Errorf("got %q", plain)
			}
		})
	}
}

func TestASealedValueSaysNothing(t *testing.T) {
	r := secrettest.Ring(t, 1)
	one, two := r.Seal(cpf, place), r.Seal(cpf, place)
	if one == two || strings.Contains(one, cpf) {
		t.Errorf("sealed %q and %q", one, two)
	}
}

func TestTheNewestKeySealsAndTheOldestFinds(t *testing.T) {
	old, both := secrettest.Ring(t, 1), secrettest.Ring(t, 2, 1)
	if _, err := old.Open(both.Seal(cpf, place), place); err == nil {
		t.Error("the old key opens what the new one sealed")
	}
	if old.Index(cpf) != both.Index(cpf) {
		t.Error("a rotation lost what was to be found")
	}
	hashes := []string{old.Index(cpf), old.Index("11144477735"), secrettest.Ring(t, 2).Index(cpf)}
	slices.Sort(hashes)
	if len(slices.Compact(hashes)) != 3 || len(hashes[0]) != 22 || old.Index("") != "" {
		t.Errorf("hashes %q, of nothing %q", hashes, old.Index(""))
	}
}

func TestAFileOpensWithAnyKeyOfItsRing(t *testing.T) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, secrettest.Ring(t, 1))
	if err == nil {
		_, err = w.Write([]byte("conteúdo"))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*secret.Ring{"its own": secrettest.Ring(t, 1), "a rotated one": secrettest.Ring(t, 3, 2, 1)} {
		plain, err := age.Decrypt(bytes.NewReader(sealed.Bytes()), r)
		if err != nil {
			t.Fatal(name, err)
		}
		if text, err := io.ReadAll(plain); err != nil || string(text) != "conteúdo" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := age.Decrypt(bytes.NewReader(sealed.Bytes()), secrettest.Ring(t, 2)); err == nil {
		t.Error("another ring opens it")
	}
}

func TestARingNeedsWholeKeys(t *testing.T) {
	if _, err := secret.NewRing(); err == nil {
		t.Error("a ring without keys")
	}
	if _, err := secret.NewRing(make([]byte, 31)); err == nil {
		t.Error("a short key")
	}
}

package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrSealed is in the error for a value that does not open: of another ring, moved from another place, or damaged.
var ErrSealed = errors.New("secret: a value does not open with these keys in this place")

const keyBytes = 32

// Ring holds the keys of one installation, newest first.
type Ring struct {
	keys []key
	// index is derived from the oldest key, which therefore stays as long as there are hashes to be found.
	index []byte
}

type key struct {
	id     string // a fingerprint, so that a key is known again and a damaged one found
	values cipher.AEAD
	files  cipher.AEAD
}

// NewRing makes a ring of raw keys of 32 bytes, newest first.
func NewRing(raw ...[]byte) (*Ring, error) {
	if len(raw) == 0 {
		return nil, errors.New("secret: a ring without keys")
	}
	r := &Ring{}
	for _, one := range raw {
		k, err := newKey(one)
		if err != nil {
			return nil, err
		}
		r.keys = append(r.keys, k)
	}
	var err error
	r.index, err = derive(raw[len(raw)-1], "index")
	return r, err
}

func newKey(raw []byte) (key, error) {
	if len(raw) != keyBytes {
		return key{}, errors.New("secret: a key has 32 bytes")
	}
	id, err := fingerprint(raw)
	if err != nil {
		return key{}, err
	}
	values, err := newAEAD(raw, "value")
	if err != nil {
		return key{}, err
	}
	files, err := newAEAD(raw, "file")
	return key{id: id, values: values, files: files}, err
}

// derive gives each use its own key.
func derive(raw []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, raw, nil, "guiche "+use, keyBytes)
}

func fingerprint(raw []byte) (string, error) {
	sum, err := derive(raw, "id")
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum[:4]), nil
}

// newAEAD has random nonces: one key may seal 2^32 values.
func newAEAD(raw []byte, use string) (cipher.AEAD, error) {
	derived, err := derive(raw, use)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// IDs names the keys, newest first.
func (r *Ring) IDs() []string {
	var ids []string
	for _, k := range r.keys {
		ids = append(ids, k.id)
	}
	return ids
}

func (r *Ring) find(id string) (key, bool) {
	for _, k := range r.keys {
		if k.id == id {
			return k, true
		}
	}
	return key{}, false
}

// Seal makes a value unreadable. where is its place, "table.column:id"; it opens nowhere else.
func (r *Ring) Seal(plain, where string) string {
	newest := r.keys[0]
	body := newest.values.Seal(nil, nil, []byte(plain), []byte(where)) //nolint:gosec // no nonce is given, because it is random
	return newest.id + ":" + base64.RawStdEncoding.EncodeToString(body)
}

// Open gives back what was sealed in this place, or ErrSealed.
func (r *Ring) Open(sealed, where string) (string, error) {
	id, text, _ := strings.Cut(sealed, ":")
	k, known := r.find(id)
	if !known {
		return "", ErrSealed
	}
	body, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", ErrSealed
	}
	plain, err := k.values.Open(nil, nil, body, []byte(where))
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}

// Index is the keyed hash by which equal values are found; rotation does not change it. Nothing has none. The caller
// brings the value into one form first.
func (r *Ring) Index(value string) string {
	if value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, r.index)
	mac.Write([]byte(value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

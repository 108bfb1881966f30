// Package blob keeps bytes outside the database: whole, durable and unchanging, each under a key.
//
// An acknowledged Put survives power loss. Nothing is ever overwritten, and a Put that fails leaves nothing
// behind. Who may read a blob, and what it is, is known by whoever keeps the key in a row of the database.
package blob

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"guiche/internal/fault"
)

// Store keeps blobs. Keys have one to four parts of a-z, 0-9 and inner hyphens, divided by slashes, at most 200
// characters: "ab/abcdef". Failures of the outside are fault.Unavailable.
type Store interface {
	// Put stores what r gives, up to its end. A key that is taken is fault.Conflict. An error of r comes back
	// wrapped and unclassified.
	Put(ctx context.Context, key string, r io.Reader) (Info, error)
	// Open reads a blob; fault.NotFound when there is none. The caller closes.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete removes a blob; no error when there is none.
	Delete(ctx context.Context, key string) error
	// Keys goes over the blobs that were stored before a moment, in any order.
	Keys(ctx context.Context, before time.Time) iter.Seq2[string, error]
}

// Info is what was stored: the number of bytes and their SHA-256 in hexadecimal.
type Info struct {
	Size   int64
	SHA256 string
}

const (
	unavailable = "Não conseguimos guardar ou abrir arquivos agora. Tente de novo em alguns minutos."
	missing     = "Este arquivo não está mais disponível."
)

var (
	errKey    = errors.New("blob: key of a wrong shape")
	errTaken  = errors.New("blob: key is taken")
	errFailed = errors.New("blob: an earlier sync failed; restart after checking the disk")
)

// checkKey keeps keys inside the store, whatever they are made from.
func checkKey(key string) error {
	parts := strings.Split(key, "/")
	if len(key) > 200 || len(parts) > 4 {
		return errKey
	}
	for _, part := range parts {
		if !plain(part) {
			return errKey
		}
	}
	return nil
}

func plain(part string) bool {
	if part == "" || part[0] == '-' || part[len(part)-1] == '-' {
		return false
	}
	return strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// source remembers a reader's own error, to tell it from the store's, and stops when ctx ends.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func down(err error) error { return fault.Wrap(fault.Unavailable, unavailable, err) }

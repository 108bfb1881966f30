package blob

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// ErrDamaged is in the error for a blob whose bytes are not those that were stored, or for whose key nobody has.
var ErrDamaged = errors.New("blob: stored bytes do not open")

// Ring seals blobs and opens them.
type Ring interface {
	age.Recipient
	age.Identity
}

// Sealed is a Store whose blobs are age files in another Store. Sizes and hashes are those of the plain bytes. Blobs
// that were stored plain stay readable.
type Sealed struct {
	Store
	ring Ring
}

// Seal gives a Store that keeps its blobs sealed in another.
func Seal(in Store, ring Ring) *Sealed { return &Sealed{Store: in, ring: ring} }

// Put implements Store.
func (s *Sealed) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	hash, n := sha256.New(), counter(0)
	sealed, err := age.EncryptReader(io.TeeReader(r, io.MultiWriter(hash, &n)), s.ring)
	if err != nil {
		return Info{}, fmt.Errorf("blob: seal: %w", err)
	}
	if _, err := s.Store.Put(ctx, key, sealed); err != nil {
		return Info{}, err
	}
	return Info{Size: int64(n), SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// counter counts the bytes written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// Open implements Store. What is read is opened 64 kB at a time.
func (s *Sealed) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	file, err := s.Store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	opened, err := s.open(file)
	if err != nil {
		return nil, errors.Join(down(err), file.Close())
	}
	return opened, nil
}

// magic is how every age file begins.
const magic = "age-encryption.org/v1\n"

func (s *Sealed) open(file io.ReadSeekCloser) (io.ReadSeekCloser, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	raw := &at{f: file, pos: size}
	head := make([]byte, len(magic))
	if _, err := raw.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(head) != magic {
		_, err := file.Seek(0, io.SeekStart)
		return file, err
	}
	plain, length, err := age.DecryptReaderAt(raw, size, s.ring)
	if err != nil {
		return nil, raw.judge(err)
	}
	return opened{io.NewSectionReader(judged{plain, raw}, 0, length), file}, nil
}

// Plain reads the content of a stored blob, sealed or not, from its beginning to its end.
func Plain(stored io.Reader, ring Ring) (io.Reader, error) {
	buffered := bufio.NewReader(stored)
	if head, err := buffered.Peek(len(magic)); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if string(head) != magic {
		return buffered, nil
	}
	return age.Decrypt(buffered, ring)
}

// opened is the plain content of a sealed file.
type opened struct {
	*io.SectionReader
	io.Closer
}

// at reads anywhere in a file, and in one go what is asked for in order. It remembers the file's own error.
type at struct {
	f   io.ReadSeeker
	pos int64
	err error
}

// ReadAt implements io.ReaderAt, for one reader.
func (a *at) ReadAt(p []byte, off int64) (int, error) {
	if off != a.pos {
		if _, a.err = a.f.Seek(off, io.SeekStart); a.err != nil {
			return 0, a.err
		}
	}
	n, err := io.ReadFull(a.f, p)
	a.pos = off + int64(n)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	if err != nil && err != io.EOF {
		a.err = err
	}
	return n, err
}

// judge tells a file that cannot be read now from one that does not open.
func (a *at) judge(err error) error {
	if a.err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// judged is the plain content with its errors judged.
type judged struct {
	io.ReaderAt
	raw *at
}

// ReadAt implements io.ReaderAt.
func (j judged) ReadAt(p []byte, off int64) (int, error) {
	n, err := j.ReaderAt.ReadAt(p, off)
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped one is a file cut short
		err = j.raw.judge(err)
	}
	return n, err
}

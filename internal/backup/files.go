package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/fault"
)

// name is a file to be saved, with the SHA-256 of its content.
type name struct{ key, sha256 string }

// spool keeps names in a file without a name, of which nothing stays.
type spool struct {
	file *os.File
	text *bufio.Writer
}

func newSpool(folder string) (*spool, error) {
	file, err := os.CreateTemp(folder, ".backup-*")
	if err != nil {
		return nil, err
	}
	return &spool{file, bufio.NewWriter(file)}, os.Remove(file.Name())
}

func (s *spool) close() { _ = s.file.Close() } // which is the end of it

func (s *spool) add(key, sha256 string) error {
	_, err := s.text.WriteString(key + " " + sha256 + "\n")
	return err
}

func (s *spool) all() iter.Seq2[name, error] {
	return func(yield func(name, error) bool) {
		err := s.text.Flush()
		if err == nil {
			_, err = s.file.Seek(0, io.SeekStart)
		}
		lines := bufio.NewScanner(s.file)
		for err == nil && lines.Scan() {
			key, sum, _ := strings.Cut(lines.Text(), " ")
			if !yield(name{key, sum}, nil) {
				return
			}
		}
		if err = errors.Join(err, lines.Err()); err != nil {
			yield(name{}, err)
		}
	}
}

// file saves one as it is stored. One that is not there does not keep the others from being saved.
func (w *writer) file(ctx context.Context, n name) error {
	stored, err := w.Blobs.Open(ctx, n.key)
	if fault.Is(err, fault.NotFound) {
		return w.absent(ctx, n.key)
	}
	if err != nil {
		return err
	}
	defer stored.Close()
	size, err := stored.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = stored.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = w.tar.WriteHeader(&tar.Header{Name: filesIn + n.key, Size: size, Mode: 0o600})
	}
	if err == nil {
		err = w.content(n, io.LimitReader(stored, size), size)
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", n.key, err)
	}
	w.Told(db.Copied{}, w.files.files, w.files.bytes)
	return nil
}

// content looks into the file while it is saved: what has gone bad must be known while older backups are still good.
func (w *writer) content(n name, stored io.Reader, size int64) error {
	sum := sha256.New()
	saved := io.TeeReader(stored, io.MultiWriter(w.tar, sum))
	if !w.whole(n, saved) {
		w.contents.Damaged = append(w.contents.Damaged, n.key)
	}
	if _, err := io.Copy(io.Discard, saved); err != nil {
		return err
	}
	w.files.add(n.key, size, sum.Sum(nil))
	return nil
}

func (w *writer) whole(n name, stored io.Reader) bool {
	plain, err := blob.Plain(stored, w.Ring)
	if err != nil {
		return false
	}
	sum := sha256.New()
	_, err = io.Copy(sum, plain)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == n.sha256
}

// absent tells a file that was deleted meanwhile, with its row, from one that is missing.
func (w *writer) absent(ctx context.Context, key string) error {
	return w.DB.Read(ctx, func(tx *db.Tx) error {
		has, err := w.HasFile(tx, key)
		switch {
		case err != nil:
			return err
		case has:
			w.contents.Missing = append(w.contents.Missing, key)
		default:
			w.contents.Gone = append(w.contents.Gone, key)
		}
		return nil
	})
}

package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"guiche/internal/blob"
)

// File is a backup to be read.
type File struct {
	Path string
	Ring blob.Ring
}

// Check reads a backup to its end and compares everything with what it should add up to. It takes as much memory as
// one piece, whatever the size.
func (f File) Check(ctx context.Context) (Contents, error) {
	drain := func(_ string, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
	return f.walk(ctx, drain, drain)
}

// walk gives the rows of each table and each file, as far as they are wanted, in the order in which they stand.
func (f File) walk(ctx context.Context, table, file func(name string, r io.Reader) error) (Contents, error) {
	raw, err := os.Open(f.Path)
	if err != nil {
		return Contents{}, err
	}
	defer raw.Close()
	source := &disk{ctx: ctx, r: raw}
	plain, err := age.Decrypt(source, f.Ring)
	if err != nil {
		return Contents{}, source.judgeStart(err)
	}
	w := &walker{disk: source, tar: tar.NewReader(plain), rest: plain, files: newList(), table: table, file: file}
	err = w.all()
	return w.found, err
}

// disk is the file itself. It remembers its own error, and stops when ctx ends.
type disk struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (d *disk) Read(p []byte) (int, error) {
	if d.err = d.ctx.Err(); d.err != nil {
		return 0, d.err
	}
	n, err := d.r.Read(p)
	if err != nil && err != io.EOF {
		d.err = err
	}
	return n, err
}

// judge tells a disk that does not answer from a backup that is not whole.
func (d *disk) judge(err error) error {
	if err == nil || d.err != nil || errors.Is(err, ErrNewer) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

func (d *disk) judgeStart(err error) error {
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	if d.err == nil && strings.Contains(err.Error(), "header") {
		return fmt.Errorf("%w: %w", ErrNoBackup, err)
	}
	return d.judge(err)
}

// walker goes through one backup.
type walker struct {
	*disk
	tar         *tar.Reader
	rest        io.Reader
	head        *tar.Header // of the entry at which it stands
	found       Contents
	files       *list
	table, file func(name string, r io.Reader) error
}

func (w *walker) next() (err error) {
	if w.head, err = w.tar.Next(); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return w.judge(err)
}

func (w *walker) all() error {
	if err := w.next(); err != nil {
		return err
	}
	if w.head.Name != manifestName {
		return ErrNoBackup
	}
	if err := w.json(&w.found.Manifest); err != nil {
		return err
	}
	if err := errors.Join(w.found.check(), w.next()); err != nil {
		return err
	}
	for w.head.Name != contentsName {
		if err := w.entry(); err != nil {
			return err
		}
	}
	return w.end()
}

func (w *walker) json(into any) error {
	return w.judge(json.NewDecoder(w.tar).Decode(into))
}

// end wants all that was read to be all that was written.
func (w *walker) end() error {
	written := Contents{Manifest: w.found.Manifest}
	if err := w.json(&written); err != nil {
		return err
	}
	w.files.into(&w.found)
	if !w.found.adds(written) {
		return w.judge(errors.New("it does not add up"))
	}
	w.found = written
	if _, err := w.tar.Next(); err != io.EOF {
		return w.judge(fmt.Errorf("more after the end: %w", err))
	}
	_, err := io.Copy(io.Discard, w.rest)
	return w.judge(err)
}

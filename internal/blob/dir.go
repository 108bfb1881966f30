package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"guiche/internal/fault"
)

// tempPrefix marks unfinished files; a dot is not allowed in keys.
const tempPrefix = ".tmp-"

// Dir is a Store in a folder. Several processes may share the folder.
type Dir struct {
	root *os.Root
	sync func(*os.File) error
	// failed: a sync failed, so what the disk holds is unknown; nothing more is acknowledged until a restart.
	failed atomic.Bool
	// Distrust, when set before first use, is told of it.
	Distrust func()

	mu      sync.Mutex
	durable map[string]bool // folders known to survive power loss
}

// OpenDir opens a folder, makes it if needed, and deletes unfinished files older than a day.
func OpenDir(folder string, now func() time.Time) (*Dir, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, down(fmt.Errorf("blob folder: %w", err))
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, down(fmt.Errorf("blob folder: %w", err))
	}
	d := &Dir{root: root, sync: (*os.File).Sync, durable: map[string]bool{".": true}, Distrust: func() {}}
	if err := d.removeUnfinished(now().Add(-24 * time.Hour)); err != nil {
		return nil, errors.Join(down(err), root.Close())
	}
	return d, nil
}

// Ready tells whether the disk takes a file.
func (d *Dir) Ready(context.Context) error {
	if d.failed.Load() {
		return down(errFailed)
	}
	probe := tempPrefix + rand.Text()
	file, err := d.root.OpenFile(probe, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return down(err)
	}
	_, err = file.WriteString("pronto")
	if err = errors.Join(err, file.Close(), d.root.Remove(probe)); err != nil {
		return down(err)
	}
	return nil
}

// Close ends the use of the folder.
func (d *Dir) Close() error { return d.root.Close() }

// removeUnfinished does not mind files that cannot be removed: in a read-only folder reading goes on.
func (d *Dir) removeUnfinished(before time.Time) error {
	names, err := fs.Glob(d.root.FS(), tempPrefix+"*")
	if err != nil {
		return err
	}
	for _, name := range names {
		if info, err := d.root.Lstat(name); err == nil && info.ModTime().Before(before) {
			_ = d.root.Remove(name)
		}
	}
	return nil
}

// Put implements Store: a temporary file is written, synced, linked to its name (which fails when the name is
// taken), and the folder synced.
func (d *Dir) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	if d.failed.Load() {
		return Info{}, down(errFailed)
	}
	temp := tempPrefix + rand.Text()
	info, err := d.write(temp, &source{ctx: ctx, r: r})
	if err == nil {
		err = d.publish(temp, key)
	}
	_ = d.root.Remove(temp) // one that stays is removed by a later OpenDir
	if err != nil {
		return Info{}, err
	}
	return info, nil
}

func (d *Dir) write(temp string, src *source) (Info, error) {
	file, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Info{}, down(err)
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, hash), src)
	if err == nil {
		err = d.flush(file)
	}
	err = errors.Join(err, file.Close())
	switch {
	case src.err != nil:
		return Info{}, fmt.Errorf("blob: source: %w", src.err)
	case err != nil:
		return Info{}, down(err)
	}
	return Info{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

func (d *Dir) publish(temp, key string) error {
	folder := path.Dir(key)
	if err := d.makeFolder(folder); err != nil {
		return down(err)
	}
	if err := d.root.Link(temp, key); errors.Is(err, fs.ErrExist) {
		return fault.Wrap(fault.Conflict, "", errTaken)
	} else if err != nil {
		return down(err)
	}
	if err := d.flushFolder(folder); err != nil {
		return down(errors.Join(err, d.root.Remove(key)))
	}
	return nil
}

// makeFolder returns once the folder and those above it are durable. The lock makes a second Put into a new folder
// wait for the first to have synced it.
func (d *Dir) makeFolder(folder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.makeFolderLocked(folder)
}

func (d *Dir) makeFolderLocked(folder string) error {
	if d.durable[folder] {
		return nil
	}
	parent := path.Dir(folder)
	if err := d.makeFolderLocked(parent); err != nil {
		return err
	}
	if err := d.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := d.flushFolder(parent); err != nil {
		return err
	}
	d.durable[folder] = true
	return nil
}

func (d *Dir) flushFolder(folder string) error {
	file, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.flush(file), file.Close())
}

// flush syncs. A full disk is an ordinary failure; after any other the pages may be lost without a second error.
func (d *Dir) flush(file *os.File) error {
	err := d.sync(file)
	if err != nil && !full(err) {
		d.failed.Store(true)
		d.Distrust()
	}
	return err
}

// Open implements Store.
func (d *Dir) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return nil, err
	}
	file, err := d.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.NotFound, missing, err)
	}
	if err != nil {
		return nil, down(err)
	}
	return file, nil
}

// Delete implements Store.
func (d *Dir) Delete(ctx context.Context, key string) error {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return err
	}
	if err := d.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return down(err)
	}
	return nil
}

// Keys implements Store, by the time of the last change of each file.
func (d *Dir) Keys(ctx context.Context, before time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			if err = errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			if name != "." && checkKey(name) != nil {
				return notOurs(entry)
			}
			old, err := olderFile(entry, before)
			if err == nil && old && !yield(name, nil) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			yield("", down(err))
		}
	}
}

// notOurs passes over unfinished files and over folders a file system puts there by itself.
func notOurs(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// olderFile passes over what was deleted while walking.
func olderFile(entry fs.DirEntry, before time.Time) (bool, error) {
	if entry.IsDir() {
		return false, nil
	}
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.ModTime().Before(before), err
}

// full tells whether a disk or a quota is full, which ends when somebody makes room.
func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

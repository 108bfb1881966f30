package db

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Lock is the right of one process to write a data folder. It goes with the process.
type Lock struct{ file *os.File }

// LockFolder makes sure that no second process writes the same folder, which is made if needed.
func LockFolder(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	for {
		file, err := os.OpenFile(filepath.Join(dir, "guiche.lock"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock file: %w", err)
		}
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return nil, errors.Join(fmt.Errorf("another guiche already works on %s: %w", dir, err), file.Close())
		}
		ours, err := file.Stat()
		named, namedErr := os.Stat(file.Name())
		if err == nil && namedErr == nil && os.SameFile(ours, named) {
			return &Lock{file}, nil
		}
		if errors.Is(namedErr, fs.ErrNotExist) { // Remove was quicker, and a file without its name keeps nobody away
			namedErr = nil
		}
		if err := errors.Join(err, namedErr, file.Close()); err != nil {
			return nil, fmt.Errorf("lock file: %w", err)
		}
	}
}

// Close ends it.
func (l *Lock) Close() error { return l.file.Close() }

// Remove ends it and leaves nothing of it in the folder.
func (l *Lock) Remove() error { return errors.Join(os.Remove(l.file.Name()), l.file.Close()) }

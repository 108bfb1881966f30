package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/fault"
)

// Target is an empty place for an installation.
type Target struct {
	Database db.Options
	Blobs    blob.Store
	// ForgetFile takes out the row of a file that is gone.
	ForgetFile func(tx *db.Tx, key string) error
	// Last is done with the database when everything is in it.
	Last func(tx *db.Tx) error
	// Told hears of each table, and of the files so far after each of them.
	Told func(table db.Copied, files, bytes int64)
}

// staged is the folder, in that of an embedded database, in which it is made before it counts.
const staged = ".restore"

// Restore makes an installation of a backup. It is read to its end before anything is written, and the database becomes
// one as the last step, after the files. When it fails, nothing stays that a program would serve.
func (t Target) Restore(ctx context.Context, f File) (Contents, error) {
	if t.Database.URL == "" {
		lock, err := db.LockFolder(t.Database.Dir) // nobody begins here meanwhile
		if err != nil {
			return Contents{}, err
		}
		defer func() { _ = lock.Remove() }() // a lock file that stays keeps nobody away
	}
	if err := t.empty(ctx); err != nil {
		return Contents{}, err
	}
	c, err := f.Check(ctx)
	if err != nil {
		return c, err
	}
	put, err := t.restoreFiles(ctx, f)
	if err == nil {
		err = t.restoreDatabase(ctx, f, c)
	}
	if err != nil {
		err = errors.Join(err, t.removeFiles(ctx, put))
	}
	return c, err
}

// empty refuses a place where there is an installation, or a part of one.
func (t Target) empty(ctx context.Context) error {
	if err := t.noDatabase(ctx); err != nil {
		return err
	}
	for key, err := range t.Blobs.Keys(ctx, forever) {
		if err != nil {
			return err
		}
		return fmt.Errorf("file %s: %w", key, db.ErrNotEmpty)
	}
	return nil
}

func (t Target) noDatabase(ctx context.Context) error {
	if t.Database.URL == "" {
		for _, of := range []string{"", "-wal", "-shm", "-journal"} { // SQLite would lay a log that was left over the new database
			if _, err := os.Lstat(t.file() + of); err == nil {
				return fmt.Errorf("%s: %w", t.file()+of, db.ErrNotEmpty)
			}
		}
		return nil
	}
	d, err := db.Open(ctx, t.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Read(ctx, func(tx *db.Tx) error {
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		return tx.CheckEmpty(tables)
	})
}

// forever is after everything that was ever stored.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (t Target) file() string { return filepath.Join(t.Database.Dir, "guiche.db") }

// restoreFiles tells which files it put into the store; the last one may be there although that failed.
func (t Target) restoreFiles(ctx context.Context, f File) (put []string, err error) {
	var bytes int64
	_, err = f.walk(ctx, skip, func(key string, r io.Reader) error {
		info, err := t.Blobs.Put(ctx, key, r)
		if !fault.Is(err, fault.Conflict) { // then it is somebody else's
			put = append(put, key)
		}
		if err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
		bytes += info.Size
		t.Told(db.Copied{}, int64(len(put)), bytes)
		return nil
	})
	return put, err
}

func skip(string, io.Reader) error { return nil }

// removeFiles takes back what was restored, and nothing of somebody who began here meanwhile.
func (t Target) removeFiles(ctx context.Context, put []string) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, key := range put {
		errs = append(errs, t.Blobs.Delete(ctx, key))
	}
	return errors.Join(errs...)
}

func (t Target) restoreDatabase(ctx context.Context, f File, c Contents) error {
	if t.Database.URL != "" {
		return t.load(ctx, t.Database, f, c)
	}
	stage := filepath.Join(t.Database.Dir, staged)
	if err := os.RemoveAll(stage); err != nil { // of one that was killed
		return err
	}
	defer os.RemoveAll(stage)
	if err := t.load(ctx, db.Options{Dir: stage, Staged: true}, f, c); err != nil {
		return err
	}
	return t.publish(stage)
}

// publish wants the whole database in one file, and fails where there is one by now.
func (t Target) publish(stage string) error {
	if log, err := os.Stat(filepath.Join(stage, "guiche.db-wal")); err == nil && log.Size() > 0 {
		return errors.New("the database was not closed whole")
	}
	if err := os.Link(filepath.Join(stage, "guiche.db"), t.file()); err != nil {
		return err
	}
	if err := syncFolder(t.Database.Dir); err != nil {
		return errors.Join(err, os.Remove(t.file()))
	}
	return nil
}

func syncFolder(folder string) error {
	file, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// load makes the tables of the backup's time and fills them in one transaction.
func (t Target) load(ctx context.Context, into db.Options, f File, c Contents) (err error) {
	into.Bulk = true
	d, err := db.Open(ctx, into)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.MigrateTo(ctx, c.Schema); err != nil {
		return err
	}
	return d.Transact(db.Unhurried(ctx), func(tx *db.Tx) error { return t.fill(ctx, tx, f, c) })
}

func (t Target) fill(ctx context.Context, tx *db.Tx, f File, c Contents) error {
	tables, err := tx.Tables()
	if err != nil {
		return err
	}
	if err := tx.MakeRoom(tables); err != nil {
		return err
	}
	if len(tables) != len(c.Tables) {
		return fmt.Errorf("%d tables, %d in the backup: %w", len(tables), len(c.Tables), db.ErrDiffers)
	}
	if err := tx.Bare(tables, func() error { return t.fillTables(ctx, tx, tables, f, c) }); err != nil {
		return err
	}
	for _, key := range c.Gone {
		if err := t.ForgetFile(tx, key); err != nil {
			return err
		}
	}
	return t.Last(tx)
}

// errEnough ends the reading of a backup after its tables.
var errEnough = errors.New("enough was read")

func (t Target) fillTables(ctx context.Context, tx *db.Tx, tables []db.Table, f File, c Contents) error {
	stop := func(string, io.Reader) error { return errEnough }
	_, err := f.walk(ctx, func(name string, rows io.Reader) error {
		at := slices.IndexFunc(tables, func(t db.Table) bool { return t.Name == name })
		if at < 0 {
			return fmt.Errorf("table %s: %w", name, db.ErrDiffers)
		}
		return t.fillTable(tx, tables[at], rows, c)
	}, stop)
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (t Target) fillTable(tx *db.Tx, into db.Table, rows io.Reader, c Contents) error {
	want, _ := c.table(into.Name)
	got, err := tx.Fill(into, rows)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("table %s: %w: %d rows %s, %d rows %s", into.Name, db.ErrDiffers, want.Rows, want.Hash, got.Rows, got.Hash)
	}
	if err := tx.Compare(into, want); err != nil {
		return err
	}
	t.Told(want, 0, 0)
	return nil
}

package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Reasons why nothing was copied; the target is then as it was before.
var (
	ErrNotEmpty  = errors.New("the target has data")
	ErrOldSchema = errors.New("the source lacks migrations")
	ErrDiffers   = errors.New("the copy differs")
)

// filled are the tables in which migrations put rows; the source's take their place.
var filled = []string{"calendar_edition"}

// Copy puts every row of from into an empty, migrated database, and compares each table before any of it stays.
// done is told of each table; on PostgreSQL the transaction, and so what done hears, may begin again.
func Copy(ctx context.Context, from, to *DB, done func(Copied)) error {
	if err := from.checkUpToDate(ctx); err != nil {
		return err
	}
	ctx = Unhurried(ctx)
	return to.Transact(ctx, func(target *Tx) error {
		return from.Read(ctx, func(source *Tx) error { return copyAll(source, target, done) })
	})
}

func (d *DB) checkUpToDate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	if err := checkNotNewer(ctx, p); err != nil {
		return err
	}
	steps, err := d.Migrations(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(steps, func(m Migration) bool { return !m.Applied }) {
		return ErrOldSchema
	}
	return nil
}

func copyAll(source, target *Tx, done func(Copied)) error {
	tables, err := target.Tables()
	if err != nil {
		return err
	}
	if err := target.MakeRoom(tables); err != nil {
		return err
	}
	return target.Bare(tables, func() error {
		for _, t := range tables {
			read, err := copyTable(source, target, t)
			if err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
			if err := target.Compare(t, read); err != nil {
				return err
			}
			done(read)
		}
		return nil
	})
}

// copyTable stores the rows as they come and tells what was read.
func copyTable(source, target *Tx, t Table) (Copied, error) {
	into := newFilling(target, t)
	if err := source.each(t, into.add); err != nil {
		return Copied{}, err
	}
	return into.end()
}

// CheckEmpty refuses a database that somebody uses.
func (t *Tx) CheckEmpty(tables []Table) error {
	for _, table := range tables {
		if slices.Contains(filled, table.Name) {
			continue
		}
		used, err := Column[int64](t, `SELECT 1 FROM `+quote(table.Name)+` LIMIT 1`)
		if err != nil {
			return err
		}
		if len(used) > 0 {
			return fmt.Errorf("table %s: %w", table.Name, ErrNotEmpty)
		}
	}
	return nil
}

// MakeRoom refuses a database that somebody uses, and takes out what migrations put in.
func (t *Tx) MakeRoom(tables []Table) error {
	if err := t.CheckEmpty(tables); err != nil {
		return err
	}
	for _, name := range filled {
		if _, err := t.Exec(`DELETE FROM ` + quote(name)); err != nil {
			return err
		}
	}
	return nil
}

// Compare reads a table again and wants in it what was to be stored; else ErrDiffers.
func (t *Tx) Compare(in Table, want Copied) error {
	stored, err := t.Dump(in, io.Discard)
	if err != nil {
		return fmt.Errorf("table %s: %w", in.Name, err)
	}
	if stored != want {
		return fmt.Errorf("table %s: %w: %d rows %s, %d rows %s", in.Name, ErrDiffers, want.Rows, want.Hash, stored.Rows, stored.Hash)
	}
	return nil
}

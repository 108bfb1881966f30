package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// Copied is what one table has: its rows and a SHA-256 over all of them in the order of their key.
type Copied struct {
	Table string
	Rows  int64
	Hash  string
}

// Reasons why nothing was copied; the target is then as it was before.
var (
	ErrNotEmpty  = errors.New("the target has data")
	ErrOldSchema = errors.New("the source lacks migrations")
	ErrDiffers   = errors.New("the copy differs")
)

// filled are the tables in which migrations put rows; the source's take their place.
var filled = []string{"calendar_edition"}

// table is a table with its columns, in an order that both engines have.
type table struct {
	name    string
	columns []string
	key     []string // the primary key, or every column
}

// Copy puts every row of from into an empty, migrated database, and compares each table before any of it stays.
// done is told of each table; on PostgreSQL the transaction, and so what done hears, may begin again.
func Copy(ctx context.Context, from, to *DB, done func(Copied)) error {
	if err := from.checkUpToDate(ctx); err != nil {
		return err
	}
	return to.Transact(ctx, func(target *Tx) error {
		return from.Read(ctx, func(source *Tx) error { return copyAll(source, target, done) })
	})
}

func (d *DB) checkUpToDate(ctx context.Context) error {
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
	tables, err := target.tables()
	if err != nil {
		return err
	}
	if err := target.makeRoom(tables); err != nil {
		return err
	}
	for _, t := range tables {
		read, err := copyTable(source, target, t)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		stored, err := target.digest(t)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		if read != stored {
			return fmt.Errorf("table %s: %w: %d rows %s, %d rows %s", t.name, ErrDiffers, read.Rows, read.Hash, stored.Rows, stored.Hash)
		}
		done(stored)
	}
	return nil
}

// makeRoom refuses a database that somebody uses, and takes out what migrations put in.
func (t *Tx) makeRoom(tables []table) error {
	for _, table := range tables {
		if slices.Contains(filled, table.name) {
			if _, err := t.Exec(`DELETE FROM ` + quote(table.name)); err != nil {
				return err
			}
			continue
		}
		used, err := Column[int64](t, `SELECT 1 FROM `+quote(table.name)+` LIMIT 1`)
		if err != nil {
			return err
		}
		if len(used) > 0 {
			return fmt.Errorf("table %s: %w", table.name, ErrNotEmpty)
		}
	}
	return nil
}

// copyTable stores the rows as they come and tells what was read.
func copyTable(source, target *Tx, t table) (Copied, error) {
	var batch [][]any
	store := func() error {
		_, err := target.ExecRows(`INSERT INTO `+quote(t.name)+` (`+quoteAll(t.columns)+`) VALUES `, `(?`+strings.Repeat(", ?", len(t.columns)-1)+`)`, ``, batch)
		batch = batch[:0]
		return err
	}
	sum := sha256.New()
	var n int64
	err := source.each(t, func(row []any) error {
		n++
		batch = append(batch, row)
		if err := add(sum, row); err != nil || len(batch) < 512 {
			return err
		}
		return store()
	})
	if err == nil {
		err = store()
	}
	return Copied{t.name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

func (t *Tx) digest(of table) (Copied, error) {
	sum := sha256.New()
	var n int64
	err := t.each(of, func(row []any) error { n++; return add(sum, row) })
	return Copied{of.name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

// each goes over all rows in the order of the key, which is the same on both engines.
func (t *Tx) each(of table, f func(row []any) error) error {
	order := make([]string, len(of.key))
	for i, column := range of.key {
		order[i] = t.db.engine.byteOrder(quote(column))
	}
	query := `SELECT ` + quoteAll(of.columns) + ` FROM ` + quote(of.name) + ` ORDER BY ` + strings.Join(order, ", ")
	rows, err := t.raw.QueryContext(t.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, places := make([]any, len(of.columns)), make([]any, len(of.columns))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// add takes a row into a sum so that no two different rows read the same.
func add(sum hash.Hash, row []any) error {
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			fmt.Fprint(sum, "n;")
		case int64:
			fmt.Fprintf(sum, "i%d;", v)
		case string:
			fmt.Fprintf(sum, "s%d:%s;", len(v), v)
		default:
			return fmt.Errorf("a value of kind %T cannot be copied", v)
		}
	}
	_, err := sum.Write([]byte("\n"))
	return err
}

// tables lists what this program keeps, what is referred to before what refers to it.
func (t *Tx) tables() ([]table, error) {
	names, err := Column[string](t, t.db.engine.tableNames())
	if err != nil {
		return nil, err
	}
	var out []table
	for _, name := range names {
		one := table{name: name}
		keyed := map[int64]string{}
		type column struct {
			name string
			key  int64
		}
		columns, err := All(t, func(r Row, c *column) error { return r.Scan(&c.name, &c.key) }, t.db.engine.tableColumns(), name)
		if err != nil {
			return nil, err
		}
		for _, c := range columns {
			one.columns = append(one.columns, c.name)
			if c.key > 0 {
				keyed[c.key] = c.name
			}
		}
		for i := range int64(len(keyed)) {
			one.key = append(one.key, keyed[i+1])
		}
		if len(one.key) == 0 {
			one.key = one.columns
		}
		out = append(out, one)
	}
	return out, nil
}

func quote(name string) string { return `"` + name + `"` }

func quoteAll(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

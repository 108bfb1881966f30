package db

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Table is a table with its columns, in an order that both engines have.
type Table struct {
	Name    string
	columns []string
	key     []string // the primary key, or every column
}

// Tables lists what this program keeps, what is referred to before what refers to it.
func (t *Tx) Tables() ([]Table, error) {
	names, err := Column[string](t, t.db.engine.tableNames())
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, name := range names {
		one, err := t.table(name)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (t *Tx) table(name string) (Table, error) {
	one, keyed := Table{Name: name}, map[int64]string{}
	type column struct {
		name string
		key  int64
	}
	columns, err := All(t, func(r Row, c *column) error { return r.Scan(&c.name, &c.key) }, t.db.engine.tableColumns(), name)
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
	return one, err
}

// each goes over all rows in the order of the key, which is the same on both engines.
func (t *Tx) each(of Table, f func(row []any) error) error {
	order := make([]string, len(of.key))
	for i, column := range of.key {
		order[i] = t.db.engine.byteOrder(quote(column))
	}
	query := `SELECT ` + quoteAll(of.columns) + ` FROM ` + quote(of.Name) + ` ORDER BY ` + strings.Join(order, ", ")
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

// Dump writes all rows of a table as text that either engine can store again, and tells what it wrote.
func (t *Tx) Dump(of Table, w io.Writer) (Copied, error) {
	sum := newTally()
	err := t.each(of, func(row []any) error {
		line, err := sum.add(row)
		if err == nil {
			_, err = w.Write(line)
		}
		return err
	})
	return sum.of(of.Name), err
}

// Fill stores rows that Dump wrote and tells what it read.
func (t *Tx) Fill(into Table, r io.Reader) (Copied, error) {
	text, rows := bufio.NewReader(r), newFilling(t, into)
	for {
		row, err := readRow(text, len(into.columns))
		if errors.Is(err, io.EOF) {
			return rows.end()
		}
		if err == nil {
			err = rows.add(row)
		}
		if err != nil {
			return Copied{}, fmt.Errorf("table %s: %w", into.Name, err)
		}
	}
}

// filling stores rows in batches and keeps a tally of them.
type filling struct {
	tx    *Tx
	table Table
	batch [][]any
	*tally
}

func newFilling(tx *Tx, into Table) *filling { return &filling{tx: tx, table: into, tally: newTally()} }

func (f *filling) add(row []any) error {
	f.batch = append(f.batch, row)
	if _, err := f.tally.add(row); err != nil || len(f.batch) < 512 {
		return err
	}
	return f.store()
}

func (f *filling) store() error {
	marks := `(?` + strings.Repeat(", ?", len(f.table.columns)-1) + `)`
	_, err := f.tx.ExecRows(`INSERT INTO `+quote(f.table.Name)+` (`+quoteAll(f.table.columns)+`) VALUES `, marks, ``, f.batch)
	f.batch = f.batch[:0]
	return err
}

func (f *filling) end() (Copied, error) {
	err := f.store()
	return f.of(f.table.Name), err
}

func quote(name string) string { return `"` + name + `"` }

func quoteAll(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

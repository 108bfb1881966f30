package db

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"guiche/internal/fault"
)

// ErrNoRow is what One and Scalar wrap (as fault.NotFound) when the query found nothing.
var ErrNoRow = errors.New("no such row")

// Tx is an open transaction, writing (Transact) or reading (Read), or a single question (Look). It lives as long as the
// closure that got it.
type Tx struct {
	ctx   context.Context
	raw   *sql.Tx // nil: a single question
	asked bool    // the single question was
	db    *DB
	kept  *statements
	last  []func() error
	after []func()
	once  map[string]any // by Once
}

// Row is one row to be scanned, in the order of the selected columns.
type Row interface{ Scan(dest ...any) error }

// After runs f once the transaction is durable; not at all when it fails.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

// AtEnd runs f as the last thing of the transaction, whose error is the transaction's: for rows that many transactions
// change and in which they wait for each other until the end.
func (t *Tx) AtEnd(f func() error) { t.last = append(t.last, f) }

// run is f and what it left for the end.
func (t *Tx) run(f func(*Tx) error) error {
	if err := f(t); err != nil {
		return err
	}
	for _, last := range t.last {
		if err := last(); err != nil {
			return err
		}
	}
	return nil
}

// Aside runs f in a short transaction of its own, which stays when this one fails: for a counter that many transactions
// change, so that nobody waits for the end of this one on its account. It is durable at the latest when this one is. The single writer
// of SQLite, for whom all wait anyway, runs it as part of this one; so does PostgreSQL when there is no second connection
// for it in time, as behind a PgBouncer whose connections are all held by transactions that want one more.
func (t *Tx) Aside(f func(*Tx) error) error {
	if t.db.aside == nil {
		return f(t)
	}
	ctx, stop := context.WithTimeout(t.ctx, t.db.asideWait)
	defer stop()
	err := t.db.transactOn(ctx, t.db.aside, func(own *Tx) error {
		if _, err := own.Exec(notSynced); err != nil {
			return err
		}
		return f(own)
	})
	if err != nil && (ctx.Err() != nil || fault.Is(err, fault.Unavailable)) && t.ctx.Err() == nil {
		return f(t)
	}
	return err
}

// Once gives what f gave when this transaction first asked for the key: for what is the same for all its statements.
func Once[T any](t *Tx, key string, f func() (T, error)) (T, error) {
	if known, has := t.once[key].(T); has {
		return known, nil
	}
	v, err := f()
	if err == nil {
		if t.once == nil {
			t.once = map[string]any{}
		}
		t.once[key] = v
	}
	return v, err
}

func (t *Tx) runAfter() {
	for _, f := range t.after {
		f()
	}
}

func (t *Tx) note(query string) {
	t.db.queries.Add(1)
	if t.db.Observe != nil {
		t.db.Observe(query)
	}
}

// Exec runs a statement and tells how many rows it changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	t.note(query)
	result, err := t.exec(query, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t *Tx) exec(query string, args []any) (sql.Result, error) {
	if t.raw == nil {
		return nil, errors.New("db: a look writes nothing")
	}
	kept, err := t.kept.in(t.ctx, t.raw, query)
	if err != nil || kept == nil {
		return t.raw.ExecContext(t.ctx, query, args...)
	}
	return kept.ExecContext(t.ctx, args...)
}

func (t *Tx) query(query string, args []any) (*sql.Rows, error) {
	if t.raw == nil {
		return t.look(query, args)
	}
	kept, err := t.kept.in(t.ctx, t.raw, query)
	if err != nil || kept == nil {
		return t.raw.QueryContext(t.ctx, query, args...)
	}
	return kept.QueryContext(t.ctx, args...)
}

func (t *Tx) look(query string, args []any) (*sql.Rows, error) {
	if t.asked {
		return nil, errors.New("db: a look asks one question")
	}
	t.asked = true
	kept, err := t.kept.keep(t.ctx, query)
	if err != nil || kept == nil {
		return t.db.read.QueryContext(t.ctx, query, args...)
	}
	return kept.QueryContext(t.ctx, args...)
}

// All scans every row of a query.
func All[T any](t *Tx, scan func(Row, *T) error, query string, args ...any) ([]T, error) {
	t.note(query)
	rows, err := t.query(query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var item T
		if err := scan(rows, &item); err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, rows.Err()
}

// One scans the first row; none is a fault.NotFound that wraps ErrNoRow.
func One[T any](t *Tx, scan func(Row, *T) error, query string, args ...any) (T, error) {
	var item T
	t.note(query)
	rows, err := t.query(query, args)
	if err != nil {
		return item, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return item, err
		}
		return item, &fault.Error{Kind: fault.NotFound, Err: ErrNoRow}
	}
	if err := scan(rows, &item); err != nil {
		return item, err
	}
	return item, rows.Close()
}

// Scalar is the single column of the first row.
func Scalar[T any](t *Tx, query string, args ...any) (T, error) {
	return One(t, func(r Row, v *T) error { return r.Scan(v) }, query, args...)
}

// Column is the single column of every row.
func Column[T any](t *Tx, query string, args ...any) ([]T, error) {
	return All(t, func(r Row, v *T) error { return r.Scan(v) }, query, args...)
}

// Query is a statement put together from parts. Its parts use ? and are numbered in the order they are added, so a
// part must not contain a literal question mark.
type Query struct {
	text strings.Builder
	args []any
}

// Add appends a part and its arguments.
func (q *Query) Add(part string, args ...any) *Query {
	for n := 0; ; n++ {
		before, rest, found := strings.Cut(part, "?")
		q.text.WriteString(before)
		if !found {
			break
		}
		q.args = append(q.args, args[n])
		q.text.WriteString("$" + strconv.Itoa(len(q.args)))
		part = rest
	}
	q.text.WriteByte('\n')
	return q
}

// In appends a part followed by a list of values in parentheses; an empty list matches nothing.
func (q *Query) In(part string, values []string) *Query {
	if len(values) == 0 {
		return q.Add(part + " (NULL)")
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return q.Add(part+" (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// Text is the statement so far.
func (q *Query) Text() string { return q.text.String() }

// Args are the arguments so far, in order.
func (q *Query) Args() []any { return q.args }

// Chunks walks n rows in pieces of 256, 64, 8 and 1, so that statements about many rows have few texts.
func Chunks(n int, f func(from, to int) error) error {
	for from := 0; from < n; {
		size := 1
		switch {
		case n-from >= 256:
			size = 256
		case n-from >= 64:
			size = 64
		case n-from >= 8:
			size = 8
		}
		if err := f(from, from+size); err != nil {
			return err
		}
		from += size
	}
	return nil
}

// ExecRows runs a statement about many rows: before, each row as in the pattern (?, ?), with commas between, after. It
// tells how many rows it changed. The parts must not contain a literal question mark.
func (t *Tx) ExecRows(before, pattern, after string, rows [][]any) (changed int64, err error) {
	err = Chunks(len(rows), func(from, to int) error {
		args := make([]any, 0, (to-from)*len(rows[from]))
		for _, row := range rows[from:to] {
			args = append(args, row...)
		}
		text := before + "\n" + pattern + strings.Repeat(",\n"+pattern, to-from-1) + "\n" + after
		n, err := t.Exec(t.db.engine.marks(text, args), args...)
		changed += n
		return err
	})
	return changed, err
}

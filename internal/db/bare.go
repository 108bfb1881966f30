package db

import (
	"context"
	"errors"
)

// Bare runs f while the tables lack what only reading needs: indexes that forbid nothing, and the index of words. Very
// many rows are written several times as fast so, and equally fast however many there are. All is made again afterwards,
// also when f fails; what a program leaves undone that is killed on the way, the next Migrate does. Nobody should read
// these tables meanwhile: it is slow, and searching fails.
func (d *DB) Bare(ctx context.Context, tables []string, f func() error) error {
	err := d.Transact(ctx, func(tx *Tx) error {
		again, err := tx.strip(tables)
		if err != nil {
			return err
		}
		for i, statement := range again {
			if _, err := tx.Exec(`INSERT INTO index_pending (position, statement) VALUES ($1, $2)`, i, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(f(), d.makeIndexes(context.WithoutCancel(ctx)))
}

// Bare is Bare within this transaction: others see the tables as they were or as they will be.
func (t *Tx) Bare(tables []Table, f func() error) error {
	var names []string
	for _, table := range tables {
		names = append(names, table.Name)
	}
	again, err := t.strip(names)
	if err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	for _, statement := range append([]string{t.db.engine.moreToSort()}, again...) {
		if err := t.define(statement); err != nil {
			return err
		}
	}
	return nil
}

// strip takes away what only reading needs and gives the statements that make it again.
func (t *Tx) strip(tables []string) (again []string, err error) {
	type index struct{ drop, make string }
	for _, table := range tables {
		found, err := All(t, func(r Row, i *index) error { return r.Scan(&i.drop, &i.make) }, t.db.engine.indexes(), table)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			again = append(again, i.make)
			if err := t.define(i.drop); err != nil {
				return nil, err
			}
		}
	}
	return again, nil
}

// define runs a statement about the schema, if there is any. It is not kept parsed: outside this transaction the schema
// may be another.
func (t *Tx) define(statement string) error {
	if statement == "" {
		return nil
	}
	t.note(statement)
	_, err := t.raw.ExecContext(t.ctx, statement)
	return err
}

// makeIndexes makes again what Bare took away, one after the other, so that what is made stays.
func (d *DB) makeIndexes(ctx context.Context) error {
	for more := true; more; {
		err := d.Transact(ctx, func(tx *Tx) error {
			var statement string
			next, err := All(tx, func(r Row, position *int64) error { return r.Scan(position, &statement) },
				`SELECT position, statement FROM index_pending ORDER BY position LIMIT 1`+tx.ForUpdate())
			if err == nil && len(next) == 0 { // or another node has just made it
				left, err := Scalar[int64](tx, `SELECT count(*) FROM index_pending`)
				more = left > 0
				return err
			}
			if err != nil {
				return err
			}
			if err := tx.define(tx.db.engine.moreToSort()); err != nil {
				return err
			}
			if err := tx.define(statement); err != nil {
				return err
			}
			_, err = tx.Exec(`DELETE FROM index_pending WHERE position = $1`, next[0])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

package db

import (
	"context"
	"time"
)

// Meter is told what writing costs. All of it is required.
type Meter struct {
	Now func() time.Time
	// Transaction is one Transact: how long until it first ran, and until its outcome was known.
	Transaction func(waited, took time.Duration, err error)
	// Commit is how many acts shared one, where they do.
	Commit func(acts int)
}

func (m *Meter) transact(ctx context.Context, d *DB, f func(*Tx) error) error {
	began := m.Now()
	waited, ran := time.Duration(0), false
	err := d.transact(ctx, func(tx *Tx) error {
		if !ran {
			waited, ran = m.Now().Sub(began), true
		}
		return f(tx)
	})
	took := m.Now().Sub(began)
	if !ran {
		waited = took
	}
	m.Transaction(waited, took, err)
	return err
}

// Pool is a set of connections: how many are in use, and how many may be.
type Pool struct {
	Name        string
	InUse, Most int
}

// Pools are the connections of this process: those that read and those that write, or one pool for both.
func (d *DB) Pools() []Pool {
	if d.read == d.write {
		stats := d.read.Stats()
		return []Pool{{"all", stats.InUse, stats.MaxOpenConnections}}
	}
	return []Pool{{"read", len(d.readers), cap(d.readers)}, {"write", min(1, len(d.units)), 1}}
}

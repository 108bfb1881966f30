package db

import (
	"context"
	"time"
)

// MigrateBefore brings an empty database to the schema before the newest migration, as the program before left it.
func (d *DB) MigrateBefore(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	sources := p.ListSources()
	return d.MigrateTo(ctx, sources[len(sources)-2].Version)
}

// HoldAside takes every connection of Aside, if there are any, until free is called.
func (d *DB) HoldAside(ctx context.Context) (free func()) {
	ctx, free = context.WithCancel(ctx)
	if d.aside == nil {
		return free
	}
	for range d.aside.Stats().MaxOpenConnections {
		if _, err := d.aside.BeginTx(ctx, nil); err != nil {
			panic(err)
		}
	}
	return free
}

// WaitAside is how long Aside waits for a connection of its own.
func (d *DB) WaitAside(most time.Duration) { d.asideWait = most }

// Queued is how many acts wait for the single writer.
func (d *DB) Queued() int { return len(d.units) }

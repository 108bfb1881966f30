package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// groupLimit bounds how many acts share one commit, so that the first of them does not wait for ever.
const groupLimit = 64

// unit is one Transact waiting for the single writer.
type unit struct {
	ctx  context.Context
	f    func(*Tx) error
	tx   *Tx
	err  error
	done chan struct{}
}

var errSyncFailed = unavailable(errors.New("a sync failed before; nothing is written until a restart"))

func (d *DB) queueUnit(ctx context.Context, f func(*Tx) error) error {
	u := &unit{ctx: ctx, f: f, done: make(chan struct{})}
	select {
	case d.units <- u:
	case <-ctx.Done():
		return ctx.Err()
	}
	// From here on the outcome must be known, so a cancelled request still waits for its commit.
	<-u.done
	if u.err == nil {
		u.tx.runAfter()
	}
	return classify(u.err)
}

// commitGroups is the single writer: whatever is queued when a transaction opens shares its commit.
func (d *DB) commitGroups() {
	for first := range d.units {
		group := d.runGroup(first)
		for _, u := range group {
			close(u.done)
		}
	}
}

func (d *DB) runGroup(first *unit) []*unit {
	if d.failed.Load() {
		first.err = errSyncFailed
		return []*unit{first}
	}
	raw, err := d.write.BeginTx(context.Background(), nil)
	if err != nil {
		first.err = err
		return []*unit{first}
	}
	group := []*unit{first}
	if len(d.units) == 0 { // nobody else to protect from it
		return d.commitAlone(raw, first)
	}
	lost := d.runUnit(raw, first)
	for lost == nil && len(group) < groupLimit {
		select {
		case u, open := <-d.units:
			if !open {
				return d.commitGroup(raw, group, nil)
			}
			group = append(group, u)
			lost = d.runUnit(raw, u)
			continue
		default:
		}
		break
	}
	return d.commitGroup(raw, group, lost)
}

// commitAlone runs an act that nobody waits behind, without the savepoint that costs a large one a tenth of its time.
func (d *DB) commitAlone(raw *sql.Tx, u *unit) []*unit {
	if u.err = u.ctx.Err(); u.err == nil {
		u.tx = &Tx{ctx: context.WithoutCancel(u.ctx), raw: raw, db: d, kept: d.writes}
		u.err = guarded(u.f, u.tx)
	}
	if u.err != nil {
		if err := raw.Rollback(); err != nil {
			u.err = fmt.Errorf("%w (and its rollback: %w)", u.err, err)
		}
		return []*unit{u}
	}
	return d.commitGroup(raw, []*unit{u}, nil)
}

// commitGroup commits what a group did, or none of it when its transaction was lost meanwhile.
func (d *DB) commitGroup(raw *sql.Tx, group []*unit, lost error) []*unit {
	if d.Meter != nil {
		d.Meter.Commit(len(group))
	}
	if lost == nil {
		lost = raw.Commit()
	}
	if lost != nil {
		if unsynced(lost) {
			d.failed.Store(true)
		}
		_ = raw.Rollback()
		for _, u := range group {
			if u.err == nil {
				u.err = lost
			}
		}
	}
	return group
}

// runUnit isolates one act in a savepoint. Its statements do not see the caller's cancellation: an interrupted
// write would make SQLite roll back the whole group. When SQLite did so all the same (the disk is full), there is no
// savepoint to return to, and what came before in the group is lost.
func (d *DB) runUnit(raw *sql.Tx, u *unit) (lost error) {
	if _, err := raw.Exec("SAVEPOINT act"); err != nil {
		return err
	}
	u.tx = &Tx{ctx: context.WithoutCancel(u.ctx), raw: raw, db: d, kept: d.writes}
	if u.err = u.ctx.Err(); u.err == nil {
		u.err = guarded(u.f, u.tx)
	}
	if u.err != nil {
		if _, err := raw.Exec("ROLLBACK TO act"); err != nil {
			return unavailable(fmt.Errorf("%w (after: %s)", err, u.err.Error())) // what this act did wrong is no reason for the others
		}
	}
	_, err := raw.Exec("RELEASE act")
	return err
}

// guarded turns a panic of one act into its error, so that it cannot take the writer and its neighbours down.
func guarded(f func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in transaction: %v", p)
		}
	}()
	return tx.run(f)
}

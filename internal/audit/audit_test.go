package audit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

var ctx = context.Background()

func record(t *testing.T, d *db.DB, stream string, n int) {
	t.Helper()
	for i := range n {
		err := d.Transact(ctx, func(tx *db.Tx) error {
			_, err := audit.Append(tx, audit.Event{Stream: stream, At: time.Unix(int64(i), 123456), Act: "message", ActorID: "a", ActorName: "Ana", ActorRole: "consumer", Key: fmt.Sprint("k", i)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnUntouchedRecordHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		record(t, d, "case:1", 3)
		record(t, d, "case:2", 2)
		if n, err := audit.Verify(ctx, d); n != 5 || err != nil {
			t.Fatalf("%d events, %v", n, err)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			if done, err := audit.Done(tx, "case:1", "k2"); !done || err != nil {
				t.Errorf("k2 done %v, %v", done, err)
			}
			if done, err := audit.Done(tx, "case:2", "k2"); done || err != nil {
				t.Errorf("k2 of another stream done %v, %v", done, err)
			}
			events, err := audit.Of(tx, "case:1")
			if len(events) != 3 || events[0].Seq != 1 || events[1].Prev != events[0].Hash {
				t.Errorf("%+v", events)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTamperingShowsWhere(t *testing.T) {
	for name, damage := range map[string]string{
		"a changed reason":      `UPDATE event SET reason = 'x' WHERE stream = 'case:1' AND seq = 2`,
		"a changed instant":     `UPDATE event SET at = at + 1 WHERE stream = 'case:1' AND seq = 2`,
		"a removed event":       `DELETE FROM event WHERE stream = 'case:1' AND seq = 2`,
		"a moved event":         `UPDATE event SET stream = 'case:3' WHERE stream = 'case:1' AND seq = 2`,
		"a removed first event": `DELETE FROM event WHERE stream = 'case:1' AND seq = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			record(t, d, "case:1", 3)
			err := d.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(damage); return err })
			if err != nil {
				t.Fatal(err)
			}
			_, err = audit.Verify(ctx, d)
			if broken, ok := errors.AsType[audit.Broken](err); !ok || broken.Seq < 2 {
				t.Fatalf("got %v", err)
			}
		})
	}
}

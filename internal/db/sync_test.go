package db_test

import (
	"path/filepath"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
)

func TestAfterAFailedSyncNothingIsAcknowledgedUntilARestart(t *testing.T) { // quality 2
	dir := t.TempDir()
	d, err := db.Open(ctx, db.Options{Dir: dir})
	if err == nil {
		err = d.Migrate(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	act := func(id string) error {
		return d.Transact(ctx, func(tx *db.Tx) error { return addMunicipality(tx, id) })
	}
	if err := act("4300001"); err != nil {
		t.Fatal(err)
	}
	mend := dbtest.BreakSync(t, filepath.Join(dir, "guiche.db-wal"))
	if err := act("4300002"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("on a disk that cannot sync: %v", err)
	}
	mend()
	if err := act("4300003"); err == nil || !strings.Contains(err.Error(), "until a restart") {
		t.Errorf("afterwards: %v", err)
	}
	if err := d.Ping(ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it looks healthy: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err = db.Open(ctx, db.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := act("4300004"); err != nil || count(t, d) != 2 {
		t.Errorf("after a restart: %v, %d rows", err, count(t, d))
	}
}

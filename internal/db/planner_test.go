package db

import (
	"database/sql"
	"database/sql/driver"
	"testing"
)

// Every connection of every pool plans its statements once, also one that is opened late.
func TestStatementsArePlannedOnce(t *testing.T) {
	d, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for name, pool := range map[string]*sql.DB{"read": d.read, "write": d.write} {
		for range 2 {
			conn, err := pool.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			err = conn.Raw(func(c any) error {
				is, err := planStability(c.(driver.Conn), -1)
				if is != 1 {
					t.Errorf("%s: %d", name, is)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

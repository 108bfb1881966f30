package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"

	"modernc.org/libc"
	sqlitedriver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// openFile opens a pool on an SQLite file whose statements are planned once. SQLite otherwise plans a kept statement
// anew each time it is given values that might have led to another plan: with us nearly every statement, and a tenth
// of what a page costs (ADR 14).
func openFile(dsn string) (*sql.DB, error) {
	c, err := sqlitedriver.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(planOnce{c}), nil
}

// planOnce turns on SQLite's query planner stability guarantee for each connection.
type planOnce struct{ driver.Connector }

func (p planOnce) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := planStability(conn, 1); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// planStability sets the guarantee, 1 or 0, or with -1 leaves it, and says how it is then. It reaches into the driver,
// which has no setting of its own for it; a driver that keeps its connection differently is an error at once.
func planStability(conn driver.Conn, set int32) (is int32, err error) {
	inner := reflect.Indirect(reflect.ValueOf(conn))
	handle, thread := inner.FieldByName("db"), inner.FieldByName("tls")
	if !handle.IsValid() || handle.Kind() != reflect.Uintptr || !thread.IsValid() || thread.Type() != reflect.TypeFor[*libc.TLS]() {
		return 0, errors.New("the SQLite driver keeps its connection differently now")
	}
	tls := (*libc.TLS)(thread.UnsafePointer())
	const slot = 8 // bytes of each argument, and of the answer
	room := libc.Xcalloc(tls, 3, slot)
	if room == 0 {
		return 0, errors.New("no memory for a connection")
	}
	defer libc.Xfree(tls, room)
	answer := room + 2*slot
	if code := lib.Xsqlite3_db_config(tls, uintptr(handle.Uint()), lib.SQLITE_DBCONFIG_ENABLE_QPSG, libc.VaList(room, set, answer)); code != lib.SQLITE_OK {
		return 0, fmt.Errorf("query planner stability: SQLite answered %d", code)
	}
	return libc.AtomicLoadPInt32(answer), nil
}

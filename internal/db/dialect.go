package db

import (
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"guiche/internal/fault"
)

type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

func engineOf(databaseURL string) engine {
	if databaseURL == "" {
		return sqlite
	}
	return postgres
}

func sqliteWriter(file string, o Options) string {
	journal, more := "WAL", "_txlock=immediate&_pragma=foreign_keys(1)"
	if o.Bulk {
		more += "&_pragma=cache_size(-512000)&_pragma=wal_autocheckpoint(16000)" // 512 MB; the log grows to 64
	}
	if o.Staged {
		journal = "OFF"
	}
	return sqliteDSN(file, journal, more)
}
func sqliteReader(file string) string { return sqliteDSN(file, "WAL", "_pragma=query_only(1)") }

func sqliteDSN(file, journal, more string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath()}
	return u.String() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(" + journal + ")&_pragma=synchronous(FULL)&_pragma=cache_size(-16000)&" + more
}

// silentNode sets of a connection, where the server knows such settings, that it may be idle within a transaction for a
// minute, and that its other end is looked for after half a minute and given up after a whole one.
const silentNode = `SELECT set_config(name, own.setting, false) FROM pg_settings JOIN (VALUES ('idle_in_transaction_session_timeout', '60000'),
	('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'), ('tcp_user_timeout', '60000')) own (name, setting) USING (name)`

// mayPause lets a transaction that is Unhurried be idle for longer.
func (t *Tx) mayPause() error {
	if t.db.engine == sqlite || t.ctx.Value(unhurried{}) == nil {
		return nil
	}
	return t.define(`SET LOCAL idle_in_transaction_session_timeout = 0`)
}

// notSynced makes the commit of a transaction of PostgreSQL not wait for the disk: the log is written in order, so the
// commit of whatever builds on it, which does wait, brings it to the disk before. Only this transaction's: a setting of
// the connection might meet others' transactions behind a PgBouncer.
const notSynced = `SET LOCAL synchronous_commit = off`

func (e engine) readOptions() *sql.TxOptions {
	if e == postgres {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return nil
}

// ddl fits one migration text to the engine: lines that begin with "--sqlite " or "--postgres " belong to that
// engine only; SQLite tables are STRICT, where BIGINT is called INTEGER.
func (e engine) ddl(text string) string {
	other := map[engine]engine{sqlite: postgres, postgres: sqlite}[e]
	var own strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "--"+string(other)+" ") {
			own.WriteString(strings.TrimPrefix(line, "--"+string(e)+" "))
		}
	}
	text = own.String()
	if e == sqlite {
		text = strings.ReplaceAll(text, "BIGINT", "INTEGER")
		text = strings.ReplaceAll(text, "\n);", "\n) STRICT;")
	}
	return text
}

// rewrite leaves nothing of what rows held before they were changed.
func (e engine) rewrite() []string {
	if e == postgres {
		return []string{"VACUUM (FULL)"}
	}
	return []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}
}

// Search lists the newest ids of a search table (columns id, text) whose text has all words of a MatchQuery. The two
// question marks are for that query and for how many ids at most: a common word must not cost more than a rare one.
func (t *Tx) Search(table string) string {
	if t.db.engine == postgres {
		return "SELECT id FROM " + table + " WHERE words @@ " + wanted + " ORDER BY id DESC LIMIT ?"
	}
	words := table + "_words"
	return "SELECT s.id FROM " + words + " CROSS JOIN " + table + " s INDEXED BY " + table + "_ids ON s.n = " + words + ".rowid WHERE " + words + " MATCH ? ORDER BY " + words + ".rowid DESC LIMIT ?"
}

// wanted is a MatchQuery as PostgreSQL takes it, word by word as it stands.
const wanted = `CAST(CAST(? AS TEXT) AS tsquery)`

// AddHits adds to a query, in parentheses, the newest ids of Search, at most so many.
func (t *Tx) AddHits(q *Query, table, match string, most int) error {
	q.Add(`(`+t.Search(table)+`)`, match, most)
	if t.db.engine == sqlite {
		return nil
	}
	return t.define(planAnew)
}

// planAnew lets PostgreSQL plan each statement of a transaction for its values, not once for all: a common word is looked
// for from the newest text on, a rare one in the index, and each way is a hundred times too slow for the other.
const planAnew = `SET LOCAL plan_cache_mode = force_custom_plan`

// ReplaceWord puts one word in the place of another in the rows of a search table that have it. The three question marks
// are for the word, the other word, and the MatchQuery of the first.
func (t *Tx) ReplaceWord(table string) string {
	change := "UPDATE " + table + " SET text = replace(text, ?, ?) WHERE "
	if t.db.engine == postgres {
		return change + "words @@ " + wanted
	}
	return change + "n IN (SELECT rowid FROM " + table + "_words WHERE " + table + "_words MATCH ?)"
}

// MatchQuery asks for texts that have all words. Words must be folded: letters and digits only.
func (t *Tx) MatchQuery(words []string) string {
	if t.db.engine == postgres {
		return strings.Join(words, " & ")
	}
	return `"` + strings.Join(words, `" "`) + `"`
}

// MatchBeginning is MatchQuery with the last word as the beginning of one.
func (t *Tx) MatchBeginning(words []string) string {
	if t.db.engine == postgres {
		return t.MatchQuery(words) + ":*"
	}
	return t.MatchQuery(words) + "*"
}

// marks are the question marks of a statement about many rows as the engine wants them. SQLite takes them as they are:
// numbered ones have names, which the driver looks up one after the other in a list of thousands.
func (e engine) marks(text string, args []any) string {
	if e == sqlite {
		return text
	}
	return new(Query).Add(text, args...).Text()
}

// Clock is the database's own moment in microseconds, as a part of a statement: for what nodes whose clocks differ must
// agree on to the second. Rules ask the injected clock.
func (t *Tx) Clock() string {
	if t.db.engine == postgres {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
	}
	return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
}

// ForUpdateSkipLocked lets several workers take different rows; the single writer of SQLite needs nothing.
func (t *Tx) ForUpdateSkipLocked() string {
	if t.db.engine == postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// ForUpdate makes the rows of a SELECT wait for this transaction; the single writer of SQLite needs nothing.
func (t *Tx) ForUpdate() string {
	if t.db.engine == postgres {
		return " FOR UPDATE"
	}
	return ""
}

func retryable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01" || (pg.Code == "23505" && pg.ConstraintName == "event_pkey")
	}
	return false
}

// IsDuplicate tells whether err is a broken UNIQUE or PRIMARY KEY rule.
func IsDuplicate(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*driver.Error](err); ok {
		return lite.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// classify marks failures of the outside (disk full or read-only, database down) as fault.Unavailable.
func classify(err error) error {
	if err == nil || !outside(err) {
		return err
	}
	return unavailable(err)
}

func unavailable(err error) error {
	return fault.Wrap(fault.Unavailable, "O serviço não consegue gravar ou ler agora. Nada do que você enviou antes se perdeu. Tente de novo em instantes.", err)
}

func outside(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		class := pg.Code[:2]
		return class == "08" || class == "53" || class == "57" || class == "58" || pg.Code == idledAway
	}
	if lite, ok := errors.AsType[*driver.Error](err); ok {
		switch lite.Code() & 0xff {
		case lib.SQLITE_BUSY, lib.SQLITE_READONLY, lib.SQLITE_IOERR, lib.SQLITE_FULL, lib.SQLITE_CANTOPEN, lib.SQLITE_NOMEM:
			return true
		}
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok || pgconn.SafeToRetry(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, sqldriver.ErrBadConn) {
		return true // no connection, or one that broke under a statement
	}
	var dial net.Error
	return errors.As(err, &dial)
}

// idledAway is what a connection says that was idle within a transaction for too long.
const idledAway = "25P03"

// unsynced tells whether SQLite could not sync what it wrote. PostgreSQL restarts itself then.
func unsynced(err error) bool {
	lite, ok := errors.AsType[*driver.Error](err)
	return ok && (lite.Code() == lib.SQLITE_IOERR_FSYNC || lite.Code() == lib.SQLITE_IOERR_DIR_FSYNC)
}

// tableNames lists our own tables in the order in which they were made, so that none refers to a later one. An index of
// words, which follows its table by itself, is none, nor is what says how far this database's own schema is.
func (e engine) tableNames() string {
	if e == postgres {
		return `SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT IN ('goose_db_version', 'index_pending') ORDER BY oid`
	}
	return `SELECT l.name FROM pragma_table_list l JOIN sqlite_schema s ON s.name = l.name
		WHERE l.schema = 'main' AND l.type IN ('table', 'virtual') AND l.name NOT LIKE 'sqlite%' AND l.name NOT LIKE '%!_words' ESCAPE '!' AND l.name NOT IN ('goose_db_version', 'index_pending') ORDER BY s.rowid`
}

// tableColumns lists the columns of a table by name, each with its place in the primary key, from 1, or 0. Those that the
// engine fills in by itself are not among them.
func (e engine) tableColumns() string {
	if e == postgres {
		return `SELECT a.attname::text, coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
			FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attname::text COLLATE "C"`
	}
	return `SELECT name, pk FROM pragma_table_info($1) WHERE name <> 'n' OR pk <> 1 ORDER BY name`
}

// indexes lists what only reading needs of a table: how each is dropped and made. The index of words is not dropped but
// filled anew, before the triggers are made that keep it.
func (e engine) indexes() string {
	if e == postgres {
		return `SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
			WHERE indrelid = to_regclass($1::text) AND NOT indisunique ORDER BY 1`
	}
	return `SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_schema
			WHERE tbl_name = $1 AND (type = 'index' AND sql NOT LIKE 'CREATE UNIQUE %'
				OR type = 'trigger' AND EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1 || '_words'))
		UNION ALL SELECT '', 'INSERT INTO ' || name || ' (' || name || ') VALUES (''rebuild'')' FROM sqlite_schema WHERE name = $1 || '_words'
		ORDER BY 1`
}

// moreToSort gives a transaction room to sort the rows of an index in memory; may be nothing.
func (e engine) moreToSort() string {
	if e == postgres {
		return `SET LOCAL maintenance_work_mem = '512MB'`
	}
	return `` // as much as it may keep of the database
}

// byteOrder sorts a column of any type by the bytes of its text, nothing first: the same on both engines.
func (e engine) byteOrder(column string) string {
	order := "coalesce(CAST(" + column + " AS TEXT), '')"
	if e == postgres {
		return order + ` COLLATE "C"`
	}
	return order
}

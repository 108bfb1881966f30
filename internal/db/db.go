package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"guiche/internal/fault"
)

// Options say where the database is.
type Options struct {
	// URL is postgres://... or empty for SQLite in Dir.
	URL string
	// Dir is the data folder of an embedded installation.
	Dir string
	// ReadOnly opens an existing database beside a running program: no lock, no Transact.
	ReadOnly bool
	// Bulk is for work that writes very much and alone: the embedded engine then keeps far more of the database in memory.
	Bulk bool
	// Staged is for an embedded database that is thrown away unless all of it succeeds: it is written without a log that
	// would be as large as itself. Transact only.
	Staged bool
}

// DB is the installation's database.
type DB struct {
	engine  engine
	write   *sql.DB
	read    *sql.DB
	pulse   *sql.DB     // for Ping: it asks the server, not the queue of our own pool
	aside   *sql.DB     // for Tx.Aside; nil on SQLite
	writes  *statements // of the write pool; nil on PostgreSQL, whose driver keeps its own
	reads   *statements
	readers chan struct{}
	units   chan *unit
	writer  sync.WaitGroup
	lock    *Lock
	// Patience is how long one act or reading may take on PostgreSQL; then it is fault.Unavailable, so that a server that
	// no longer answers holds nobody for ever. Zero: no limit. Set before first use.
	Patience  time.Duration
	asideWait time.Duration // for one Aside on its own connection

	failed  atomic.Bool // a sync of SQLite failed, or Distrust: what the disk holds is unknown
	queries atomic.Int64

	// Observe, when set before first use, is given every SQL text (tests ask the planner about them).
	Observe func(query string)
	// Meter, when set before first use, is told what writing costs.
	Meter *Meter
}

// NewID is a new row id: a UUIDv7, so that ids made later sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// FirstID is before every id that was made from a moment on, and behind those made before.
func FirstID(at time.Time) string {
	ms := fmt.Sprintf("%012x", at.UnixMilli())
	return ms[:8] + "-" + ms[8:] + "-7"
}

// Made is when an id was made; zero when it is none of ours.
func Made(id string) time.Time {
	ms, err := strconv.ParseInt(strings.Replace(id[:min(13, len(id))], "-", "", 1), 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// Open connects. It does not migrate. A second writing process on the same folder is refused.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{engine: engineOf(o.URL), readers: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))}
	if d.engine == postgres {
		d.readers = make(chan struct{}, 64)
		return d, d.openPostgres(ctx, o.URL)
	}
	if !o.ReadOnly {
		var err error
		if d.lock, err = LockFolder(o.Dir); err != nil {
			return nil, err
		}
	}
	if err := d.openSQLite(ctx, filepath.Join(o.Dir, "guiche.db"), o); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) openPostgres(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database url: %w", err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWait
	}
	pool := connect(*config)
	most := max(16, 4*runtime.GOMAXPROCS(0))
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most) // a new connection parses and plans all statements anew
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.write, d.read = pool, pool
	d.pulse = connect(*config)
	d.pulse.SetMaxOpenConns(1)
	d.aside = connect(*config)
	d.asideWait = time.Second
	d.aside.SetMaxOpenConns(4)
	d.aside.SetConnMaxIdleTime(5 * time.Minute)
	return d.Ping(ctx)
}

// connectWait is how long PostgreSQL may take for a new connection. All who wait for one wait behind it.
const connectWait = 5 * time.Second

// connect makes a pool whose connections the server ends soon when this node falls silent, as one does whose machine lost
// power: its locks would hold up all others until the server's TCP gives up, by default after two hours.
func connect(config pgx.ConnConfig) *sql.DB {
	return stdlib.OpenDB(config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		ctx, stop := context.WithTimeout(ctx, connectWait)
		defer stop()
		_, err := c.Exec(ctx, silentNode)
		return err
	}))
}

func (d *DB) openSQLite(ctx context.Context, file string, o Options) error {
	var err error
	if d.read, err = openFile(sqliteReader(file)); err != nil {
		return err
	}
	d.pulse = d.read // where it finds the connection to parse on
	d.read.SetMaxOpenConns(cap(d.readers) + 1)
	d.read.SetMaxIdleConns(cap(d.readers) + 1)
	d.reads = newStatements(d.read)
	if o.ReadOnly {
		if _, err := os.Stat(file); err != nil {
			return err
		}
		return classify(d.read.PingContext(ctx))
	}
	if d.write, err = openFile(sqliteWriter(file, o)); err != nil {
		return err
	}
	if o.Staged {
		d.write.SetMaxOpenConns(1) // whose file nobody may read meanwhile, so nothing is parsed beside it
	} else {
		d.write.SetMaxOpenConns(2) // the writer's, and one to parse on
		d.writes = newStatements(d.write)
	}
	if err := d.write.PingContext(ctx); err != nil {
		return classify(err)
	}
	d.units = make(chan *unit, 256)
	d.writer.Go(d.commitGroups)
	return nil
}

// Close ends all connections; Transact must not be called any more.
func (d *DB) Close() error {
	if d.units != nil {
		close(d.units)
		d.writer.Wait()
		d.units = nil
	}
	var errs []error
	for _, pool := range []*sql.DB{d.write, d.read, d.pulse, d.aside} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
	}
	return errors.Join(errs...)
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if d.failed.Load() {
		return errSyncFailed
	}
	return classify(d.pulse.PingContext(ctx))
}

// Distrust makes every act fail until a restart: a sync of what acts rely on and is kept beside the database has failed.
func (d *DB) Distrust() { d.failed.Store(true) }

// Check reads the whole file of an embedded database and tells whether it is still one. PostgreSQL has checksums of its own.
func (d *DB) Check(ctx context.Context) error {
	if d.engine == postgres {
		return nil
	}
	return d.Look(ctx, func(tx *Tx) error {
		found, err := Scalar[string](tx, `PRAGMA quick_check(1)`)
		if err == nil && found != "ok" {
			err = errors.New(found)
		}
		return err
	})
}

// State is what nodes depend on and do not set: how a PostgreSQL keeps what it commits, and its clock.
type State struct {
	// Loses names the settings by which a power cut takes what was committed; empty: none.
	Loses string
	// Ahead is how far this machine's clock is ahead of the database's; negative: behind. Right to the time one question takes.
	Ahead time.Duration
}

// State asks for it. An embedded database has this machine's clock and settings of our own.
func (d *DB) State(ctx context.Context, now func() time.Time) (s State, err error) {
	if d.engine == sqlite {
		return s, nil
	}
	var clock int64
	asked := now()
	err = d.Look(ctx, func(tx *Tx) error {
		s, err = One(tx, func(r Row, s *State) error { return r.Scan(&clock, &s.Loses) }, `SELECT `+tx.Clock()+`, coalesce((SELECT string_agg(name || '=off', ', ' ORDER BY name)
			FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'), '')`)
		return err
	})
	answered := now()
	s.Ahead = asked.Add(answered.Sub(asked) / 2).Sub(time.UnixMicro(clock))
	return s, err
}

// Engine names the engine, for the start-up line and metrics only; rules must not ask.
func (d *DB) Engine() string { return string(d.engine) }

// Queries counts the statements run so far, so that tests can say what a page costs.
func (d *DB) Queries() int64 { return d.queries.Load() }

// Transact runs f in one durable transaction: when it returns nil, everything f wrote survives power loss.
// f may run more than once (PostgreSQL retries on a serialization failure) and must not touch the outside.
func (d *DB) Transact(ctx context.Context, f func(*Tx) error) error {
	if d.Meter != nil {
		return d.Meter.transact(ctx, d, f)
	}
	return d.transact(ctx, f)
}

func (d *DB) transact(ctx context.Context, f func(*Tx) error) error {
	if d.failed.Load() {
		return errSyncFailed
	}
	if d.units != nil {
		return d.queueUnit(ctx, f)
	}
	if d.engine == sqlite {
		return errors.New("db: opened read-only")
	}
	return d.transactOn(ctx, d.write, f)
}

// transactOn is Transact on connections of PostgreSQL.
func (d *DB) transactOn(ctx context.Context, pool *sql.DB, f func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := d.transactOnce(ctx, pool, f)
		if err == nil || attempt == 10 || !retryable(err) {
			return classify(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(attempt) * int64(4*time.Millisecond))))
	}
}

func (d *DB) transactOnce(ctx context.Context, pool *sql.DB, f func(*Tx) error) error {
	ctx, stop := d.patient(ctx)
	defer stop()
	raw, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Rollback() }()
	tx := &Tx{ctx: ctx, raw: raw, db: d, kept: d.writes}
	if err := tx.mayPause(); err != nil {
		return err
	}
	if err := tx.run(f); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		return err
	}
	tx.runAfter()
	return nil
}

// Rewrite writes the whole database anew, so that nothing is left on the disk of what rows held before. It takes as
// much room again, and others wait.
func (d *DB) Rewrite(ctx context.Context) error {
	for _, statement := range d.engine.rewrite() {
		if _, err := d.write.ExecContext(ctx, statement); err != nil {
			return classify(err)
		}
	}
	return nil
}

// Read runs f on one consistent state of the database. Writing in it fails.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	ctx, stop := d.patient(ctx)
	defer stop()
	leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	raw, err := d.read.BeginTx(ctx, d.engine.readOptions())
	if err != nil {
		return classify(err)
	}
	defer func() { _ = raw.Rollback() }()
	tx := &Tx{ctx: ctx, raw: raw, db: d, kept: d.reads}
	if err := tx.mayPause(); err != nil {
		return classify(err)
	}
	return classify(f(tx))
}

// Look is Read for f that asks one question only, which is consistent by itself: it saves the two statements around it.
// A second question fails.
func (d *DB) Look(ctx context.Context, f func(*Tx) error) error {
	ctx, stop := d.patient(ctx)
	defer stop()
	leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return classify(f(&Tx{ctx: ctx, db: d, kept: d.reads}))
}

type unhurried struct{}

// Unhurried frees an act or a reading from Patience, and from the minute after which the server ends it when nothing is
// asked: nothing bounds the rows of a merger of two companies, or what a backup does between two of its tables.
func Unhurried(ctx context.Context) context.Context { return context.WithValue(ctx, unhurried{}, true) }

func (d *DB) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.Patience == 0 || d.engine == sqlite || ctx.Value(unhurried{}) != nil {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, d.Patience)
}

// enter waits for a place among the readers.
func (d *DB) enter(ctx context.Context) (leave func(), err error) {
	select {
	case d.readers <- struct{}{}:
		return func() { <-d.readers }, nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, "O serviço está muito ocupado. Tente de novo em instantes.", ctx.Err())
	}
}

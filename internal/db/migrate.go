package db

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// fitted serves the migrations in the engine's own words.
type fitted struct {
	embed.FS
	engine engine
}

type fittedFile struct {
	fs.File
	*bytes.Reader
}

func (f fittedFile) Read(p []byte) (int, error) { return f.Reader.Read(p) }

func (f fitted) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return file, err
	}
	text, err := f.FS.ReadFile(name)
	return fittedFile{file, bytes.NewReader([]byte(f.engine.ddl(string(text))))}, err
}

func (f fitted) ReadFile(name string) ([]byte, error) {
	text, err := f.FS.ReadFile(name)
	return []byte(f.engine.ddl(string(text))), err
}

func (d *DB) provider() (*goose.Provider, error) {
	sub, err := fs.Sub(fitted{migrations, d.engine}, "migrations")
	if err != nil {
		return nil, err
	}
	if d.engine == sqlite {
		return goose.NewProvider(goose.DialectSQLite3, d.write, sub)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // nodes that start at once ask each second, for five minutes
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, d.write, sub, goose.WithSessionLocker(locker))
}

// Migrate brings the schema up to this program. A schema newer than the program is an error: an older binary must
// not work on it.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	if err := checkNotNewer(ctx, p); err != nil {
		return err
	}
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return classify(err)
	}
	if has >= pendingSince { // what follows may want the indexes that a killed load owes
		if err := d.makeIndexes(ctx); err != nil {
			return err
		}
	}
	if _, err = p.Up(ctx); err != nil {
		return classify(err)
	}
	return d.makeIndexes(ctx)
}

// pendingSince is the schema that first had the table index_pending.
const pendingSince = 15

// MigrateTo brings an empty database to a schema of before, so that rows of that time fit in.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return classify(err)
	}
	if has > version {
		return fmt.Errorf("schema %d: %w", has, ErrNotEmpty)
	}
	_, err = p.UpTo(ctx, version)
	return classify(err)
}

// KnownSchema is the newest schema that this program knows.
func KnownSchema() (newest int64, err error) {
	known, err := steps()
	for _, step := range known {
		newest = max(newest, step.Version)
	}
	return newest, err
}

// Schema is the schema that this database has.
func (t *Tx) Schema() (int64, error) {
	return Scalar[int64](t, `SELECT CAST(max(version_id) AS BIGINT) FROM goose_db_version WHERE is_applied`)
}

func checkNotNewer(ctx context.Context, p *goose.Provider) error {
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return classify(err)
	}
	sources := p.ListSources()
	if known := sources[len(sources)-1].Version; version > known {
		return fmt.Errorf("the database has schema %d, this program knows %d: use the newer program", version, known)
	}
	return nil
}

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// steps are those that this program knows, oldest first.
func steps() (known []Migration, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		known = append(known, Migration{Version: version, Name: path.Base(name)})
	}
	return known, nil
}

// Migrations lists all steps and whether the database has them. It only reads, unlike goose's own list, which makes its
// table and waits for who migrates.
func (d *DB) Migrations(ctx context.Context) ([]Migration, error) {
	all, err := steps()
	if err != nil {
		return nil, err
	}
	applied, err := d.applied(ctx)
	for i := range all {
		all[i].Applied = slices.Contains(applied, all[i].Version)
	}
	return all, err
}

// applied are the steps that the database has: none where there is no table of them.
func (d *DB) applied(ctx context.Context) (versions []int64, err error) {
	err = d.Read(ctx, func(tx *Tx) error {
		table, err := tx.table("goose_db_version")
		if err != nil || len(table.columns) == 0 {
			return err
		}
		versions, err = Column[int64](tx, `SELECT version_id FROM goose_db_version WHERE is_applied`)
		return err
	})
	return versions, err
}

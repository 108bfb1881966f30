package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"guiche/internal/db"
	"guiche/internal/seed"
)

// openDatabase opens the installation's database to work on it, and brings it up to this program.
func (p *program) openDatabase() (*db.DB, error) {
	d, err := p.connect()
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(p); err != nil {
		return nil, errors.Join(fmt.Errorf("banco de dados: %w", err), d.Close())
	}
	if err := seed.Base(p, d); err != nil {
		return nil, errors.Join(fmt.Errorf("dados de referência: %w", err), d.Close())
	}
	return d, nil
}

// connect opens the database to write in it, and makes the folder and the file of an embedded one; it does not migrate.
func (p *program) connect() (*db.DB, error) {
	d, err := db.Open(p, db.Options{URL: p.DatabaseURL, Dir: p.Data, Bulk: p.bulk})
	if err != nil {
		return nil, fmt.Errorf("banco de dados: %w", inUse(p.Data, err))
	}
	return d, nil
}

// inUse says in plain words that another process writes the folder, if that is the error.
func inUse(dir string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("outro guiche já trabalha com a pasta %s. Encerre-o antes", dir)
	}
	return err
}

// readDatabase opens the installation's database to read it, also beside a running program.
func (p *program) readDatabase() (*db.DB, error) {
	d, err := db.Open(p, db.Options{URL: p.DatabaseURL, Dir: p.Data, ReadOnly: true})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("não há dados em %s. Diga a pasta com --data ou o banco com --database-url", p.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("banco de dados: %w", err)
	}
	return d, nil
}

// hasDatabase tells whether there is an installation where the settings say.
func (p *program) hasDatabase() bool {
	_, err := os.Stat(filepath.Join(p.Data, "guiche.db"))
	return p.DatabaseURL != "" || err == nil
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"guiche/internal/db"
)

type copydbCmd struct {
	From string `required:"" placeholder:"URL" help:"De onde: sqlite:PASTA ou postgres://usuario:senha@host/banco."`
	To   string `required:"" placeholder:"URL" help:"Para onde, do mesmo jeito. Precisa estar vazio."`
}

// Run copies every table to the other database, compared before any of it stays. Files are not copied.
func (c copydbCmd) Run(p *program) error {
	source, target, err := c.places()
	if err != nil {
		return usageError{err}
	}
	from, err := p.openPlace(source)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	defer from.Close()
	target.Bulk = true
	to, err := p.openPlace(target)
	if err != nil {
		return fmt.Errorf("to: %w", err)
	}
	return errors.Join(p.copyTo(from, to), to.Close())
}

func (c copydbCmd) places() (from, to db.Options, err error) {
	from, fromErr := place(c.From)
	to, toErr := place(c.To)
	if err := errors.Join(fromErr, toErr); err != nil {
		return from, to, err
	}
	if from == to {
		return from, to, errors.New("from e to são o mesmo banco")
	}
	if _, err := os.Stat(filepath.Join(from.Dir, "guiche.db")); from.URL == "" && err != nil {
		return from, to, fmt.Errorf("from: não há banco em %s", from.Dir)
	}
	return from, to, nil
}

// place reads where a database is.
func place(address string) (db.Options, error) {
	if dir, lite := strings.CutPrefix(address, "sqlite:"); lite && dir != "" {
		return db.Options{Dir: filepath.Clean(dir)}, nil
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return db.Options{URL: address}, nil
	}
	return db.Options{}, errors.New("escreva sqlite:PASTA ou postgres://usuario:senha@host/banco")
}

func (p *program) openPlace(o db.Options) (*db.DB, error) {
	d, err := db.Open(p, o)
	return d, inUse(o.Dir, err)
}

func (p *program) copyTo(from, to *db.DB) error {
	if err := to.Migrate(p); err != nil {
		return err
	}
	began, rows, tables := p.now(), int64(0), 0
	err := db.Copy(p, from, to, func(c db.Copied) {
		rows, tables = rows+c.Rows, tables+1
		p.log.Info("table copied", "table", c.Table, "rows", c.Rows, "sha256", c.Hash)
	})
	switch {
	case errors.Is(err, db.ErrNotEmpty):
		return fmt.Errorf("to: o banco já tem dados e ficou como estava (%w)", err)
	case errors.Is(err, db.ErrOldSchema):
		return errors.New("from: a estrutura é antiga. Use antes guiche migrate up")
	case err != nil:
		return fmt.Errorf("nada foi copiado: %w", err)
	}
	_, err = fmt.Fprintf(p.out, "Copiado e conferido: %d tabelas, %d linhas, em %.1f s. Os arquivos não fazem parte do banco.\n", tables, rows, p.now().Sub(began).Seconds())
	return err
}

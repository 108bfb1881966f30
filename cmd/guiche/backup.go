package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/backup"
	"guiche/internal/db"
)

type backupCmd struct {
	File     string `arg:"" name:"arquivo" help:"Arquivo que será feito. Não pode existir ainda."`
	NoVerify bool   `name:"no-verify" help:"Não ler o arquivo de novo para conferir."`
}

// Run saves the installation, which may be serving meanwhile. The file has its name only once it is whole and was read
// back; a failure leaves none.
func (c backupCmd) Run(p *program) error {
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("%s já existe e não será substituído. Escolha outro nome", c.File)}
	}
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	source, err := p.source(d)
	if err != nil {
		return err
	}
	defer func() { _ = source.close() }() // nothing was written to it
	source.Folder = filepath.Dir(c.File)
	began, part := p.now(), c.File+".part"
	contents, err := p.savePart(source.Source, part, !c.NoVerify)
	if err == nil {
		err = publish(part, c.File)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Cópia feita%s: %s. %s, em %.1f s.\n", verified(!c.NoVerify), c.File, inside(contents), p.now().Sub(began).Seconds())
	fmt.Fprintf(p.out, "O arquivo de chaves (%s) não está nela e é preciso para restaurar: guarde-o em outro lugar.\n", p.keyFile())
	return lacking(contents)
}

func verified(yes bool) string {
	if yes {
		return " e conferida"
	}
	return ""
}

func inside(c backup.Contents) string {
	return fmt.Sprintf("Estrutura %d, %d tabelas, %d linhas, %d arquivos (%.1f MB)", c.Schema, len(c.Tables), c.Rows(), c.Files, float64(c.Bytes)/1e6)
}

// lacking says what was bad before the backup was made: it is as whole as the installation was.
func lacking(c backup.Contents) error {
	bad := slices.Concat(c.Missing, c.Damaged)
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("a cópia está inteira, mas a instalação não estava: %d arquivos faltavam, %d estavam danificados. Procure-os em uma cópia mais antiga. O primeiro: %s",
		len(c.Missing), len(c.Damaged), bad[0])
}

// openSource is an installation to be saved, with what has to be closed.
type openSource struct {
	backup.Source
	close func() error
}

func (p *program) source(d *db.DB) (openSource, error) {
	ring, err := p.readKeys(d)
	if err != nil {
		return openSource{}, err
	}
	blobs, err := p.openBlobs()
	if err != nil {
		return openSource{}, err
	}
	each := func(tx *db.Tx, f func(key, sha256 string) error) error {
		return attachment.EachStored(tx, func(s attachment.Stored) error { return f(s.Blob, s.SHA256) })
	}
	return openSource{backup.Source{DB: d, Blobs: blobs, Ring: ring, EachFile: each, HasFile: attachment.HasStored, Program: version, Now: p.now,
		Told: p.progress()}, blobs.Close}, nil
}

// progress tells of each table, and now and then of the files.
func (p *program) progress() func(db.Copied, int64, int64) {
	last := p.now()
	return func(table db.Copied, files, bytes int64) {
		if table.Table != "" {
			p.log.Info("table done", "table", table.Table, "rows", table.Rows, "sha256", table.Hash)
		} else if p.now().Sub(last) > 5*time.Second {
			last = p.now()
			p.log.Info("files done", "files", files, "bytes", bytes)
		}
	}
}

// savePart leaves a whole and durable file, or none.
func (p *program) savePart(s backup.Source, part string, verify bool) (c backup.Contents, err error) {
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return c, fmt.Errorf("%s existe: outra cópia está em andamento, ou foi interrompida e você pode apagá-lo", part)
	}
	if err != nil {
		return c, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
	}()
	c, err = s.Write(p, file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil || !verify {
		return c, err
	}
	if _, err = (backup.File{Path: part, Ring: s.Ring}).Check(p); err != nil {
		return c, fmt.Errorf("a cópia não se deixa ler de volta e foi apagada. Confira o disco: %w", err)
	}
	return c, nil
}

func publish(part, whole string) error {
	if err := os.Rename(part, whole); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(whole))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

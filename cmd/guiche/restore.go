package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"guiche/internal/attachment"
	"guiche/internal/backup"
	"guiche/internal/complaint"
	"guiche/internal/db"
)

type restoreCmd struct {
	File  string `arg:"" name:"arquivo" help:"Cópia de segurança feita por guiche backup."`
	Check bool   `help:"Só conferir o arquivo, sem restaurar."`
}

// Run makes an installation of a backup, where there is none. The whole backup is read and compared before anything is
// written.
func (c restoreCmd) Run(p *program) (err error) {
	ring, err := p.loadKeys()
	if err != nil {
		return err
	}
	began, file := p.now(), backup.File{Path: c.File, Ring: ring}
	if c.Check {
		contents, err := file.Check(p)
		if err != nil {
			return p.refused(err)
		}
		_, err = fmt.Fprintf(p.out, "A cópia está inteira: %s. %s.\n", contents.At.Format("2006-01-02 15:04:05 UTC"), inside(contents))
		return errors.Join(err, lacking(contents))
	}
	blobs, err := p.openBlobs()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()
	contents, err := p.target(blobs).Restore(p, file)
	if err != nil {
		return p.refused(err)
	}
	fmt.Fprintf(p.out, "Restaurado e conferido, como era em %s. %s, em %.1f s.\n", contents.At.Format("2006-01-02 15:04:05 UTC"), inside(contents), p.now().Sub(began).Seconds())
	fmt.Fprintln(p.out, "Inicie o guiche e confira com: guiche audit verify")
	return lacking(contents)
}

// target is where the settings say, which must be empty.
func (p *program) target(blobs blobStore) backup.Target {
	return backup.Target{Database: db.Options{URL: p.DatabaseURL, Dir: p.Data}, Blobs: blobs, ForgetFile: attachment.ForgetStored, Last: complaint.SkipNumbers, Told: p.progress()}
}

// refused says why a backup was not restored.
func (p *program) refused(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("esta cópia não existe: %w", err)}
	}
	for reason, text := range map[error]string{
		backup.ErrKey:      fmt.Sprintf("esta cópia não abre com as chaves de %s. Traga o arquivo de chaves da instalação de onde ela veio", p.keyFile()),
		backup.ErrNoBackup: "este arquivo não é uma cópia de segurança do guiche, ou está danificado no começo",
		backup.ErrDamaged:  "esta cópia está danificada ou incompleta. Use outra",
		backup.ErrNewer:    "esta cópia foi feita por um guiche mais novo. Use aquela versão do programa, ou uma mais nova",
		db.ErrNotEmpty:     "no lugar em que restaurar já há dados, e nada foi mudado. Restaure em uma pasta vazia, em um banco vazio e, com blobs-url, em um balde vazio",
	} {
		if errors.Is(err, reason) {
			return fmt.Errorf("%s (%w)", text, err)
		}
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("nada foi restaurado: %w", inUse(p.Data, err))
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/secret"
	"guiche/internal/vault"
)

// keyFile is where the keys of this installation are.
func (p *program) keyFile() string { return cmp.Or(p.KeyFile, filepath.Join(p.Data, "guiche.key")) }

// openKeys gives the keys of an installation that is opened to work on it. At its first start they are made; where
// data were sealed, their keys must be there.
func (p *program) openKeys(d *db.DB) (*secret.Ring, error) {
	ring, err := p.readKeys(d)
	if errors.Is(err, fs.ErrNotExist) {
		if ring, err = p.makeKeys(d, err); err == nil {
			p.log.Warn("chave nova: guarde uma cópia deste arquivo longe dos dados e das cópias de segurança; sem ele os dados não podem ser lidos", "key-file", p.keyFile())
		}
	}
	if err != nil {
		return nil, err
	}
	if err := vault.Register(p, d, ring, p.now()); err != nil {
		return nil, err
	}
	return ring, p.sealPlain(d, ring)
}

// sealPlain seals what an older version left readable, before anybody is served, and removes its traces from the disk.
func (p *program) sealPlain(d *db.DB, ring *secret.Ring) error {
	n, err := vault.SealPlain(p, d, ring)
	if err != nil {
		return err
	}
	if n > 0 {
		p.log.Warn("dados pessoais de uma versão anterior agora estão cifrados; as cópias de segurança antigas não", "rows", n)
	}
	return p.removeTraces(d)
}

// removeTraces does what a start before this one owes too, that sealed and then failed or was killed.
func (p *program) removeTraces(d *db.DB) error {
	owes, err := vault.OwesRewrite(p, d)
	if err != nil || !owes {
		return err
	}
	p.log.Warn("o banco de dados é gravado de novo, para que o disco não guarde o que era legível; isto pode levar minutos")
	if err := vault.Rewrite(p, d); err != nil {
		return fault.Wrap(fault.Unavailable, "o disco ainda guarda dados pessoais legíveis, porque o banco de dados não pôde ser gravado de novo. Deixe livre tanto espaço quanto ele ocupa e inicie de novo, um nó de cada vez", err)
	}
	return nil
}

// makeKeys makes the first key, unless something was sealed already.
func (p *program) makeKeys(d *db.DB, missing error) (*secret.Ring, error) {
	sealed, err := vault.Keys(p, d)
	if err != nil {
		return nil, err
	}
	if len(sealed) > 0 {
		return nil, missing
	}
	return secret.Make(p.keyFile())
}

// readKeys gives the keys that are there, which must be all that this database needs.
func (p *program) readKeys(d *db.DB) (*secret.Ring, error) {
	ring, err := p.loadKeys()
	if err != nil {
		return nil, err
	}
	id, err := vault.Missing(p, d, ring)
	if err != nil {
		return nil, err
	}
	if id != "" {
		return nil, fmt.Errorf("key-file: em %s falta a chave %s, com que estes dados foram cifrados. Traga de volta o arquivo certo", p.keyFile(), id)
	}
	return ring, nil
}

func (p *program) loadKeys() (*secret.Ring, error) {
	ring, err := secret.Load(p.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noKeyFile{p.keyFile(), err}
	}
	if err != nil {
		return nil, fmt.Errorf("key-file: %w", err)
	}
	p.removeUnfinishedKeys()
	return ring, nil
}

// removeUnfinishedKeys is for when the key file was read, so that nothing is removed that may be its last copy.
func (p *program) removeUnfinishedKeys() {
	secret.RemoveUnfinished(p.keyFile(), p.now().Add(-24*time.Hour))
}

// noKeyFile says in words that there is no key file where it should be.
type noKeyFile struct {
	path string
	error
}

func (n noKeyFile) Unwrap() error { return n.error }

func (n noKeyFile) Error() string {
	return fmt.Sprintf("key-file: falta o arquivo %s, sem o qual os dados não podem ser lidos. Traga de volta a cópia que foi guardada, ou diga onde ele está", n.path)
}

package main

import (
	"errors"
	"fmt"

	"guiche/internal/audit"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Conferir que nada foi mudado ou retirado do registro."`
}

type auditVerifyCmd struct{}

// Run reads every event and fails with the first link that does not hold. It works beside a running program.
func (auditVerifyCmd) Run(p *program) error {
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	n, err := audit.Verify(p, d)
	if broken, found := errors.AsType[audit.Broken](err); found {
		fmt.Fprintf(p.out, "stream %s event %d\n", broken.Stream, broken.Seq)
		return fmt.Errorf("o registro foi alterado depois de escrito. Primeiro elo quebrado: %w", broken)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "O registro está inteiro: %d eventos conferidos.\n", n)
	return err
}

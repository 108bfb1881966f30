package main

import (
	"errors"
	"fmt"
	"time"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/db"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Conferir que nada foi mudado ou retirado do registro, e que todo protocolo entregue está no banco."`
}

type auditVerifyCmd struct{}

// Run reads the file of an embedded database, every event and every protocol that was given, and fails when that is
// damaged, or a link or a case is missing. It works beside a running program.
func (auditVerifyCmd) Run(p *program) error {
	d, err := p.readDatabase()
	if err != nil {
		return err
	}
	defer d.Close()
	if err := p.verifyFile(d); err != nil {
		return err
	}
	return errors.Join(p.verifyRecord(d), p.verifyLedger(d))
}

func (p *program) verifyFile(d *db.DB) error {
	defer p.naming("reading the file of the database")()
	if err := d.Check(p); err != nil {
		return fmt.Errorf("o arquivo do banco de dados está danificado. Guarde uma cópia de toda a pasta e restaure a última cópia de segurança: %w", err)
	}
	return nil
}

func (p *program) verifyRecord(d *db.DB) error {
	n, err := audit.VerifyTelling(p, d, p.counting("verifying events"))
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

func (p *program) verifyLedger(d *db.DB) error {
	c, err := p.compareLedger(d, 0)
	if err != nil {
		return err
	}
	for _, e := range c.lost {
		fmt.Fprintf(p.out, "lost %s case %s given %s\n", e.Protocol, e.CaseID, e.At.Format(time.RFC3339))
	}
	for _, b := range c.broken {
		fmt.Fprintf(p.out, "ledger %s\n", b)
	}
	if words := c.words(); words != "" {
		return errors.New(words)
	}
	filed, err := complaint.Filed(p, d)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "O livro de protocolos está inteiro: %d casos conferidos.\n", c.found())
	if more := filed - int64(c.found()); more > 0 {
		fmt.Fprintf(p.out, "Atenção: %d casos do banco não estão no livro desta pasta (inventados, trazidos de outro lugar, de outro nó ou de antes do livro).\n", more)
	}
	return nil
}

package main

import (
	"fmt"
	"os"

	"guiche/internal/config"
)

type configCmd struct{}

// Run prints every setting as serve would take it, passwords hidden.
func (configCmd) Run(p *program) error {
	p.warnOfUnknownSettings()
	for _, setting := range p.List() {
		if _, err := fmt.Fprintf(p.out, "%-13s = %s\n", setting.Name, setting.Value); err != nil {
			return err
		}
	}
	return nil
}

// warnOfUnknownSettings tells of variables that nothing reads: a setting believed to be on must not be off in silence.
func (p *program) warnOfUnknownSettings() {
	for _, name := range config.Unknown(os.Environ()) {
		p.log.Warn("variável de ambiente desconhecida nesta versão, ignorada", "variable", name)
	}
}

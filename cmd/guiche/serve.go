package main

import (
	"errors"
	"fmt"
	"strings"

	"guiche/internal/mail"
	"guiche/internal/oidc"
)

type serveCmd struct{}

// Run serves the public. It refuses to start with anything missing, and says all of it at once.
func (serveCmd) Run(p *program) (err error) {
	p.warnOfUnknownSettings()
	if err := p.CheckServe(); err != nil {
		return usageError{err}
	}
	providers, err := oidc.LoadProviders(p.OIDC)
	if err != nil {
		return usageError{fmt.Errorf("oidc: %w", err)}
	}
	sender, err := mail.ParseSMTP(p.SMTPURL, mail.Address{Address: p.MailFrom}, p.now)
	if err != nil {
		return usageError{fmt.Errorf("smtp-url, mail-from: %w", err)}
	}
	replies, mailbox, err := p.openMailbox()
	if err != nil {
		return usageError{err}
	}
	l, err := p.door()
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // closed already after serving
	i, err := p.install()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	o := parts{sender: sender, replies: replies, mailbox: mailbox, signIn: oidc.New(providers, strings.TrimSuffix(p.BaseURL, "/"), nil, p.now)}
	site, err := i.site(o)
	if err != nil {
		return err
	}
	i.announce(l.Addr().String())
	return i.serve(site, l, o)
}

// announce says what runs, and what is off.
func (i *installation) announce(addr string) {
	i.log.Info("guiche", "version", version, "addr", addr, "base-url", i.BaseURL, "database", i.db.Engine(), "filing-level", i.FilingLevel)
	if i.Clamd == "" {
		i.log.Warn("sem antivírus: arquivos são entregues sem verificação (clamd)")
	}
	if i.IMAPURL == "" {
		i.log.Warn("respostas aos e-mails não entram nos casos (imap-url)")
	}
	if i.MetricsOpen() {
		i.log.Warn("outras máquinas podem ler as medidas, sem senha (metrics-addr)")
	}
	if !i.SecondFactor {
		i.log.Warn("quem trabalha no órgão entra sem segundo fator (second-factor)")
	}
}

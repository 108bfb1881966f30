package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// bench is one run over one engine.
type bench struct {
	settings
	ctx      context.Context
	program  *program
	limitURL string // a database of its own for the machine's limits
	// What the machine could do at best: one bare request of one client, in milliseconds, and a program's launch, in seconds.
	bare, launch float64
	smallest     float64 // the queue's page at the first size, in milliseconds
	table        *table
	loader       *loader
	progress     io.Writer

	strangers []*visitor // not signed in
	consumers []*visitor // Ana, in sixteen browsers
	calm      *visitor   // Dandara, who has one case
	officer   *visitor   // Elisa
}

// measure runs everything on one engine in dir.
func measure(ctx context.Context, s settings, engine, dir string, progress io.Writer) (t *table, err error) {
	t = &table{facts: facts(engine), ease: 1}
	appURL, limitURL := "", ""
	if engine == "postgres" {
		t.ease = 2
		server, startErr := startPostgres()
		if startErr != nil {
			return t, startErr
		}
		if s.keep {
			fmt.Fprintln(progress, "PostgreSQL in", server.dir)
		} else {
			defer func() { err = errors.Join(err, server.stop()) }()
		}
		if appURL, err = server.create("guiche"); err != nil {
			return t, err
		}
		if limitURL, err = server.create("limits"); err != nil {
			return t, err
		}
	}
	b := &bench{settings: s, ctx: ctx, table: t, progress: progress, limitURL: limitURL, loader: newLoader(s.seed, progress)}
	if b.program, err = newProgram(ctx, s.bin, dir, appURL); err != nil {
		return t, err
	}
	err = b.all()
	return t, errors.Join(err, b.program.stop())
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// all measures in an order in which each part leaves what the next needs.
func (b *bench) all() error {
	for _, part := range []struct {
		what string
		do   func() error
	}{
		{"the machine", b.measureMachine},
		{"start, empty", b.measureStart},
		{"signing in", b.signIn},
		{"front door", b.measureDoor},
		{"pages of the people", b.measurePeoplesPages},
		{"filing", b.measureFiling},
		{"memory under load", b.measurePeak},
		{"memory over time", b.measureSoak},
	} {
		b.say("%s", part.what)
		if err := part.do(); err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return b.measureSizes()
}

// measureMachine measures the limits that no part measures beside its own figures.
func (b *bench) measureMachine() error {
	bare, err := hellos(b.ctx, b.span, 1)
	if err != nil {
		return err
	}
	launch, err := launched(b.ctx, b.bin, b.starts)
	if err != nil {
		return err
	}
	b.bare, b.launch = bare.percentile(50), launch.Seconds()
	acts, err := smallActs(b.ctx, b.span, filepath.Join(b.program.dir, "acts"), b.limitURL)
	b.table.add(figure{id: "-", what: "machine: durable acts of one row, 16 at once", value: acts, unit: "/s", more: "through the program's own handle"})
	return err
}

func (b *bench) measureStart() error {
	first, err := b.program.start(b.ctx)
	if err != nil {
		return err
	}
	again, err := b.program.restart(b.ctx, b.starts)
	if err != nil {
		return err
	}
	if err := b.program.settle(); err != nil {
		return err
	}
	idle, _, err := b.program.memory()
	if err != nil {
		return err
	}
	binary, err := os.Stat(b.bin)
	if err != nil {
		return err
	}
	b.table.add(
		figure{id: "Q-6", what: "start to ready, empty", value: again.Seconds(), unit: " s", atMost: 0.2, limit: b.launch, limitOf: "its version said", more: fmt.Sprintf("median of %d; the first, which makes the database, %.2f s", b.starts, first.Seconds())},
		figure{id: "Q-6", what: "memory, idle", value: idle, unit: " MB", atMost: 80},
		figure{id: "Q-6", what: "binary", value: float64(binary.Size()) / 1e6, unit: " MB", atMost: 60})
	return nil
}

// signIn opens every browser once; their sessions outlive restarts of the program.
func (b *bench) signIn() error {
	b.strangers = newVisitors(b.ctx, b.program.origin(), clients)
	b.consumers = newVisitors(b.ctx, b.program.origin(), clients)
	for _, v := range b.consumers {
		if err := v.signIn(ana()); err != nil {
			return err
		}
	}
	return b.signInReaders()
}

// signInReaders gives those who look at one page again and again a new session: loading many cases, or an hour of
// load, takes longer than one lasts.
func (b *bench) signInReaders() error {
	b.calm = newVisitor(b.ctx, b.program.origin(), clients)
	b.officer = newVisitor(b.ctx, b.program.origin(), clients+1)
	return errors.Join(b.calm.signIn(dandara()), b.officer.signIn(elisa()))
}

// measurePeoplesPages files one complaint and looks at every page of the way, with one draft open.
func (b *bench) measurePeoplesPages() error {
	paper, err := receipt()
	if err != nil {
		return err
	}
	filed, err := fileWhole(b.consumers[0], paper)
	if err != nil {
		return err
	}
	draft, err := newDraft(b.consumers[0])
	if err != nil {
		return err
	}
	if err := fill(b.consumers[0], draft, false); err != nil {
		return err
	}
	return b.measureBytes(b.publicPages(draft, filed))
}

func (b *bench) measurePeak() error {
	_, peak, err := b.program.memory()
	b.table.add(figure{id: "Q-6", what: "memory, most under the load above", value: peak, unit: " MB", atMost: 256})
	return err
}

// measureSizes grows the installation step by step and measures start, queue and case at each size.
func (b *bench) measureSizes() error {
	if err := b.signInReaders(); err != nil {
		return err
	}
	paper, err := receipt()
	if err != nil {
		return err
	}
	talked, err := fileWhole(b.calm, paper)
	if err != nil {
		return err
	}
	if err := b.talk(talked); err != nil {
		return err
	}
	for _, size := range b.cases {
		b.say("with %s", thousands(size))
		if err := b.measureSize(size, talked); err != nil {
			return fmt.Errorf("with %s: %w", thousands(size), err)
		}
	}
	if err := b.measureInbox(); err != nil {
		return fmt.Errorf("the inbox: %w", err)
	}
	return b.measureClocks(talked)
}

func (b *bench) measureSize(size int, talked string) error {
	queueAlone, caseAlone, err := b.grow(size, strings.TrimPrefix(talked, "/reclamacoes/"))
	if err != nil {
		return err
	}
	ready, err := b.program.restart(b.ctx, b.starts)
	if err != nil {
		return err
	}
	b.table.add(figure{id: "Q-6", what: "start to ready, " + thousands(size), value: ready.Seconds(), unit: " s", atMost: 0.2, limit: b.launch, limitOf: "its version said", more: fmt.Sprintf("median of %d", b.starts)})
	if err := errors.Join(b.program.settle(), b.signInReaders()); err != nil {
		return err
	}
	if err := b.measureQueue(size, queueAlone); err != nil {
		return err
	}
	if err := b.measureCase(size, talked, caseAlone); err != nil {
		return err
	}
	_, peak, err := b.program.memory()
	if err != nil {
		return err
	}
	b.table.add(figure{id: "Q-6", what: "memory, most at the queue, " + thousands(size), value: peak, unit: " MB", atMost: 256})
	return b.measureBytes([]shown{
		{"queue of 50, " + thousands(size), "/servidor/fila", b.officer},
		{"officer's case, " + thousands(size), officersPath(talked), b.officer},
	})
}

// grow stops the program, loads cases and asks the queries alone. The program stays stopped.
func (b *bench) grow(size int, protocol string) (queue, oneCase float64, err error) {
	if err := b.program.stop(); err != nil {
		return 0, 0, err
	}
	i, err := openInstallation(b.ctx, b.program)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, i.db.Close()) }()
	perSecond, err := b.loader.history(i).Load(b.ctx, size, b.cases[len(b.cases)-1])
	if err != nil {
		return 0, 0, err
	}
	b.table.add(figure{id: "-", what: "loading straight through the store, to " + thousands(size), value: perSecond, unit: " cases/s"})
	if err := i.settle(b.ctx); err != nil {
		return 0, 0, err
	}
	return i.alone(b.ctx, protocol)
}

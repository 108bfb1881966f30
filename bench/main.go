// Command bench measures the program as people meet it: it starts the built binary, signs in as the people of the
// demonstration, asks and files over HTTP on the loopback, and prints each figure beside its bar and
// beside what this machine could do at best in the same minutes. It uses throw-away folders and stops by itself.
//
//	go run ./bench -cases 10000,100000 -engine sqlite    the whole table, a few minutes
//	go run ./bench -short                                a minute, to see that it still runs
//
// The generator shares the machine with the program, so absolute figures are pessimistic and noisy: compare ratios.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings say how much to measure.
type settings struct {
	bin     string
	cases   []int    // sizes of the installation, rising
	engines []string // "sqlite", "postgres"
	span    time.Duration
	starts  int           // starts of the program, of which the median counts
	filings int           // complaints of each client
	pages   int           // times one page is asked for
	inbox   int           // cases of one company; 0: not measured
	clocks  int           // of Q-8; 0: not measured
	soak    time.Duration // how long memory is watched under load; 0: not
	seed    uint64
	keep    bool // leave what was measured where it is
}

const clients = 16

func main() {
	s, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err = run(ctx, s, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string, out io.Writer) (settings, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	bin := flags.String("bin", "bin/guiche", "the program to measure")
	cases := flags.String("cases", "", "sizes of the installation in cases, rising, with commas (10000,100000; with -short 2000)")
	engine := flags.String("engine", "sqlite", "sqlite, postgres or both")
	short := flags.Bool("short", false, "measure little: about a minute")
	clocks := flags.Int("clocks", -1, "running clocks of Q-8, of which a twentieth runs out at one moment (20000, with -short 1000; the bar is about 1000000; 0: none)")
	inbox := flags.Int("inbox", -1, "cases of the one company whose inbox is measured (100000, with -short 1000; 0: none)")
	soak := flags.Duration("soak", 0, "how long memory is watched under a steady load (1h is Q-6's)")
	seed := flags.Uint64("seed", 1, "of the invented cases: the same seed gives the same cases")
	keep := flags.Bool("keep", false, "leave the data, and the PostgreSQL that has them, at the end: a large installation takes an hour to load")
	if err := flags.Parse(args); err != nil {
		return settings{}, err
	}
	s := settings{bin: *bin, span: 3 * time.Second, starts: 5, filings: 40, pages: 200, inbox: 100_000, clocks: 20_000, soak: *soak, seed: *seed, keep: *keep}
	if *short {
		s.span, s.starts, s.filings, s.pages, s.inbox, s.clocks = time.Second, 3, 8, 60, 1000, 1000
	}
	if *clocks >= 0 {
		s.clocks = *clocks
	}
	if *inbox >= 0 {
		s.inbox = *inbox
	}
	var err error
	if s.cases, err = sizes(cmp.Or(*cases, map[bool]string{true: "2000", false: "10000,100000"}[*short])); err != nil {
		return s, err
	}
	s.engines, err = engines(*engine)
	return s, err
}

func sizes(text string) (list []int, err error) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-cases: %q is no number of cases", part)
		}
		list = append(list, n)
	}
	if !slices.IsSorted(list) {
		return nil, errors.New("-cases: sizes must rise")
	}
	return list, nil
}

func engines(text string) ([]string, error) {
	switch text {
	case "sqlite", "postgres":
		return []string{text}, nil
	case "both":
		return []string{"sqlite", "postgres"}, nil
	}
	return nil, fmt.Errorf("-engine: %q is neither sqlite, postgres nor both", text)
}

// run measures each engine in a folder of its own and prints one table for each.
func run(ctx context.Context, s settings, out, progress io.Writer) error {
	dir, err := os.MkdirTemp("", "guiche-bench")
	if err != nil {
		return err
	}
	if s.keep {
		fmt.Fprintln(progress, "data in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	for _, engine := range s.engines {
		t, err := measure(ctx, s, engine, dir+"/"+engine, progress)
		if printErr := t.print(out); printErr != nil { // what was measured before a failure is worth reading too
			return printErr
		}
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

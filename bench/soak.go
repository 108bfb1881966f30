package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The load of the soak: what a state's busiest hour is made of, many times over.
const (
	soakFilings = 20  // complaints a second
	soakViews   = 200 // pages a second
	soakWorkers = 8   // of each; what they cannot keep up with is not asked for, and the table says so
	soakSamples = 60
)

// measureSoak keeps filing and looking at pages for long, and compares the program's memory early and late: it must not
// grow.
func (b *bench) measureSoak() error {
	if b.soak == 0 {
		return nil
	}
	people, err := b.settlePeople(crowd)
	if err != nil {
		return err
	}
	if err := b.program.settle(); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(b.ctx, b.soak)
	defer stop()
	paper, err := receipt()
	if err != nil {
		return err
	}
	first, err := fileQuickly(b.calm, paper)
	if err != nil {
		return err
	}
	var filed, seen atomic.Int64
	var workers sync.WaitGroup
	failures := make(chan error, 2*soakWorkers)
	pages := []string{"/", "/atendimento?q=telefonia", destinations()[0], "/", "/atendimento", destinations()[1]}
	work := []string{"/servidor/fila", "/servidor/fila?q=" + url.QueryEscape("geladeira"), officersPath(first)}
	steady(ctx, &workers, soakFilings, failures, func(worker int) error {
		next := people[int(filed.Add(1))%crowd]
		by, err := b.consumers[worker].as(next)
		if err != nil {
			return err
		}
		_, err = fileQuickly(by, paper)
		return err
	})
	steady(ctx, &workers, soakViews, failures, func(worker int) (err error) {
		n := int(seen.Add(1))
		by, path := b.strangers[worker], pages[n%len(pages)]
		switch n % 10 {
		case 0:
			path = "/painel"
			by, err = b.consumers[soakWorkers+worker].as(people[n/10%crowd])
		case 5:
			by, path = b.officer, work[n/10%len(work)]
		}
		if err != nil {
			return err
		}
		_, err = by.page(path)
		return err
	})
	sizes, err := b.sampleMemory(ctx)
	workers.Wait()
	close(failures)
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	if err != nil {
		return err
	}
	early, late := median(sizes[soakSamples/4:soakSamples/2]), median(sizes[soakSamples*3/4:])
	b.table.add(
		figure{id: "Q-6", what: fmt.Sprintf("complaints over %s", b.soak), value: float64(filed.Load()) / b.soak.Seconds(), unit: " a second", atLeast: 0.95 * soakFilings},
		figure{id: "Q-6", what: fmt.Sprintf("pages over %s", b.soak), value: float64(seen.Load()) / b.soak.Seconds(), unit: " a second", atLeast: 0.95 * soakViews},
		figure{id: "Q-6", what: fmt.Sprintf("memory over %s under load: last quarter beside the second", b.soak), value: late / early, unit: " times", atMost: 1.1,
			more: fmt.Sprintf("%.0f MB, then %.0f MB, most %.0f MB", early, late, slices.Max(sizes))})
	return nil
}

// steady lets workers do something so many times a second, until ctx ends or one fails.
func steady(ctx context.Context, workers *sync.WaitGroup, perSecond int, failures chan<- error, do func(worker int) error) {
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	context.AfterFunc(ctx, tick.Stop)
	for worker := range soakWorkers {
		workers.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if err := do(worker); err != nil && ctx.Err() == nil {
					failures <- err
					return
				}
			}
		})
	}
}

// fileQuickly files one complaint without looking at the pages on the way, and gives the address of the case.
func fileQuickly(v *visitor, paper file) (path string, err error) {
	draft, err := newDraft(v)
	if err != nil {
		return "", err
	}
	if err := fill(v, draft, false); err != nil {
		return "", err
	}
	if err := sendPapers(v, draft, "continuar", append(smallPapers(), paper)...); err != nil {
		return "", err
	}
	return submit(v, draft)
}

// sampleMemory looks at the program's memory, in MB, at even times until ctx ends.
func (b *bench) sampleMemory(ctx context.Context) ([]float64, error) {
	var sizes []float64
	for range soakSamples {
		select {
		case <-ctx.Done():
		case <-time.After(b.soak / soakSamples):
		}
		now, _, err := b.program.memory()
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, now)
	}
	return sizes, b.ctx.Err()
}

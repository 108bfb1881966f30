package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/db"
)

// stormPart is which part of the clocks runs out at one moment: of a million, fifty thousand.
const stormPart = 20

// measureClocks is Q-8: a sweep over running clocks of which none is due, a storm of those that run out at one moment,
// and what the pages cost while the program meets a second storm.
func (b *bench) measureClocks(talked string) error {
	if b.clocks == 0 {
		return nil
	}
	b.say("with %d clocks", b.clocks)
	if err := b.measureSweep(); err != nil {
		return err
	}
	return b.measureStorm(officersPath(talked))
}

func (b *bench) measureSweep() (err error) {
	i, err := b.stopped()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.db.Close()) }()
	if err := b.loader.wind(b.ctx, i, b.clocks-b.clocks/stormPart, 0); err != nil {
		return err
	}
	if err := errors.Join(i.complaints.KeepDeadlines(b.ctx), i.settle(b.ctx)); err != nil { // of the cases loaded before
		return err
	}
	calm, _, err := b.sweep(i)
	if err != nil {
		return err
	}
	if err := b.loader.wind(b.ctx, i, b.clocks/stormPart, 30); err != nil {
		return err
	}
	took, mails, err := b.sweep(i)
	b.table.add(
		figure{id: "Q-8", what: fmt.Sprintf("sweep over %d running clocks, none due", b.clocks), value: calm.Seconds(), unit: " s", atMost: 10},
		figure{id: "Q-8", what: "mails queued as clocks run out at one moment", value: float64(mails) / took.Seconds(), unit: "/s", atLeast: 50_000.0 / 30,
			more: fmt.Sprintf("%d cases moved and recorded with %d mails in %.1f s", b.clocks/stormPart, mails, took.Seconds())})
	return err
}

// sweep keeps the deadlines once and says how long it took and how many mails it queued; they are thrown away.
func (b *bench) sweep(i *installation) (took time.Duration, mails int64, err error) {
	if _, err := i.forgetMails(b.ctx); err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := i.complaints.KeepDeadlines(b.ctx); err != nil {
		return 0, 0, err
	}
	took = time.Since(began)
	mails, err = i.forgetMails(b.ctx)
	return took, mails, err
}

func (i *installation) forgetMails(ctx context.Context) (n int64, err error) {
	err = i.db.Transact(ctx, func(tx *db.Tx) error {
		n, err = tx.Exec(`DELETE FROM job WHERE kind = $1`, complaint.NoticeJob)
		return err
	})
	return n, err
}

// wind loads cases whose clock began some days ago, all on one day, so that all run out at one moment.
func (l *loader) wind(ctx context.Context, i *installation, clocks, daysAgo int) error {
	for done := 0; done < clocks; {
		cases := make([]complaint.Complaint, min(5000, clocks-done))
		for n := range cases {
			cases[n] = l.Author().Next()
			running(&cases[n], n, daysAgo)
		}
		if err := i.complaints.Load(ctx, cases); err != nil {
			return err
		}
		done += len(cases)
		fmt.Fprintf(l.progress, "  wound %d of %d clocks\n", done, clocks)
	}
	return i.db.Transact(ctx, func(tx *db.Tx) error { // as acts leave them: a reminder ahead
		_, err := tx.Exec(`UPDATE complaint SET remind_at = due_at - 86400000000 WHERE due_at > $1 AND state IN ('awaiting_consumer', 'awaiting_supplier', 'awaiting_rating')`, time.Now().UnixMicro())
		return err
	})
}

// running puts a case where a clock of the consumer or the company runs.
func running(c *complaint.Complaint, n, daysAgo int) {
	c.State, c.Resume, c.Outcome, c.ClosedAt = complaint.AwaitingConsumer, complaint.Screening, "", time.Time{}
	if c.Route == complaint.Direct {
		c.State, c.Resume = []complaint.State{complaint.AwaitingSupplier, complaint.AwaitingRating}[n%2], ""
	}
	c.UpdatedAt = time.Now().AddDate(0, 0, -daysAgo)
	c.FiledAt = c.UpdatedAt
}

// stopped stops the program and opens its installation.
func (b *bench) stopped() (*installation, error) {
	if err := b.program.stop(); err != nil {
		return nil, err
	}
	return openInstallation(b.ctx, b.program)
}

// measureStorm asks for pages in peace, and again while the running program meets a storm of clocks.
func (b *bench) measureStorm(casePath string) error {
	pages := []string{"/servidor/fila", casePath, "/"}
	if _, err := b.program.start(b.ctx); err != nil {
		return err
	}
	if err := b.program.settle(); err != nil {
		return err
	}
	peace, err := b.askAll(pages, func() bool { return false })
	if err != nil {
		return err
	}
	i, err := b.stopped()
	if err != nil {
		return err
	}
	if err := errors.Join(b.loader.wind(b.ctx, i, b.clocks/stormPart, 30), i.settle(b.ctx), i.db.Close()); err != nil {
		return err
	}
	if _, err := b.program.start(b.ctx); err != nil { // it keeps the deadlines at once
		return err
	}
	over, err := b.watchStorm()
	if err != nil {
		return err
	}
	storm, err := b.askAll(pages, over)
	if err != nil {
		return err
	}
	for n, path := range pages {
		if strings.Contains(path, "/casos/") {
			path = "officer's case"
		}
		before, during := peace[n].percentile(50), storm[n].percentile(50)
		b.table.add(figure{id: "Q-8", what: "page during a storm of clocks: " + path, value: during / before, unit: " times", atMost: 2,
			more: fmt.Sprintf("p50 %.1f ms, in peace %.1f ms; p99 %.1f and %.1f ms; %d asked", during, before, storm[n].percentile(99), peace[n].percentile(99), len(storm[n].times))})
	}
	return nil
}

// askAll asks for each page in turn until over says so, at most the usual number of times.
func (b *bench) askAll(pages []string, over func() bool) ([]sample, error) {
	all := make([]sample, len(pages))
	for asked := 0; asked < b.pages && !over(); asked++ {
		for n, path := range pages {
			s, err := drive(1, time.Minute, 1, func(int, int) error {
				_, err := b.officer.page(path)
				return err
			})
			if err != nil {
				return nil, err
			}
			all[n] = all[n].and(s)
		}
	}
	return all, nil
}

// watchStorm looks beside the running program whether clocks are still due; the answer is at most a tenth of a second old.
func (b *bench) watchStorm() (over func() bool, err error) {
	d, err := db.Open(b.ctx, db.Options{Dir: filepath.Join(b.program.dir, "data"), URL: b.program.databaseURL, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() { _ = d.Close() }()
		for left := 1; left > 0 && b.ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
			err := d.Read(b.ctx, func(tx *db.Tx) (err error) {
				left, err = db.Scalar[int](tx, `SELECT count(*) FROM (SELECT 1 FROM complaint WHERE state IN ('awaiting_consumer', 'awaiting_supplier', 'awaiting_rating') AND due_at < $1 LIMIT 1) AS due`, time.Now().UnixMicro())
				return err
			})
			if err != nil {
				return
			}
		}
	}()
	return func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}, nil
}

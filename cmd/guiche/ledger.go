package main

import (
	"errors"
	"fmt"
	"hash/maphash"
	"path/filepath"
	"slices"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/ledger"
)

// ledgerFolder is beside the database, also when that is a PostgreSQL: each node keeps what it gave.
func (p *program) ledgerFolder() string { return filepath.Join(p.Data, "ledger") }

// openLedger opens the ledger and compares its end with the database. What is missing there is told, not hidden, and
// keeps nobody from the rest: the program serves, and gives the lost numbers to nobody else.
func (i *installation) openLedger() error {
	opened, unfinished, err := ledger.Open(i.ledgerFolder())
	if err != nil {
		return err
	}
	i.ledger = opened
	opened.Distrust = i.db.Distrust
	if unfinished > 0 {
		i.log.Warn("unfinished line at the end of the ledger, not acknowledged, is cut off", "bytes", unfinished)
	}
	found, err := i.compareLedger(i.db, ledger.Tail)
	if err != nil {
		return err
	}
	if len(found.lost) > 0 { // then what is further back counts too: an agency with few cases may not be in the end
		if found, err = i.compareLedger(i.db, 0); err != nil {
			return err
		}
		if err := complaint.KeepNumbers(i, i.db, found.lost); err != nil {
			return err
		}
	}
	if err := i.lineLast(found); err != nil { // the cases are there: nobody is kept waiting for it
		i.log.Error("the last cases could not be given their line in the ledger", "error", err)
	}
	if words := found.words(); words != "" {
		i.warn(words + ". Veja: guiche audit verify")
		i.log.Error("the database or the ledger was damaged; guiche audit verify names what is missing", "lost", len(found.lost), "broken", len(found.broken))
	}
	return nil
}

// lineLast gives a line to each of the last cases that has none, because the program was killed between its commit and its line:
// its protocol may have been mailed and stands on its consumer's panel.
func (i *installation) lineLast(c comparison) error {
	if c.last.IsZero() {
		return nil // a ledger begins with what is filed from now on
	}
	slices.Sort(c.given)
	filed, err := complaint.FiledSince(i, i.db, c.last.Add(-time.Minute), 1000)
	for _, e := range filed {
		if _, given := slices.BinarySearch(c.given, maphash.String(c.seed, e.CaseID)); !given {
			e.At = i.now()
			err = errors.Join(err, i.ledger.Append(i, e))
		}
	}
	return err
}

// comparison is what a ledger says and the database does not, or what no longer holds in the ledger itself.
type comparison struct {
	seed   maphash.Seed
	given  []uint64  // the cases of all entries by a hash of their ids: ten million fit into memory
	last   time.Time // when the newest entry was written
	lost   []ledger.Entry
	broken []ledger.Broken
}

// words tell an operator what is wrong; empty when nothing is.
func (c comparison) words() string {
	if len(c.lost)+len(c.broken) == 0 {
		return ""
	}
	return fmt.Sprintf("protocolos entregues que faltam no banco de dados: %d; linhas do livro de protocolos que não conferem: %d", len(c.lost), len(c.broken))
}

// found is how many cases of the ledger the database has.
func (c comparison) found() int {
	lost := map[string]bool{}
	for _, e := range c.lost {
		lost[e.CaseID] = true
	}
	slices.Sort(c.given)
	return len(slices.Compact(c.given)) - len(lost)
}

// comparedAtOnce is how many protocols are looked up in one reading.
const comparedAtOnce = 1024

// compareLedger compares the last reach bytes of the ledgers with the database, or all of them when reach is 0.
func (p *program) compareLedger(d *db.DB, reach int64) (comparison, error) {
	c := comparison{seed: maphash.MakeSeed()}
	var some []ledger.Entry
	told := p.counting("comparing protocols")
	look := func() error {
		told(int64(len(c.given)))
		lost, err := complaint.Lost(p, d, some)
		c.lost, some = append(c.lost, lost...), some[:0]
		return err
	}
	broken, err := ledger.Walk(p, p.ledgerFolder(), reach, func(e ledger.Entry) error {
		c.given = append(c.given, maphash.String(c.seed, e.CaseID))
		if e.At.After(c.last) {
			c.last = e.At
		}
		if some = append(some, e); len(some) < comparedAtOnce {
			return nil
		}
		return look()
	})
	c.broken = broken
	if err != nil {
		return c, err
	}
	return c, look()
}

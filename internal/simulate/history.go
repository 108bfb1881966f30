package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// ErrReal says that people have complained here: nothing is invented beside what they told.
var ErrReal = errors.New("simulate: this installation has complaints of people")

// rule is the routing rule that invented cases name.
const rule = "simulate"

const (
	perConsumer   = 5       // cases of a consumer on average,
	mostConsumers = 100_000 // until there are so many consumers; then they have more
	batch         = 5000
)

// History fills an installation with invented cases, in steps. It needs the services and the seed.
type History struct {
	DB         *db.DB
	People     *person.Service
	Suppliers  *supplier.Service
	Complaints *complaint.Service
	Now        func() time.Time
	Seed       uint64
	// Progress is told after each batch; may be nil.
	Progress func(loaded, total int, perSecond float64)
	// Indexing is told before the indexes are made that were left out; may be nil.
	Indexing func()

	author *Author
	loaded int
}

// Loaded is how many cases were loaded by now.
func (h *History) Loaded() int { return h.loaded }

// Author is who invents; nil before the first Load.
func (h *History) Author() *Author { return h.author }

// Load loads cases until there are total of them; most is the total of the last step, for which consumers are made. It
// says how many cases a second it loaded. What was loaded before an error stays.
func (h *History) Load(ctx context.Context, total, most int) (perSecond float64, err error) {
	if h.author == nil {
		c, err := h.gather(ctx, min(mostConsumers, max(10, most/perConsumer)))
		if err != nil {
			return 0, err
		}
		h.author = newAuthor(h.Seed, h.Now(), c)
	}
	there, err := complaint.Filed(ctx, h.DB)
	if err != nil {
		return 0, err
	}
	began, before := h.Now(), h.loaded
	rate := func() float64 { return float64(h.loaded-before) / h.Now().Sub(began).Seconds() }
	load := func() error { return h.load(ctx, total, rate) }
	if int64(total-h.loaded) < there { // making all indexes again would cost more than it saves
		err = load()
	} else {
		err = h.DB.Bare(ctx, complaint.LoadTables, func() error {
			err := load()
			if h.Indexing != nil {
				h.Indexing()
			}
			return err
		})
	}
	return rate(), err
}

func (h *History) load(ctx context.Context, total int, rate func() float64) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	invented := make(chan []complaint.Complaint, 1)
	go h.invent(ctx, invented, total-h.loaded)
	for cases := range invented { // until the inventor has stopped, also after an error
		if err == nil {
			err = h.Complaints.Load(ctx, cases)
		}
		if err != nil {
			stop()
			continue
		}
		h.loaded += len(cases)
		if h.Progress != nil {
			h.Progress(h.loaded, total, rate())
		}
	}
	return cmp.Or(err, ctx.Err())
}

// invent gives so many cases in batches, the next while one is loaded, until the context ends.
func (h *History) invent(ctx context.Context, out chan<- []complaint.Complaint, many int) {
	defer close(out)
	for ; many > 0 && ctx.Err() == nil; many -= batch {
		cases := make([]complaint.Complaint, min(batch, many))
		for n := range cases {
			cases[n] = h.author.Next()
		}
		select {
		case out <- cases:
		case <-ctx.Done():
		}
	}
}

// Check is ErrReal when the first case of the installation is not an invented one.
func (h *History) Check(ctx context.Context) error {
	return h.DB.Read(ctx, func(tx *db.Tx) error {
		first, err := db.Column[string](tx, `SELECT route_rule FROM complaint ORDER BY id LIMIT 1`)
		if err == nil && len(first) > 0 && first[0] != rule {
			err = ErrReal
		}
		return err
	})
}

// gather makes the consumers and finds the officers, places and companies that the cases are about.
func (h *History) gather(ctx context.Context, consumers int) (c crowd, err error) {
	if c.consumers, err = h.Consumers(ctx, consumers); err != nil {
		return c, err
	}
	var companies []string
	err = h.DB.Read(ctx, func(tx *db.Tx) error {
		ids, err := db.Column[string](tx, `SELECT a.id FROM account a JOIN role_grant g ON g.cpf = a.cpf WHERE g.role = 'officer' ORDER BY a.cpf`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c.officers = append(c.officers, person.Account{ID: id, Name: "Elisa Prates"})
		}
		if companies, err = db.Column[string](tx, `SELECT id FROM supplier ORDER BY trade_name`); err != nil {
			return err
		}
		c.places, err = db.Column[string](tx, `SELECT residence FROM jurisdiction_rule WHERE kind = 'presence' AND presence <> 'present' ORDER BY id`)
		return err
	})
	if err != nil {
		return c, err
	}
	for n := range 12 { // colleagues who have not signed in yet
		c.officers = append(c.officers, person.Account{ID: fmt.Sprint("simulated-officer-", n), Name: name(n * 31)})
	}
	for _, id := range companies {
		s, err := h.Suppliers.ByID(ctx, id)
		if err != nil {
			return c, err
		}
		c.suppliers = append(c.suppliers, s)
	}
	if len(c.places) == 0 {
		return c, errors.New("the installation has no municipality without a Procon")
	}
	return c, nil
}

// Consumers signs n invented people in, the same whenever it is asked, some at the same time.
func (h *History) Consumers(ctx context.Context, n int) ([]person.Account, error) {
	const atOnce = 16
	made, errs := make([]person.Account, n), make([]error, atOnce)
	var wg sync.WaitGroup
	for worker := range atOnce {
		wg.Go(func() {
			for at := worker; at < n && errs[worker] == nil; at += atOnce {
				made[at], errs[worker] = h.People.SignIn(ctx, person.Identity{Issuer: "https://simulated.invalid/", Subject: cpf(at), CPF: cpf(at), Name: name(at),
					Email: fmt.Sprintf("pessoa%d@example.com", at), EmailVerified: true, Level: person.Silver})
			}
		})
	}
	wg.Wait()
	return made, errors.Join(errs...)
}

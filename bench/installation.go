package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/supplier"
)

// installation is the program's data opened while it is stopped, with the services that keep them.
type installation struct {
	db         *db.DB
	people     *person.Service
	agencies   *agency.Service
	suppliers  *supplier.Service
	complaints *complaint.Service
	secrets    *secret.Ring
}

func openInstallation(ctx context.Context, p *program) (*installation, error) {
	d, err := db.Open(ctx, db.Options{Dir: filepath.Join(p.dir, "data"), URL: p.databaseURL})
	if err != nil {
		return nil, err
	}
	keys, err := secret.Load(filepath.Join(p.dir, "data", "guiche.key"))
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	i := &installation{db: d, secrets: keys, agencies: &agency.Service{DB: d, Now: time.Now, Secrets: keys}, suppliers: &supplier.Service{DB: d, Now: time.Now, Secrets: keys}}
	i.people = &person.Service{DB: d, Now: time.Now, Secrets: keys, Mail: func(*db.Tx, person.Account, string) error { return nil }}
	jobs := job.New(d, time.Now, job.Settings{})
	files := &attachment.Service{DB: d, Jobs: jobs, Now: time.Now, Limits: attachment.DefaultLimits()} // no blobs: nothing is opened here
	i.complaints = &complaint.Service{DB: d, Files: files, Agencies: i.agencies, Suppliers: i.suppliers, Now: time.Now, Secrets: keys, FilingLevel: person.Silver, Jobs: jobs}
	return i, nil
}

// loader fills the installation with invented cases, in steps.
type loader struct {
	seed     uint64
	author   *author
	loaded   int
	progress io.Writer
}

// perConsumer is how many cases a consumer has on average.
const perConsumer = 5

// rareWord is in a single invented case.
func (l *loader) rareWord() string { return contract(l.loaded / 2) }

// fill loads cases until there are total of them; most is the total of the last step, for which consumers are made.
func (l *loader) fill(ctx context.Context, i *installation, total, most int) (perSecond float64, err error) {
	if l.author == nil {
		c, err := gather(ctx, i, max(10, most/perConsumer))
		if err != nil {
			return 0, err
		}
		l.author = newAuthor(l.seed, time.Now(), c)
	}
	began, before := time.Now(), l.loaded
	for l.loaded < total {
		cases := make([]complaint.Complaint, min(5000, total-l.loaded))
		for n := range cases {
			cases[n] = l.author.next()
		}
		if err := i.complaints.Load(ctx, cases); err != nil {
			return 0, err
		}
		l.loaded += len(cases)
		fmt.Fprintf(l.progress, "  loaded %d of %d cases, %.0f/s\n", l.loaded, total, float64(l.loaded-before)/time.Since(began).Seconds())
	}
	return float64(l.loaded-before) / time.Since(began).Seconds(), nil
}

// gather makes the consumers and finds the officers, places and companies that the cases are about.
func gather(ctx context.Context, i *installation, consumers int) (c crowd, err error) {
	if c.consumers, err = makeConsumers(ctx, i.people, consumers); err != nil {
		return c, err
	}
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		ids, err := db.Column[string](tx, `SELECT a.id FROM account a JOIN role_grant g ON g.cpf = a.cpf WHERE g.role = 'officer' ORDER BY a.cpf`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c.officers = append(c.officers, person.Account{ID: id, Name: "Elisa Prates"})
		}
		c.places, err = db.Column[string](tx, `SELECT residence FROM jurisdiction_rule WHERE kind = 'presence' AND presence <> 'present' ORDER BY id`)
		return err
	})
	for n := range 12 { // colleagues who are not in the demonstration
		c.officers = append(c.officers, person.Account{ID: fmt.Sprint("bench-officer-", n), Name: name(n * 31)})
	}
	if err != nil {
		return c, err
	}
	c.suppliers, err = masterOf(ctx, i)
	if err == nil && len(c.places) == 0 {
		err = errors.New("the installation has no municipality without a Procon")
	}
	return c, err
}

func makeConsumers(ctx context.Context, people *person.Service, n int) ([]person.Account, error) {
	made := make([][]person.Account, clients)
	_, err := drive(clients, time.Hour, (n+clients-1)/clients, func(client, call int) error {
		at := call*clients + client
		account, err := people.SignIn(ctx, person.Identity{Issuer: "https://bench.invalid/", Subject: cpf(at), CPF: cpf(at), Name: name(at),
			Email: fmt.Sprintf("pessoa%d@example.com", at), EmailVerified: true, Level: person.Silver})
		made[client] = append(made[client], account)
		return err
	})
	return slices.Concat(made...), err
}

func masterOf(ctx context.Context, i *installation) (list []supplier.Supplier, err error) {
	var ids []string
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		ids, err = db.Column[string](tx, `SELECT id FROM supplier ORDER BY trade_name`)
		return err
	})
	for _, id := range ids {
		s, byErr := i.suppliers.ByID(ctx, id)
		if byErr != nil {
			return nil, byErr
		}
		list = append(list, s)
	}
	return list, err
}

// settle does at once what a PostgreSQL does within a minute of so many new rows: it counts them for the planner.
// The embedded engine never does that by itself, so it is measured without.
func (i *installation) settle(ctx context.Context) error {
	if i.db.Engine() != "postgres" {
		return nil
	}
	return i.db.Transact(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`ANALYZE`); return err })
}

// alone says how long the queries of the queue and of one case take without any page, in milliseconds.
func (i *installation) alone(ctx context.Context, protocol string) (queue, oneCase float64, err error) {
	officer, err := i.officer(ctx)
	if err != nil {
		return 0, 0, err
	}
	q, err := drive(1, time.Second, 100, func(int, int) error {
		_, err := i.complaints.Queue(ctx, officer, complaint.Filter{})
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	c, err := drive(1, time.Second, 100, func(int, int) error {
		_, err := i.complaints.AsOfficer(ctx, officer, protocol, complaint.FromQueue)
		return err
	})
	return q.percentile(50), c.percentile(50), err
}

func (i *installation) officer(ctx context.Context) (person.Actor, error) {
	var id string
	err := i.db.Read(ctx, func(tx *db.Tx) (err error) {
		id, err = db.Scalar[string](tx, `SELECT id FROM account WHERE cpf = $1`, i.secrets.Index(elisa().cpf))
		return err
	})
	if err != nil {
		return person.Actor{}, err
	}
	return i.people.Actor(ctx, id)
}

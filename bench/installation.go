package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/simulate"
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
	d, err := db.Open(ctx, db.Options{Dir: filepath.Join(p.dir, "data"), URL: p.databaseURL, Bulk: true})
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

// history invents cases in the installation.
func (l *loader) history(i *installation) *simulate.History {
	l.DB, l.People, l.Suppliers, l.Complaints, l.Now = i.db, i.people, i.suppliers, i.complaints, time.Now
	return &l.History
}

// loader fills the installation with invented cases, in steps.
type loader struct {
	simulate.History
	progress io.Writer
}

func newLoader(seed uint64, progress io.Writer) *loader {
	l := &loader{progress: progress}
	l.Seed = seed
	l.Progress = func(loaded, total int, perSecond float64) {
		fmt.Fprintf(progress, "  loaded %d of %d cases, %.0f/s\n", loaded, total, perSecond)
	}
	return l
}

// rareWord is in a single invented case.
func (l *loader) rareWord() string { return simulate.Contract(l.Loaded() / 2) }

// settle does at once what a PostgreSQL does within a minute of so many new rows: it counts them for the planner, and sorts
// new search words into their index.
// The embedded engine never does that by itself, so it is measured without.
func (i *installation) settle(ctx context.Context) error {
	if i.db.Engine() != "postgres" {
		return nil
	}
	return i.db.Transact(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`SELECT gin_clean_pending_list('complaint_search_words')`); err != nil {
			return err
		}
		_, err := tx.Exec(`ANALYZE`)
		return err
	})
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

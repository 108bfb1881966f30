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
	"guiche/internal/blob"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/ledger"
	"guiche/internal/metrics"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/scan"
	"guiche/internal/secret"
	"guiche/internal/supplier"
	"guiche/internal/web/session"
)

// installation is the data of one installation and the services that work on it.
type installation struct {
	*program

	metrics    *metrics.Metrics
	db         *db.DB
	keys       *secret.Ring
	blobs      blobStore
	ledger     *ledger.Ledger
	trouble    string // what was lost before this start, or may be; empty: nothing
	jobs       *job.Queue
	people     *person.Service
	agencies   *agency.Service
	suppliers  *supplier.Service
	files      *attachment.Service
	texts      *notice.Texts
	complaints *complaint.Service
	sessions   *session.Store
}

// install opens the data, brings the schema up to date, and makes the services. The caller closes.
func (p *program) install() (*installation, error) {
	d, err := p.openDatabase()
	if err != nil {
		return nil, err
	}
	keys, err := p.openKeys(d)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	blobs, err := p.openBlobs()
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if folder, ok := blobs.(*blob.Dir); ok {
		folder.Distrust = d.Distrust
	}
	i := &installation{program: p, db: d, keys: keys, blobs: blobs}
	i.measure()
	if err := i.openLedger(); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if err := i.askDatabase(); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if i.files, err = i.newFiles(); err != nil {
		return nil, errors.Join(usageError{err}, i.close())
	}
	i.agencies = &agency.Service{DB: d, Now: p.now, Secrets: keys}
	i.people = &person.Service{DB: d, Now: p.now, Secrets: keys, Mail: i.queueConfirmation}
	i.suppliers = &supplier.Service{DB: d, Now: p.now, Secrets: keys, People: i.people, Agencies: i.agencies, Documents: i.files, Jobs: i.jobs, Merged: complaint.MergeSupplier}
	i.texts = &notice.Texts{DB: d, Now: p.now}
	i.sessions = &session.Store{DB: d, Now: p.now, Secrets: keys}
	i.complaints = &complaint.Service{
		DB: d, Files: i.files, Agencies: i.agencies, Suppliers: i.suppliers, Jobs: i.jobs, Now: p.now, Secrets: keys, Ledger: i.ledger,
		FilingLevel: person.Level(p.FilingLevel), Swept: i.metrics.Deadlines,
	}
	return i, nil
}

// blobStore is where files are: in a folder or in a bucket.
type blobStore interface {
	blob.Store
	Close() error
	// Ready tells whether files can be stored now.
	Ready(ctx context.Context) error
}

func (p *program) openBlobs() (blobStore, error) {
	if p.BlobsURL == "" {
		return blob.OpenDir(filepath.Join(p.Data, "blobs"), p.now)
	}
	store, err := blob.OpenS3(p.BlobsURL, p.Data)
	if err != nil {
		return nil, usageError{fmt.Errorf("blobs-url: %w", err)}
	}
	return store, nil
}

// newFiles also makes the queue, by which files are scanned.
func (i *installation) newFiles() (*attachment.Service, error) {
	i.jobs = job.New(i.db, i.now, job.Settings{Log: i.log, Ended: i.metrics.Job})
	scans := i.jobs.Outside(attachment.ScanJob, attachment.SweepJob, pruneDrafts, pruneRequests) // who also wait for the store of files
	clamd, err := scan.Parse(i.Clamd)
	if err != nil {
		return nil, fmt.Errorf("clamd: %w", err)
	}
	files := &attachment.Service{DB: i.db, Blobs: blob.Seal(i.blobs, i.keys), Jobs: i.jobs, Now: i.now, Limits: attachment.DefaultLimits()}
	if clamd != nil {
		files.Scanner = func(ctx context.Context, r io.Reader) (bool, string, error) {
			verdict, err := clamd.Scan(ctx, r)
			i.metrics.Scan(verdict.Clean, err)
			if !errors.Is(err, scan.ErrTooLarge) { // which says nothing of other files
				scans.Heard(err)
			}
			return verdict.Clean, verdict.Name, err
		}
	}
	return files, nil
}

// clockTolerance is how far the clocks of nodes may differ: the program acts on deadlines once a minute.
const clockTolerance = 5 * time.Second

// askDatabase warns of a server that loses what it acknowledged, and of a clock that is not the server's.
func (i *installation) askDatabase() error {
	state, err := i.db.State(i, i.now)
	if err != nil {
		return err
	}
	if state.Loses != "" {
		i.warn("uma queda de energia apaga protocolos entregues: o PostgreSQL tem " + state.Loses)
		i.log.Error("PostgreSQL loses at a power cut what was acknowledged", "setting", state.Loses)
	}
	if state.Ahead.Abs() > clockTolerance {
		way := "adiantado"
		if state.Ahead < 0 {
			way = "atrasado"
		}
		i.warn(fmt.Sprintf("o relógio desta máquina está %s %.0f s em relação ao do banco de dados", way, state.Ahead.Abs().Seconds()))
		i.log.Error("this machine's clock is not the database's; deadlines go by it", "ahead", state.Ahead.Round(time.Second))
	}
	newest, err := complaint.Newest(i, i.db)
	if err != nil {
		return err
	}
	if i.now().Before(newest.Add(-time.Minute)) {
		i.warn("o relógio desta máquina está atrasado: há reclamações de " + newest.UTC().Format("2006-01-02 15:04 UTC"))
		i.log.Error("this machine's clock is behind the newest case; deadlines go by it", "case", newest.UTC())
	}
	return nil
}

// warn adds to what an operator must see where health is asked for.
func (i *installation) warn(words string) {
	if i.trouble != "" {
		words = i.trouble + "; " + words
	}
	i.trouble = words
}

func (i *installation) close() error {
	errs := []error{i.blobs.Close(), i.db.Close()}
	if i.ledger != nil {
		errs = append(errs, i.ledger.Close())
	}
	return errors.Join(errs...)
}

// ready tells whether the database answers, and what people send can be stored and acknowledged.
func (i *installation) ready(ctx context.Context) error {
	if err := i.db.Ping(ctx); err != nil {
		return err
	}
	if err := i.ledger.Ready(); err != nil {
		return err
	}
	return i.blobs.Ready(ctx)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/blob"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/demo"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/scan"
	"guiche/internal/supplier"
	"guiche/internal/web"
	"guiche/internal/web/account"
	"guiche/internal/web/consumer"
	"guiche/internal/web/public"
	"guiche/internal/web/session"
	"guiche/internal/web/ui"
)

// installation is the data of one installation and the services that work on it.
type installation struct {
	*program

	db         *db.DB
	blobs      *blob.Dir
	jobs       *job.Queue
	people     *person.Service
	agencies   *agency.Service
	suppliers  *supplier.Service
	files      *attachment.Service
	complaints *complaint.Service
	sessions   *session.Store
}

// install opens the data, brings the schema up to date, and makes the services. The caller closes.
func (p *program) install() (*installation, error) {
	d, err := p.openDatabase()
	if err != nil {
		return nil, err
	}
	blobs, err := blob.OpenDir(filepath.Join(p.Data, "blobs"), p.now)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	i := &installation{program: p, db: d, blobs: blobs}
	if i.files, err = i.newFiles(); err != nil {
		return nil, errors.Join(usageError{err}, i.close())
	}
	i.agencies = &agency.Service{DB: d, Now: p.now}
	i.suppliers = &supplier.Service{DB: d, Now: p.now}
	i.people = &person.Service{DB: d, Now: p.now, Mail: i.queueConfirmation}
	i.sessions = &session.Store{DB: d, Now: p.now}
	i.complaints = &complaint.Service{
		DB: d, Files: i.files, Agencies: i.agencies, Suppliers: i.suppliers, Jobs: i.jobs, Now: p.now, FilingLevel: person.Level(p.FilingLevel),
	}
	return i, nil
}

// newFiles also makes the queue, by which files are scanned.
func (i *installation) newFiles() (*attachment.Service, error) {
	i.jobs = job.New(i.db, i.now, job.Settings{Log: i.log})
	clamd, err := scan.Parse(i.Clamd)
	if err != nil {
		return nil, fmt.Errorf("clamd: %w", err)
	}
	files := &attachment.Service{DB: i.db, Blobs: i.blobs, Jobs: i.jobs, Now: i.now, Limits: attachment.DefaultLimits()}
	if clamd != nil {
		files.Scanner = func(ctx context.Context, r io.Reader) (bool, string, error) {
			verdict, err := clamd.Scan(ctx, r)
			return verdict.Clean, verdict.Name, err
		}
	}
	return files, nil
}

func (i *installation) close() error { return errors.Join(i.blobs.Close(), i.db.Close()) }

// parts are what demo and serve make differently.
type parts struct {
	sender mail.Sender
	signIn *oidc.Client
	outbox *mail.Outbox            // only in the demonstration
	mounts map[string]http.Handler // only in the demonstration
}

// site puts the faces together and tells the queue what to do later.
func (i *installation) site(o parts) (*web.Server, error) {
	base, err := url.Parse(strings.TrimSuffix(i.BaseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("base-url: %w", err)
	}
	sessions := session.NewManager(i.sessions, base.Scheme == "https")
	view, err := ui.New(ui.Options{
		Log: i.log, Now: i.now, Sessions: sessions, Actor: session.Actor(sessions, i.people, i.SecondFactor), Demo: o.outbox != nil,
		Faces: map[string]fs.FS{"account": account.Templates, "consumer": consumer.Templates, "demo": demo.Templates, "public": public.Templates},
	})
	if err != nil {
		return nil, err
	}
	signing := &account.Site{UI: view, People: i.people, OIDC: o.signIn, Sessions: sessions, BaseURL: base.String(), Now: i.now, SecondFactor: i.SecondFactor}
	routes := append(account.Routes(signing), public.Routes(&public.Site{UI: view, Agencies: i.agencies, Suppliers: i.suppliers, Pending: i.pending})...)
	routes = append(routes, consumer.Routes(&consumer.Site{
		UI: view, Complaints: i.complaints, Agencies: i.agencies, Files: i.files, People: i.people, BaseURL: base.String(), Now: i.now,
	})...)
	if o.outbox != nil {
		routes = append(routes, demo.Routes(&demo.Site{UI: view, Outbox: o.outbox})...)
	}
	i.register(o.sender, base.String())
	proxies, err := i.ProxyNetworks()
	if err != nil {
		return nil, err
	}
	return web.New(web.Options{
		UI: view, Log: i.log, Now: i.now, Routes: routes, Base: base, Ready: i.ready, Mounts: o.mounts, FormTargets: signing.Origins(), Proxies: proxies,
	})
}

// ready tells whether the database answers and the disk takes what people send.
func (i *installation) ready(ctx context.Context) error {
	if err := i.db.Ping(ctx); err != nil {
		return err
	}
	probe, err := os.CreateTemp(i.Data, ".pronto-*")
	if err != nil {
		return err
	}
	_, err = probe.WriteString("pronto")
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}

// pending is where an unfinished complaint of a person goes on.
func (i *installation) pending(ctx context.Context, who person.Actor) (address string, err error) {
	mine, err := i.complaints.Panel(ctx, who)
	if err != nil || len(mine.Drafts) == 0 {
		return "", err
	}
	return "/reclamacoes/nova", nil
}

package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"guiche/internal/demo"
	"guiche/internal/mail"
	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/web"
	"guiche/internal/web/account"
	"guiche/internal/web/admin"
	"guiche/internal/web/consumer"
	"guiche/internal/web/manager"
	"guiche/internal/web/officer"
	"guiche/internal/web/public"
	"guiche/internal/web/session"
	"guiche/internal/web/supplier"
	"guiche/internal/web/ui"
)

// parts are what demo and serve make differently.
type parts struct {
	sender mail.Sender
	signIn *oidc.Client
	// Answers to our mails: the address they go to (nil: nobody reads them), and the mailbox they are read from (nil
	// also in the demonstration).
	replies *mail.ReplyBox
	mailbox *mail.IMAP
	outbox  *mail.Outbox            // only in the demonstration
	mounts  map[string]http.Handler // only in the demonstration
}

// site puts the faces together.
func (i *installation) site(o parts) (*web.Server, error) {
	base, err := url.Parse(strings.TrimSuffix(i.BaseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("base-url: %w", err)
	}
	proxies, err := i.ProxyNetworks()
	if err != nil {
		return nil, err
	}
	view, err := i.view(base, o)
	if err != nil {
		return nil, err
	}
	signing := &account.Site{UI: view, People: i.people, Suppliers: i.suppliers, OIDC: o.signIn, Sessions: view.Sessions, BaseURL: base.String(), Now: i.now, SecondFactor: i.SecondFactor}
	i.db.Patience = 30 * time.Second
	i.register(o, base.String())
	return web.New(web.Options{
		UI: view, Log: i.log, Now: i.now, Base: base, Ready: i.ready, Trouble: i.trouble, Mounts: o.mounts, FormTargets: signing.Origins(), Proxies: proxies,
		Routes: i.routes(signing, o), Answered: i.answered,
	})
}

// view is what all pages are made with.
func (i *installation) view(base *url.URL, o parts) (*ui.UI, error) {
	sessions := session.NewManager(i.sessions, base.Scheme == "https")
	return ui.New(ui.Options{
		Log: i.log, Now: i.now, Sessions: sessions, Actor: session.Actor(sessions, i.people, i.SecondFactor), Demo: o.outbox != nil,
		Faces: map[string]fs.FS{
			"account": account.Templates, "admin": admin.Templates, "consumer": consumer.Templates, "demo": demo.Templates,
			"manager": manager.Templates, "officer": officer.Templates, "public": public.Templates, "supplier": supplier.Templates,
		},
	})
}

// routes are all addresses of all faces.
func (i *installation) routes(signing *account.Site, o parts) []ui.Route {
	view, base := signing.UI, signing.BaseURL
	list := slices.Concat(
		account.Routes(signing),
		public.Routes(&public.Site{UI: view, Agencies: i.agencies, Suppliers: i.suppliers, Pending: i.pending, Interrupted: signing.Pending}),
		consumer.Routes(&consumer.Site{UI: view, Complaints: i.complaints, Agencies: i.agencies, Files: i.files, People: i.people, BaseURL: base, Now: i.now}),
		officer.Routes(&officer.Site{UI: view, Complaints: i.complaints, Agencies: i.agencies, Files: i.files, BaseURL: base, Now: i.now}),
		manager.Routes(&manager.Site{UI: view, Complaints: i.complaints, Agencies: i.agencies, Suppliers: i.suppliers, Files: i.files, Now: i.now}),
		admin.Routes(&admin.Site{UI: view, Agencies: i.agencies, Texts: i.texts, Now: i.now}),
		supplier.Routes(&supplier.Site{UI: view, Suppliers: i.suppliers, Complaints: i.complaints, Agencies: i.agencies, Files: i.files, Now: i.now, TellsCompanies: signing.TellsCompanies}),
	)
	if o.outbox != nil {
		list = append(list, demo.Routes(&demo.Site{UI: view, Outbox: o.outbox, Now: i.now, Replies: o.replies, Take: i.takeMail(o.replies)})...)
	}
	return list
}

// pending is where an unfinished complaint of a person goes on.
func (i *installation) pending(ctx context.Context, who person.Actor) (address string, err error) {
	unfinished, err := i.complaints.Unfinished(ctx, who)
	if err != nil || !unfinished {
		return "", err
	}
	return "/reclamacoes/nova", nil
}

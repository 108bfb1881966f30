package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// The kinds of jobs that no package of the field owns.
const (
	confirmationJob = "confirm_email"
	pruneSessions   = "prune_sessions"
	pruneLinks      = "prune_links"
	pruneDrafts     = "prune_drafts"
	pruneRequests   = "prune_requests"
)

// confirmation is the mail with the link that confirms an address.
type confirmation struct{ Name, Address, Secret string }

// queueConfirmation is person.Service.Mail.
func (i *installation) queueConfirmation(tx *db.Tx, a person.Account, secret string) error {
	return i.jobs.Enqueue(tx, confirmationJob, confirmation{a.DisplayName(), a.Email, secret}, job.Options{})
}

// register tells the queue everything that happens later.
func (i *installation) register(o parts, baseURL string) {
	mails := i.jobs.Outside(complaint.NoticeJob, complaint.LetterJob, complaint.ReplyJob, confirmationJob, supplier.LetterJob)
	sender := countedSender{o.sender, i.metrics, mails}
	i.files.Register()
	complaint.Teller{DB: i.db, Sender: sender, Agencies: i.agencies, Now: i.now, BaseURL: baseURL, Replies: o.replies}.Register(i.jobs)
	job.On(i.jobs, confirmationJob, func(ctx context.Context, c confirmation, j job.Info) error {
		return i.sendConfirmation(ctx, sender, baseURL, c, j.ID)
	})
	job.On(i.jobs, supplier.MailJob, func(ctx context.Context, m supplier.Mail, j job.Info) error {
		return i.suppliers.Spread(ctx, m, j.ID)
	})
	job.On(i.jobs, supplier.LetterJob, func(ctx context.Context, m supplier.LetterMail, _ job.Info) error {
		return i.tellOfCompany(ctx, sender, baseURL, m)
	})
	i.periodic(supplier.CompareJob, time.Minute, i.suppliers.Compare)
	i.periodic(pruneRequests, 24*time.Hour, i.suppliers.Prune)
	i.periodic(pruneSessions, time.Hour, i.sessions.Prune)
	i.periodic(pruneLinks, 24*time.Hour, i.people.Prune)
	i.periodic(complaint.DeadlineJob, time.Minute, i.complaints.KeepDeadlines)
	i.periodic(pruneDrafts, 24*time.Hour, i.complaints.DeleteOldDrafts)
}

func (i *installation) periodic(kind string, every time.Duration, act func(context.Context) error) {
	i.jobs.Handle(kind, func(ctx context.Context, _ json.RawMessage, _ job.Info) error { return act(ctx) })
	i.jobs.Every(kind, every)
}

func (i *installation) sendConfirmation(ctx context.Context, sender mail.Sender, baseURL string, c confirmation, id string) error {
	state, err := i.agencies.StateAgency(ctx)
	if err != nil {
		return err
	}
	words := notice.ConfirmEmail{Name: c.Name, Agency: state.ShortName, Brand: state.Brand.Main, URL: baseURL + "/conta/confirmar-email?codigo=" + url.QueryEscape(c.Secret)}
	m, err := i.texts.Compose(ctx, state.ID, words, id, mail.Address{Name: c.Name, Address: c.Address})
	if err != nil {
		return lasting(err)
	}
	return lasting(sender.Send(ctx, m))
}

// lasting ends a job whose mail no retry can deliver.
func lasting(err error) error {
	if err != nil && !mail.Temporary(err) {
		return job.Permanent(err)
	}
	return err
}

// countEvery is how much of the demand a crash may lose.
const countEvery = 5 * time.Second

// keepCounts stores from time to time what the front door counted in memory, and once more at the end.
func (i *installation) keepCounts(ctx context.Context) {
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			i.flushCounts(context.WithoutCancel(ctx))
			return
		case <-tick.C:
			i.flushCounts(ctx)
		}
	}
}

func (i *installation) flushCounts(ctx context.Context) {
	if err := i.agencies.FlushCounts(ctx); err != nil {
		i.log.Error("demand not stored", slog.Any("error", err))
	}
}

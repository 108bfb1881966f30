package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"guiche/internal/complaint"
	"guiche/internal/mail"
)

// demoMailbox takes the answers to the mails of the demonstration, which leave by no network.
const demoMailbox = "procon@demo.invalid"

// openMailbox prepares to read the answers to our mails; without imap-url nobody does.
func (p *program) openMailbox() (box *mail.ReplyBox, mailbox *mail.IMAP, err error) {
	if p.IMAPURL == "" {
		return nil, nil, nil
	}
	if mailbox, err = mail.ParseIMAP(p.IMAPURL); err != nil {
		return nil, nil, fmt.Errorf("imap-url: %w", err)
	}
	mailbox.Log = p.log
	if box, err = mail.NewReplyBox(cmp.Or(p.ReplyTo, p.MailFrom), p.MailFrom); err != nil {
		return nil, nil, fmt.Errorf("reply-to, mail-from: %w", err)
	}
	return box, mailbox, nil
}

// readMail takes what comes into the mailbox until ctx ends.
func (i *installation) readMail(ctx context.Context, box *mail.ReplyBox, mailbox *mail.IMAP) {
	mailbox.Run(ctx, i.takeFrom(box))
}

// takeFrom deals with one mail of the mailbox; one that a person may want to look at is put aside.
func (i *installation) takeFrom(box *mail.ReplyBox) mail.Take {
	take := i.takeMail(box)
	return func(ctx context.Context, r io.Reader) error {
		verdict, err := take(ctx, r)
		if err == nil && verdict.Aside() {
			return mail.ErrInvalid
		}
		return err
	}
}

// takeMail is what becomes of a mail that answers one of ours.
func (i *installation) takeMail(box *mail.ReplyBox) func(context.Context, io.Reader) (complaint.Verdict, error) {
	postman := complaint.Postman{Complaints: i.complaints, People: i.people}
	return func(ctx context.Context, r io.Reader) (complaint.Verdict, error) {
		m, err := box.Read(r)
		if err != nil {
			return "", err
		}
		return postman.Take(ctx, m)
	}
}

package main

import (
	"context"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/supplier"
)

// tellOfCompany sends the mail of a supplier.LetterJob.
func (i *installation) tellOfCompany(ctx context.Context, sender mail.Sender, baseURL string, m supplier.LetterMail) error {
	letters, err := i.suppliers.Letter(ctx, m)
	if err != nil || len(letters) == 0 {
		return err
	}
	state, err := i.agencies.StateAgency(ctx)
	if err != nil {
		return err
	}
	return lasting(i.sendLetter(ctx, sender, state, letters[0], baseURL+letters[0].Path, m.ID))
}

func (i *installation) sendLetter(ctx context.Context, sender mail.Sender, of agency.Agency, l supplier.Letter, address, id string) error {
	first, _, _ := strings.Cut(l.To.Name, " ")
	words := companyNotice(l, notice.Company{Name: first, Company: l.Company, Agency: of.ShortName, Brand: of.Brand.Main, URL: address})
	m, err := i.texts.Compose(ctx, of.ID, words, id, mail.Address{Name: l.To.Name, Address: l.To.Email})
	if err != nil {
		return err
	}
	return sender.Send(ctx, m)
}

func companyNotice(l supplier.Letter, about notice.Company) notice.Message {
	switch l.News {
	case supplier.RequestSent:
		return notice.RegistrationRequested{Company: about, By: l.By}
	case supplier.RequestDecided:
		return notice.RegistrationDecided{Company: about, Approved: l.Approved}
	case supplier.Invited:
		return notice.Invited{Company: about, By: l.By, Role: l.Role, Until: l.Until}
	case supplier.MandateOver:
		return notice.MandateEnded{Company: about}
	}
	return notice.LeaderLeft{Company: about}
}

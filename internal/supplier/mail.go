package supplier

import (
	"guiche/internal/db"
	"guiche/internal/job"
)

// MailJob is the kind of the jobs that tell people about requests, invitations and leavings.
const MailJob = "supplier.mail"

// News is what a mail is about.
type News string

// The news. About is the id of the request, the invitation, or the supplier.
const (
	RequestSent    News = "request_sent"    // to those who decide
	RequestDecided News = "request_decided" // to who asked
	Invited        News = "invited"         // to who is invited; carries the secret of the link
	LeaderLeft     News = "leader_left"     // to the agency: nobody leads the company any more
)

// Mail is the job's argument.
type Mail struct {
	News   News
	About  string
	Secret string
}

// tell queues the news in the transaction that makes it true.
func (s *Service) tell(tx *db.Tx, news News, about string) error {
	return s.Jobs.Enqueue(tx, MailJob, Mail{News: news, About: about}, job.Options{})
}

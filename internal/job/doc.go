// Package job does later what an act promised: mails, scans, deadlines, clean-up. The queue is two tables of the
// program's own database, so a job exists exactly when the change that asked for it does.
//
//	ready --claim--> running --ok--> done (pruned a week after it was created)
//	  ^                 |---error--> ready again, later each time; dead after 12 attempts or Permanent
//	  '---lease expired-'
//
// Any number of nodes may run the same queue; there is no leader. A node leases a job and renews the lease while it
// works; when a node dies the lease runs out and another node takes the job. The number of the attempt guards every
// write, so a node that lost its lease cannot finish the job of another. Hence a job runs at least once: an effect
// that must not happen twice is the handler's business, with Info.ID as its key.
//
// Kinds that wait for a part outside, such as the mail server, are in a lane with workers of its own, so that a silent
// part holds up nothing else.
//
// Periodic jobs are compare-and-set on a row of schedule: whoever moves next_at forward enqueues the job.
package job

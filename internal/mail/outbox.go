package mail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// outboxSize is how many mails an Outbox keeps; older ones are dropped.
const outboxSize = 500

// Outbox is a Sender that keeps the last 500 mails in memory. It refuses what
// SMTP refuses, keeps a mail sent twice with the same ID once, and may be used
// by many goroutines.
type Outbox struct {
	now  func() time.Time
	mu   sync.Mutex
	sent []Sent
}

// Sent is a mail in an Outbox.
type Sent struct {
	Message
	At time.Time
}

// NewOutbox returns an empty outbox whose mails are dated by now.
func NewOutbox(now func() time.Time) *Outbox { return &Outbox{now: now} }

// Send implements Sender.
func (o *Outbox) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m, err := m.checked()
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.index(m.ID) >= 0 {
		return nil
	}
	o.sent = append(o.sent, Sent{m, o.now()})
	if len(o.sent) > outboxSize {
		o.sent = slices.Delete(o.sent, 0, len(o.sent)-outboxSize)
	}
	return nil
}

// All returns a copy of the mails kept, the oldest first.
func (o *Outbox) All() []Sent {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

// ByID returns the mail with this ID, if it is still kept.
func (o *Outbox) ByID(id string) (Sent, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := o.index(id)
	if i < 0 {
		return Sent{}, false
	}
	return o.sent[i], true
}

func (o *Outbox) index(id string) int {
	return slices.IndexFunc(o.sent, func(s Sent) bool { return s.ID == id })
}

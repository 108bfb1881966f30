package complaint

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/person"
)

// Case is a complaint with all that its reader may see of it.
type Case struct {
	Complaint
	Events   []audit.Event
	Messages []Message
	Files    []attachment.Attachment
	// Others are the consumer's other cases in this agency; for officers only.
	Others []Brief
	// Siblings are the cases of the other companies in the same attendance; the companies do not see them.
	Siblings []Brief
	// Letters are those sent to the company, newest first; for officers only. CompanyHere tells them that somebody acts
	// for the company here.
	Letters     []Letter
	CompanyHere bool
	ReceiptCode string     // by which anybody checks the receipt
	unread      int        // letters that nobody of the company has opened
	reads       audit.Mark // for officers: who read the case last, and whether this reading is recorded already
}

// Brief is a case in one line.
type Brief struct {
	Protocol     string
	State        State
	Outcome      Outcome
	SupplierName string
	FiledAt      time.Time
	SameSupplier bool
	Sibling      bool // of the same attendance, about another company
}

// ReadReason is why an officer opened a case.
type ReadReason string

const (
	FromQueue  ReadReason = "queue"
	FromSearch ReadReason = "search"
	FromCall   ReadReason = "call"
	FromLink   ReadReason = "link" // the address was opened by itself
)

// ReadReasons are those a page may name.
var ReadReasons = []ReadReason{FromQueue, FromSearch, FromCall, FromLink}

// AsConsumer shows a case to the consumer whose it is.
func (s *Service) AsConsumer(ctx context.Context, actor person.Actor, protocol string) (Case, error) {
	return s.view(ctx, actor, AsConsumer, protocol)
}

// AsOfficer shows a case to an officer of its agency and records that it was read and why.
func (s *Service) AsOfficer(ctx context.Context, actor person.Actor, protocol string, why ReadReason) (Case, error) {
	c, err := s.view(ctx, actor, AsOfficer, protocol)
	if err != nil {
		return c, err
	}
	return c, s.recordRead(ctx, actor, c, why)
}

// AsSupplier shows a case to somebody of the company that is party to it, without what the company does not need. The
// first to see it after a letter has opened the letter, which is recorded for all.
func (s *Service) AsSupplier(ctx context.Context, actor person.Actor, protocol string) (Case, error) {
	c, err := s.view(ctx, actor, AsSupplier, protocol)
	if err != nil || c.unread == 0 || !c.Open() {
		return c, err
	}
	return c, s.readLetters(ctx, actor, protocol)
}

func (s *Service) view(ctx context.Context, actor person.Actor, role Role, protocol string) (v Case, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if v, err = s.load(tx, protocol); err != nil {
			return err
		}
		if err := mayAct(actor, role, v.Complaint); err != nil {
			return err
		}
		if v.Events, v.reads, err = audit.OfWithMark(tx, stream(v.ID), readStream(v.ID), s.readKey(actor)); err != nil {
			return err
		}
		if v.Messages, err = messages(tx, v.ID, role); err != nil {
			return err
		}
		if v.Files, err = s.filesOf(tx, v.Complaint); err != nil {
			return err
		}
		switch {
		case role == AsConsumer && v.Route == Agency: // only there further companies come in
			v.Siblings, err = siblings(tx, v.Complaint)
		case role == AsOfficer:
			err = s.beside(tx, &v)
		}
		return err
	})
	v.hide(role)
	return v, err
}

func messages(tx *db.Tx, complaintID string, role Role) ([]Message, error) {
	query := (&db.Query{}).Add(`SELECT `+messageColumns+` FROM `+messageTables+` WHERE m.complaint_id = ?`, complaintID)
	query.In(`AND m.thread IN`, threads[role]).Add(`ORDER BY m.at, m.id`)
	return db.All(tx, scanMessage, query.Text(), query.Args()...)
}

func scanBrief(r db.Row, b *Brief) error {
	var filed int64
	err := r.Scan(b.fields(&filed)...)
	b.FiledAt = moment(filed)
	return err
}

// fields are where the columns of a case in one line go.
func (b *Brief) fields(filed *int64) []any {
	return []any{&b.Protocol, &b.State, &b.Outcome, &b.SupplierName, filed, &b.SameSupplier, &b.Sibling}
}

// readKey is the same for all readings of an officer within a quarter of an hour: they are one.
func (s *Service) readKey(actor person.Actor) string {
	return actor.AccountID + s.Now().UTC().Truncate(15*time.Minute).Format("@2006-01-02T15:04")
}

// recordRead keeps who read the case and why. Officers who read it at the same moment take turns.
func (s *Service) recordRead(ctx context.Context, actor person.Actor, c Case, why ReadReason) error {
	data, err := json.Marshal(map[string]any{"why": why})
	if err != nil {
		return err
	}
	e := audit.Event{Stream: readStream(c.ID), At: s.Now(), Act: "read", ActorID: actor.AccountID, ActorName: actor.Name,
		ActorRole: string(AsOfficer), AgencyID: c.AgencyID, Data: data, Key: s.readKey(actor)}
	for !c.reads.Done {
		err := s.DB.Transact(ctx, func(tx *db.Tx) error {
			_, err := audit.AppendAfter(tx, c.reads.Last, e)
			return err
		})
		if !db.IsDuplicate(err) {
			return err
		}
		err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			_, c.reads, err = audit.OfWithMark(tx, "", e.Stream, e.Key)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Facts are the machine-readable facts of an event, for pages that word them.
type Facts struct {
	Message  string        `json:"message"`
	Refusal  RefusalReason `json:"refusal"`
	Late     bool          `json:"late"`
	Kind     AnswerKind    `json:"kind"`
	DueOn    string        `json:"due_on"`
	BodyName string        `json:"body_name"`
	Ref      string        `json:"reference"`
	Outcome  Outcome       `json:"outcome"`
	Score    int           `json:"score"`
	Channel  Channel       `json:"channel"` // of a letter
	Number   string        `json:"number"`  // of a letter, as printed
	Company  string        `json:"company"` // that came in
	Other    string        `json:"other"`   // protocol of its case
	DueAt    int64         `json:"due_at"`
	Rule     string        `json:"clock_rule"`
	Party    Role          `json:"party"`  // whose mail it is about
	Bounce   string        `json:"bounce"` // why a mail came back, as RFC 3463 status
	// What the clock was counted from, with and without; absent in records of older programs.
	ClockFrom string                `json:"clock_from"`
	Calendar  int64                 `json:"calendar"`
	Still     []calendar.Suspension `json:"still"`
	// Level is the assurance of the account that acted.
	Level person.Level `json:"level"`
}

// FactsOf reads the facts of an event; an event without them has none.
func FactsOf(e audit.Event) Facts {
	var f Facts
	if err := json.Unmarshal(e.Data, &f); err != nil {
		return Facts{}
	}
	return f
}

// FileOf is one file of a case the actor may see in a role, for download. For an officer it is a reading of the case,
// also when its page was not opened.
func (s *Service) FileOf(ctx context.Context, actor person.Actor, role Role, protocol, fileID string) (attachment.Attachment, error) {
	v, err := s.view(ctx, actor, role, protocol)
	if err != nil {
		return attachment.Attachment{}, err
	}
	i := slices.IndexFunc(v.Files, func(f attachment.Attachment) bool { return f.ID == fileID })
	if i < 0 {
		return attachment.Attachment{}, notFound()
	}
	if role == AsOfficer {
		err = s.recordRead(ctx, actor, v, FromLink)
	}
	return v.Files[i], err
}

// Panel is what a person has here: complaints, newest news first, and drafts not sent yet.
type Panel struct {
	Complaints []Complaint       // without what is sealed of the consumer
	Promises   map[string]Answer // accepted offers that are not settled, by case: their day and state
	Drafts     []Draft
}

// Panel lists the actor's own complaints and open drafts, at most 200 of each.
func (s *Service) Panel(ctx context.Context, actor person.Actor) (p Panel, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if p.Complaints, err = db.All(tx, scanComplaint, `SELECT `+columns+` FROM complaint WHERE consumer_id = $1 ORDER BY updated_at DESC LIMIT 200`, actor.AccountID); err != nil {
			return err
		}
		if p.Promises, err = openPromises(tx, actor.AccountID); err != nil {
			return err
		}
		if p.Drafts, err = db.All(tx, s.scanDraft, `SELECT `+draftColumns+` FROM draft WHERE account_id = $1 AND complaint_id IS NULL ORDER BY touched_at DESC LIMIT 200`, actor.AccountID); err != nil {
			return err
		}
		return s.nameCompanies(tx, p.Drafts)
	})
	return p, err
}

func (s *Service) nameCompanies(tx *db.Tx, drafts []Draft) error {
	var ids []string
	for _, d := range drafts {
		if id := d.Answers["fornecedor"]; id != "" && id != NotListed {
			ids = append(ids, id)
		}
	}
	names, err := s.Suppliers.TradeNames(tx, ids)
	for i, d := range drafts {
		if drafts[i].Company = names[d.Answers["fornecedor"]]; drafts[i].Company == "" {
			drafts[i].Company = d.Answers["fornecedor_nome"]
		}
	}
	return err
}

// Unfinished tells whether the actor has a complaint that was begun and not sent.
func (s *Service) Unfinished(ctx context.Context, actor person.Actor) (yes bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n, err := db.Scalar[int](tx, `SELECT count(*) FROM draft WHERE account_id = $1 AND complaint_id IS NULL`, actor.AccountID)
		yes = n > 0
		return err
	})
	return yes, err
}

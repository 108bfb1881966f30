package complaint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/person"
)

// change is what one act does besides moving the case in its table.
type change struct {
	act    Act
	reason string
	allow  func(Complaint) error         // a rule the table cannot hold; may be nil
	decide func(*db.Tx, Complaint) error // what edit needs from the database; may be nil
	edit   func(*Complaint)
	store  func(*db.Tx, Complaint, string) error // rows of its own that the act adds, given the id of what was said; may be nil
	says   *saying
	tells  []Role // who is told by e-mail; the company only where it is party
	data   map[string]any
	clock  func(*db.Tx, *Complaint) error // gives the case another clock than its new state would; may be nil
	more   map[string]any                 // facts that only storing finds, and that do not make it another act; may be nil

	tellsReaders bool // also told is whoever reads what is said

	message string // id of what was said, set by say
}

// act is the one way a case changes: one transaction that locks it, asks who may, asks the table, stores, records,
// starts the clock and queues the news. The same act sent again with the same key is done already, not done again.
func (s *Service) act(ctx context.Context, actor person.Actor, role Role, ref Ref, ch change) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error { return s.actTx(tx, actor, role, ref, ch) })
}

// actTx is act inside a transaction that does more.
func (s *Service) actTx(tx *db.Tx, actor person.Actor, role Role, ref Ref, ch change) error {
	c, err := s.lock(tx, ref.Protocol)
	if err != nil {
		return err
	}
	if err := mayAct(actor, role, c); err != nil {
		return err
	}
	key, done, err := s.doneBefore(tx, actor, c, ref.Key, ch)
	if done || err != nil {
		return err
	}
	if ref.Version != 0 && ref.Version != c.Version {
		return s.changedMeanwhile(tx, c)
	}
	if err := s.apply(tx, actor, role, c, key, ch); err != nil {
		return err
	}
	return ref.mail.store(tx, s.Jobs)
}

// doneBefore tells whether the same form said the same before, and gives the act's key. A page that the back button
// brings back has its old key: other words, or files not said yet, make another act of it.
func (s *Service) doneBefore(tx *db.Tx, actor person.Actor, c Complaint, formKey string, ch change) (key string, done bool, err error) {
	if key, err = ch.key(formKey); err != nil {
		return "", false, err
	}
	done, err = audit.Done(tx, stream(c.ID), key)
	if err != nil || !done || ch.says == nil {
		return key, done, err
	}
	done, err = s.Files.AllSaid(tx, ch.says.files, c.ID, actor.AccountID)
	return "", done, err
}

// key is a form's key together with the words of the act, in a bounded length; empty for a form without key.
func (ch change) key(form string) (string, error) {
	if form == "" {
		return "", nil
	}
	body := ""
	if ch.says != nil {
		body = ch.says.body
	}
	act := ch.act
	if act == ActRestartClock { // the same form, sent again, finds the clock running and only delivers
		act = ActDeliverLetter
	}
	all, err := json.Marshal([]any{form, act, ch.reason, ch.data, body})
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:]), err
}

// changedMeanwhile says who was quicker, so that the slower one can look and decide again.
func (s *Service) changedMeanwhile(tx *db.Tx, c Complaint) error {
	last, err := audit.Latest(tx, stream(c.ID), 1)
	if err != nil || len(last) == 0 {
		return err
	}
	when := calendar.Moment(last[0].At, calendar.Of(s.Now()))
	return fault.New(fault.Conflict, fmt.Sprintf("%s mexeu neste caso em %s, depois que você abriu a página. Veja o que mudou e decida de novo.", last[0].ActorName, when))
}

func (s *Service) apply(tx *db.Tx, actor person.Actor, role Role, c Complaint, key string, ch change) error {
	m, err := s.move(tx, actor, role, c, key, ch)
	if err != nil {
		return err
	}
	if err := s.say(tx, m.after, m.event, ch.says, &m.change); err != nil {
		return err
	}
	if ch.tellsReaders {
		m.tells = append(slices.Clone(ch.tells), readers(m.after, role, ch.says.to)...)
	}
	if err := update(tx, m.before, &m.after, s.Now()); err != nil {
		return err
	}
	if m.after.IsParty() && !m.before.IsParty() {
		if err := indexForCompany(tx, m.after); err != nil {
			return err
		}
	}
	if ch.store != nil {
		if err := ch.store(tx, m.after, m.message); err != nil {
			return err
		}
	}
	return s.record(tx, actor.Level, m.after, m.event, m.change)
}

// moved is a case before and after an act, and what is written about it.
type moved struct {
	change
	before, after Complaint
	event         audit.Event
}

// move asks the table and gives the case its new state and clock; it stores nothing but the days a clock stood still.
func (s *Service) move(tx *db.Tx, actor person.Actor, role Role, c Complaint, key string, ch change) (moved, error) {
	m := moved{change: ch, before: c}
	if ch.allow != nil {
		if err := ch.allow(c); err != nil {
			return m, err
		}
	}
	to, ok := Next(c.Route, c.State, c.Resume, ch.act, role)
	if !ok {
		return m, fault.New(fault.Conflict, fmt.Sprintf("Isto não pode ser feito agora: a reclamação está “%s”.", c.State.Label()))
	}
	if ch.decide != nil {
		if err := ch.decide(tx, c); err != nil {
			return m, err
		}
	}
	c.State = to
	if to == AwaitingConsumer && m.before.State != AwaitingConsumer {
		c.Resume = m.before.State
	}
	if ch.edit != nil {
		ch.edit(&c)
	}
	if c.State != m.before.State {
		if err := s.moveClock(tx, m.before, &c); err != nil {
			return m, err
		}
	}
	if ch.clock != nil {
		if err := ch.clock(tx, &c); err != nil {
			return m, err
		}
	}
	m.after = c
	m.event = audit.Event{Stream: stream(c.ID), At: s.Now(), Act: string(ch.act), ActorID: actor.AccountID, ActorName: actor.Name, ActorRole: string(role),
		AgencyID: c.AgencyID, From: string(m.before.State), To: string(c.State), Reason: ch.reason, Key: key}
	return m, nil
}

// record writes the act into the chain and queues its news.
func (s *Service) record(tx *db.Tx, level person.Level, c Complaint, event audit.Event, ch change) (err error) {
	if event.Data, err = facts(level, c, ch); err != nil {
		return err
	}
	if ch.act == ActFile { // the first of its case
		event, err = audit.AppendAfter(tx, audit.Event{}, event)
	} else {
		event, err = audit.Append(tx, event)
	}
	if err != nil {
		return err
	}
	for _, n := range news(c, event, ch) {
		if err := s.Jobs.Enqueue(tx, NoticeJob, n, job.Options{}); err != nil {
			return err
		}
	}
	return nil
}

// facts are what the record keeps of an act for machines, with the level of who acted.
func facts(level person.Level, c Complaint, ch change) (json.RawMessage, error) {
	facts := map[string]any{"level": level}
	if c.counted != nil && c.counted.Rule != "" {
		c.counted.note(facts)
	}
	maps.Copy(facts, ch.data)
	maps.Copy(facts, ch.more)
	return json.Marshal(facts)
}

// news are the notices of an act, one for each who is told.
func news(c Complaint, event audit.Event, ch change) (list []any) {
	for _, role := range ch.tells {
		if role != AsSupplier || c.IsParty() {
			list = append(list, Notice{Kind: ch.act, ComplaintID: c.ID, Seq: event.Seq, To: role})
		}
	}
	return list
}

// consumerOnly and bothParties are whom acts tell.
var (
	consumerOnly = []Role{AsConsumer}
	bothParties  = []Role{AsConsumer, AsSupplier}
)

// moveClock gives the case the clock of its new state. The company's clock is held while it waits for the consumer or
// for the review of a refusal, and goes on where it stood when the case comes back.
func (s *Service) moveClock(tx *db.Tx, before Complaint, c *Complaint) error {
	switch {
	case before.State == AwaitingSupplier && suspends(c.State):
		c.HeldRule, c.HeldFromOn = before.ClockRule, before.ClockFromOn
		if err := startPause(tx, *c, calendar.Of(s.Now())); err != nil {
			return err
		}
	case c.State == AwaitingSupplier && c.HeldRule != "":
		return s.resumeClock(tx, c)
	case !suspends(c.State):
		c.HeldRule, c.HeldFromOn = "", ""
	}
	return s.restartClock(tx, c)
}

// resumeClock counts the held clock anew from its first day, without the days on which it stood still. The rule is the
// one it was started by: a change of rule never moves a running clock. The calendar is today's.
func (s *Service) resumeClock(tx *db.Tx, c *Complaint) error {
	if err := endPause(tx, *c, calendar.Of(s.Now())); err != nil {
		return err
	}
	rule, err := s.heldRule(tx, *c)
	if err != nil {
		return err
	}
	from, err := calendar.Parse(c.HeldFromOn)
	if err != nil {
		return err
	}
	still, err := pauses(tx, *c)
	if err != nil {
		return err
	}
	c.HeldRule, c.HeldFromOn = "", ""
	return s.setClock(tx, c, from, rule, still)
}

// restartClock sets the end of the state's clock by the agency's rule in force today.
func (s *Service) restartClock(tx *db.Tx, c *Complaint) error {
	if !RunsClock(c.State) {
		clock := noClock(s.Now())
		c.DueAt, c.ClockRule, c.ClockFromOn, c.RemindAt, c.counted = clock.DueAt, clock.Rule, clock.FromOn, NoDue, &clock
		return nil
	}
	today := calendar.Of(s.Now())
	book, err := s.Agencies.Almanac(tx, c.AgencyID)
	if err != nil {
		return err
	}
	rule, err := book.Deadline(string(c.Route), string(c.State), today)
	if err != nil {
		return err
	}
	return s.setClock(tx, c, today, rule.Rule, nil)
}

func (s *Service) setClock(tx *db.Tx, c *Complaint, from calendar.Day, rule calendar.Rule, still []calendar.Suspension) error {
	cal, err := s.Agencies.Calendar(tx, c.AgencyID)
	if err != nil {
		return err
	}
	clock, err := countClock(from, rule, cal, still)
	if err != nil {
		return err
	}
	c.DueAt, c.ClockRule, c.ClockFromOn, c.counted = clock.DueAt, clock.Rule, clock.FromOn, &clock
	c.RemindAt = nextReminder(*c, s.Now())
	return nil
}

// saying is a message that an act carries.
type saying struct {
	body  string
	files []string // attachments already received for this case, to be bound to the message
	to    Thread   // empty: whom the author's words usually reach
}

// say stores the message of an act. The chain keeps the hash of the text, not the text.
func (s *Service) say(tx *db.Tx, c Complaint, event audit.Event, says *saying, ch *change) error {
	if says == nil {
		return nil
	}
	m := Message{ID: db.NewID(), ComplaintID: c.ID, AuthorID: event.ActorID, AuthorName: event.ActorName, AuthorRole: Role(event.ActorRole),
		Thread: says.to, Body: says.body, At: event.At}
	if m.Thread == "" {
		m.Thread = usualThread(c, m.AuthorRole)
	}
	if (m.Thread == ToSupplier || m.Thread == ToAll && m.AuthorRole == AsOfficer) && !c.IsParty() {
		return fault.Fields{"para": "A empresa ainda não é parte deste caso. Escreva ao consumidor, ou notifique a empresa."}.Err()
	}
	if err := insertMessage(tx, m); err != nil {
		return err
	}
	if err := s.Files.Bind(tx, says.files, c.ID, m.ID, event.ActorID); err != nil {
		return err
	}
	if ch.data == nil {
		ch.data = map[string]any{}
	}
	sum := sha256.Sum256([]byte(says.body))
	ch.data["message"], ch.data["sha256"] = m.ID, hex.EncodeToString(sum[:])
	ch.message = m.ID
	if len(says.files) > 0 {
		ch.data["files"] = says.files
	}
	return nil
}

// Package audit keeps what was done and seen: one append-only record of events, each in a stream (a case, the reads
// of a case), each holding the hash of the one before it in its stream, so that a change or a removal in the middle
// shows. Nobody edits or deletes an event; personal texts are not in it, only their hashes.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// Event is one thing done. Stream, Act, At and Actor* are required; the rest as the act needs.
type Event struct {
	Stream    string
	Seq       int64
	At        time.Time
	Act       string
	ActorID   string
	ActorName string
	ActorRole string
	AgencyID  string // on whose authority
	From, To  string // states of a case
	Reason    string
	Data      json.RawMessage // facts of this kind of act, for machines
	Key       string          // makes an act sent twice one act; unique in its stream, may be empty
	Prev      string
	Hash      string
}

const columns = `stream, seq, at, act, actor_id, actor_name, actor_role, agency_id, from_state, to_state, reason, data, key, prev, hash`

func scan(r db.Row, e *Event) error {
	var at int64
	var data string
	err := r.Scan(&e.Stream, &e.Seq, &at, &e.Act, &e.ActorID, &e.ActorName, &e.ActorRole, &e.AgencyID, &e.From, &e.To, &e.Reason, &data, &e.Key, &e.Prev, &e.Hash)
	e.At, e.Data = time.UnixMicro(at).UTC(), json.RawMessage(data)
	return err
}

// digest covers every column but the hash itself, each with its length, so that no two events read alike.
func (e Event) digest() string {
	h := sha256.New()
	for _, part := range []string{e.Prev, e.Stream, fmt.Sprint(e.Seq), fmt.Sprint(e.At.UnixMicro()), e.Act, e.ActorID, e.ActorName,
		e.ActorRole, e.AgencyID, e.From, e.To, e.Reason, string(e.Data), e.Key} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Append adds an event to its stream, in the caller's transaction, and gives it back with its place in the chain.
// Callers whose streams may be written at once must hold a lock on what the stream is about.
func Append(tx *db.Tx, e Event) (Event, error) {
	last, err := db.One(tx, scan, `SELECT `+columns+` FROM event WHERE stream = $1 ORDER BY seq DESC LIMIT 1`, e.Stream)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return e, err
	}
	return AppendAfter(tx, last, e)
}

// AppendAfter is Append by a caller who knows the last event of the stream (the zero Event: there is none). It fails
// as a duplicate (db.IsDuplicate) when there is a later one by now, or one with the same key.
func AppendAfter(tx *db.Tx, last, e Event) (Event, error) {
	e = e.after(last)
	_, err := tx.Exec(`INSERT INTO event (`+columns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`, e.values()...)
	return e, err
}

// after is the event with its place in the chain.
func (e Event) after(last Event) Event {
	e.Seq, e.Prev = last.Seq+1, last.Hash
	e.At = e.At.UTC().Truncate(time.Microsecond)
	if len(e.Data) == 0 {
		e.Data = json.RawMessage("{}")
	}
	e.Hash = e.digest()
	return e
}

func (e Event) values() []any {
	return []any{e.Stream, e.Seq, e.At.UnixMicro(), e.Act, e.ActorID, e.ActorName, e.ActorRole, e.AgencyID, e.From, e.To, e.Reason, string(e.Data), e.Key, e.Prev, e.Hash}
}

// AppendAll is Append of many events, each of a stream of its own, with few statements. It gives them their places.
func AppendAll(tx *db.Tx, events []Event) error {
	last := make(map[string]Event, len(events))
	err := db.Chunks(len(events), func(from, to int) error {
		var q db.Query
		q.Add(`WITH wanted (stream) AS (VALUES`)
		for i, e := range events[from:to] {
			if i > 0 {
				q.Add(",")
			}
			q.Add(`(CAST(? AS TEXT))`, e.Stream)
		}
		q.Add(`) SELECT e.stream, e.seq, e.hash FROM wanted JOIN event e ON e.stream = wanted.stream AND e.seq = (SELECT max(seq) FROM event WHERE stream = wanted.stream)`)
		found, err := db.All(tx, func(r db.Row, e *Event) error { return r.Scan(&e.Stream, &e.Seq, &e.Hash) }, q.Text(), q.Args()...)
		for _, e := range found {
			last[e.Stream] = e
		}
		return err
	})
	if err != nil {
		return err
	}
	return insertAfter(tx, last, events)
}

// Begin is AppendAll of events that are the first of their streams. It fails as a duplicate when one is not.
func Begin(tx *db.Tx, events []Event) error { return insertAfter(tx, nil, events) }

func insertAfter(tx *db.Tx, last map[string]Event, events []Event) error {
	rows := make([][]any, len(events))
	for i := range events {
		events[i] = events[i].after(last[events[i].Stream])
		rows[i] = events[i].values()
	}
	_, err := tx.ExecRows(`INSERT INTO event (`+columns+`) VALUES`, `(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, ``, rows)
	return err
}

// Done tells whether the stream already has an act with this key.
func Done(tx *db.Tx, stream, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM event WHERE stream = $1 AND key = $2`, stream, key)
	return n > 0, err
}

// Did tells whether somebody did an act in a stream, with these facts; no facts: with any. Who did is not in conflict with
// themselves.
func Did(tx *db.Tx, stream, act, actorID string, facts json.RawMessage) (bool, error) {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM event WHERE stream = $1 AND act = $2 AND actor_id = $3 AND ($4 = '' OR data = $4)`,
		stream, act, actorID, string(facts))
	return n > 0, err
}

// Of lists the events of a stream, oldest first.
func Of(tx *db.Tx, stream string) ([]Event, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM event WHERE stream = $1 ORDER BY seq`, stream)
}

// Mark is what AppendAfter needs to know of a stream: its last event, and whether it already has a key.
type Mark struct {
	Last Event
	Done bool
}

// OfWithMark lists the events of a stream, oldest first, and with the same query marks another stream.
func OfWithMark(tx *db.Tx, stream, marked, key string) (events []Event, mark Mark, err error) {
	rows, err := db.All(tx, scan, `SELECT `+columns+` FROM event WHERE stream = $1
		UNION ALL SELECT `+columns+` FROM event WHERE stream = $2 AND (key = $3 OR seq = (SELECT max(seq) FROM event WHERE stream = $2))
		ORDER BY seq`, stream, marked, key)
	for _, e := range rows {
		if e.Stream == stream {
			events = append(events, e)
			continue
		}
		mark.Last, mark.Done = e, mark.Done || e.Key == key
	}
	return events, mark, err
}

// Latest lists the newest events of a stream, newest first.
func Latest(tx *db.Tx, stream string, limit int) ([]Event, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM event WHERE stream = $1 ORDER BY seq DESC LIMIT $2`, stream, limit)
}

// Broken is the first link of a chain that does not hold.
type Broken struct {
	Stream string
	Seq    int64
	Why    string
}

func (b Broken) Error() string {
	return fmt.Sprintf("stream %s, event %d: %s", b.Stream, b.Seq, b.Why)
}

const verifyPage = 2000

// Verify reads every event and checks every chain. It returns how many events it read, and a Broken error at the
// first link that does not hold.
func Verify(ctx context.Context, d *db.DB) (n int64, err error) {
	return VerifyTelling(ctx, d, func(int64) {})
}

// VerifyTelling is Verify for who waits: told hears again and again how many events were read so far.
func VerifyTelling(ctx context.Context, d *db.DB, told func(read int64)) (n int64, err error) {
	var last Event
	for {
		var page []Event
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = db.All(tx, scan, `SELECT `+columns+` FROM event WHERE (stream, seq) > ($1, $2) ORDER BY stream, seq LIMIT $3`, last.Stream, last.Seq, verifyPage)
			return err
		})
		if err != nil {
			return n, err
		}
		for _, e := range page {
			if err := follows(last, e); err != nil {
				return n, err
			}
			last = e
			n++
		}
		told(n)
		if len(page) < verifyPage {
			return n, nil
		}
	}
}

func follows(last, e Event) error {
	if e.Stream != last.Stream {
		last = Event{}
	}
	switch {
	case e.Seq != last.Seq+1:
		return Broken{e.Stream, e.Seq, fmt.Sprintf("event %d is missing", last.Seq+1)}
	case e.Prev != last.Hash:
		return Broken{e.Stream, e.Seq, "does not follow the event before it"}
	case e.Hash != e.digest():
		return Broken{e.Stream, e.Seq, "was changed after it was written"}
	}
	return nil
}

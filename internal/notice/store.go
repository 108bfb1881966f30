package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/person"
)

// Texts are the words that agencies wrote in the place of ours. Both fields are required.
type Texts struct {
	DB  *db.DB
	Now func() time.Time
}

// Version is a change of the words of a kind of mail; its Words are empty when it went back to ours.
type Version struct {
	Words

	Kind   string
	Number int64 // 1, 2, ...; 0: never changed
	By     string
	At     time.Time
}

// Own tells whether the agency has words of its own.
func (v Version) Own() bool { return v.Words != Words{} }

// Compose makes a mail in the words of an agency.
func (t *Texts) Compose(ctx context.Context, agencyID string, m Message, id string, to mail.Address) (mail.Message, error) {
	var now Version
	err := t.DB.Read(ctx, func(tx *db.Tx) (err error) {
		now, err = latest(tx, agencyID, m.About().Kind)
		return err
	})
	if err != nil {
		return mail.Message{}, err
	}
	return Compose(m, now.Words, id, to)
}

// Change puts other words in the place of those of version seen, for the agency that the actor administers. m is any
// message of the kind. Our own words are never kept as somebody's. The fault is Invalid for words that are no good
// (Check), Conflict when somebody else changed them meanwhile.
func (t *Texts) Change(ctx context.Context, actor person.Actor, m Message, words Words, seen int64) error {
	if err := Check(m, words); err != nil {
		return err
	}
	ours, err := Ours(m)
	if err != nil {
		return err
	}
	if words == ours {
		words = Words{}
	}
	return t.put(ctx, actor, m.About().Kind, words, seen)
}

// Restore goes back to our own words.
func (t *Texts) Restore(ctx context.Context, actor person.Actor, m Message, seen int64) error {
	return t.put(ctx, actor, m.About().Kind, Words{}, seen)
}

var errChanged = fault.New(fault.Conflict, "Alguém mudou este texto enquanto você escrevia. Veja no histórico o que mudou e decida de novo.")

func (t *Texts) put(ctx context.Context, actor person.Actor, kind string, words Words, seen int64) error {
	agencyID := actor.AdminOf()
	if agencyID == "" {
		return fault.New(fault.Forbidden, "Só quem administra o órgão muda os textos dele.")
	}
	err := t.DB.Transact(ctx, func(tx *db.Tx) error {
		now, err := latest(tx, agencyID, kind)
		if err != nil {
			return err
		}
		if now.Words == words {
			return nil
		}
		if now.Number != seen {
			return errChanged
		}
		v := Version{Words: words, Kind: kind, Number: seen + 1, At: t.Now()}
		if _, err := tx.Exec(`INSERT INTO notice_text (agency_id, kind, version, subject, body, button, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			agencyID, kind, v.Number, words.Subject, words.Text, words.Button, actor.AccountID, v.At.UnixMicro()); err != nil {
			return err
		}
		return record(tx, actor, agencyID, v)
	})
	if db.IsDuplicate(err) {
		return errChanged
	}
	return err
}

// record keeps that the words changed, and their hash.
func record(tx *db.Tx, actor person.Actor, agencyID string, v Version) error {
	hash := sha256.Sum256([]byte(v.Subject + "\n\n" + v.Text + "\n\n" + v.Button))
	data, err := json.Marshal(map[string]any{"notice": v.Kind, "version": v.Number, "own": v.Own(), "words": hex.EncodeToString(hash[:])})
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: "notice-text:" + agencyID, At: v.At, Act: "change_notice_text", ActorID: actor.AccountID, ActorName: actor.Name,
		ActorRole: string(person.Admin), AgencyID: agencyID, Data: data})
	return err
}

const versionColumns = `t.kind, t.version, t.subject, t.body, t.button, t.changed_at, CASE WHEN a.social_name <> '' THEN a.social_name ELSE a.name END`

func scanVersion(r db.Row, v *Version) error {
	var at int64
	err := r.Scan(&v.Kind, &v.Number, &v.Subject, &v.Text, &v.Button, &at, &v.By)
	v.At = time.UnixMicro(at).UTC()
	return err
}

// latest is the version in force; the zero Version when the words were never changed.
func latest(tx *db.Tx, agencyID, kind string) (Version, error) {
	v, err := db.One(tx, scanVersion, `SELECT `+versionColumns+` FROM notice_text t JOIN account a ON a.id = t.changed_by
		WHERE t.agency_id = $1 AND t.kind = $2 ORDER BY t.version DESC LIMIT 1`, agencyID, kind)
	if fault.Is(err, fault.NotFound) {
		return Version{}, nil
	}
	return v, err
}

// historyShown is how many versions are listed; older ones stay in the database.
const historyShown = 50

// History lists the versions of a kind in the agency that the actor administers, newest first.
func (t *Texts) History(ctx context.Context, actor person.Actor, kind string) (list []Version, err error) {
	err = t.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanVersion, `SELECT `+versionColumns+` FROM notice_text t JOIN account a ON a.id = t.changed_by
			WHERE t.agency_id = $1 AND t.kind = $2 ORDER BY t.version DESC LIMIT $3`, actor.AdminOf(), kind, historyShown)
		return err
	})
	return list, err
}

// InForce are the versions in force by kind, in the agency that the actor administers; kinds never changed are not in it.
func (t *Texts) InForce(ctx context.Context, actor person.Actor) (map[string]Version, error) {
	var list []Version
	err := t.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.All(tx, scanVersion, `SELECT `+versionColumns+` FROM notice_text t JOIN account a ON a.id = t.changed_by
			WHERE t.agency_id = $1 AND t.version = (SELECT max(version) FROM notice_text l WHERE l.agency_id = t.agency_id AND l.kind = t.kind)`, actor.AdminOf())
		return err
	})
	byKind := make(map[string]Version, len(list))
	for _, v := range list {
		byKind[v.Kind] = v
	}
	return byKind, err
}

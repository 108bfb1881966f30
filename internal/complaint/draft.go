package complaint

import (
	"context"
	"encoding/json"
	"time"
	"unicode/utf8"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/vault"
)

// Answers are what the consumer typed, by the names of the form's fields (interface.md), unchecked.
type Answers map[string]string

// Draft is a complaint being written. It is kept from the first step and deleted 30 days after the last touch.
type Draft struct {
	ID, AccountID        string
	Answers              Answers
	CreatedAt, TouchedAt time.Time
	ComplaintID          string // set once it was submitted
	// Company is the name of the company chosen or typed, as Panel fills it in; empty while nobody knows.
	Company string
}

// DraftDays is for how long an untouched draft is kept.
const DraftDays = 30

// DraftsAtOnce is how many drafts a person may have; each may hold hundreds of megabytes of files.
const DraftsAtOnce = 20

const draftColumns = `id, account_id, data, created_at, touched_at, coalesce(complaint_id, '')`

// draftData is where answers are sealed.
const draftData = "draft.data"

func (s *Service) scanDraft(r db.Row, d *Draft) error {
	var data string
	var created, touched int64
	if err := r.Scan(&d.ID, &d.AccountID, &data, &created, &touched, &d.ComplaintID); err != nil {
		return err
	}
	d.CreatedAt, d.TouchedAt = time.UnixMicro(created).UTC(), time.UnixMicro(touched).UTC()
	plain, err := vault.OpenText(s.Secrets, draftData, d.ID, data)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &d.Answers)
}

// StartDraft continues the actor's newest draft, or begins one. The answers given (the route that led here) are
// written over the draft's; everything else that was typed stays. A new draft knows how the actor is reached.
// fresh begins a new one in any case; fault.Conflict when the actor has DraftsAtOnce of them.
func (s *Service) StartDraft(ctx context.Context, actor person.Actor, answers Answers, fresh bool) (d Draft, continued bool, err error) {
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		d, err = db.One(tx, s.scanDraft, `SELECT `+draftColumns+` FROM draft WHERE account_id = $1 AND complaint_id IS NULL ORDER BY touched_at DESC LIMIT 1`+tx.ForUpdate(), actor.AccountID)
		continued = err == nil && !fresh
		switch {
		case continued:
			d.Answers.take(answers)
			return s.saveDraft(tx, &d)
		case err != nil && !fault.Is(err, fault.NotFound):
			return err
		}
		d, err = s.newDraft(tx, actor, answers)
		return err
	})
	return d, continued, err
}

func (s *Service) newDraft(tx *db.Tx, actor person.Actor, answers Answers) (Draft, error) {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM draft WHERE account_id = $1 AND complaint_id IS NULL`, actor.AccountID)
	if err != nil {
		return Draft{}, err
	}
	if n >= DraftsAtOnce {
		return Draft{}, fault.New(fault.Conflict, "Você já tem 20 reclamações começadas. Envie uma delas, ou apague as que não quer mais.")
	}
	d := Draft{ID: db.NewID(), AccountID: actor.AccountID, Answers: Answers{"email": actor.Email, "telefone": actor.Phone}, CreatedAt: s.Now(), TouchedAt: s.Now()}
	d.Answers.take(answers)
	data, err := json.Marshal(d.Answers)
	if err != nil {
		return d, err
	}
	_, err = tx.Exec(`INSERT INTO draft (id, account_id, data, created_at, touched_at) VALUES ($1, $2, $3, $4, $4)`,
		d.ID, d.AccountID, vault.SealText(s.Secrets, draftData, d.ID, data), d.CreatedAt.UnixMicro())
	return d, err
}

// take writes what was typed over what the answers were. A text too long to be sent is kept, so that it can be
// shortened; what goes on far beyond that was typed by nobody and is cut.
func (a Answers) take(typed Answers) {
	for field, value := range typed {
		if most := max(20*lengths[field], 240); utf8.RuneCountInString(value) > most {
			value = string([]rune(value)[:most])
		}
		a[field] = value
	}
}

func (s *Service) saveDraft(tx *db.Tx, d *Draft) error {
	d.TouchedAt = s.Now()
	data, err := json.Marshal(d.Answers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE draft SET data = $2, touched_at = $3 WHERE id = $1`, d.ID, vault.SealText(s.Secrets, draftData, d.ID, data), d.TouchedAt.UnixMicro())
	return err
}

// ownDraft loads a draft of the actor; to change it, lock is tx.ForUpdate().
func (s *Service) ownDraft(tx *db.Tx, actor person.Actor, id, lock string) (Draft, error) {
	d, err := db.One(tx, s.scanDraft, `SELECT `+draftColumns+` FROM draft WHERE id = $1 AND account_id = $2`+lock, id, actor.AccountID)
	if fault.Is(err, fault.NotFound) {
		return d, fault.New(fault.NotFound, "Este rascunho não existe mais. Rascunhos sem uso são apagados depois de 30 dias.")
	}
	return d, err
}

// Draft is one of the actor's drafts; other people's do not exist.
func (s *Service) Draft(ctx context.Context, actor person.Actor, id string) (d Draft, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = s.ownDraft(tx, actor, id, "")
		return err
	})
	return d, err
}

// Write stores answers of one step, checked or not: nothing typed is lost. Other answers stay.
func (s *Service) Write(ctx context.Context, actor person.Actor, id string, answers Answers) (d Draft, err error) {
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		if d, err = s.ownDraft(tx, actor, id, tx.ForUpdate()); err != nil {
			return err
		}
		if d.ComplaintID != "" {
			return nil // it is a complaint already; what an old tab sends changes nothing
		}
		d.Answers.take(answers)
		if subject, known := taxonomy.Subjects().Find(d.Answers["assunto"]); known {
			d.Answers["area"] = subject.Parent
		}
		return s.saveDraft(tx, &d)
	})
	return d, err
}

// Discard deletes a draft and its files; fault.Conflict when it was submitted.
func (s *Service) Discard(ctx context.Context, actor person.Actor, id string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		d, err := s.ownDraft(tx, actor, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		if d.ComplaintID != "" {
			return fault.New(fault.Conflict, "Esta reclamação já foi enviada, por isso não foi apagada.")
		}
		return s.deleteDraft(tx, d.ID)
	})
}

func (s *Service) deleteDraft(tx *db.Tx, ids ...string) error {
	if err := s.Files.DeleteDraft(tx, ids...); err != nil {
		return err
	}
	var q db.Query
	q.In(`DELETE FROM draft WHERE id IN`, ids)
	_, err := tx.Exec(q.Text(), q.Args()...)
	return err
}

// DeleteOldDrafts removes drafts nobody touched for DraftDays; submitted ones go too, their complaint remains.
func (s *Service) DeleteOldDrafts(ctx context.Context) error {
	limit := s.Now().AddDate(0, 0, -DraftDays).UnixMicro()
	for {
		var n int
		err := s.DB.Transact(ctx, func(tx *db.Tx) error {
			ids, err := db.Column[string](tx, `SELECT id FROM draft WHERE touched_at < $1 ORDER BY touched_at LIMIT 100`+tx.ForUpdateSkipLocked(), limit)
			if n = len(ids); err != nil {
				return err
			}
			return s.deleteDraft(tx, ids...)
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

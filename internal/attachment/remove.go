package attachment

import (
	"context"
	"errors"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
)

// SweepJob is the kind of the daily job that Sweep does.
const SweepJob = "attachment.sweep"

// sweepAge is how long bytes may be without a row, and a file without its message.
const sweepAge = 24 * time.Hour

// Register tells the queue what this package does later. A node without a scanner leaves files to those that have one.
func (s *Service) Register() {
	if s.Scanner != nil {
		job.On(s.Jobs, ScanJob, s.scan)
	}
	s.Jobs.Handle(SweepJob, s.sweepJob)
	s.Jobs.Every(SweepJob, sweepAge)
}

// Remove takes a file out of a draft, or, with an empty draftID, one that waits for its message. Only who sent it
// may; fault.NotFound otherwise.
func (s *Service) Remove(ctx context.Context, accountID, draftID, id string) error {
	var key string
	err := s.DB.Transact(ctx, func(tx *db.Tx) (err error) {
		key, err = db.Scalar[string](tx, `DELETE FROM attachment WHERE id = $1 AND uploaded_by = $2 AND draft_id = $3
			AND registration_id = '' AND message_id = '' AND (complaint_id = '' OR kind = 'message') RETURNING blob`, id, accountID, draftID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, "Este arquivo já foi excluído ou enviado.", err)
	}
	if err != nil {
		return err
	}
	s.forget(ctx, key)
	return nil
}

// DeleteDraft takes all files out of drafts, in the transaction that discards them.
func (s *Service) DeleteDraft(tx *db.Tx, draftIDs ...string) error {
	var q db.Query
	return s.deleteAll(tx, q.In(`DELETE FROM attachment WHERE draft_id <> '' AND draft_id IN`, draftIDs).Add(`RETURNING blob`))
}

func (s *Service) deleteAll(tx *db.Tx, q *db.Query) error {
	keys, err := db.Column[string](tx, q.Text(), q.Args()...)
	if err == nil && len(keys) > 0 {
		tx.After(func() { s.forget(context.Background(), keys...) })
	}
	return err
}

// forgetting is how long an act waits for a store that no longer answers.
const forgetting = 10 * time.Second

// forget deletes bytes whose rows are gone. What cannot be deleted now is an orphan that Sweep deletes.
func (s *Service) forget(ctx context.Context, keys ...string) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), forgetting)
	defer stop()
	for _, key := range keys {
		if s.Blobs.Delete(ctx, key) != nil {
			return
		}
	}
}

// Sweep deletes bytes that have had no row for a day, and files sent a day ago for a message that was never written.
// Files still waiting for the scanner are offered to it again.
func (s *Service) Sweep(ctx context.Context) error {
	batch := map[string]string{} // id to key
	for key, err := range s.Blobs.Keys(ctx, s.Now().Add(-sweepAge)) {
		if err != nil {
			return err
		}
		id, ours := idOfBlob(key)
		if !ours {
			continue
		}
		if batch[id] = key; len(batch) == 200 {
			if err := s.sweepBatch(ctx, batch); err != nil {
				return err
			}
			clear(batch)
		}
	}
	return s.sweepBatch(ctx, batch)
}

func (s *Service) sweepBatch(ctx context.Context, batch map[string]string) error {
	if len(batch) == 0 {
		return nil
	}
	ids := make([]string, 0, len(batch))
	for id := range batch {
		ids = append(ids, id)
	}
	var errs []error
	err := s.DB.Transact(ctx, func(tx *db.Tx) error { return s.sweepRows(tx, ids, batch) })
	if err != nil {
		return err
	}
	for _, key := range batch { // what sweepRows left in it has no row
		errs = append(errs, s.Blobs.Delete(ctx, key))
	}
	return errors.Join(errs...)
}

// sweepRows takes the files that stay out of the batch.
func (s *Service) sweepRows(tx *db.Tx, ids []string, batch map[string]string) error {
	var q db.Query
	q.In(`DELETE FROM attachment WHERE kind = 'message' AND message_id = '' AND id IN`, ids)
	if _, err := tx.Exec(q.Text(), q.Args()...); err != nil {
		return err
	}
	var stay db.Query
	stay.In(`SELECT `+columns+` FROM attachment WHERE id IN`, ids)
	rows, err := db.All(tx, scanRow, stay.Text(), stay.Args()...)
	if err != nil {
		return err
	}
	for _, a := range rows {
		delete(batch, a.ID)
		if a.Scan == Pending && s.Scanner != nil {
			if err := s.enqueueScan(tx, a.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

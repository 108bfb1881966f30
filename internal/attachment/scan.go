package attachment

import (
	"context"
	"encoding/json"
	"errors"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/job"
)

// ScanJob is the kind of the job that has one file looked at by the scanner.
const ScanJob = "attachment.scan"

type scanArgs struct{ ID string }

func (s *Service) enqueueScan(tx *db.Tx, id string) error {
	return s.Jobs.Enqueue(tx, ScanJob, scanArgs{id}, job.Options{Unique: ScanJob + ":" + id})
}

func (s *Service) sweepJob(ctx context.Context, _ json.RawMessage, _ job.Info) error {
	return s.Sweep(ctx)
}

// scan has one file looked at. While the scanner does not answer, the file stays closed and the job comes back.
func (s *Service) scan(ctx context.Context, args scanArgs, _ job.Info) error {
	a, err := s.byID(ctx, args.ID)
	if fault.Is(err, fault.NotFound) || err == nil && a.Scan != Pending {
		return nil // removed, or found out already
	}
	if err != nil {
		return err
	}
	verdict, err := s.verdict(ctx, a)
	if err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE attachment SET scan = $1 WHERE id = $2 AND scan = 'pending'`, verdict, a.ID)
		return err
	})
}

func (s *Service) byID(ctx context.Context, id string) (a Attachment, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = s.ByID(tx, id)
		return err
	})
	return a, err
}

func (s *Service) verdict(ctx context.Context, a Attachment) (Scan, error) {
	file, err := s.openWhole(ctx, a)
	if err != nil {
		return "", err
	}
	clean, _, err := s.Scanner(ctx, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	if clean {
		return Clean, nil
	}
	return Infected, nil
}

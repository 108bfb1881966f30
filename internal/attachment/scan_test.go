package attachment

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/job"
)

func TestWithAScannerNobodyOpensAFileBeforeItIsFoundClean(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		down := errors.New("scanner down")
		answers := true
		s.Scanner = func(_ context.Context, r io.Reader) (bool, string, error) {
			b, err := io.ReadAll(r)
			if !answers {
				return false, "", down
			}
			return !strings.Contains(string(b), "VIRUS"), "Test.Virus", err
		}
		s.Register()
		good, bad := receive(t, s, inDraft("a.txt", "bom")), receive(t, s, inDraft("b.txt", "VIRUS"))
		open := func(id string) error {
			a, err := s.byID(ctx, id)
			if err != nil {
				return err
			}
			file, err := s.OpenFor(ctx, a, ana)
			if err == nil {
				err = file.Close()
			}
			return err
		}
		wantFault(t, open(good.ID), fault.Conflict, "ainda está sendo verificado")
		answers = false
		if err := s.Jobs.Drain(ctx); !errors.Is(err, down) {
			t.Fatalf("got %v", err)
		}
		wantFault(t, open(good.ID), fault.Conflict, "ainda está sendo verificado")
		answers = true
		write(t, d, `UPDATE job SET run_at = 0`)
		if err := s.Jobs.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if err := open(good.ID); err != nil {
			t.Error(err)
		}
		wantFault(t, open(bad.ID), fault.Forbidden, "tem um vírus")
	})
}

// clamd comes to one node after the other: what the first gives it to look at is not done with by one that has none yet.
func TestANodeWithoutAScannerLeavesFilesToTheOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		with := newService(t, d)
		without := &Service{DB: d, Blobs: with.Blobs, Jobs: job.New(d, with.Now, job.Settings{}), Now: with.Now, Limits: with.Limits}
		with.Scanner = func(context.Context, io.Reader) (bool, string, error) { return true, "", nil }
		with.Register()
		without.Register()
		file := receive(t, with, inDraft("a.txt", "bom"))
		for _, s := range []*Service{without, with} {
			if err := s.Jobs.Drain(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if a, err := with.byID(ctx, file.ID); err != nil || a.Scan != Clean {
			t.Errorf("%s, %v", a.Scan, err)
		}
	})
}

func TestAFileRemovedBeforeItsScanEndsTheJob(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	s.Scanner = func(context.Context, io.Reader) (bool, string, error) { return true, "", nil }
	s.Register()
	a := receive(t, s, inDraft("a.txt", "bom"))
	if err := s.Remove(ctx, ana, draftA, a.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Jobs.Drain(ctx); err != nil {
		t.Error(err)
	}
}

func TestTheSweepDeletesOrphansOfYesterdayAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		kept := receive(t, s, inDraft("a.pdf", smallPDF))
		receive(t, s, inMessage(ana, "nunca escrita"))
		bound := receive(t, s, inMessage(ana, "escrita"))
		transact(t, s, func(tx *db.Tx) error { return s.Bind(tx, []string{bound.ID}, caseA, messageA, ana) })
		for _, key := range []string{blobKey(db.NewID()), "letter/ab/other", "attachment/zz/not-an-id"} {
			if _, err := s.Blobs.Put(ctx, key, strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
		}
		s.Now = func() time.Time { return time.Now().Add(23 * time.Hour) }
		if err := s.Sweep(ctx); err != nil || blobs(t, s) != 6 {
			t.Fatalf("what is younger than a day must stay: %d, %v", blobs(t, s), err)
		}
		s.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
		if err := s.Sweep(ctx); err != nil || blobs(t, s) != 4 {
			t.Fatalf("%d blobs, %v", blobs(t, s), err)
		}
		if len(drafted(t, s, draftA)) != 1 || len(filed(t, s, caseA)) != 1 {
			t.Error("a row was lost")
		}
		waiting := list(t, s, func(tx *db.Tx) ([]Attachment, error) { return s.Waiting(tx, caseA, ana) })
		file, err := s.Open(ctx, kept)
		if content(t, file, err) != smallPDF || len(waiting) != 0 {
			t.Errorf("waiting %v", waiting)
		}
	})
}

func TestTheSweepOffersWaitingFilesToTheScannerAgain(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	s.Scanner = func(context.Context, io.Reader) (bool, string, error) { return true, "", nil }
	s.Register()
	a := receive(t, s, inDraft("a.txt", "bom"))
	write(t, s.DB, `UPDATE job SET state = 'dead'`) // the scanner was down for days
	s.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := errors.Join(s.Sweep(ctx), s.Jobs.Drain(ctx)); err != nil {
		t.Fatal(err)
	}
	if a, err := s.byID(ctx, a.ID); err != nil || a.Scan != Clean {
		t.Errorf("%+v %v", a, err)
	}
}

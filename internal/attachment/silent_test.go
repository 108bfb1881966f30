package attachment

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
)

// silent is a store that no longer answers. A deletion ends when its context does; the test does not wait that long.
type silent struct {
	blob.Store
	t      testing.TB
	waited time.Duration
}

func (s *silent) Delete(ctx context.Context, _ string) error {
	until, ends := ctx.Deadline()
	if !ends {
		s.t.Error("waits without an end")
	}
	s.waited += time.Until(until)
	return fault.Wrap(fault.Unavailable, "", context.DeadlineExceeded)
}

func TestWhoDiscardsFilesWaitsForASilentStoreOnceAndShortly(t *testing.T) { // quality 2
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		var ids []string
		for i := range 4 {
			for _, draft := range []string{draftA, draftB} {
				u := inDraft("a.txt", fmt.Sprint("arquivo ", i))
				u.DraftID = draft
				ids = append(ids, receive(t, s, u).ID)
			}
		}
		write(t, d, `UPDATE attachment SET registration_id = id, draft_id = '' WHERE id IN ('`+ids[0]+`', '`+ids[2]+`')`)
		whole := s.Blobs
		for _, c := range []struct {
			name string
			act  func() error
		}{
			{"one file", func() error { return s.Remove(ctx, ana, draftB, ids[1]) }},
			{"drafts", func() error {
				return d.Transact(ctx, func(tx *db.Tx) error { return s.DeleteDraft(tx, draftA, draftB) })
			}},
			{"a company's requests", func() error {
				return d.Transact(ctx, func(tx *db.Tx) error { return s.DeleteRegistration(tx, ids[0], ids[2]) })
			}},
		} {
			store := &silent{Store: whole, t: t}
			s.Blobs = store
			if err := c.act(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if store.waited <= 0 || store.waited > 10*time.Second {
				t.Errorf("%s: waits %v", c.name, store.waited)
			}
		}
		s.Blobs = whole
		if n := len(drafted(t, s, draftA)) + len(drafted(t, s, draftB)); n != 0 || blobs(t, s) != 8 {
			t.Fatalf("%d rows, %d blobs", n, blobs(t, s))
		}
		s.Now = func() time.Time { return time.Now().Add(48 * time.Hour) }
		if err := s.Sweep(ctx); err != nil || blobs(t, s) != 0 {
			t.Errorf("the next day: %v, %d blobs", err, blobs(t, s))
		}
	})
}

package complaint_test

import (
	"context"
	"testing"
	"time"

	"guiche/internal/blob"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/fault"
)

// away is a store that does not answer; each question costs who asks some seconds.
type away struct {
	blob.Store
	asked int
}

func (a *away) Delete(context.Context, string) error {
	a.asked++
	return fault.New(fault.Unavailable, "")
}

func TestOldDraftsWaitOnceForAStoreThatIsAway(t *testing.T) { // quality 2
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		ids := []string{draftOf(t, f, f.Ana, nil, true), draftOf(t, f, f.Ana, nil, true)}
		store := &away{Store: f.Files.Blobs}
		f.Files.Blobs = store
		f.Wait(31 * 24 * time.Hour)
		ok(t, f.Service.DeleteOldDrafts(ctx))
		for _, id := range ids {
			if _, err := f.Service.Draft(ctx, f.Ana, id); !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		}
		if store.asked != 1 {
			t.Errorf("asked %d times", store.asked)
		}
	})
}

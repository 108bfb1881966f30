package complaint_test

import (
	"slices"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/ledger"
)

// The ledger has what people filed: further companies are in the first one's line, and a lost number is never given again, nor
// one that another node may have given then.
func TestWhatTheDatabaseLacksOfTheLedgerIsFoundAndItsNumberKept(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		first := f.File(t, complainttest.Opts{})
		_, err := f.Service.AddSupplier(ctx, f.Elisa, f.Ref(t, f.Elisa, first, "k"), addForm())
		ok(t, err)
		if n, err := complaint.Filed(ctx, f.DB); n != 1 || err != nil {
			t.Errorf("%d filed, %v", n, err)
		}
		var id string
		ok(t, f.DB.Read(ctx, func(tx *db.Tx) (err error) {
			id, err = db.Scalar[string](tx, `SELECT id FROM complaint WHERE protocol = $1`, first)
			return err
		}))
		year, code := 2026, first[5:9]
		ninth := complaint.FormatProtocol(year, code, 9)
		gone := []ledger.Entry{{Protocol: ninth, CaseID: "gone"}, {Protocol: complaint.FormatProtocol(year, code, 7), CaseID: "gone too"}, {Protocol: first, CaseID: "another"}}
		lost, err := complaint.Lost(ctx, f.DB, append(gone, ledger.Entry{Protocol: first, CaseID: id}))
		if err != nil || !slices.Equal(lost, gone) {
			t.Errorf("lost %v, %v", lost, err)
		}
		for range 2 { // at each start
			ok(t, complaint.KeepNumbers(ctx, f.DB, lost))
		}
		if next := f.File(t, complainttest.Opts{}); next != complaint.FormatProtocol(year, code, 1010) {
			t.Errorf("the next number is %s", next)
		}
	})
}

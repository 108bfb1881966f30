package complaint_test

import (
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
)

const stateCode = "0001" // of the state's agency in protocol numbers

// loadable is a case of Ana's that has only to be stored, filed and last touched at the fixture's first moment.
func loadable(f *complainttest.Fixture, state complaint.State) complaint.Complaint {
	c := complaint.Complaint{AgencyID: f.Elisa.Agency(), Route: complaint.Agency, State: state, FiledAt: f.Now(), UpdatedAt: f.Now(),
		Consumer: complaint.Consumer{AccountID: f.Ana.AccountID, Name: f.Ana.Name, CPF: f.Ana.CPF, Level: f.Ana.Level, Email: f.Ana.Email,
			Address: complaint.Address{Postcode: "96445000", Street: "Rua das Flores", Number: "10", District: "Centro", Municipality: complainttest.Acegua}}}
	c.SupplierName, c.Narrative = "Ferragem da Esquina", "A estante nunca chegou."
	return c
}

func TestLoadedCasesAreCasesLikeFiledOnes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		taken, closed := loadable(f, complaint.InReview), loadable(f, complaint.Closed)
		taken.OfficerID, taken.OfficerName = f.Elisa.AccountID, f.Elisa.Name
		closed.FiledAt, closed.ClosedAt, closed.Outcome = f.Now().AddDate(-1, 0, 0), f.Now(), complaint.Unfounded
		cases := []complaint.Complaint{loadable(f, complaint.Screening), taken, closed}
		if err := f.Service.Load(t.Context(), cases); err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			protocol string
			due      calendar.Day // by the rules of seed; zero: none
		}{
			{complaint.FormatProtocol(2026, stateCode, 1), calendar.Date(2026, 11, 25)}, // two working days
			{complaint.FormatProtocol(2026, stateCode, 2), calendar.Date(2026, 12, 7)},  // ten working days
			{complaint.FormatProtocol(2025, stateCode, 1), 0},
		} {
			c, err := f.Service.AsOfficer(t.Context(), f.Elisa, want.protocol, complaint.FromQueue)
			if err != nil {
				t.Fatalf("%s: %v", want.protocol, err)
			}
			if c.ID != cases[i].ID || c.Protocol != cases[i].Protocol || !c.FiledAt.Equal(cases[i].FiledAt) || !c.ClosedAt.Equal(cases[i].ClosedAt) || !c.DueAt.Equal(cases[i].DueAt) {
				t.Errorf("stored %+v, want %+v", c.Complaint, cases[i])
			}
			if c.HasDue() != (want.due != 0) || c.HasDue() && calendar.Of(c.DueAt) != want.due {
				t.Errorf("%s runs out on %s by %s, want %s", c.State, calendar.Of(c.DueAt), c.ClockRule, want.due)
			}
			if len(c.Events) != 1 || c.Events[0].Act != string(complaint.ActFile) || !c.Events[0].At.Equal(c.FiledAt) {
				t.Errorf("%s has the events %+v", c.State, c.Events)
			}
		}
		page, err := f.Service.Queue(t.Context(), f.Elisa, complaint.Filter{Text: "estante"})
		if err != nil || len(page.Rows) != 3 || page.Counts.Open != 2 || page.Counts.Mine != 1 || page.Counts.ByState[complaint.Closed] != 1 {
			t.Errorf("the queue finds %d, counts %+v, %v", len(page.Rows), page.Counts, err)
		}
		if _, err := audit.Verify(t.Context(), d); err != nil {
			t.Errorf("the chain of events: %v", err)
		}
		next, err := f.Service.AsOfficer(t.Context(), f.Elisa, f.File(t, complainttest.Opts{}), complaint.FromQueue)
		if err != nil || next.Protocol != complaint.FormatProtocol(2026, stateCode, 3) {
			t.Errorf("the next filed case is %s, %v", next.Protocol, err)
		}
	})
}

func TestLoadKeepsTheClockOfTheDayAStateBegan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		old, sameDay := loadable(f, complaint.Screening), loadable(f, complaint.Screening)
		old.UpdatedAt = f.Now().AddDate(0, 0, -28)
		sameDay.UpdatedAt = old.UpdatedAt.Add(time.Hour)
		cases := []complaint.Complaint{old, sameDay, loadable(f, complaint.Screening)}
		if err := f.Service.Load(t.Context(), cases); err != nil {
			t.Fatal(err)
		}
		if !cases[0].DueAt.Before(f.Now()) || !cases[2].DueAt.After(f.Now()) {
			t.Errorf("due %s and %s, now is %s", cases[0].DueAt, cases[2].DueAt, f.Now())
		}
		if !cases[1].DueAt.Equal(cases[0].DueAt) || cases[1].ClockRule == "" {
			t.Errorf("the same day gives %s by %q and %s", cases[1].DueAt, cases[1].ClockRule, cases[0].DueAt)
		}
	})
}

func TestALoadThatFailsKeepsWholeBatchesOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		cases := make([]complaint.Complaint, 1002)
		for i := range cases {
			cases[i] = loadable(f, complaint.Screening)
		}
		cases[1001].SupplierID = "nobody"
		if err := f.Service.Load(t.Context(), cases); err == nil {
			t.Fatal("a company that does not exist")
		}
		page, err := f.Service.Queue(t.Context(), f.Elisa, complaint.Filter{})
		if err != nil || page.Counts.Open != 1000 {
			t.Errorf("%d cases stayed, %v", page.Counts.Open, err)
		}
		cases[1001].SupplierID, cases[0].AgencyID = "", "nobody"
		if err := f.Service.Load(t.Context(), cases); !fault.Is(err, fault.NotFound) {
			t.Errorf("an agency that does not exist: %v", err)
		}
	})
}

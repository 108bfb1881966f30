package complainttest_test

import (
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/seed"
)

func TestAComplaintFiledInATestIsOneAsPeopleFileThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		protocol := f.File(t, complainttest.Opts{})
		c, err := f.Service.AsOfficer(t.Context(), f.Elisa, protocol, complaint.FromQueue)
		if err != nil || c.State != complaint.Screening || c.AgencyID != seed.StateAgency || len(c.Files) != 3 || c.Consumer.Name != "Ana Ribeiro" {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := f.Service.AsOfficer(t.Context(), f.Heitor, protocol, complaint.FromQueue); !fault.Is(err, fault.NotFound) {
			t.Errorf("an officer of Rio Grande sees a case of the state: %v", err)
		}
		there := f.File(t, complainttest.Opts{By: f.Dandara, Answers: complaint.Answers{"municipio": complainttest.RioGrande}})
		if c, err := f.Service.AsOfficer(t.Context(), f.Heitor, there, complaint.FromQueue); err != nil || c.Consumer.Name != "Dandara Souza" {
			t.Errorf("%+v, %v", c, err)
		}
		before := f.Now()
		f.Wait(time.Hour)
		if f.Now().Sub(before) != time.Hour {
			t.Error("time did not pass")
		}
	})
}

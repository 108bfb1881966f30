package complaint_test

import (
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db/dbtest"
)

// BenchmarkExpiry is Q-8 in small: cases that all run out at once, each moved and its mail queued. One iteration is
// the sweep of 5,000 cases among 5,000 whose clocks still run.
func BenchmarkExpiry(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		f := complainttest.New(b, dbtest.SQLite(b))
		cases := alike(b, f, 10_000)
		for i := range cases {
			cases[i].State, cases[i].Resume = complaint.AwaitingConsumer, complaint.Screening
			if i%2 == 0 {
				cases[i].UpdatedAt = cases[i].UpdatedAt.Add(20 * 24 * time.Hour)
			}
		}
		if err := f.Service.Load(ctx, cases); err != nil {
			b.Fatal(err)
		}
		f.Wait(12 * 24 * time.Hour)
		b.StartTimer()
		start := time.Now()
		if err := f.Service.KeepDeadlines(ctx); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(5000/time.Since(start).Seconds(), "expired/s")
	}
}

package complaint_test

import (
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db/dbtest"
)

// alike are so many cases like one that was filed, not stored yet.
func alike(b *testing.B, f *complainttest.Fixture, n int) []complaint.Complaint {
	b.Helper()
	like, err := f.Service.AsConsumer(ctx, f.Ana, f.File(b, complainttest.Opts{}))
	if err != nil {
		b.Fatal(err)
	}
	cases := make([]complaint.Complaint, n)
	for i := range cases {
		cases[i] = like.Complaint
	}
	return cases
}

// BenchmarkLoad stores 20,000 cases; quality 1 wants as many a second.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		f := complainttest.New(b, dbtest.SQLite(b))
		cases := alike(b, f, 20_000)
		b.StartTimer()
		start := time.Now()
		if err := f.Service.Load(ctx, cases); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(20_000/time.Since(start).Seconds(), "cases/s")
	}
}

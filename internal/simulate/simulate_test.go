package simulate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/taxonomy"
)

func historyOf(f *complainttest.Fixture) *History {
	return &History{DB: f.DB, People: f.People, Suppliers: f.Suppliers, Complaints: f.Service, Now: f.Now, Seed: 1}
}

func TestInventedCasesAreBelievable(t *testing.T) { // a measurement over nonsense measures nothing
	f := complainttest.New(t, dbtest.SQLite(t))
	c, err := historyOf(f).gather(t.Context(), 40)
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthor(1, f.Now(), c)
	cases := make([]complaint.Complaint, 600)
	for n := range cases {
		cases[n] = a.Next()
		checkWords(t, cases[n])
	}
	if err := f.Service.Load(t.Context(), cases); err != nil {
		t.Fatal(err)
	}
	late, inTime, loud := 0, 0, 0
	for _, c := range cases {
		switch {
		case c.HasDue() && c.DueAt.Before(f.Now()):
			late++
		case c.HasDue():
			inTime++
		}
		if c.HasDue() && c.DueAt.Before(f.Now()) && complaint.Owner(c.State) != complaint.AsOfficer {
			t.Errorf("%s since %s: the program would have moved it on", c.State, c.UpdatedAt)
		}
		if c.Segment == "5" || c.Segment == "1" {
			loud++
		}
	}
	if late < 20 || inTime < 60 || loud < 330 {
		t.Errorf("of 600 cases %d are late, %d in time, %d about banks and telecom", late, inTime, loud)
	}
	var took []int
	for _, c := range cases {
		if c.Route == complaint.Direct && (c.State == complaint.Closed || c.State == complaint.AwaitingRating) {
			took = append(took, int(c.UpdatedAt.Sub(c.FiledAt).Hours()/24+0.5))
		}
	}
	slices.Sort(took)
	lastDay := len(took) - slices.Index(took, 10)
	if n := len(took); took[n/4] < 3 || took[n/2] < 6 || took[n/2] > 8 || took[n-1] != 10 || lastDay*100/n < 15 || lastDay*100/n > 32 {
		t.Errorf("companies answered after %v days", took)
	}
	one := slices.IndexFunc(cases, func(c complaint.Complaint) bool { return c.AgencyID == f.Elisa.Agency() })
	page, err := f.Service.Queue(t.Context(), f.Elisa, complaint.Filter{Text: Contract(one + 1)})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != cases[one].ID || page.Counts.Open < 150 {
		t.Errorf("the number of one contract finds %d cases, %d are open, %v", len(page.Rows), page.Counts.Open, err)
	}
}

func checkWords(t *testing.T, c complaint.Complaint) {
	t.Helper()
	if !cpfcnpj.ValidCPF(c.Consumer.CPF) || c.FiledAt.After(c.UpdatedAt) || c.Narrative == "" || c.SupplierName == "" {
		t.Errorf("an unbelievable case: %+v", c)
	}
	if !taxonomy.Subjects().Belongs(c.Subject, c.Area) || !taxonomy.Problems().Has(c.Problem) || !taxonomy.Segments().Has(c.Segment) {
		t.Errorf("words of no list: %s, %s, %s, %s", c.Area, c.Subject, c.Problem, c.Segment)
	}
	if len(complaint.Allowed(c, complaint.AsOfficer)) == 0 {
		t.Errorf("nothing can be done in state %s of route %s", c.State, c.Route)
	}
}

func TestTheSameSeedInventsTheSameCases(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	c, err := historyOf(f).gather(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	one, same, other := newAuthor(7, f.Now(), c), newAuthor(7, f.Now(), c), newAuthor(8, f.Now(), c)
	differ := false
	for range 20 {
		x := one.Next()
		if y := same.Next(); x != y {
			t.Fatalf("one seed, two cases:\n%+v\n%+v", x, y)
		}
		differ = differ || x != other.Next()
	}
	if !differ {
		t.Error("another seed invents the same cases")
	}
}

func TestNothingIsInventedBesideWhatPeopleTold(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	h := historyOf(f)
	if err := h.Check(t.Context()); err != nil {
		t.Errorf("in an empty installation: %v", err)
	}
	if _, err := h.Load(t.Context(), 30, 30); err != nil || h.Loaded() != 30 {
		t.Fatalf("%d, %v", h.Loaded(), err)
	}
	if err := h.Check(t.Context()); err != nil {
		t.Errorf("beside invented cases: %v", err)
	}
	people := complainttest.New(t, dbtest.SQLite(t))
	people.File(t, complainttest.Opts{})
	if err := historyOf(people).Check(t.Context()); !errors.Is(err, ErrReal) {
		t.Errorf("beside a real case: %v", err)
	}
}

// An officer who looks for any words of any case finds the same with either engine.
func TestBothEnginesFindTheSame(t *testing.T) {
	var queries []string
	for _, sentence := range sentences {
		words := strings.Fields(strings.Trim(sentence, "."))
		queries = append(queries, words[1], strings.ToUpper(words[len(words)-1]), words[0]+" "+words[2], string([]rune(words[len(words)-1])[:3]), sentence)
	}
	for _, n := range []int{1, 77, 1199} {
		queries = append(queries, Contract(n), name(n), cpf(n))
	}
	found := map[string][]string{}
	hits := 0
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		if _, err := historyOf(f).Load(t.Context(), 1200, 1200); err != nil {
			t.Fatal(err)
		}
		for _, q := range queries {
			page, err := f.Service.Queue(t.Context(), f.Elisa, complaint.Filter{Text: q})
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			protocols := []string{}
			for _, row := range page.Rows {
				protocols = append(protocols, row.Protocol)
			}
			if before, known := found[q]; known && !slices.Equal(before, protocols) {
				t.Errorf("%q finds %v, with the other engine %v", q, protocols, before)
			}
			found[q], hits = protocols, hits+len(protocols)
		}
	})
	if hits < 20*len(queries) {
		t.Errorf("%d queries found only %d cases", len(queries), hits)
	}
}

// Whoever asked for a billion cases and thinks better of it is not kept waiting until they are all invented.
func TestInventingEndsWhenItIsToldTo(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	h := historyOf(f)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	h.Progress = func(int, int, float64) { stop() }
	if _, err := h.Load(ctx, 1_000_000_000, 50); !errors.Is(err, context.Canceled) || h.Loaded() != batch {
		t.Errorf("%d loaded, %v", h.Loaded(), err)
	}
}

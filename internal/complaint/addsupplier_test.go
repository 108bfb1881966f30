package complaint_test

import (
	"strings"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/fault"
)

func addForm() complaint.AddForm {
	return complaint.AddForm{Name: "Transportes Ligeiros", Reason: "Quem transporta também responde."}
}

func TestTwoCompaniesUnderOneAttendanceEndDifferently(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		outbox := post(f)
		first := f.File(t, complainttest.Opts{})
		second, err := f.Service.AddSupplier(ctx, f.Elisa, f.Ref(t, f.Elisa, first, "k"), addForm())
		ok(t, err)
		third, err := f.Service.AddSupplier(ctx, f.Elisa, f.Ref(t, f.Elisa, second, "k"), complaint.AddForm{CNPJ: complainttest.Varejo, Reason: "Vendeu no site dela."})
		ok(t, err)
		if second != first+"/2" || third != first+"/3" {
			t.Fatalf("%s and %s", second, third)
		}
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, first, ""), byEmail()))
		ok(t, f.Service.Notify(ctx, f.Elisa, f.Ref(t, f.Elisa, third, ""), complaint.NotifyForm{}))
		ok(t, f.Service.Close(ctx, f.Elisa, f.Ref(t, f.Elisa, second, ""), complaint.Unfounded, "Só fez a entrega."))
		a, b, c := stateOf(t, f, first), stateOf(t, f, second), stateOf(t, f, third)
		if a.State != complaint.AwaitingSupplier || b.State != complaint.Closed || b.Outcome != complaint.Unfounded || a.Outcome != "" || c.SupplierName != "Varejo Exemplo" {
			t.Errorf("%s %s; %s %s; %s", a.State, a.Outcome, b.State, b.Outcome, c.SupplierName)
		}
		worked, err := f.Service.AsOfficer(ctx, f.Elisa, second, complaint.FromQueue)
		ok(t, err)
		if len(worked.Siblings) != 2 || len(a.Siblings) != 2 || len(worked.Others) != 0 {
			t.Errorf("siblings: %+v; others: %+v", worked.Siblings, worked.Others)
		}
		if len(b.Files) != 3 || b.Narrative != a.Narrative || b.ContractNumber != "" {
			t.Errorf("%d files of the filing", len(b.Files))
		}
		mine, err := f.Service.AsConsumer(ctx, f.Ana, second)
		ok(t, err)
		if len(mine.Siblings) != 2 {
			t.Errorf("the consumer sees %d", len(mine.Siblings))
		}
		seen := byCompany(t, f, f.Ines, third)
		if seen.Siblings != nil || strings.Contains(acts(seen), "add_supplier") {
			t.Errorf("the company sees the others: %s", acts(seen))
		}
		if _, err := f.Service.AsSupplier(ctx, f.Ines, first); !fault.Is(err, fault.NotFound) {
			t.Errorf("a company opens the case of another: %v", err)
		}
		for _, e := range seen.Events {
			if strings.Contains(string(e.Data), first+`"`) {
				t.Error("the first case is in the company's facts")
			}
		}
		found := 0
		for _, s := range subjects(t, f, outbox, f.Ana, first) {
			if strings.HasPrefix(s, "Outra empresa") {
				found++
			}
		}
		if found != 2 {
			t.Errorf("told %d times: %q", found, subjects(t, f, outbox, f.Ana, first))
		}
		if _, err := audit.Verify(ctx, f.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestACompanyIsAddedOnceAndAtMostNineteenTimes(t *testing.T) {
	each(t, func(t *testing.T, f *complainttest.Fixture) {
		first := f.File(t, complainttest.Opts{})
		ref := func() complaint.Ref { return f.Ref(t, f.Elisa, first, "") }
		for what, form := range map[string]complaint.AddForm{"nobody": {Reason: "x"}, "no reason": {Name: "X"}, "a wrong CNPJ": {Name: "X", CNPJ: "123", Reason: "x"},
			"the first one": {Name: "ferragem da ESQUINA", Reason: "x"}, "a name too long": {Name: strings.Repeat("x", 121), Reason: "x"}, "an unknown CNPJ alone": {CNPJ: "33444555000160", Reason: "x"}} {
			if _, err := f.Service.AddSupplier(ctx, f.Elisa, ref(), form); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for i := range 19 {
			if p, err := f.Service.AddSupplier(ctx, f.Elisa, ref(), complaint.AddForm{Name: "Empresa " + strings.Repeat("i", i+1), Reason: "x"}); err != nil {
				t.Fatalf("%d: %s, %v", i+2, p, err)
			}
		}
		if _, err := f.Service.AddSupplier(ctx, f.Elisa, ref(), complaint.AddForm{Name: "Mais uma", Reason: "x"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the twenty-first: %v", err)
		}
		if _, err := f.Service.AddSupplier(ctx, f.Heitor, complaint.Ref{Protocol: first}, addForm()); !fault.Is(err, fault.NotFound) {
			t.Errorf("an officer of another agency: %v", err)
		}
	})
}

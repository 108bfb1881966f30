package supplier_test

import (
	"slices"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

func (w *world) add(s supplier.Supplier) supplier.Supplier {
	w.Helper()
	added, err := w.S.Add(ctx, s)
	w.must(err)
	return added
}

func TestTheRootOfACNPJGroupsCompanies(t *testing.T) {
	for cnpj, want := range map[string]string{"11.222.333/0001-81": "11222333", "12.abc.345/01de-35": "12ABC345", "": "", "123": ""} {
		if got := supplier.Root(cnpj); got != want {
			t.Errorf("Root(%q) = %q", cnpj, got)
		}
	}
	eachWorld(t, func(w *world) {
		branch := w.add(supplier.Supplier{CNPJ: "44555666000262", TradeName: "Filial do Centro"})
		list, err := w.S.Group(ctx, "44.555.666/0001-81")
		if err != nil || len(list) != 2 || list[1].ID != branch.ID {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestTheListOfCompaniesIsSortedAsPeopleLookForNames(t *testing.T) { // no accent and no capital has a place of its own
	eachWorld(t, func(w *world) {
		for _, name := range []string{"água viva", "Zebra Móveis", "Ótica Central", "ar e Luz"} {
			w.add(supplier.Supplier{TradeName: name, RegisteredAt: w.Now()})
		}
		w.must(w.S.Edit(ctx, w.Gilda, w.add(supplier.Supplier{TradeName: "Nome Velho", RegisteredAt: w.Now()}).ID, supplier.Supplier{TradeName: "Área Livre"}))
		want := []string{"água viva", "ar e Luz", "Área Livre", "Ótica Central", "Varejo Exemplo", "Zebra Móveis"}
		list, _, err := w.S.RegisteredCompanies(ctx, w.Gilda, "", "")
		w.must(err)
		var got []string
		for _, l := range list {
			if slices.Contains(want, l.TradeName) {
				got = append(got, l.TradeName)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, not %v", got, want)
		}
		rest, _, err := w.S.RegisteredCompanies(ctx, w.Gilda, list[2].TradeName, list[2].ID)
		if err != nil || len(rest) != len(list)-3 || rest[0].ID != list[3].ID {
			t.Errorf("after the third: %d of %d, %v", len(rest), len(list), err)
		}
	})
}

func TestTheManagerGivesACompanyOtherNames(t *testing.T) {
	eachWorld(t, func(w *world) {
		of := w.company(loja)
		to := supplier.Supplier{TradeName: "Empório Azul", LegalName: of.LegalName, Former: []string{"Loja Sem Cadastro"}, Aliases: []string{"Azulzinha"}, Segment: "8", NoticeEmail: "a@b.test"}
		for name, who := range map[string]person.Actor{"a municipal officer": w.Heitor, "an officer": w.Elisa, "a lead": w.Ines} {
			if err := w.S.Edit(ctx, who, of.ID, to); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.fails(w.S.Edit(ctx, w.Gilda, of.ID, supplier.Supplier{}), fault.Invalid, "nome")
		w.fails(w.S.Edit(ctx, w.Gilda, of.ID, supplier.Supplier{TradeName: "X", NoticeEmail: "x"}), fault.Invalid, "email")
		w.must(w.S.Edit(ctx, w.Gilda, of.ID, to))
		for _, typed := range []string{"emporio azul", "azulzinha", "loja sem cadastro"} {
			if hits, err := w.S.Search(ctx, typed, 3); err != nil || len(hits) == 0 || hits[0].ID != of.ID {
				t.Errorf("Search(%q): %+v, %v", typed, hits, err)
			}
		}
		if got := w.acts("supplier:" + of.ID); !slices.Equal(got, []string{"edit"}) {
			t.Errorf("recorded %v", got)
		}
	})
}

func TestACompanyLeavesTheDirectChannelAndComesBack(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		protocol := w.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": varejo.ID}})
		w.fails(w.S.CloseChannel(ctx, w.Gilda, varejo.ID, ""), fault.Invalid, "motivo")
		w.must(w.S.CloseChannel(ctx, w.Gilda, varejo.ID, "Não responde."))
		w.fails(w.S.CloseChannel(ctx, w.Gilda, varejo.ID, "De novo."), fault.Conflict, "")
		if hits, err := w.S.Search(ctx, "varejo exemplo", 1); err != nil || hits[0].Registered() {
			t.Errorf("still registered: %+v, %v", hits, err)
		}
		if c, err := w.Service.AsConsumer(ctx, w.Ana, protocol); err != nil || c.Route != complaint.Direct || c.State != complaint.AwaitingSupplier {
			t.Errorf("the open case: %+v, %v", c.Complaint, err)
		}
		if !w.again(w.Ines).ActsFor(varejo.ID) {
			t.Error("its people stay, for the open cases")
		}
		w.must(w.S.OpenChannel(ctx, w.Gilda, varejo.ID, "Acertou o que faltava."))
		if !w.company(complainttest.Varejo).Registered() {
			t.Error("not back")
		}
		w.fails(w.S.OpenChannel(ctx, w.Gilda, w.company(loja).ID, "Quero."), fault.Conflict, "")
	})
}

func TestDuplicatesAreFoundAndSettled(t *testing.T) {
	eachWorld(t, func(w *world) {
		w.must(w.S.Compare(ctx))
		before, err := w.S.Duplicates(ctx, w.Gilda)
		w.must(err)
		of := w.company(loja)
		branch := w.add(supplier.Supplier{CNPJ: "44555666000262", TradeName: "Filial do Centro"})
		same := w.add(supplier.Supplier{TradeName: "LOJA SEM CADASTRO"})
		like := w.add(supplier.Supplier{TradeName: "Loja Sen Cadastro"})
		w.must(w.S.Compare(ctx))
		w.must(w.S.Compare(ctx))
		pairs, err := w.S.Duplicates(ctx, w.Gilda)
		w.must(err)
		found := map[string]supplier.Likeness{}
		for _, p := range pairs[len(before):] {
			if p.A.ID == of.ID || p.B.ID == of.ID {
				found[p.A.ID+p.B.ID] = p.Why
			}
		}
		for other, want := range map[string]supplier.Likeness{branch.ID: supplier.SameRoot, same.ID: supplier.SameName, like.ID: supplier.SimilarName} {
			if got := found[min(of.ID, other)+max(of.ID, other)]; got != want {
				t.Errorf("found %q, want %q", got, want)
			}
		}
		w.must(w.S.Different(ctx, w.Gilda, branch.ID, of.ID))
		w.must(w.S.Compare(ctx))
		after, err := w.S.Duplicates(ctx, w.Gilda)
		if err != nil || len(after) != len(pairs)-1 {
			t.Errorf("%d pairs, then %d, %v", len(pairs), len(after), err)
		}
		if _, err := w.S.Duplicates(ctx, w.Heitor); !fault.Is(err, fault.NotFound) {
			t.Errorf("a municipal officer: %v", err)
		}
	})
}

func TestTwoCompaniesThatAreOneBecomeOne(t *testing.T) {
	eachWorld(t, func(w *world) {
		to := w.company(complainttest.Varejo)
		from := w.add(supplier.Supplier{CNPJ: loja[:8] + "000262", TradeName: "Magazine Zebra", LegalName: "Zebra Comércio Ltda.", RegisteredAt: w.Now(), Aliases: []string{"Zebrinha"}})
		w.must(w.DB.Transact(ctx, func(tx *db.Tx) error {
			return w.People.GrantMandate(tx, w.Gilda, paulaCPF, from.ID, person.Lead, "seed", supplier.Endless)
		}))
		paula := w.again(w.Paula)
		moved := w.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": from.ID}})
		own := w.File(t, complainttest.Opts{Answers: complaint.Answers{"fornecedor": to.ID}})
		pending := w.ask(w.Rosa, from.CNPJ)

		w.fails(w.S.Merge(ctx, w.Gilda, from.ID, from.ID, "a"), fault.Invalid, "")
		w.fails(w.S.Merge(ctx, w.Gilda, from.ID, to.ID, ""), fault.Invalid, "motivo")
		w.fails(w.S.Merge(ctx, w.Elisa, from.ID, to.ID, "a"), fault.NotFound, "")
		w.must(w.S.Merge(ctx, w.Gilda, from.ID, to.ID, "Mesma empresa."))
		w.fails(w.S.Merge(ctx, w.Gilda, from.ID, to.ID, "De novo."), fault.Conflict, "")

		byID, err := w.S.ByID(ctx, from.ID)
		if err != nil || byID.ID != to.ID {
			t.Errorf("the old id leads to %+v, %v", byID, err)
		}
		if w.company(from.CNPJ).ID != to.ID {
			t.Error("the old CNPJ leads elsewhere")
		}
		for _, typed := range []string{"magazine zebra", "zebrinha", "zebra comercio", from.CNPJ} {
			hits, err := w.S.Search(ctx, typed, 5)
			if err != nil || len(hits) != 1 || hits[0].ID != to.ID {
				t.Errorf("Search(%q): %+v, %v", typed, hits, err)
			}
		}
		if paula = w.again(paula); !paula.Leads(to.ID) || paula.ActsFor(from.ID) || !w.again(w.Ines).Leads(to.ID) {
			t.Errorf("people: %+v", paula.Mandates)
		}
		inbox, err := w.Service.Inbox(ctx, paula, to.ID, complaint.InboxFilter{})
		w.must(err)
		var protocols []string
		for _, row := range inbox.Rows {
			protocols = append(protocols, row.Protocol)
		}
		if slices.Sort(protocols); !slices.Equal(protocols, slices.Sorted(slices.Values([]string{moved, own}))) || inbox.Counts.Open != 2 {
			t.Errorf("inbox %v, counts %+v", protocols, inbox.Counts)
		}
		if found, err := w.Service.Inbox(ctx, paula, to.ID, complaint.InboxFilter{Text: "estante"}); err != nil || len(found.Rows) != 2 {
			t.Errorf("its search finds %d, %v", len(found.Rows), err)
		}
		if r, err := w.S.ToDecide(ctx, paula, pending); err != nil || r.SupplierID != to.ID {
			t.Errorf("the open request: %+v, %v", r, err)
		}
		d, err := w.S.DossierOf(ctx, w.Gilda, from.ID)
		if err != nil || d.Company.ID != to.ID || len(d.Merged) != 1 || d.Merged[0].ID != from.ID || d.History[0].Act != "merge" {
			t.Errorf("shown: %+v, %v", d, err)
		}
		third := w.add(supplier.Supplier{TradeName: "Terceira"})
		w.must(w.S.Merge(ctx, w.Gilda, to.ID, third.ID, "Mesma."))
		if byID, err := w.S.ByID(ctx, from.ID); err != nil || byID.ID != third.ID || byID.CNPJ != complainttest.Varejo {
			t.Errorf("two mergers on: %+v, %v", byID, err)
		}
		if _, err := audit.Verify(ctx, w.DB); err != nil {
			t.Error(err)
		}
	})
}

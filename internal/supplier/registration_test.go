package supplier_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/calendar"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/seed"
	"guiche/internal/supplier"
)

const (
	loja     = "44555666000181" // in the master, not registered, nobody acts for it
	newCNPJ  = "99888777000100" // in no master
	paulaCPF = "70480490490"
	rosaCPF  = "70680690611"
	lastDay  = "2026-12-31"
)

// world is an installation, with people who act for no company yet.
type world struct {
	*testing.T
	*complainttest.Fixture
	S           *supplier.Service
	Paula, Rosa person.Actor
}

func eachWorld(t *testing.T, f func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{T: t, Fixture: complainttest.New(t, d)}
		w.S = w.Suppliers
		w.Paula = w.SignIn(t, "Paula Simões", paulaCPF, person.Silver)
		w.Rosa = w.SignIn(t, "Rosa Terra", rosaCPF, person.Silver)
		f(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// fails wants an error of a kind; for Invalid, with a message at a field.
func (w *world) fails(err error, kind fault.Kind, field string) {
	w.Helper()
	if !fault.Is(err, kind) || field != "" && fault.FieldsOf(err)[field] == "" {
		w.Fatalf("want %v at %q, got %v", kind, field, err)
	}
}

// again is an actor as their next request finds them.
func (w *world) again(who person.Actor) person.Actor {
	w.Helper()
	actor, err := w.People.Actor(context.Background(), who.AccountID)
	w.must(err)
	return actor
}

func (w *world) company(cnpj string) supplier.Supplier {
	w.Helper()
	s, err := w.S.ByCNPJ(ctx, cnpj)
	w.must(err)
	return s
}

func declared() supplier.Declaration {
	return supplier.Declaration{LegalName: "Loja Sem Cadastro Ltda.", TradeName: "Loja do Centro", Segment: "8", Seat: "4314902", Email: "contato@loja.example", Phone: "(51) 3333-0000"}
}

// document sends a paper for a request.
func (w *world) document(who person.Actor, id string) attachment.Attachment {
	w.Helper()
	file, err := w.Files.Receive(ctx, attachment.Upload{Kind: attachment.Other, Name: "procuracao.txt", By: who.AccountID, RegistrationID: id, Reader: strings.NewReader("Procuração " + id)})
	w.must(err)
	return file
}

// ask sends a whole request with a document.
func (w *world) ask(who person.Actor, cnpj string) string {
	w.Helper()
	id, err := w.S.Begin(ctx, who, cnpj)
	w.must(err)
	w.must(w.S.Declare(ctx, who, id, declared()))
	w.document(who, id)
	w.must(w.S.Send(ctx, who, id, "2026-1"))
	return id
}

func (w *world) letters(news supplier.News, about string) []supplier.Letter {
	w.Helper()
	list, err := w.S.Letters(ctx, supplier.Mail{News: news, About: about, Secret: "segredo"})
	w.must(err)
	return list
}

func (w *world) acts(stream string) (acts []string) {
	w.Helper()
	w.must(w.DB.Read(ctx, func(tx *db.Tx) error {
		events, err := audit.Of(tx, stream)
		for _, e := range events {
			acts = append(acts, e.Act)
		}
		return err
	}))
	return acts
}

func TestWhatGovBrSaysOfACompanyProvesALinkOrNot(t *testing.T) {
	const today = "2026-11-23"
	for name, c := range map[string]struct {
		role, validTo string
		proves        bool
	}{
		"a partner":                                 {supplier.Partner, supplier.Endless, true},
		"a partner on the last day":                 {supplier.Partner, today, true},
		"a partner whose time is over":              {supplier.Partner, "2026-11-22", false},
		"a legal representative":                    {supplier.Representative, supplier.Endless, true},
		"a collaborator with a day to come":         {supplier.Collaborator, "2026-12-31", true},
		"a collaborator whose day is over":          {supplier.Collaborator, "2025-12-31", false},
		"a collaborator without a day":              {supplier.Collaborator, supplier.Endless, false},
		"an accountant needs a document":            {supplier.Accountant, supplier.Endless, false},
		"one who does not act needs a document":     {supplier.Inactive, supplier.Endless, false},
		"a part that nobody knows needs a document": {"DONO", supplier.Endless, false},
		"no part at all needs a document":           {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			objection := supplier.Link{Role: c.role, ValidTo: c.validTo}.Objection(today)
			if (objection == "") != c.proves {
				t.Errorf("objection %q", objection)
			}
		})
	}
}

func TestARequestProvedByGovBrIsRegisteredByTheManager(t *testing.T) {
	eachWorld(t, func(w *world) {
		w.must(w.S.KeepLinks(ctx, w.Paula.AccountID, []supplier.Link{{CNPJ: loja, Name: "Loja Sem Cadastro Ltda.", Role: supplier.Collaborator, ValidTo: lastDay}}))
		id, err := w.S.Begin(ctx, w.Paula, "44.555.666/0001-81")
		w.must(err)
		if again, err := w.S.Begin(ctx, w.Paula, loja); err != nil || again != id {
			t.Errorf("begun twice: %s, %v", again, err)
		}
		w.fails(w.S.Ready(ctx, w.Paula, id), fault.Invalid, "telefone")
		w.must(w.S.Declare(ctx, w.Paula, id, declared()))
		w.must(w.S.Ready(ctx, w.Paula, id))
		w.fails(w.S.Send(ctx, w.Paula, id, "2025-9"), fault.Conflict, "")
		w.must(w.S.Send(ctx, w.Paula, id, "2026-1"))
		w.must(w.S.Send(ctx, w.Paula, id, "2026-1"))
		if got := w.letters(supplier.RequestSent, id); len(got) != 1 || got[0].To.Name != "Gilda Teixeira" || got[0].By != "Paula" || got[0].Path != "/gestao/empresas/pedidos/"+id {
			t.Errorf("who is told: %+v", got)
		}
		list, err := w.S.PendingRequests(ctx, w.Gilda)
		if err != nil || len(list) != 1 || list[0].ID != id || list[0].Joins {
			t.Fatalf("pending: %+v, %v", list, err)
		}
		w.must(w.S.Approve(ctx, w.Gilda, id, ""))
		of := w.company(loja)
		if !of.Registered() || of.TradeName != "Loja do Centro" || of.NoticeEmail != "contato@loja.example" || of.Seat != "4314902" || !slices.Contains(of.Former, "Loja Sem Cadastro") {
			t.Errorf("registered: %+v", of)
		}
		if hits, err := w.S.Search(ctx, "loja sem cadastro", 3); err != nil || len(hits) == 0 || hits[0].ID != of.ID || !hits[0].Registered() {
			t.Errorf("its old name finds it: %+v, %v", hits, err)
		}
		paula := w.again(w.Paula)
		if !paula.Leads(of.ID) {
			t.Fatalf("mandates %+v", paula.Mandates)
		}
		if due, err := w.S.TermsDue(ctx, paula, of.ID); err != nil || due.Version != "" {
			t.Errorf("the terms were accepted in the request: %+v, %v", due, err)
		}
		if got := w.letters(supplier.RequestDecided, id); len(got) != 1 || !got[0].Approved || got[0].To.Email != paulaCPF+"@exemplo.test" {
			t.Errorf("who is told: %+v", got)
		}
		w.must(w.S.Approve(ctx, w.Gilda, id, ""))
		w.fails(w.S.Refuse(ctx, w.Gilda, id, "Não."), fault.Conflict, "")
		if got := w.acts("registration:" + id); !slices.Equal(got, []string{"ask", "approved"}) {
			t.Errorf("recorded %v", got)
		}
		if got := w.acts("supplier:" + of.ID); !slices.Equal(got, []string{"register"}) {
			t.Errorf("recorded %v", got)
		}
		w.Wait(60 * 24 * time.Hour) // into January: gov.br named the last day of the link
		if w.again(w.Paula).ActsFor(of.ID) {
			t.Error("the mandate outlives the link")
		}
		if _, err := audit.Verify(ctx, w.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestALinkProvesForADay(t *testing.T) {
	eachWorld(t, func(w *world) {
		w.must(w.S.KeepLinks(ctx, w.Paula.AccountID, []supplier.Link{{CNPJ: loja, Name: "Loja Sem Cadastro Ltda.", Role: supplier.Partner, ValidTo: supplier.Endless}}))
		id, err := w.S.Begin(ctx, w.Paula, loja)
		w.must(err)
		w.must(w.S.Declare(ctx, w.Paula, id, declared()))
		w.must(w.S.Ready(ctx, w.Paula, id))
		w.Wait(25 * time.Hour)
		w.fails(w.S.Send(ctx, w.Paula, id, "2026-1"), fault.Invalid, "documento")
		if links, err := w.S.Links(ctx, w.Paula); err != nil || len(links) != 0 {
			t.Errorf("links a day later: %+v, %v", links, err)
		}
		w.document(w.Paula, id)
		w.must(w.S.Send(ctx, w.Paula, id, "2026-1"))
		r, err := w.S.Request(ctx, w.Paula, id)
		if err != nil || !r.NeedsDocument() || r.Proof() != "documento enviado" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestARefusalSaysWhyAndANewRequestMayFollow(t *testing.T) {
	eachWorld(t, func(w *world) {
		id := w.ask(w.Paula, newCNPJ)
		w.fails(w.S.Refuse(ctx, w.Gilda, id, ""), fault.Invalid, "motivo")
		w.must(w.S.Refuse(ctx, w.Gilda, id, "A procuração venceu."))
		r, err := w.S.Request(ctx, w.Paula, id)
		if err != nil || r.State != supplier.Refused || r.Reason != "A procuração venceu." || r.DeciderName != "Gilda Teixeira" {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := w.S.ByCNPJ(ctx, newCNPJ); !fault.Is(err, fault.NotFound) {
			t.Errorf("a refused company is in the master: %v", err)
		}
		again := w.ask(w.Paula, newCNPJ)
		w.must(w.S.Approve(ctx, w.Gilda, again, ""))
		if of := w.company(newCNPJ); !of.Registered() || !w.again(w.Paula).Leads(of.ID) {
			t.Error("the second request registers")
		}
	})
}

func TestStrangersLearnNothingOfARequest(t *testing.T) { // quality 3
	eachWorld(t, func(w *world) {
		id := w.ask(w.Paula, loja)
		draft, err := w.S.Begin(ctx, w.Rosa, newCNPJ)
		w.must(err)
		file := w.document(w.Rosa, draft)
		for name, who := range map[string]person.Actor{"a stranger": w.Ana, "another who asks": w.Rosa, "an officer": w.Elisa, "a municipal officer": w.Heitor, "a lead of another company": w.Ines, "nobody": {}} {
			_, own := w.S.Request(ctx, who, id)
			_, decide := w.S.ToDecide(ctx, who, id)
			for what, err := range map[string]error{"reads": own, "decides": decide, "approves": w.S.Approve(ctx, who, id, person.Lead),
				"refuses": w.S.Refuse(ctx, who, id, "não"), "withdraws": w.S.Withdraw(ctx, who, id), "declares": w.S.Declare(ctx, who, id, declared())} {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
			if _, err := w.S.PendingRequests(ctx, who); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s lists: %v", name, err)
			}
		}
		if _, err := w.S.ToDecide(ctx, w.Gilda, draft); !fault.Is(err, fault.NotFound) {
			t.Errorf("the manager sees a request not sent: %v", err)
		}
		if err := w.Files.RemoveOfRegistration(ctx, w.Paula.AccountID, draft, file.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's file removed: %v", err)
		}
		_, err = w.Files.Receive(ctx, attachment.Upload{Kind: attachment.Other, Name: "x.txt", By: w.Paula.AccountID, RegistrationID: draft, Reader: strings.NewReader("x")})
		w.fails(err, fault.NotFound, "")
		_, err = w.Files.Receive(ctx, attachment.Upload{Kind: attachment.Other, Name: "x.txt", By: w.Paula.AccountID, RegistrationID: id, Reader: strings.NewReader("x")})
		w.fails(err, fault.NotFound, "") // sent already
	})
}

func TestRequestsAreBoundedAndNeedASureAccount(t *testing.T) { // R-10, quality 3
	eachWorld(t, func(w *world) {
		bronze := w.SignIn(t, "Carla Dias", "20030040094", person.Bronze)
		_, err := w.S.Begin(ctx, bronze, loja)
		w.fails(err, fault.Forbidden, "")
		for _, wrong := range []string{"", "44555666000182", "abc"} {
			_, err := w.S.Begin(ctx, w.Paula, wrong)
			w.fails(err, fault.Invalid, "cnpj")
		}
		_, err = w.S.Begin(ctx, w.Ines, complainttest.Varejo)
		w.fails(err, fault.Invalid, "cnpj") // acts for it already
		for _, cnpj := range []string{loja, newCNPJ, "ZZ001017000120", "ZZ002034000182", "ZZ003051000134"} {
			_, err := w.S.Begin(ctx, w.Paula, cnpj)
			w.must(err)
		}
		_, err = w.S.Begin(ctx, w.Paula, "ZZ004068000106")
		w.fails(err, fault.Invalid, "cnpj")
		list, err := w.S.Requests(ctx, w.Paula)
		w.must(err)
		w.document(w.Paula, list[0].ID)
		w.must(w.S.Withdraw(ctx, w.Paula, list[0].ID)) // a draft: forgotten with its files
		if files, err := w.Files.OfRegistration(ctx, list[0].ID); err != nil || len(files) != 0 {
			t.Errorf("files of a forgotten request: %v, %v", files, err)
		}
		_, err = w.S.Begin(ctx, w.Paula, "ZZ004068000106")
		w.must(err)
		w.Wait(31 * 24 * time.Hour)
		w.must(w.S.Prune(ctx))
		if list, err := w.S.Requests(ctx, w.Paula); err != nil || len(list) != 0 {
			t.Errorf("old drafts: %+v, %v", list, err)
		}
	})
}

func TestNobodyDecidesTheirOwnRequest(t *testing.T) {
	eachWorld(t, func(w *world) {
		id := w.ask(w.Gilda, newCNPJ)
		w.fails(w.S.Approve(ctx, w.Gilda, id, ""), fault.Forbidden, "")
	})
}

func TestWhoAsksToJoinIsDecidedByTheLeadOrTheManager(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		first, second := w.ask(w.Paula, complainttest.Varejo), w.ask(w.Rosa, complainttest.Varejo)
		if got := w.letters(supplier.RequestSent, first); len(got) != 2 || got[1].To.Name != "Inês Moraes" || !strings.HasPrefix(got[1].Path, "/empresa/pessoas") {
			t.Errorf("who is told: %+v", got)
		}
		w.fails(w.S.Approve(ctx, w.Joao, first, person.Agent), fault.NotFound, "")
		w.fails(w.S.Approve(ctx, w.Ines, first, "king"), fault.Invalid, "papel")
		w.must(w.S.Approve(ctx, w.Ines, first, person.Agent))
		w.must(w.S.Approve(ctx, w.Gilda, second, person.Lead))
		paula, rosa := w.again(w.Paula), w.again(w.Rosa)
		if !paula.ActsFor(varejo.ID) || paula.Leads(varejo.ID) || !rosa.Leads(varejo.ID) {
			t.Errorf("paula %+v, rosa %+v", paula.Mandates, rosa.Mandates)
		}
		if after := w.company(complainttest.Varejo); after.TradeName != varejo.TradeName || after.NoticeEmail != varejo.NoticeEmail {
			t.Errorf("who joins changes nothing of the company: %+v", after)
		}
		third := w.ask(w.Ana, complainttest.Varejo)
		w.fails(w.S.Approve(ctx, paula, third, person.Agent), fault.NotFound, "") // an agent decides nothing
	})
}

func TestANewVersionOfTheTermsIsAskedAtTheNextVisit(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		due := func() string {
			terms, err := w.S.TermsDue(ctx, w.Ines, varejo.ID)
			w.must(err)
			return terms.Version
		}
		if v := due(); v != "" {
			t.Fatalf("seeded and due: %q", v)
		}
		w.must(w.DB.Transact(ctx, func(tx *db.Tx) error {
			return supplier.AddTerms(tx, supplier.Terms{Version: "2026-2", Body: "Outro texto.", ValidFrom: "2026-11-24"})
		}))
		if v := due(); v != "" {
			t.Errorf("due a day before it is in force: %q", v)
		}
		w.Wait(24 * time.Hour)
		if v := due(); v != "2026-2" {
			t.Errorf("due: %q", v)
		}
		w.fails(w.S.AcceptTerms(ctx, w.Joao, varejo.ID, "2026-2"), fault.NotFound, "")
		w.fails(w.S.AcceptTerms(ctx, w.Ines, varejo.ID, "2026-1"), fault.Conflict, "")
		w.must(w.S.AcceptTerms(ctx, w.Ines, varejo.ID, "2026-2"))
		w.must(w.S.AcceptTerms(ctx, w.Ines, varejo.ID, "2026-2"))
		d, err := w.S.DossierOf(ctx, w.Gilda, varejo.ID)
		w.must(err)
		if v := due(); v != "" || len(d.Terms) != 2 || d.Terms[0].Name != "Inês Moraes" || !d.Terms[0].At.Equal(w.Now()) {
			t.Errorf("due %q, accepted %+v", v, d.Terms)
		}
	})
}

func TestTheTermsReadAsBlocks(t *testing.T) {
	got := supplier.Terms{Body: "Um.\n\n## Dois\n\n- a\n- b\n\n\nTrês\n"}.Blocks()
	if len(got) != 4 || got[0].Text != "Um." || got[1].Heading != "Dois" || !slices.Equal(got[2].Items, []string{"a", "b"}) || got[3].Text != "Três" {
		t.Errorf("%+v", got)
	}
}

func TestWhoLeftTheDemonstrationStaysAway(t *testing.T) {
	eachWorld(t, func(w *world) {
		varejo := w.company(complainttest.Varejo)
		w.must(w.S.Leave(ctx, w.Ines, varejo.ID, supplier.Leaving{Sure: true}))
		w.must(seed.Demo(ctx, w.People, w.S))
		if w.again(w.Ines).ActsFor(varejo.ID) {
			t.Error("a restart gave the mandate back")
		}
		id := w.ask(w.again(w.Ines), complainttest.Varejo)
		w.must(w.S.Approve(ctx, w.Gilda, id, ""))
		if !w.again(w.Ines).Leads(varejo.ID) {
			t.Error("asked again, approved, and does not lead")
		}
	})
}

func TestTodayIsADay(t *testing.T) { // the worlds' time is the one the cases are written for
	if got := calendar.Of(complainttest.Start()).String(); got != "2026-11-23" {
		t.Error(got)
	}
}

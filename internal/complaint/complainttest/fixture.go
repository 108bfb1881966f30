package complainttest

import (
	"sync"
	"testing"
	"time"

	"guiche/internal/agency"
	"guiche/internal/attachment"
	"guiche/internal/blob"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/job"
	"guiche/internal/ledger"
	"guiche/internal/person"
	"guiche/internal/secret"
	"guiche/internal/secret/secrettest"
	"guiche/internal/seed"
	"guiche/internal/supplier"
)

// Fixture is an installation with the reference data and the people of the demonstration, signed in once each.
type Fixture struct {
	DB        *db.DB
	Service   *complaint.Service
	People    *person.Service
	Agencies  *agency.Service
	Suppliers *supplier.Service
	Files     *attachment.Service
	Jobs      *job.Queue
	Secrets   *secret.Ring

	Ana, Dandara person.Actor // consumers
	Elisa, Fabio person.Actor // officers of the state agency
	Gilda        person.Actor // its manager
	Heitor       person.Actor // officer of Rio Grande
	Ines         person.Actor // leads Varejo Exemplo
	Joao         person.Actor // leads Telefonia Modelo
	clock        clock
}

// Start is the fixture's first moment: Monday, 23 November 2026, 9:00 in São Paulo.
func Start() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// New builds the installation on a fresh migrated database.
func New(t testing.TB, d *db.DB) *Fixture {
	t.Helper()
	f := &Fixture{DB: d, Secrets: secrettest.Ring(t), clock: clock{at: Start()}}
	blobs, err := blob.OpenDir(t.TempDir(), f.Now)
	must(t, err)
	t.Cleanup(func() { _ = blobs.Close() })
	trace, _, err := ledger.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = trace.Close() })
	f.Jobs = job.New(d, f.Now, job.Settings{})
	f.Agencies = &agency.Service{DB: d, Secrets: f.Secrets, Now: f.Now}
	f.People = &person.Service{DB: d, Secrets: f.Secrets, Now: f.Now, Mail: func(*db.Tx, person.Account, string) error { return nil }}
	f.Files = &attachment.Service{DB: d, Blobs: blob.Seal(blobs, f.Secrets), Jobs: f.Jobs, Now: f.Now, Limits: attachment.DefaultLimits()}
	f.Suppliers = &supplier.Service{DB: d, Secrets: f.Secrets, Now: f.Now, People: f.People, Agencies: f.Agencies, Documents: f.Files, Jobs: f.Jobs, Merged: complaint.MergeSupplier}
	f.Service = &complaint.Service{DB: d, Secrets: f.Secrets, Files: f.Files, Agencies: f.Agencies, Suppliers: f.Suppliers, Now: f.Now, FilingLevel: person.Silver, Jobs: f.Jobs, Ledger: trace}
	must(t, seed.Base(t.Context(), d))
	must(t, seed.Demo(t.Context(), f.People, f.Suppliers))
	f.signInAll(t)
	return f
}

func (f *Fixture) signInAll(t testing.TB) {
	f.Ana = f.SignIn(t, "Ana Ribeiro", "11144477735", person.Silver)
	f.Dandara = f.SignIn(t, "Dandara Souza", "30040050009", person.Silver)
	f.Elisa = f.SignIn(t, "Elisa Prates", "52998224725", person.Gold)
	f.Fabio = f.SignIn(t, "Fábio Nunes", "40050060007", person.Gold)
	f.Gilda = f.SignIn(t, "Gilda Teixeira", "39053344705", person.Gold)
	f.Heitor = f.SignIn(t, "Heitor Farias", "50060070013", person.Gold)
	f.Ines = f.Represent(t, "Inês Moraes", "12345678909", Varejo, person.Lead)
	f.Joao = f.Represent(t, "João Batista", "60070080020", Telefonia, person.Lead)
}

// Companies that are registered in the direct channel.
const (
	Varejo    = "11222333000181"
	Telefonia = "12ABC34501DE35"
)

// Represent makes the account of a person who acts for a company.
func (f *Fixture) Represent(t testing.TB, name, cpf, cnpj string, role person.MandateRole) person.Actor {
	t.Helper()
	of, err := f.Suppliers.ByCNPJ(t.Context(), cnpj)
	must(t, err)
	must(t, f.DB.Transact(t.Context(), func(tx *db.Tx) error {
		return f.People.GrantMandate(tx, person.Actor{}, cpf, of.ID, role, "seed", "9999-12-31")
	}))
	return f.SignIn(t, name, cpf, person.Gold)
}

// SignIn makes the account of a person, or renews it, and gives them with the roles they have now.
func (f *Fixture) SignIn(t testing.TB, name, cpf string, level person.Level) person.Actor {
	t.Helper()
	account, err := f.People.SignIn(t.Context(), person.Identity{Issuer: "https://sso.test/", Subject: cpf, CPF: cpf, Name: name,
		Email: cpf + "@exemplo.test", EmailVerified: true, Level: level})
	must(t, err)
	actor, err := f.People.Actor(t.Context(), account.ID)
	must(t, err)
	return actor
}

// Now is the fixture's time.
func (f *Fixture) Now() time.Time { return f.clock.now() }

// Wait lets time pass.
func (f *Fixture) Wait(d time.Duration) { f.clock.wait(d) }

type clock struct {
	sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.at
}

func (c *clock) wait(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(d)
}

// Ref names a case as it is now, for acts that ask whether it changed; key may be empty.
func (f *Fixture) Ref(t testing.TB, officer person.Actor, protocol, key string) complaint.Ref {
	t.Helper()
	c, err := f.Service.AsOfficer(t.Context(), officer, protocol, complaint.FromLink)
	must(t, err)
	return complaint.Ref{Protocol: protocol, Version: c.Version, Key: key}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/secret"
	"guiche/internal/secret/secrettest"
	"guiche/internal/vault"
)

func write(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	err := d.Transact(t.Context(), func(tx *db.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// before makes the database of a fixture what it was before there was a key.
func before(t *testing.T, f *complainttest.Fixture, ana, elisa string) {
	t.Helper()
	write(t, f.DB,
		`UPDATE complaint SET sealed = '', consumer_cpf = '11144477735', phone = '53999990001', postcode = '96445000', street = 'Rua das Flores', street_number = '10', district = 'Centro'`,
		`UPDATE account SET sealed = '', cpf = '11144477735', subject = '11144477735', phone = '53999990001' WHERE id = '`+ana+`'`,
		`UPDATE account SET sealed = '', cpf = '52998224725', subject = '52998224725' WHERE id = '`+elisa+`'`,
		`UPDATE role_grant SET sealed = '', cpf = '52998224725' WHERE cpf = '`+f.Secrets.Index("52998224725")+`'`,
		`UPDATE mandate SET sealed = '', cpf = '12345678909' WHERE cpf = '`+f.Secrets.Index("12345678909")+`'`)
}

func TestRowsFromBeforeAreSealedAndWorkOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		ctx, protocol := context.Background(), f.File(t, complainttest.Opts{})
		draft, _, err := f.Service.StartDraft(ctx, f.Ana, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		before(t, f, f.Ana.AccountID, f.Elisa.AccountID)
		write(t, d, `UPDATE draft SET data = '{"telefone":"53999990001"}' WHERE id = '`+draft.ID+`'`,
			`INSERT INTO session (token, data, created_at, seen_at, expires_at) VALUES ('s', '{"kept":"53999990001"}', 0, 0, 0)`)
		for round, want := range []int{7, 0} {
			if n, err := vault.SealPlain(ctx, d, f.Secrets); err != nil || n != want {
				t.Fatalf("round %d sealed %d rows, %v", round, n, err)
			}
		}
		again := f.SignIn(t, "Ana Ribeiro", "11144477735", "silver")
		if again.AccountID != f.Ana.AccountID || again.Phone != "53999990001" || again.CPF != f.Ana.CPF {
			t.Errorf("Ana came back as %+v", again)
		}
		if draft, err = f.Service.Draft(ctx, f.Ana, draft.ID); err != nil || draft.Answers["telefone"] != "53999990001" {
			t.Errorf("the draft is %+v, %v", draft, err)
		}
		elisa, err := f.People.Actor(ctx, f.Elisa.AccountID)
		if err != nil || len(elisa.Grants) != 1 {
			t.Errorf("Elisa's roles: %+v, %v", elisa.Grants, err)
		}
		found, err := f.Service.Queue(ctx, elisa, complaint.Filter{Text: "111.444.777-35"})
		if err != nil || len(found.Rows) != 1 {
			t.Fatalf("by CPF: %+v, %v", found.Rows, err)
		}
		c, err := f.Service.AsOfficer(ctx, elisa, protocol, complaint.FromQueue)
		who := c.Consumer
		if err != nil || who.CPF != "11144477735" || who.Phone != "53999990001" || who.Postcode != "96445000" || who.Street != "Rua das Flores" || who.Number != "10" || who.District != "Centro" {
			t.Errorf("the consumer is %+v, %v", who, err)
		}
	})
}

func TestARotationReachesEveryRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		ctx, protocol := context.Background(), f.File(t, complainttest.Opts{})
		if _, _, err := f.Service.StartDraft(ctx, f.Ana, complaint.Answers{"relato": "Começado."}, true); err != nil {
			t.Fatal(err)
		}
		rotated := secrettest.Ring(t, 2, 1)
		var heard int64
		told := func(resealed int64) { heard = max(heard, resealed) }
		first, err := vault.Reseal(ctx, d, rotated, told)
		again, againErr := vault.Reseal(ctx, d, rotated, told)
		if err := errors.Join(err, againErr); err != nil || first < 10 || again != 0 || heard != first {
			t.Fatalf("resealed %d, then %d, told of %d, %v", first, again, heard, err)
		}
		if _, err := f.People.Actor(ctx, f.Elisa.AccountID); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("the old key alone still opens: %v", err)
		}
		f.People.Secrets, f.Service.Secrets, f.Agencies.Secrets = rotated, rotated, rotated
		elisa, err := f.People.Actor(ctx, f.Elisa.AccountID)
		if err != nil || len(elisa.Grants) != 1 {
			t.Fatalf("Elisa's roles: %+v, %v", elisa.Grants, err)
		}
		found, err := f.Service.Queue(ctx, elisa, complaint.Filter{Text: "111.444.777-35"})
		if err != nil || len(found.Rows) != 1 {
			t.Errorf("by CPF: %+v, %v", found.Rows, err)
		}
		c, err := f.Service.AsOfficer(ctx, elisa, protocol, complaint.FromQueue)
		if err != nil || c.Consumer.Street != "Rua das Flores" {
			t.Errorf("the consumer is %+v, %v", c.Consumer, err)
		}
	})
}

func TestASealedRowMovedToAnotherDoesNotOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		protocol := f.File(t, complainttest.Opts{})
		f.File(t, complainttest.Opts{By: f.Dandara, Answers: complaint.Answers{"logradouro": "Rua do Porto"}})
		write(t, d, `UPDATE complaint SET sealed = (SELECT o.sealed FROM complaint o WHERE o.protocol <> '`+protocol+`') WHERE protocol = '`+protocol+`'`)
		if _, err := f.Service.AsOfficer(context.Background(), f.Elisa, protocol, complaint.FromQueue); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestMoreRowsThanABatchAreSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		write(t, d, `INSERT INTO form_release (id, cpf, agency_id, reason, granted_by, granted_at, valid_to)
			SELECT 'r' || n.i, '30040050009', 'procon-rs', 'x', 'x', 0, '2030-01-01' FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT i FROM n) AS n`)
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := vault.SealPlain(stopped, d, f.Secrets); err == nil {
			t.Error("it went on")
		}
		if n, err := vault.SealPlain(t.Context(), d, f.Secrets); err != nil || n != 1200 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestNothingStaysOnTheDiskOfWhatWasPlain(t *testing.T) {
	folder := t.TempDir()
	d, err := db.Open(t.Context(), db.Options{Dir: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := complainttest.New(t, d)
	f.File(t, complainttest.Opts{})
	before(t, f, f.Ana.AccountID, f.Elisa.AccountID)
	write(t, d, `DELETE FROM draft`, `UPDATE account SET email = id`) // the fixture's addresses are made of CPFs
	if !onDisk(t, folder, "11144477735") {
		t.Fatal("this test cannot fail")
	}
	_, err = vault.SealPlain(t.Context(), d, f.Secrets)
	if err = errors.Join(err, vault.Rewrite(t.Context(), d)); err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"11144477735", "52998224725", "12345678909", "53999990001", "Rua das Flores"} {
		if onDisk(t, folder, plain) {
			t.Errorf("%s is still there", plain)
		}
	}
}

func TestARewriteIsOwedUntilItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := complainttest.New(t, d)
		owes := func(when string, want bool) {
			t.Helper()
			if got, err := vault.OwesRewrite(t.Context(), d); err != nil || got != want {
				t.Errorf("%s: owed %v, %v", when, got, err)
			}
		}
		seal := func(statement string) {
			t.Helper()
			write(t, d, statement)
			if n, err := vault.SealPlain(t.Context(), d, f.Secrets); err != nil || n == 0 {
				t.Fatal(n, err)
			}
		}
		owes("at first", false)
		seal(`INSERT INTO session (token, data, created_at, seen_at, expires_at) VALUES ('s', '{"kept":"53999990001"}', 0, 0, 0)`)
		owes("after a text was sealed", true)
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if err := vault.Rewrite(stopped, d); err == nil {
			t.Error("it went on")
		}
		owes("after it was stopped", true)
		if err := vault.Rewrite(t.Context(), d); err != nil {
			t.Error(err)
		}
		owes("after it was done", false)
		seal(`INSERT INTO form_release (id, cpf, agency_id, reason, granted_by, granted_at, valid_to) VALUES ('r', '30040050009', 'procon-rs', 'x', 'x', 0, '2030-01-01')`)
		owes("after a row was sealed", true)
	})
}

// A rewrite takes each table for itself, and here somebody holds one.
func TestARewriteThatFailsIsStillOwed(t *testing.T) {
	d := dbtest.Postgres(t)
	f := complainttest.New(t, d)
	write(t, d, `INSERT INTO session (token, data, created_at, seen_at, expires_at) VALUES ('s', '{"kept":"53999990001"}', 0, 0, 0)`)
	if _, err := vault.SealPlain(t.Context(), d, f.Secrets); err != nil {
		t.Fatal(err)
	}
	err := d.Transact(t.Context(), func(tx *db.Tx) error {
		short, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		if _, err := tx.Exec(`UPDATE session SET seen_at = 1`); err != nil {
			return err
		}
		if err := vault.Rewrite(short, d); err == nil {
			t.Error("it did not fail")
		}
		return nil
	})
	if owed, owesErr := vault.OwesRewrite(t.Context(), d); !owed || errors.Join(err, owesErr) != nil {
		t.Errorf("owed: %v, %v", owed, errors.Join(err, owesErr))
	}
	err = vault.Rewrite(t.Context(), d)
	if owed, owesErr := vault.OwesRewrite(t.Context(), d); owed || errors.Join(err, owesErr) != nil {
		t.Errorf("owed in the end: %v, %v", owed, errors.Join(err, owesErr))
	}
}

func onDisk(t *testing.T, folder, plain string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "guiche.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(plain)) {
			return true
		}
	}
	return false
}

func TestADatabaseKnowsItsKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, one, both := t.Context(), secrettest.Ring(t, 1), secrettest.Ring(t, 2, 1)
		if keys, err := vault.Keys(ctx, d); err != nil || len(keys) != 0 {
			t.Fatal(keys, err)
		}
		if err := errors.Join(vault.Register(ctx, d, one, time.UnixMicro(1)), vault.Register(ctx, d, both, time.UnixMicro(2))); err != nil {
			t.Fatal(err)
		}
		if keys, err := vault.Keys(ctx, d); err != nil || len(keys) != 2 || keys[0].ID != one.IDs()[0] {
			t.Errorf("keys %v, %v", keys, err)
		}
		for ring, want := range map[*secret.Ring]string{both: "", one: both.IDs()[0]} {
			if id, err := vault.Missing(ctx, d, ring); err != nil || id != want {
				t.Errorf("missing %q, want %q, %v", id, want, err)
			}
		}
	})
}

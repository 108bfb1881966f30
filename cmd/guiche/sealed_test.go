package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/person"
	"guiche/internal/supplier"
)

// A complaint is filed, another is being written, a form waits for its person to sign in, and people are invited and let
// in: in the database, its log and the files there is nothing of what must stay sealed.
func TestNobodyReadsASecretFromTheDiskOrTheDatabase(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			s := openSite(t, open(t))
			ctx := context.Background()
			newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
			newBrowser(t, s.BaseURL).signIn(cpfOf()["inês"])
			newBrowser(t, s.BaseURL).post("/conta", url.Values{"email": {"eu@example.com"}, "telefone": {"(51) 98877-6655"}})
			typed := complaint.Answers{"telefone": "(53) 98877-6655", "cep": "96445-321", "logradouro": "Travessa do Segredo", "complemento": "Casa Escondida", "bairro": "Vila Calada"}
			s.must(s.people.SetContact(ctx, s.actor("ana"), "ana@example.com", "(53) 98877-6655"))
			protocol := s.complain(s.actor("ana"), typed)
			s.draft(s.actor("ana"), typed)
			s.must(s.agencies.Release(ctx, s.actor("elisa"), "70680690611", "Atende aqui.", 10))
			varejo, err := s.suppliers.ByCNPJ(ctx, complainttest.Varejo)
			s.must(err)
			s.must(s.suppliers.Invite(ctx, s.actor("inês"), varejo.ID, supplier.Invitation{CPF: "70180190105", Email: "marcos@example.com", Role: person.Agent}))
			s.doJobs()

			if found := s.finds(protocol); len(found) == 0 {
				t.Fatal("the protocol is not found: this test cannot fail")
			}
			for _, secret := range []string{
				cpfOf()["ana"], "111.444.777-35", cpfOf()["elisa"], cpfOf()["inês"], "70680690611", "70180190105", "98877", "96445321", "96445-321", "Travessa do Segredo",
				"travessa", "Casa Escondida", "Vila Calada", complaint.RequiredKinds[0].Label() + " ",
			} {
				if found := s.finds(secret); len(found) > 0 {
					t.Errorf("%q is readable in %v", secret, found)
				}
			}
		})
	}
}

// finds names the files of the installation, and the columns of a database elsewhere, in which a text is.
func (s *wholeSite) finds(text string) (places []string) {
	s.Helper()
	s.must(filepath.WalkDir(s.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(text)) {
			places = append(places, path)
		}
		return err
	}))
	if s.DatabaseURL == "" {
		return places
	}
	for _, column := range s.column(`SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'`) {
		table, name, _ := strings.Cut(column, ".")
		if s.text(`SELECT CAST(count(*) AS TEXT) FROM "`+table+`" WHERE position($1 IN "`+name+`") > 0`, text) != "0" {
			places = append(places, column)
		}
	}
	return places
}

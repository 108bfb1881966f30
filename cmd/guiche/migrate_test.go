package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

func TestTheStatusOfAnEmptyDatabaseIsThatAllIsLacking(t *testing.T) { // interface.md
	url, said := dbtest.EmptyPostgresURL(t), bytes.Buffer{}
	newest, err := db.KnownSchema()
	if err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"migrate", "status", "--database-url", url}, &said, &said); code != ok {
		t.Fatalf("exit %d: %s", code, said.String())
	}
	if text := said.String(); !strings.HasPrefix(text, "00001 falta ") || strings.Contains(text, "aplicado") || !strings.Contains(text, fmt.Sprintf("\n%05d falta ", newest)) {
		t.Error(text)
	}
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		made, err := db.Column[string](tx, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`)
		if len(made) > 0 {
			t.Errorf("it made %v", made)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

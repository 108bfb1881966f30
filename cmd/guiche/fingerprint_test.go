package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// acts are the tables that hold what people did.
var acts = []string{"account", "role_grant", "form_release", "email_confirmation", "draft", "complaint", "complaint_count", "message", "attachment", "event", "notice", "job",
	"mandate", "registration", "invitation", "supplier", "supplier_name", "supplier_pair", "terms_acceptance"}

// tables are all tables of the database, however it was made, but those named.
func (s *wholeSite) tables(without ...string) []string {
	list := s.column(map[string]string{
		"sqlite":   `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'complaint_search_%' ORDER BY name`,
		"postgres": `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
	}[s.db.Engine()])
	return slices.DeleteFunc(list, func(name string) bool { return slices.Contains(without, name) })
}

// fingerprint changes when any row of the tables does.
func (s *wholeSite) fingerprint(tables ...string) string {
	s.Helper()
	driver, source := "sqlite", "file:"+filepath.Join(s.Data, "guiche.db")+"?mode=ro"
	if s.DatabaseURL != "" {
		driver, source = "pgx", s.DatabaseURL
	}
	d, err := sql.Open(driver, source)
	s.must(err)
	defer d.Close()
	hash := sha256.New()
	for _, table := range tables {
		lines := s.dump(d, table)
		fmt.Fprintln(hash, table, len(lines), strings.Join(lines, "\n"))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func (s *wholeSite) dump(d *sql.DB, table string) (lines []string) {
	s.Helper()
	rows, err := d.Query(`SELECT * FROM ` + table)
	s.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	s.must(err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		s.must(rows.Scan(into...))
		lines = append(lines, fmt.Sprint(values...))
	}
	s.must(rows.Err())
	slices.Sort(lines)
	return lines
}

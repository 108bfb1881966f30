package housetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The layers of doc/architecture.md. A new package is added here first, in its place.
var (
	// field: what the agency does; each may import those before it.
	field = []string{"calendar", "taxonomy", "audit", "vault", "person", "agency", "supplier", "attachment", "notice", "complaint", "appointment", "statistics"}
	// means: how; each could serve another program.
	means = []string{"fault", "text", "cpfcnpj", "secret", "db", "job", "blob", "ledger", "mail", "oidc", "scan", "pdf", "config", "metrics", "backup"}
	// visitors: one folder each under internal/web.
	visitors = []string{"public", "account", "consumer", "supplier", "officer", "counter", "manager", "admin"}
)

// allowed are imports that the layers forbid and a reason permits: "importer imported".
var allowed = map[string]string{
	"internal/backup internal/blob":     "a backup has the files as they are stored",
	"internal/backup internal/db":       "and the tables",
	"internal/job internal/db":          "the queue is a table of the same database",
	"internal/oidc internal/cpfcnpj":    "a CPF with wrong check digits is refused at the door",
	"internal/web/ui internal/calendar": "pages say days as people do",
	"internal/web/ui internal/person":   "a handler is given the actor",
}

// allowedInTests are the same for tests only.
var allowedInTests = map[string]string{
	"internal/backup internal/secret":                "a backup opens with the keys that sealed it",
	"internal/oidc internal/demo/devidp":             "the client signs in at the embedded provider",
	"internal/demo/devidp internal/cpfcnpj":          "the people's numbers have right check digits",
	"internal/supplier internal/attachment":          "a request has documents",
	"internal/supplier internal/complaint":           "a merger moves cases",
	"internal/supplier internal/seed":                "who left the demonstration stays away when it starts again",
	"internal/vault internal/complaint":              "what is sealed is looked for behind a whole complaint",
	"internal/complaint/complainttest internal/seed": "tests of cases begin with the people of the demonstration",
}

func importFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		for _, path := range s.imports() {
			if why := forbidden(s, path); why != "" {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", s.path, path, why))
			}
		}
	}
	return faults
}

// forbidden says why this file may not import this path, or nothing.
func forbidden(s source, path string) string {
	if strings.HasPrefix(path, "internal/") {
		return forbiddenOurs(s, path)
	}
	if s.isTest() {
		return ""
	}
	switch {
	case layer(s.dir()) == "field" && (strings.HasPrefix(path, "net/http") || path == "html/template"):
		return "the field knows no web page"
	case path == "database/sql" && !strings.HasPrefix(s.dir(), "internal/db") && !sqlFile(s.path):
		return "SQL goes through internal/db, in store, queue and search files"
	case path == "reflect" && s.path != "internal/db/planner.go": // the driver's own struct (ADR 14)
		return "no reflection"
	case path == "testing" || path == "net/http/httptest":
		return "the program carries no test code"
	}
	return ""
}

func sqlFile(path string) bool {
	return strings.HasSuffix(path, "/store.go") || strings.HasSuffix(path, "/queue.go") || strings.HasSuffix(path, "/search.go")
}

func forbiddenOurs(s source, path string) string {
	from, to := s.dir(), path
	switch {
	case from == to || layer(from) == "cmd" || layer(from) == "bench" || excepted(allowed, from, to):
		return ""
	case s.isTest() && (strings.HasSuffix(to, "test") || strings.HasSuffix(from, "test") && within(from, to)):
		return "" // a helper of tests, used or opening what it helps to test
	case s.isTest() && excepted(allowedInTests, from, to):
		return ""
	case from == "internal/demo/devidp":
		return "the embedded provider imports nothing of ours"
	case layer(from) == "" || layer(to) == "":
		return "a package without a layer: say in imports_test.go where it belongs"
	case layer(from) == "means" && to != "internal/fault":
		return "a means imports libraries and fault only"
	case layer(from) == "field" && layer(to) == "face":
		return "the field does not know who looks"
	case layer(from) == "field" && later(from, to):
		return "a package of the field imports earlier ones only; later work is a job, or a function passed in cmd"
	case visitor(from) != "" && to == "internal/web":
		return "a visitor's folder knows web/ui, not the server"
	case visitor(from) != "" && visitor(to) != "":
		return "visitors do not import each other"
	case strings.HasPrefix(from, "internal/web/ui") && layer(to) == "field":
		return "web/ui knows nothing about complaints"
	}
	return ""
}

// excepted is true when a table lets a folder, or one above it, import a folder, or one above that.
func excepted(table map[string]string, from, to string) bool {
	for pair := range table {
		importer, imported, _ := strings.Cut(pair, " ")
		if within(from, importer) && within(to, imported) {
			return true
		}
	}
	return false
}

func within(dir, top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") }

// layer is cmd, field, means, face, bench, house, or "" for a folder nobody placed.
func layer(dir string) string {
	top, rest, _ := strings.Cut(dir, "/")
	name, _, _ := strings.Cut(rest, "/")
	switch {
	case top == "cmd" || top == "bench":
		return top
	case top != "internal":
		return ""
	case slices.Contains(field, name):
		return "field"
	case slices.Contains(means, name):
		return "means"
	case name == "web" || name == "api" || name == "demo" || name == "seed" || name == "simulate":
		return "face"
	case name == "housetest":
		return "house"
	}
	return ""
}

func visitor(dir string) string {
	name, found := strings.CutPrefix(dir, "internal/web/")
	name, _, _ = strings.Cut(name, "/")
	if found && slices.Contains(visitors, name) {
		return name
	}
	return ""
}

// later is true when a package of the field stands after another in the list, or beside nobody.
func later(from, to string) bool {
	name := func(dir string) string { return strings.Split(dir, "/")[1] }
	return layer(to) == "field" && slices.Index(field, name(to)) > slices.Index(field, name(from))
}

func TestWhoMayImportWhom(t *testing.T) {
	file := func(path string) string { return "package x\nimport _ \"" + path + "\"\n" }
	keeps(t, importFaults, []fault{
		{"a means that knows the field", "internal/mail/x.go", file("guiche/internal/complaint"), "libraries and fault only"},
		{"a means that knows another means", "internal/pdf/x.go", file("guiche/internal/blob"), "libraries and fault only"},
		{"a means that reports faults is good", "internal/blob/x.go", file("guiche/internal/fault"), ""},
		{"the field that knows a face", "internal/complaint/x.go", file("guiche/internal/web/ui"), "who looks"},
		{"the field that knows a later part of the field", "internal/agency/x.go", file("guiche/internal/complaint"), "earlier ones only"},
		{"the field that knows an earlier part is good", "internal/complaint/x.go", file("guiche/internal/agency"), ""},
		{"the field that writes pages", "internal/notice/x.go", file("html/template"), "no web page"},
		{"the field that answers requests", "internal/agency/x.go", file("net/http"), "no web page"},
		{"the field's tests may", "internal/agency/x_test.go", file("net/http/httptest"), ""},
		{"SQL outside the database package", "internal/web/officer/x.go", file("database/sql"), "internal/db"},
		{"a visitor that knows another", "internal/web/officer/x.go", file("guiche/internal/web/consumer"), "each other"},
		{"a visitor that knows the server", "internal/web/officer/x.go", file("guiche/internal/web"), "not the server"},
		{"a visitor that uses the field is good", "internal/web/officer/x.go", file("guiche/internal/complaint"), ""},
		{"the pages' machinery that knows a complaint", "internal/web/ui/x.go", file("guiche/internal/complaint"), "nothing about complaints"},
		{"the embedded provider that knows us", "internal/demo/devidp/x.go", file("guiche/internal/fault"), "nothing of ours"},
		{"the embedded provider's tests too", "internal/demo/devidp/x_test.go", file("guiche/internal/oidc"), "nothing of ours"},
		{"a package nobody placed", "internal/utils/x.go", file("guiche/internal/db"), "without a layer"},
		{"reflection", "internal/db/x.go", file("reflect"), "no reflection"},
		{"test code in the program", "internal/db/x.go", file("testing"), "no test code"},
		{"a helper of tests is good", "internal/db/dbtest/x.go", file("testing"), ""},
		{"a helper of tests opens what it helps to test", "internal/db/dbtest/x.go", file("guiche/internal/db"), ""},
		{"the client's tests may use the embedded provider", "internal/oidc/x_test.go", file("guiche/internal/demo/devidp"), ""},
		{"the client itself may not", "internal/oidc/x.go", file("guiche/internal/demo/devidp"), "libraries and fault only"},
	})
}

func TestEveryExceptionIsStillNeeded(t *testing.T) {
	sources := tree(t)
	for _, table := range []map[string]string{allowed, allowedInTests} {
		for pair := range table {
			if !needed(sources, pair) {
				t.Errorf("nobody needs the exception %q any more: take it out", pair)
			}
		}
	}
}

func needed(sources []source, pair string) bool {
	importer, imported, _ := strings.Cut(pair, " ")
	for _, s := range sources {
		imports := func(path string) bool { return within(path, imported) }
		if within(s.dir(), importer) && slices.ContainsFunc(s.imports(), imports) {
			return true
		}
	}
	return false
}

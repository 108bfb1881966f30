package housetest

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

func repeat(text string, times int) string { return strings.Repeat(text, times) }

var engineWord = regexp.MustCompile(`(?i)postgres|sqlite|pgx`)

// engineFaults finds names and texts that tell one engine from the other outside internal/db, settings and commands.
func engineFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		if s.isTest() || within(s.dir(), "internal/db") || within(s.dir(), "internal/config") || layer(s.dir()) == "cmd" || layer(s.dir()) == "bench" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if word := wordOf(n); engineWord.MatchString(word) {
				faults = append(faults, fmt.Sprintf("%s: %s: only internal/db knows the engine", s.at(n), word))
			}
			return true
		})
	}
	return faults
}

func wordOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.BasicLit:
		return n.Value
	}
	return ""
}

func TestOnlyTheDatabasePackageKnowsTheEngine(t *testing.T) {
	keeps(t, engineFaults, []fault{
		{"a branch", "internal/complaint/x.go", "package x\nfunc f(d interface{ Postgres() bool }) bool { return d.Postgres() }\n", "Postgres"},
		{"SQL of one engine", "internal/complaint/x.go", "package x\nconst q = `SELECT 1 FROM sqlite_master`\n", "sqlite_master"},
		{"a comment is no branch", "internal/complaint/x.go", "// Package x runs on PostgreSQL too.\npackage x\n", ""},
		{"the database package itself", "internal/db/x.go", "package db\nconst postgres = 1\n", ""},
	})
}

// clocks are the files that may read the machine's clock, beside cmd, which injects it.
var clocks = map[string]string{}

func clockFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		if s.isTest() || layer(s.dir()) == "cmd" || layer(s.dir()) == "bench" || clocks[s.path] != "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if ok && pkg.Name == "time" && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Until") {
				faults = append(faults, fmt.Sprintf("%s: time.%s: the clock is injected as Now", s.at(n), sel.Sel.Name))
			}
			return true
		})
	}
	return faults
}

func TestTheClockIsInjected(t *testing.T) {
	keeps(t, clockFaults, []fault{
		{"the clock read in an act", "internal/complaint/x.go", "package x\nimport \"time\"\nvar at = time.Now()\n", "time.Now"},
		{"the clock read in disguise", "internal/complaint/x.go", "package x\nimport \"time\"\nfunc f(t time.Time) time.Duration { return time.Since(t) }\n", "time.Since"},
		{"a field named Now is good", "internal/complaint/x.go", "package x\nfunc f(s struct{ Now func() int }) int { return s.Now() }\n", ""},
		{"cmd injects it", "cmd/guiche/x.go", "package main\nimport \"time\"\nvar now = time.Now\n", ""},
	})
}

// initFaults finds what would happen at import.
func initFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				faults = append(faults, s.at(f)+": no init: wiring is one function in cmd")
			}
		}
	}
	return faults
}

func TestNothingHappensAtImport(t *testing.T) {
	keeps(t, initFaults, []fault{
		{"an init function", "internal/a/x.go", "package a\nfunc init() {}\n", "no init"},
		{"a method of that name is good", "internal/a/x.go", "package a\ntype t int\nfunc (t) init() {}\n", ""},
	})
}

// docFaults finds packages that do not say what they are.
func docFaults(sources []source) []string {
	told := map[string]bool{}
	for _, s := range sources {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		told[s.dir()] = told[s.dir()] || s.file.Doc != nil && len(s.file.Doc.Text()) > 40
	}
	var faults []string
	for dir, ok := range told {
		if !ok {
			faults = append(faults, dir+" has no package comment: what is it, in the field's words?")
		}
	}
	return faults
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	keeps(t, docFaults, []fault{
		{"a package without a word", "internal/a/x.go", "package a\n", "internal/a has no package comment"},
		{"a package with too few", "internal/a/x.go", "// Package a.\npackage a\n", "no package comment"},
		{"a package that tells", "internal/a/x.go", "// Package a keeps what the agency knows about municipalities.\npackage a\n", ""},
	})
}

// The letters are apart so that this file does not find itself.
var leftover = regexp.MustCompile(`\b(` + "TO" + `DO|` + "FIX" + `ME|` + "XX" + `X)\b|(?i)not ` + `implemented|não ` + `implementado`)

// leftoverFaults finds work left for later in comments and texts.
func leftoverFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		for _, group := range s.file.Comments {
			if leftover.MatchString(group.Text()) {
				faults = append(faults, s.at(group)+": finish it or take it out: "+leftover.FindString(group.Text()))
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && leftover.MatchString(lit.Value) && !within(s.dir(), "internal/housetest") {
				faults = append(faults, s.at(n)+": finish it or take it out: "+leftover.FindString(lit.Value))
			}
			return true
		})
	}
	return faults
}

func TestNothingIsLeftForLater(t *testing.T) {
	keeps(t, leftoverFaults, []fault{
		{"a note to oneself", "internal/a/x.go", "package a\n\n// " + "TO" + "DO: later\nvar x int\n", "finish it"},
		{"an answer that is not there", "internal/a/x.go", "package a\n\nvar x = \"não " + "implementado\"\n", "finish it"},
		{"the Portuguese word todo is good", "internal/a/x.go", "package a\n\nvar x = \"todo dia\"\n", ""},
	})
}

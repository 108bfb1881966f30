package housetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file: its path from the top of the tree, with slashes, and what is in it.
type source struct {
	path  string
	lines int
	file  *ast.File
	set   *token.FileSet
}

// dir is the folder: internal/complaint.
func (s source) dir() string { return s.path[:max(0, strings.LastIndex(s.path, "/"))] }

func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.dir(), "test")
}

// imports lists import paths, this module's without "guiche/".
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, strings.TrimPrefix(path, "guiche/"))
	}
	return paths
}

// at is where a node stands, as path:line.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// plant makes sources from texts by path, so that a rule can be shown to fail.
func plant(t *testing.T, texts map[string]string) []source {
	t.Helper()
	var planted []source
	for path, text := range texts {
		planted = append(planted, parse(t, path, []byte(text)))
	}
	return planted
}

func parse(t *testing.T, path string, text []byte) source {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return source{path: path, lines: strings.Count(string(text), "\n"), file: file, set: set}
}

// tree reads every Go file of the project.
func tree(t *testing.T) []source {
	t.Helper()
	var found []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "node_modules", "data", "dist", "testdata", "tools"}, entry.Name()):
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err == nil {
			found = append(found, parse(t, path, text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// rule finds what breaks it, one line each.
type rule func([]source) []string

// keeps checks a rule on planted sources, of which each must be a fault with the word given, and then on the tree.
func keeps(t *testing.T, holds rule, faults []fault) {
	t.Helper()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			got := strings.Join(holds(plant(t, map[string]string{f.path: f.text})), "\n")
			if f.says == "" && got != "" {
				t.Errorf("found a fault where there is none: %s", got)
			}
			if !strings.Contains(got, f.says) {
				t.Errorf("found %q, which does not say %q", got, f.says)
			}
		})
	}
	for _, broken := range holds(tree(t)) {
		t.Error(broken)
	}
}

// fault is one planted file and a part of what the rule says about it; empty says: the file is good.
type fault struct{ name, path, text, says string }

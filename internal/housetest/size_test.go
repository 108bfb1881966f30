package housetest

import (
	"fmt"
	"go/ast"
	"testing"
)

// Most things are far smaller; these are where one idea has surely become two.
const (
	maxFileLines = 400
	maxFuncLines = 80
	maxFiles     = 25 // of a package, tests apart
)

// crowded are packages with more files, each with its own limit and the reason why it is still one noun.
var crowded = map[string]struct {
	files int
	why   string
}{
	"internal/complaint": {45, "one act a file: the list of files is the list of what can be done to a case"},
	"cmd/guiche":         {32, "one verb a file, and one file for each part of an installation that wire.go puts together"},
}

// large are files over the limit, each with the reason why it is still one idea.
var large = map[string]string{}

func sizeFaults(sources []source) []string {
	var faults []string
	files := map[string]int{}
	for _, s := range sources {
		if s.isTest() {
			continue
		}
		files[s.dir()]++
		if s.lines > maxFileLines && large[s.path] == "" {
			faults = append(faults, fmt.Sprintf("%s has %d lines, over %d: is it still one idea?", s.path, s.lines, maxFileLines))
		}
		faults = append(faults, longFuncs(s)...)
	}
	for dir, n := range files {
		if most := max(maxFiles, crowded[dir].files); n > most {
			faults = append(faults, fmt.Sprintf("%s has %d files, over %d: is it still one noun?", dir, n, most))
		}
	}
	return faults
}

func longFuncs(s source) []string {
	var faults []string
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
		if lines > maxFuncLines {
			faults = append(faults, fmt.Sprintf("%s: %s has %d lines, over %d", s.at(f), f.Name.Name, lines, maxFuncLines))
		}
	}
	return faults
}

func TestNothingGrowsTooLarge(t *testing.T) {
	keeps(t, sizeFaults, []fault{
		{"a file of 401 lines", "internal/a/x.go", "package a\n" + repeat("\n", maxFileLines), "401 lines"},
		{"a file of 400 lines is good", "internal/a/x.go", "package a\n" + repeat("\n", maxFileLines-1), ""},
		{"a test may be longer", "internal/a/x_test.go", "package a\n" + repeat("\n", maxFileLines), ""},
		{"a function of 81 lines", "internal/a/x.go", "package a\nfunc long() {" + repeat("\n", maxFuncLines) + "}\n", "long has 81 lines"},
		{"a function of 80 lines is good", "internal/a/x.go", "package a\nfunc long() {" + repeat("\n", maxFuncLines-1) + "}\n", ""},
	})
}

func TestAPackageOfTooManyFilesIsFound(t *testing.T) {
	texts := map[string]string{}
	for n := range maxFiles + 1 {
		texts[fmt.Sprintf("internal/a/x%d.go", n)] = "package a\n"
	}
	if len(sizeFaults(plant(t, texts))) != 1 {
		t.Error("not found")
	}
}

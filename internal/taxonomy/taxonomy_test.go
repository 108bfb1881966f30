package taxonomy

import (
	"regexp"
	"strings"
	"testing"
)

func lists() map[string]List {
	return map[string]List{
		"segments": Segments(), "areas": Areas(), "subjects": Subjects(), "problem groups": ProblemGroups(),
		"problems": Problems(), "purchases": Purchases(), "remedies": Remedies(),
	}
}

func TestEachListHasTheNumberOfValuesOfTheOpenData(t *testing.T) {
	for name, want := range map[string]int{
		"segments": 44, "areas": 13, "problem groups": 8, "purchases": 8, "remedies": 6,
		"subjects": 14 + 13, "problems": 13 + 8, // what is known, and one "other" each
	} {
		if got := len(lists()[name]); got != want {
			t.Errorf("%s: %d values, want %d", name, got, want)
		}
	}
}

func TestCodesAreStableSlugsUsedOnce(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for name, list := range lists() {
		seen := map[string]bool{}
		for _, term := range list {
			if !slug.MatchString(term.Code) || seen[term.Code] {
				t.Errorf("%s: code %q is not a slug or is used twice", name, term.Code)
			}
			seen[term.Code] = true
			if term.Label == "" || strings.TrimSpace(term.Label) != term.Label {
				t.Errorf("%s: %q has no clean label: %q", name, term.Code, term.Label)
			}
		}
	}
}

func TestEverySubjectIsUnderAnAreaAndEveryProblemUnderAGroup(t *testing.T) {
	for name, pair := range map[string][2]List{"subjects": {Subjects(), Areas()}, "problems": {Problems(), ProblemGroups()}} {
		terms, parents := pair[0], pair[1]
		for _, term := range terms {
			if !parents.Has(term.Parent) {
				t.Errorf("%s: %q is under %q, which does not exist", name, term.Code, term.Parent)
			}
		}
		for _, parent := range parents {
			under := terms.Under(parent.Code)
			if len(under) == 0 || !strings.HasPrefix(under[len(under)-1].Label, "Outro ") {
				t.Errorf("%s: %q does not end with a way out", name, parent.Code)
			}
		}
	}
}

func TestBelongs(t *testing.T) {
	for name, c := range map[string]struct {
		code, parent string
		want         bool
	}{
		"a subject under its own area":       {"aereo", "transportes", true},
		"a subject under another area":       {"aereo", "saude", false},
		"a subject nobody knows":             {"foguete", "transportes", false},
		"another subject of an area":         {"outro-saude", "saude", true},
		"the other of one area in another":   {"outro-saude", "alimentos", false},
		"an empty subject under no area":     {"", "", false},
		"an area is not a subject of itself": {"saude", "saude", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Subjects().Belongs(c.code, c.parent); got != c.want {
				t.Errorf("Belongs(%q, %q) = %v", c.code, c.parent, got)
			}
		})
	}
}

func TestLabel(t *testing.T) {
	if got := Segments().Label("1"); got != "Operadoras de Telecomunicações (Telefonia, Internet, TV por assinatura)" {
		t.Errorf("segment 1 is %q", got)
	}
	if got := Areas().Label("retired-code"); got != "retired-code" {
		t.Errorf("a code no longer offered must still be shown, got %q", got)
	}
}

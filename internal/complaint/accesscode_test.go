package complaint

import (
	"strings"
	"testing"
)

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{"ABCD-EFGH-JKLM": "ABCDEFGHJKLM", " abcd efgh jklm ": "ABCDEFGHJKLM", "ABCD–EFGH–JKLM": "ABCDEFGHJKLM", "2345.6789.WXYZ": "23456789WXYZ",
		"": "", "ABCD-EFGH": "", "ABCD-EFGH-JKL0": "", "ABCD-EFGH-JKLMN": "", "ÁBCD-EFGH-JKLM": "", "ABCD-EFGH-JKLI": ""} {
		if got, ok := parseCode(typed); string(got) != want || ok != (want != "") {
			t.Errorf("%q reads %q, %v", typed, got, ok)
		}
	}
	seen := map[accessCode]bool{}
	for range 1000 {
		code := newCode()
		if again, ok := parseCode(code.String()); !ok || again != code || seen[code] {
			t.Fatalf("%q", code)
		}
		seen[code] = true
	}
}

func FuzzParseCode(f *testing.F) {
	for _, seed := range []string{"ABCD-EFGH-JKLM", "abcdefghjklm", "ABCD EFGH\nJKLM", "\xff", strings.Repeat("A", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := parseCode(typed)
		if !ok {
			return
		}
		if again, ok := parseCode(code.String()); !ok || again != code || len(code.String()) != 14 {
			t.Errorf("%q reads %q and then %q", typed, code, again)
		}
	})
}

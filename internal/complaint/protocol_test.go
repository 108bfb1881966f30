package complaint

import (
	"fmt"
	"strings"
	"testing"
)

func TestProtocolNumbersHaveTheirCheckDigits(t *testing.T) {
	for n, want := range map[int64]string{1: checkByHand(t, 2026, "0001", 1), 1234567: checkByHand(t, 2026, "0001", 1234567)} {
		if got := FormatProtocol(2026, "0001", n); got != want {
			t.Errorf("number %d: got %s, want %s", n, got, want)
		}
	}
	if got := FormatProtocol(2026, "0001", 1); got != "2026.0001.0000001-"+got[len(got)-2:] {
		t.Errorf("got %s", got)
	}
}

// checkByHand finds the only two digits that make the whole number leave 1 when divided by 97, by trying them all.
func checkByHand(t *testing.T, year int, agency string, n int) string {
	t.Helper()
	for dd := 2; dd <= 98; dd++ {
		text := fmt.Sprintf("%04d%s%07d%02d", year, agency, n, dd)
		var number uint64
		if _, err := fmt.Sscan(text, &number); err != nil {
			t.Fatal(err)
		}
		if number%97 == 1 {
			return fmt.Sprintf("%04d.%s.%07d-%02d", year, agency, n, dd)
		}
	}
	t.Fatal("no check digits")
	return ""
}

func TestProtocolNumbersAreReadAsPeopleTypeThem(t *testing.T) {
	good := FormatProtocol(2026, "0002", 42)
	for _, typed := range []string{good, " " + good + " ", strings.NewReplacer(".", "", "-", "").Replace(good), strings.ReplaceAll(good, ".", " ")} {
		if got, ok := ParseProtocol(typed); !ok || got != good {
			t.Errorf("%q: got %q %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "2026", good[:len(good)-1], good + "0", "x" + good[1:], "2026.0002.0000042-00"} {
		if got, ok := ParseProtocol(typed); ok {
			t.Errorf("%q was taken as %q", typed, got)
		}
	}
}

func TestOneWrongOrSwappedDigitIsNoticed(t *testing.T) {
	digits := strings.NewReplacer(".", "", "-", "").Replace(FormatProtocol(2026, "0001", 81507))
	for i := range digits {
		for d := byte('0'); d <= '9'; d++ {
			if d == digits[i] {
				continue
			}
			wrong := digits[:i] + string(d) + digits[i+1:]
			if _, ok := ParseProtocol(wrong); ok {
				t.Errorf("%s with digit %d as %c passes", digits, i, d)
			}
		}
		if i > 0 && digits[i] != digits[i-1] {
			swapped := digits[:i-1] + string(digits[i]) + string(digits[i-1]) + digits[i+1:]
			if _, ok := ParseProtocol(swapped); ok {
				t.Errorf("%s with digits %d and %d swapped passes", digits, i-1, i)
			}
		}
	}
}

func TestANumberMayNameOneCompanyOfItsAttendance(t *testing.T) {
	first := FormatProtocol(2026, "0001", 1)
	for typed, want := range map[string]string{first + "/2": first + "/2", strings.NewReplacer(".", "", "-", "").Replace(first) + "/20": first + "/20", first + "/1": "", first + "/21": "", first + "/02": "", first + "/": "", first + "/2/3": "", first + "-2": ""} {
		if got, ok := ParseProtocol(typed); got != want || ok != (want != "") {
			t.Errorf("%q reads %q, %v", typed, got, ok)
		}
	}
}

func FuzzParseProtocol(f *testing.F) {
	for _, seed := range []string{"2026.0001.0000001-49", "20260001000000149", "2026.0001.0000001-49/2", "2026.0001.0000001-49/20", "2026.0001.0000001-49/021", "\xff/2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		protocol, ok := ParseProtocol(typed)
		if !ok {
			return
		}
		if again, ok := ParseProtocol(protocol); !ok || again != protocol {
			t.Errorf("%q reads %q and then %q", typed, protocol, again)
		}
	})
}

package pdf

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rsc.io/qr"
)

var subpaths = regexp.MustCompile(`([\d.]+) ([\d.]+) m\s+([\d.]+) ([\d.]+) l\n`)

// drawnModules reads the dark modules back from the page's path.
func drawnModules(t *testing.T, file []byte, size int) map[[2]int]bool {
	t.Helper()
	const point = 72 / 25.4
	module := qrSide / float64(size) * point
	pages := pageContents(t, file)
	moves := subpaths.FindAllStringSubmatch(pages[len(pages)-1], -1)
	dark, top := map[[2]int]bool{}, 0.0
	for _, m := range moves {
		var x, y, end float64
		fmt.Sscan(strings.Join(m[1:4], " "), &x, &y, &end)
		if top == 0 {
			top = y
		}
		left := int(math.Round((x - marginX*point) / module))
		for i := range int(math.Round((end - x) / module)) {
			dark[[2]int{left + i, int(math.Round((top - y) / module))}] = true
		}
	}
	return dark
}

func TestTheDrawnQRCodeIsTheEncodedOne(t *testing.T) {
	l := receipt()
	code, err := qr.Encode(l.QR, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	dark := drawnModules(t, write(t, l), code.Size)
	for y := range code.Size {
		for x := range code.Size {
			if dark[[2]int{x, y}] != code.Black(x, y) {
				t.Fatalf("module %d,%d is drawn %v", x, y, !code.Black(x, y))
			}
		}
	}
}

func TestATelephoneReadsThePrintedQRCode(t *testing.T) {
	for _, tool := range []string{"pdftoppm", "zbarimg"} {
		if _, err := exec.LookPath(tool); err != nil {
			withoutTool(t, tool+" is not installed (Debian: poppler-utils, zbar-tools)")
		}
	}
	base := filepath.Join(t.TempDir(), "letter")
	if err := os.WriteFile(base+".pdf", write(t, receipt()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pdftoppm", "-png", "-r", "100", "-singlefile", base+".pdf", base).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", base+".png").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != receipt().QR {
		t.Errorf("read %q", got)
	}
}

func TestTheQRCodeIsALinkOnlyForWebAddresses(t *testing.T) {
	for text, want := range map[string]bool{"https://a.test/verificar/1": true, "javascript:alert(1)": false, "2026.0001.0000123-45": false} {
		l := receipt()
		l.QR = text
		if got := strings.Contains(string(write(t, l)), "/URI ("); got != want {
			t.Errorf("%q: link is %v", text, got)
		}
	}
}

// withoutTool skips a test whose tool is not here; where all tests must run (make test) it fails.
func withoutTool(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("GUICHE_REQUIRE_ALL") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

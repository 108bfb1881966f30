package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guiche/internal/db/dbtest"
)

// needSystemd skips what this machine cannot try; where all tests must run (make test) it fails.
func needSystemd(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err == nil {
		return
	}
	if os.Getenv(dbtest.RequireAll) != "" {
		t.Fatal(tool + " is not here (Debian package systemd)")
	}
	t.Skip(tool + " is not here (Debian package systemd)")
}

// TestSystemdUnderstandsOurUnits wants no complaint about the units of contrib, the program's place apart.
func TestSystemdUnderstandsOurUnits(t *testing.T) {
	needSystemd(t, "systemd-analyze")
	program, err := exec.LookPath("guiche") // TestMain put it on the path
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, name := range []string{"guiche.socket", "guiche.service"} {
		text, err := os.ReadFile("../../contrib/systemd/" + name)
		if err != nil {
			t.Fatal(err)
		}
		unit := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), "/usr/local/bin/guiche", program)), 0o600); err != nil {
			t.Fatal(err)
		}
		units = append(units, unit)
	}
	out, err := exec.Command("systemd-analyze", append([]string{"verify"}, units...)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// TestTheProgramTakesTheSocketOfSystemd has systemd's own tool listen, and start the program at the first visit.
func TestTheProgramTakesTheSocketOfSystemd(t *testing.T) {
	needSystemd(t, "systemd-socket-activate")
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	elsewhere := freeAddress(t) // what --addr says counts no more
	p.run(exec.Command("systemd-socket-activate", "--listen="+p.addr, "--setenv=PATH", "guiche", "demo", "--addr", elsewhere, "--data", p.data))
	t.Cleanup(func() { p.terminate() })
	if r := newBrowser(t, "http://"+p.addr).get("/"); r.status != 200 {
		t.Errorf("the site answers %d", r.status)
	}
}

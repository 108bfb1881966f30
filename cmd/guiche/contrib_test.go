package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"guiche/internal/config"
)

// contrib gives the files of the reference set-up, by path.
func contrib(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir("../../contrib", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, "../../contrib/")] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheReferenceSetUpNamesSettingsThatExist(t *testing.T) {
	named := 0
	for path, text := range contrib(t) {
		names := regexp.MustCompile(`GUICHE_[A-Z_]+`).FindAllString(text, -1)
		named += len(names)
		if unknown := config.Unknown(names); len(unknown) > 0 {
			t.Errorf("%s names %v", path, unknown)
		}
	}
	if named < 20 {
		t.Errorf("only %d settings were found", named)
	}
}

func TestTheReferenceSetUpRunsVerbsThatExist(t *testing.T) {
	calls := regexp.MustCompile(`(?m)(?:^ExecStart=/usr/local/bin/guiche |/usr/local/bin/guiche", "|^CMD \[")(\w+)`)
	var verbs []string
	for _, text := range contrib(t) {
		for _, found := range calls.FindAllStringSubmatch(text, -1) {
			verbs = append(verbs, found[1])
		}
	}
	if len(verbs) < 3 {
		t.Errorf("only %v were found", verbs)
	}
	for _, verb := range verbs {
		if out, err := exec.Command("guiche", verb, "--help").CombinedOutput(); err != nil { // TestMain put it on the path
			t.Errorf("guiche %s: %v %s", verb, err, out)
		}
	}
}

// TestANodeListensWhereItsUnitSays reads the command line of guiche@8081 as the program would.
func TestANodeListensWhereItsUnitSays(t *testing.T) {
	found := regexp.MustCompile(`(?m)^Environment=BIND=(.*)\nExecStart=/usr/local/bin/guiche (.*)$`).FindStringSubmatch(contrib(t)["systemd/guiche@.service"])
	if len(found) == 0 {
		t.Fatal("the unit has no BIND before its ExecStart")
	}
	line := strings.NewReplacer("${BIND}", found[1], "%i", "8081").Replace(found[2])
	var c commands
	parser, err := kong.New(&c)
	if err == nil {
		_, err = parser.Parse(strings.Fields(line))
	}
	if err != nil || c.Addr != "127.0.0.1:8081" || c.MetricsAddr != "127.0.0.1:18081" {
		t.Errorf("%s: addr %q, metrics-addr %q, %v", line, c.Addr, c.MetricsAddr, err)
	}
}

func TestTheStandbyTakesAsManyConnectionsAsTheFirstServer(t *testing.T) { // else it does not start
	files, setting := contrib(t), regexp.MustCompile(`max_connections=\d+`)
	first, standby := setting.FindString(files["compose/compose.yaml"]), setting.FindString(files["compose/standby.sh"])
	if first == "" || first != standby {
		t.Errorf("%q and %q", first, standby)
	}
}

func TestTheEnvironmentOfTheUnitsIsWhole(t *testing.T) {
	for line := range strings.Lines(contrib(t)["systemd/env"]) {
		if name, value, is := strings.Cut(strings.TrimSpace(line), "="); is && !strings.HasPrefix(name, "#") {
			t.Setenv(name, value)
		}
	}
	var s config.Settings
	parser, err := kong.New(&s)
	if err == nil {
		_, err = parser.Parse(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ForServe().CheckServe(); err != nil {
		t.Error(err)
	}
}

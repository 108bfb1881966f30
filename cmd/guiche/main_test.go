package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"guiche/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"guiche": main})
}

// TestEachVerbIsAStory runs the scripts of testdata/script, each in an empty folder, with a free address in $ADDR.
func TestEachVerbIsAStory(t *testing.T) {
	p := stories(t)
	p.Dir = "testdata/script"
	testscript.Run(t, p)
}

// TestTheMainJobOnPostgreSQL tells the story of main_job.txtar again on the other engine.
func TestTheMainJobOnPostgreSQL(t *testing.T) {
	p := stories(t, "GUICHE_DATABASE_URL="+dbtest.PostgresURL(t))
	p.Files = []string{"testdata/script/main_job.txtar"}
	testscript.Run(t, p)
}

func stories(t *testing.T, env ...string) testscript.Params {
	commands := visitorCommands()
	maps.Copy(commands, map[string]func(ts *testscript.TestScript, neg bool, args []string){"sql": tamper, "untilready": untilReady, "get": get, "terminate": terminate})
	return testscript.Params{
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                commands,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			e.Setenv("ADDR", freeAddress(t))
			e.Values[everybody{}] = visitors{}
			return nil
		},
	}
}

// freeAddress is an address that nobody else is given until the test ends: a socket has it and does not listen, beside
// which who names the port may, and may again.
func freeAddress(t *testing.T) string {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(socket) })
	err = errors.Join(syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	at, nameErr := syscall.Getsockname(socket)
	if err = errors.Join(err, nameErr); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint("127.0.0.1:", at.(*syscall.SockaddrInet4).Port)
}

// tamper is "sql FOLDER STATEMENT": it changes a database behind the program's back.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	d, err := sql.Open("sqlite", filepath.Join(ts.MkAbs(args[0]), "guiche.db"))
	ts.Check(err)
	defer d.Close()
	result, err := d.Exec(strings.Join(args[1:], " "))
	ts.Check(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("nothing was changed: %v", err)
	}
}

// get is "get PATH": it asks the program in the background as a browser would, following redirects, and prints status,
// final address, headers and body.
func get(ts *testscript.TestScript, _ bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	answer, err := (&http.Client{Jar: jar, Timeout: 10 * time.Second}).Get("http://" + ts.Getenv("ADDR") + args[0])
	ts.Check(err)
	defer answer.Body.Close()
	fmt.Fprintf(ts.Stdout(), "%d %s\n", answer.StatusCode, answer.Request.URL)
	ts.Check(answer.Header.Write(ts.Stdout()))
	_, err = io.Copy(ts.Stdout(), answer.Body)
	ts.Check(err)
}

// terminate asks what runs in the background to end, as a service manager does.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// untilReady waits until the program in the background answers, at most ten seconds.
func untilReady(ts *testscript.TestScript, _ bool, _ []string) {
	client := &http.Client{Timeout: 10 * time.Second}
	for range 1000 {
		if answer, err := client.Get("http://" + ts.Getenv("ADDR") + "/saude/pronto"); err == nil {
			answer.Body.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("nothing answers on %s", ts.Getenv("ADDR"))
}

func TestEveryVerbHasHelpInPortuguese(t *testing.T) {
	for _, verb := range []string{"", "demo", "serve", "migrate", "migrate up", "migrate status", "admin", "admin grant", "admin revoke", "admin list",
		"explain", "explain deadline", "explain route", "audit", "audit verify", "keys", "keys list", "keys new", "keys reseal", "backup", "restore", "copydb", "config", "version", "healthcheck"} {
		t.Run("guiche "+verb, func(t *testing.T) {
			out, err := exec.Command("guiche", append(strings.Fields(verb), "--help")...).Output() // TestMain put it on the path
			if err != nil {
				t.Fatal(err)
			}
			for _, english := range []string{"Usage", "Flags:", "Commands:", "Show ", "Run ", "[flags]", "<command>"} {
				if strings.Contains(string(out), english) {
					t.Errorf("the help says %q", english)
				}
			}
			if !strings.HasPrefix(string(out), "Uso: guiche") {
				t.Errorf("the help begins with %.60q", out)
			}
		})
	}
}

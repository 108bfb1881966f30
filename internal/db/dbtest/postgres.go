package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"guiche/internal/db"
)

// RequireAll is the environment variable that turns "not installed here" from a skip into a failure; make test sets it.
const RequireAll = "GUICHE_REQUIRE_ALL"

// server is the throw-away PostgreSQL of one test binary; a watcher process stops it when the binary ends.
type server struct {
	dir string
	err error
	n   int
	mu  sync.Mutex
}

var startServer = sync.OnceValue(func() *server {
	s := &server{}
	s.err = s.start()
	return s
})

// PostgresURL is the address of a fresh migrated database. Where PostgreSQL is not installed the test is skipped.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return databaseOf(t, migrated)
}

// EmptyPostgresURL is PostgresURL before anything was migrated.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	return databaseOf(t, "template1")
}

// migrated is the database that fresh ones are copied from.
const migrated = "guiche_template"

func databaseOf(t testing.TB, template string) string {
	t.Helper()
	if _, err := exec.LookPath(binary("initdb")); err != nil {
		if os.Getenv(RequireAll) != "" {
			t.Fatal("PostgreSQL is not installed and " + RequireAll + " is set")
		}
		t.Skip("PostgreSQL is not installed on this machine")
	}
	s := startServer()
	if s.err != nil {
		t.Fatal(s.err)
	}
	name, err := s.create(template)
	if err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

func (s *server) url(name string) string {
	return "postgres:///" + name + "?host=" + s.dir + "&user=postgres"
}

func binary(name string) string {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		return found[len(found)-1]
	}
	return name
}

// run executes a PostgreSQL program as an ordinary user: initdb refuses root.
func (s *server) run(name string, args ...string) error {
	cmd := exec.Command(binary(name), args...)
	cmd.Dir = "/"
	if os.Getuid() == 0 {
		credential, err := postgresUser(s.dir)
		if err != nil {
			return err
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

func postgresUser(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
}

func (s *server) start() (err error) {
	if s.dir, err = os.MkdirTemp("", "gpg"); err != nil {
		return err
	}
	if err := s.run("initdb", "-D", s.dir+"/d", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"); err != nil {
		return err
	}
	settings := "-k " + s.dir + " -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
	if err := s.run("pg_ctl", "-D", s.dir+"/d", "-w", "-l", s.dir+"/log", "-o", settings, "start"); err != nil {
		return err
	}
	if err := s.stopWithParent(); err != nil {
		return err
	}
	return s.makeTemplate()
}

// stopWithParent leaves a small shell behind that waits for this process to end, however it ends.
func (s *server) stopWithParent() error {
	stop := fmt.Sprintf("while kill -0 %d 2>/dev/null; do sleep 1; done; kill -QUIT $(head -1 %s/d/postmaster.pid); sleep 2; rm -rf %s", os.Getpid(), s.dir, s.dir)
	watcher := exec.Command("sh", "-c", stop)
	watcher.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return watcher.Start()
}

func (s *server) makeTemplate() error {
	if err := s.sql("CREATE DATABASE " + migrated); err != nil {
		return err
	}
	d, err := db.Open(context.Background(), db.Options{URL: s.url(migrated)})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}

func (s *server) create(template string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	name := fmt.Sprintf("t%d", s.n)
	return name, s.sql("CREATE DATABASE " + name + " TEMPLATE " + template + " STRATEGY file_copy")
}

func (s *server) sql(statement string) error {
	pool, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = pool.ExecContext(ctx, statement)
	return err
}

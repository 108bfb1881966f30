package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// postgres is a throw-away server that keeps its promises: what it has committed is on the disk.
type postgres struct {
	dir        string
	credential *syscall.Credential // nil: ourselves
}

// startPostgres makes a server on a socket of its own. Root hands it to the user that Debian made for it.
func startPostgres() (*postgres, error) {
	dir, err := os.MkdirTemp("", "gbpg") // short: the name of a socket is bounded
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir}
	if os.Getuid() == 0 {
		if p.credential, err = ownedByPostgres(dir); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	if err := p.run("initdb", "-D", dir+"/d", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	options := "-k " + dir + " -c listen_addresses= -c max_connections=100 -c shared_buffers=1GB -c max_wal_size=4GB"
	if err := p.run("pg_ctl", "-D", dir+"/d", "-w", "-l", dir+"/log", "-o", options, "start"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

func ownedByPostgres(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

func (p *postgres) run(tool string, args ...string) error {
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + tool); err == nil && len(found) > 0 {
		tool = found[len(found)-1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the server is stopped also when the run was interrupted
	defer cancel()
	command := exec.CommandContext(ctx, tool, args...) //nolint:gosec // initdb, pg_ctl and createdb with a folder of our own
	command.Dir = "/"
	if p.credential != nil {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: p.credential}
	}
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", tool, err, out)
	}
	return nil
}

// create makes an empty database and gives its address.
func (p *postgres) create(name string) (string, error) {
	return "postgres:///" + name + "?host=" + p.dir + "&user=postgres", p.run("createdb", "-h", p.dir, "-U", "postgres", name)
}

func (p *postgres) stop() error {
	return errors.Join(p.run("pg_ctl", "-D", p.dir+"/d", "-m", "fast", "-w", "stop"), os.RemoveAll(p.dir))
}

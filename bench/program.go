package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is the binary, its folder and its address; it may run or not.
type program struct {
	bin, dir, databaseURL string
	address               string
	process               *exec.Cmd
	log                   *os.File
}

// newProgram chooses a free port, which stays the same over restarts: accounts belong to the address of their provider.
func newProgram(ctx context.Context, bin, dir, databaseURL string) (*program, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &program{bin: bin, dir: dir, databaseURL: databaseURL, address: listener.Addr().String()}
	if err := errors.Join(listener.Close(), os.MkdirAll(dir, 0o700)); err != nil {
		return nil, err
	}
	p.log, err = os.Create(filepath.Join(dir, "log"))
	return p, err
}

func (p *program) origin() string { return "http://" + p.address }

// start runs the program and says after how long it answered that it was ready.
func (p *program) start(ctx context.Context) (time.Duration, error) {
	args := []string{"demo", "--addr", p.address, "--data", filepath.Join(p.dir, "data")}
	if p.databaseURL != "" {
		args = append(args, "--database-url", p.databaseURL)
	}
	p.process = exec.CommandContext(ctx, p.bin, args...) //nolint:gosec // the program that -bin names is the one to run
	p.process.Stdout, p.process.Stderr = p.log, p.log
	p.process.Cancel = func() error { return p.process.Process.Signal(syscall.SIGTERM) }
	p.process.WaitDelay = 10 * time.Second
	began := time.Now()
	if err := p.process.Start(); err != nil {
		return 0, err
	}
	return p.ready(ctx, began)
}

func (p *program) ready(ctx context.Context, began time.Time) (time.Duration, error) {
	probe := newVisitor(ctx, p.origin(), 250)
	for time.Since(began) < time.Minute && ctx.Err() == nil {
		if a, err := probe.get("/saude/pronto"); err == nil && a.status == http.StatusOK {
			return time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, errors.Join(fmt.Errorf("not ready after %s; its last words:\n%s", time.Since(began).Round(time.Second), p.lastWords()), p.stop())
}

func (p *program) lastWords() string {
	log, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-2000):])
}

// stop ends the program as an operator does and waits until it is gone.
func (p *program) stop() error {
	if p.process == nil {
		return nil
	}
	defer func() { p.process = nil }()
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.AfterFunc(45*time.Second, func() { _ = p.process.Process.Kill() })
	defer late.Stop()
	if err := p.process.Wait(); err != nil {
		return fmt.Errorf("the program ended badly: %w\n%s", err, p.lastWords())
	}
	return nil
}

// restart starts the program several times and says the median time to ready; it runs afterwards.
func (p *program) restart(ctx context.Context, times int) (time.Duration, error) {
	var took []time.Duration
	for range times {
		if err := p.stop(); err != nil {
			return 0, err
		}
		t, err := p.start(ctx)
		if err != nil {
			return 0, err
		}
		took = append(took, t)
	}
	return median(took), nil
}

// ticks is how many ticks of /proc are in a second; Linux says 100 to every program.
const ticks = 100

// cpu is the processor time the program has used since it started, its own and the system's for it.
func (p *program) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	return cpuOf(stat)
}

func cpuOf(stat []byte) (time.Duration, error) {
	const user, system = 11, 12 // fields after the name, which may hold spaces
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc stat: %d fields", len(fields))
	}
	var sum int
	for _, field := range fields[user : system+1] {
		n, err := strconv.Atoi(string(field))
		if err != nil {
			return 0, fmt.Errorf("/proc stat: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks, nil
}

// memory is what the program holds now and the most it ever held since it started, in megabytes.
func (p *program) memory() (now, peak float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kilobytes); err == nil {
			now = kilobytes / 1024
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			peak = kilobytes / 1024
		}
	}
	return now, peak, nil
}

// settle waits until the program has nothing left to do in the background for two seconds, at most five minutes: after
// many cases were loaded it tells the people of those whose time has run out.
func (p *program) settle() error {
	last, err := p.cpu()
	for quiet, tries := 0, 0; err == nil && quiet < 4 && tries < 600; tries++ {
		time.Sleep(500 * time.Millisecond)
		var now time.Duration
		if now, err = p.cpu(); now-last < 20*time.Millisecond {
			quiet++
		} else {
			quiet = 0
		}
		last = now
	}
	return err
}

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"guiche/internal/fault"
)

const (
	// groupLimit bounds how many lines share one sync.
	groupLimit = 64
	// prefix begins the name of each ledger; its number follows.
	prefix = "protocols."
	// processes bounds how many may work in one folder at once.
	processes = 64
)

var (
	errFailed = errors.New("ledger: a sync failed before; nothing is acknowledged until a restart")
	errSlow   = errors.New("ledger: the disk does not answer")
)

// Ledger is the open ledger of this process. Append may be called by many at once; one goroutine writes.
type Ledger struct {
	file  *os.File
	write func(lines []byte, at int64) (int, error)
	sync  func() error
	// patience is how long an Append waits for the disk.
	patience time.Duration

	// Of the writer alone: where the synced lines end, the sum of the last one, and whether anything stands behind them.
	end     int64
	last    string
	leaving bool

	// failed: a sync failed, so what the disk holds is unknown.
	failed atomic.Bool
	// Distrust, when set before first use, is told of it.
	Distrust func()

	waiting chan *promise
	writer  sync.WaitGroup
	recent  recent
}

// promise is one Append waiting for its line to be durable.
type promise struct {
	entry Entry
	err   error
	done  chan struct{}
}

// Open takes the first free ledger of the folder, and makes both if needed. unfinished is how many bytes stand at its end
// that were never a line: what a kill interrupted, which nobody was told. They are cut off before the next line.
func Open(folder string) (l *Ledger, unfinished int64, err error) {
	file, err := take(folder)
	if err != nil {
		return nil, 0, fmt.Errorf("ledger: %w", err)
	}
	l = &Ledger{file: file, write: file.WriteAt, sync: file.Sync, patience: 30 * time.Second, Distrust: func() {}, waiting: make(chan *promise, 256)}
	size, err := l.findEnd()
	if err == nil && size == 0 {
		err = syncNew(file, folder)
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("ledger: %w", err), file.Close())
	}
	l.leaving = size > l.end
	l.writer.Go(l.commitGroups)
	return l, size - l.end, nil
}

// take opens and locks; the lock goes with the process.
func take(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	for n := range processes {
		file, err := os.OpenFile(filepath.Join(folder, fmt.Sprint(prefix, n+1)), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return file, nil
		}
		if err = errors.Join(err, file.Close()); !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%d processes work on %s", processes, folder)
}

// syncNew makes a ledger that was just made survive a power cut: the file, its folder and the one above.
func syncNew(file *os.File, folder string) error {
	errs := []error{file.Sync()}
	for _, path := range []string{folder, filepath.Dir(folder)} {
		dir, err := os.Open(path)
		if err != nil {
			return err
		}
		errs = append(errs, dir.Sync(), dir.Close())
	}
	return errors.Join(errs...)
}

// findEnd reads where the last line ends and what its sum is, and gives the size of the file.
func (l *Ledger) findEnd() (size int64, err error) {
	info, err := l.file.Stat()
	if err != nil || info.Size() == 0 {
		return 0, err
	}
	size = info.Size()
	tail := make([]byte, min(size, Tail))
	from := size - int64(len(tail))
	if _, err := l.file.ReadAt(tail, from); err != nil {
		return 0, err
	}
	newline := bytes.LastIndexByte(tail, '\n')
	if newline < 0 && from > 0 {
		return 0, fmt.Errorf("%s has no line at its end; move it away and keep it", l.file.Name())
	}
	l.end = from + int64(newline) + 1
	l.last = lastWord(string(tail[bytes.LastIndexByte(tail[:max(newline, 0)], '\n')+1 : max(newline, 0)]))
	if _, line, damaged := endDamaged(l.last, string(tail[newline+1:])); damaged {
		return size, l.mendEnd(line, size)
	}
	return size, nil
}

// mendEnd puts the end of the last line back.
func (l *Ledger) mendEnd(line string, size int64) error {
	if _, err := l.file.WriteAt([]byte("\n"), size-1); err != nil {
		return err
	}
	l.end, l.last = size, lastWord(line)
	return l.file.Sync()
}

// Append returns once the entry is durable; at once when it lately was. fault.Unavailable: nothing was promised. A line
// that was given up may still come, and the one of who tries again a second time: that does no harm.
func (l *Ledger) Append(ctx context.Context, e Entry) error {
	if err := l.Ready(); err != nil || l.recent.has(e) {
		return err
	}
	if e.Protocol == "" || e.CaseID == "" || strings.ContainsAny(e.Protocol+e.CaseID, " \r\n") {
		return fmt.Errorf("ledger: %q %q is no entry", e.Protocol, e.CaseID)
	}
	ctx, stop := context.WithTimeoutCause(ctx, l.patience, down(errSlow))
	defer stop()
	p := &promise{entry: e, done: make(chan struct{})}
	select {
	case l.waiting <- p:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Ready tells whether anything can be acknowledged.
func (l *Ledger) Ready() error {
	if l.failed.Load() {
		return down(errFailed)
	}
	return nil
}

// Close ends the use; Append must not be called any more.
func (l *Ledger) Close() error {
	close(l.waiting)
	l.writer.Wait()
	return l.file.Close()
}

// commitGroups is the single writer: whatever waits when it comes round shares one sync.
func (l *Ledger) commitGroups() {
	for first := range l.waiting {
		group := []*promise{first}
		for len(group) < groupLimit && len(l.waiting) > 0 {
			group = append(group, <-l.waiting)
		}
		err := l.commit(group)
		for _, p := range group {
			p.err = err
			close(p.done)
		}
	}
}

func (l *Ledger) commit(group []*promise) error {
	var lines bytes.Buffer
	last := l.last
	for _, p := range group {
		facts := p.entry.facts()
		last = sum(last, facts)
		lines.WriteString(facts + " " + last + "\n")
	}
	if err := l.store(lines.Bytes()); err != nil {
		return down(err)
	}
	l.end, l.last = l.end+int64(lines.Len()), last
	for _, p := range group {
		l.recent.add(p.entry)
	}
	return nil
}

// store writes behind the synced lines. What a failure left there is cut off first, so that a full disk can be survived.
func (l *Ledger) store(lines []byte) error {
	if l.failed.Load() {
		return errFailed
	}
	if l.leaving {
		if err := l.file.Truncate(l.end); err != nil {
			return err
		}
	}
	l.leaving = true
	if _, err := l.write(lines, l.end); err != nil {
		return err
	}
	if err := l.sync(); err != nil {
		if !full(err) {
			l.failed.Store(true)
			l.Distrust()
		}
		return err
	}
	l.leaving = false
	return nil
}

// full tells whether a disk or a quota is full, which ends when somebody makes room.
func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

func down(err error) error {
	return fault.Wrap(fault.Unavailable, "Não conseguimos registrar o seu protocolo agora. O que você escreveu está guardado. Envie de novo em alguns minutos: o protocolo será um só.", err)
}

package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guiche/internal/fault"
)

func TestWhatWasAppendedIsThereInOrder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "ledger")
	for part := range 3 { // closed and opened again in between
		l := open(t, folder)
		for n := range 5 {
			give(t, l, part*5+n)
		}
		closeIt(t, l)
	}
	wantWhole(t, folder, 15)
}

func TestManyAtOnceShareSyncs(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	syncs := 0
	l.sync = func() error { syncs++; time.Sleep(2 * time.Millisecond); return l.file.Sync() }
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() { give(t, l, n) })
	}
	all.Wait()
	closeIt(t, l)
	if got := entries(t, folder); len(got) != 200 {
		t.Errorf("%d entries", len(got))
	}
	if syncs > 50 {
		t.Errorf("%d syncs for 200 entries", syncs)
	}
}

func TestTheSameFormSentTwiceIsOneLine(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	for n := range 2*remembered + 10 {
		l.recent.add(entry(n))
	}
	give(t, l, 1)                // long forgotten: a second line does no harm
	give(t, l, 1)                // known
	give(t, l, 2*remembered-100) // known from the older half
	closeIt(t, l)
	wantWhole(t, folder, 1)
}

func TestAnUnfinishedEndIsCutOff(t *testing.T) { // killed or out of power while a group was written: nobody was told
	for name, rest := range map[string]string{
		"half a line":                 "1764262000000000 2026.0001.00",
		"a line without its end":      "1764262000000000 2026.0001.0000009-11 id " + strings.Repeat("a", 64),
		"room that was never written": strings.Repeat("\x00", 8192),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			l := open(t, folder)
			give(t, l, 1)
			closeIt(t, l)
			change(t, folder, func(b []byte) []byte { return append(b, rest...) })
			if n := len(entries(t, folder)); n != 1 {
				t.Errorf("%d entries beside an unfinished line", n)
			}
			l, unfinished, err := Open(folder)
			if err != nil || unfinished != int64(len(rest)) {
				t.Fatalf("%d unfinished bytes, %v", unfinished, err)
			}
			give(t, l, 2)
			closeIt(t, l)
			wantWhole(t, folder, 2)
		})
	}
}

func TestAnyChangedByteShows(t *testing.T) { // quality.md 2
	folder := t.TempDir()
	l := open(t, folder)
	for n := range 4 {
		give(t, l, n)
	}
	closeIt(t, l)
	whole, last := contents(t, folder), 0
	for i := range whole {
		change(t, folder, func([]byte) []byte { b := slices.Clone(whole); b[i] ^= 1; return b })
		broken := walk(t, folder, 0, nil)
		if len(broken) == 0 {
			t.Fatalf("byte %d was changed and nothing shows", i)
		}
		if whole[i] == '\n' {
			last = i
		}
		if broken[0].At > int64(i) || i > last+200 {
			t.Fatalf("byte %d was changed and found at %s", i, broken[0])
		}
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, text := range map[string]string{
		"a line taken out":   lines[0] + lines[2] + lines[3],
		"the first one":      lines[1] + lines[2] + lines[3],
		"two that changed":   lines[0] + lines[2] + lines[1] + lines[3],
		"one that was added": lines[0] + lines[1] + lines[1] + lines[2] + lines[3],
	} {
		change(t, folder, func([]byte) []byte { return []byte(text) })
		if len(walk(t, folder, 0, nil)) == 0 {
			t.Errorf("%s: nothing shows", name)
		}
	}
}

func TestALineWhoseEndWasDamagedStaysGiven(t *testing.T) { // quality.md 2
	folder := t.TempDir()
	l := open(t, folder)
	give(t, l, 1)
	give(t, l, 2)
	closeIt(t, l)
	change(t, folder, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	if n := len(entries(t, folder)); n != 2 {
		t.Errorf("%d entries before the start", n)
	}
	l = open(t, folder)
	give(t, l, 3)
	closeIt(t, l)
	wantWhole(t, folder, 3)
}

func TestADamagedLineDoesNotCondemnTheNextOnes(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	give(t, l, 1)
	closeIt(t, l)
	change(t, folder, func(b []byte) []byte { b[len(b)-2] ^= 1; return b }) // in the sum of the last line
	l = open(t, folder)
	give(t, l, 2)
	closeIt(t, l)
	if broken := walk(t, folder, 0, nil); len(broken) != 1 || broken[0].At != 0 || len(entries(t, folder)) != 1 {
		t.Errorf("broken %v, %d entries", broken, len(entries(t, folder)))
	}
}

func TestALedgerWithoutAnyEndOfLineIsRefused(t *testing.T) {
	folder := t.TempDir()
	closeIt(t, open(t, folder))
	change(t, folder, func([]byte) []byte { return make([]byte, Tail+1) })
	if _, _, err := Open(folder); err == nil {
		t.Error("taken for a ledger")
	}
}

func TestEachProcessHasItsOwnLedger(t *testing.T) {
	folder := t.TempDir()
	one, two := open(t, folder), open(t, folder)
	give(t, one, 1)
	give(t, two, 2)
	give(t, one, 3)
	closeIt(t, one)
	three := open(t, folder) // takes the free one
	give(t, three, 4)
	closeIt(t, two)
	closeIt(t, three)
	wantWhole(t, folder, 4)
	if names, _ := filepath.Glob(filepath.Join(folder, "*")); len(names) != 2 {
		t.Errorf("%v", names)
	}
}

func TestTheEndAloneIsReadAtTheStart(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	for n := range 50 {
		give(t, l, n)
	}
	closeIt(t, l)
	var got []Entry
	broken := walk(t, folder, 1000, func(e Entry) { got = append(got, e) })
	if len(broken) != 0 || len(got) < 4 || len(got) > 8 || got[len(got)-1] != entry(49) {
		t.Errorf("broken %v, read %v", broken, got)
	}
	change(t, folder, func(b []byte) []byte { b[0] ^= 1; return b })
	if broken := walk(t, folder, 1000, nil); len(broken) != 0 {
		t.Errorf("more than the end was read: %v", broken)
	}
}

func TestAFolderWithoutLedgerHasNoEntries(t *testing.T) {
	if broken := walk(t, filepath.Join(t.TempDir(), "none"), 0, nil); broken != nil {
		t.Error(broken)
	}
}

func TestAnEntryThatCannotBeReadBackIsNotWritten(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	for _, e := range []Entry{{}, {Protocol: "a b", CaseID: "c"}, {Protocol: "a\n", CaseID: "c"}, {Protocol: "a"}} {
		if l.Append(context.Background(), e) == nil {
			t.Errorf("%+v was written", e)
		}
	}
	closeIt(t, l)
}

func TestAfterAFailedSyncNothingIsAcknowledgedUntilARestart(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		recovers bool
	}{
		"an input/output error closes the ledger": {syscall.EIO, false},
		"a full disk does not":                    {syscall.ENOSPC, true},
		"a full quota does not":                   {syscall.EDQUOT, true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			l := open(t, folder)
			give(t, l, 1)
			l.sync = func() error { return &os.PathError{Op: "sync", Err: c.err} }
			wantRefused(t, l, c.err)
			l.sync = l.file.Sync
			if err := l.Append(context.Background(), entry(3)); (err == nil) != c.recovers || (l.Ready() == nil) != c.recovers {
				t.Errorf("next: %v, ready: %v", err, l.Ready())
			}
			closeIt(t, l)
			if c.recovers {
				wantWhole(t, folder, 2) // the refused one was taken out again
			}
			l = open(t, folder)
			give(t, l, 4)
			closeIt(t, l)
		})
	}
}

func TestAWriteThatStopsHalfWayLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	give(t, l, 1)
	l.write = func(b []byte, at int64) (int, error) {
		n, err := l.file.WriteAt(b[:len(b)/2], at)
		return n, errors.Join(err, &os.PathError{Op: "write", Err: syscall.ENOSPC})
	}
	wantRefused(t, l, syscall.ENOSPC)
	wantRefused(t, l, syscall.ENOSPC)
	l.write = l.file.WriteAt
	give(t, l, 3)
	closeIt(t, l)
	wantWhole(t, folder, 2)
}

func TestADiskThatHangsIsGivenUp(t *testing.T) { // quality 2
	folder := t.TempDir()
	l := open(t, folder)
	hangs := make(chan struct{})
	l.sync = func() error { <-hangs; return l.file.Sync() }
	l.patience = 50 * time.Millisecond
	wantRefused(t, l, errSlow)
	wantRefused(t, l, errSlow) // sent again, and waiting behind the first
	l.patience = time.Minute
	gone, leave := context.WithCancel(context.Background())
	leave()
	if err := l.Append(gone, entry(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	close(hangs)
	give(t, l, 2)
	closeIt(t, l)
	if broken, all := walk(t, folder, 0, nil), entries(t, folder); len(broken) != 0 || !slices.Contains(all, entry(2)) {
		t.Errorf("broken %v, %v", broken, all)
	}
}

func wantRefused(t *testing.T, l *Ledger, cause error) {
	t.Helper()
	if err := l.Append(context.Background(), entry(2)); !fault.Is(err, fault.Unavailable) || !errors.Is(err, cause) || fault.Text(err) == "" {
		t.Errorf("got %v, want unavailable because of %v", err, cause)
	}
}

// BenchmarkAppend prints entries durable a second by 16 at once.
func BenchmarkAppend(b *testing.B) {
	l := open(b, b.TempDir())
	b.SetParallelism(8)
	var mu sync.Mutex
	n := 0
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			mu.Lock()
			n++
			e := entry(n)
			mu.Unlock()
			if err := l.Append(context.Background(), e); err != nil {
				b.Error(err)
			}
		}
	})
	closeIt(b, l)
}

func entry(n int) Entry {
	return Entry{time.Date(2026, 11, 27, 12, 0, 0, n*1000, time.UTC), fmt.Sprintf("2026.0001.%07d-00", n), fmt.Sprintf("019-%d", n)}
}

func open(t testing.TB, folder string) *Ledger {
	t.Helper()
	l, unfinished, err := Open(folder)
	if err != nil || unfinished != 0 {
		t.Fatalf("%d unfinished bytes, %v", unfinished, err)
	}
	return l
}

func closeIt(t testing.TB, l *Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func give(t testing.TB, l *Ledger, n int) {
	t.Helper()
	if err := l.Append(context.Background(), entry(n)); err != nil {
		t.Error(err)
	}
}

func walk(t *testing.T, folder string, reach int64, each func(Entry)) []Broken {
	t.Helper()
	broken, err := Walk(context.Background(), folder, reach, func(e Entry) error {
		if each != nil {
			each(e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return broken
}

func entries(t *testing.T, folder string) (all []Entry) {
	t.Helper()
	walk(t, folder, 0, func(e Entry) { all = append(all, e) })
	return all
}

func wantWhole(t *testing.T, folder string, n int) {
	t.Helper()
	if broken, got := walk(t, folder, 0, nil), entries(t, folder); len(broken) != 0 || len(got) != n {
		t.Errorf("%d entries instead of %d, broken: %v", len(got), n, broken)
	}
}

func contents(t *testing.T, folder string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, prefix+"1"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func change(t *testing.T, folder string, to func([]byte) []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, prefix+"1"), to(contents(t, folder)), 0o600); err != nil {
		t.Fatal(err)
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"guiche/internal/blob/blobtest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/ledger"
)

// checkLedger wants every protocol that was shown in the ledger, and nothing in it that the database lacks.
func (p *process) checkLedger(shown map[string]string) {
	p.Helper()
	given := map[string]bool{}
	_, err := ledger.Walk(context.Background(), filepath.Join(p.data, "ledger"), 0, func(e ledger.Entry) error { given[e.Protocol] = true; return nil })
	if err != nil {
		p.Error(err)
	}
	for _, protocol := range shown {
		if !given[protocol] {
			p.Errorf("%s was shown and is not in the ledger", protocol)
		}
	}
	if out, err := p.verify(); err != nil {
		p.Errorf("audit verify: %v\n%s", err, out)
	}
}

func (p *process) verify() (string, error) {
	out, err := exec.Command("guiche", "audit", "verify", "--data", p.data, "--database-url", p.database).CombinedOutput()
	return string(out), err
}

// protocols are those the database has.
func (p *process) protocols() (list []string) {
	p.Helper()
	d, err := db.Open(context.Background(), db.Options{Dir: p.data, URL: p.database, ReadOnly: true})
	if err != nil {
		p.Fatal(err)
	}
	defer d.Close()
	err = d.Read(context.Background(), func(tx *db.Tx) (err error) {
		list, err = db.Column[string](tx, `SELECT protocol FROM complaint`)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return list
}

// submit sends a draft; the protocol is empty when the answer is an honest 503.
func (p *process) submit(b *browser, draft string) (protocol string) {
	p.Helper()
	r := b.post(review(draft), url.Values{"declaracao": {"1"}})
	switch {
	case r.status == http.StatusSeeOther && strings.HasPrefix(r.to, "/reclamacoes/2"):
		protocol, _, _ = strings.Cut(strings.TrimPrefix(r.to, "/reclamacoes/"), "?")
	case r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "":
		p.Errorf("sending answers %d to %s: %s", r.status, r.to, r.body)
	}
	return protocol
}

// One bit of the write-ahead log flips while the program is down: SQLite forgets the rest of the log without a word, and
// the record of the cases is whole as far as it goes. The ledger names what is gone.
func TestWhatAFlippedBitInTheLogHidesIsNamed(t *testing.T) { // quality.md 2
	t.Parallel()
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	p.start()
	ana := newBrowser(t, "http://"+p.addr).signIn(cpfOf()["ana"])
	var shown []string
	for range 12 {
		shown = append(shown, p.submit(ana, p.ready(ana)))
	}
	p.kill()
	flipLog(t, filepath.Join(p.data, "guiche.db-wal"))

	out, err := p.verify()
	kept, lost := p.protocols(), 0
	for _, protocol := range shown {
		gone := !slices.Contains(kept, protocol)
		if gone {
			lost++
		}
		if strings.Contains(out, "lost "+protocol) != gone {
			t.Errorf("%s is gone: %v, but verify says\n%s", protocol, gone, out)
		}
	}
	if lost == 0 || err == nil || !strings.Contains(out, "O registro está inteiro") {
		t.Errorf("%d are lost, verify: %v\n%s", lost, err, out)
	}
	p.start()
	if r := newBrowser(t, "http://"+p.addr).get("/saude/pronto"); r.status != http.StatusOK || !strings.Contains(r.body, fmt.Sprintf("banco de dados: %d", lost)) {
		t.Errorf("ready: %d %q", r.status, r.body)
	}
	ana = newBrowser(t, "http://"+p.addr).signIn(cpfOf()["ana"])
	if next := p.submit(ana, p.ready(ana)); next == "" || slices.Contains(shown, next) {
		t.Errorf("%q was given after the loss", next)
	}
	p.log.check(t)
}

// flipLog flips a bit in the middle of those frames of SQLite's log that count.
func flipLog(t *testing.T, name string) {
	t.Helper()
	log, err := os.ReadFile(name)
	if err != nil || len(log) < 32 {
		t.Fatalf("%d bytes of log, %v", len(log), err)
	}
	const header, frameHeader, salt = 32, 24, 16
	frame, frames := frameHeader+int(binary.BigEndian.Uint32(log[8:])), 0
	for at := header; at+frame <= len(log) && bytes.Equal(log[at+8:at+16], log[salt:salt+8]); at += frame {
		frames++
	}
	if frames == 0 {
		t.Fatal("the log is empty: this test proves nothing")
	}
	log[header+frames/2*frame+frameHeader+100] ^= 1
	if err := os.WriteFile(name, log, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The disk under database, files and ledger is full for a while: every answer is a protocol or an honest 503, reading
// goes on, and when there is room again the program goes on by itself, with nothing lost and nothing half.
func TestAFullDiskLosesNothingAndIsSurvived(t *testing.T) { // quality.md 2
	t.Parallel()
	p := &process{TB: t, data: smallDisk(t, "64m"), addr: freeAddress(t)}
	p.start()
	var browsers []*browser
	var drafts [][]string
	for i, name := range []string{"ana", "dandara", "elisa"} {
		browsers, drafts = append(browsers, newBrowser(t, "http://"+p.addr).signIn(cpfOf()[name])), append(drafts, nil)
		for range 10 {
			drafts[i] = append(drafts[i], p.ready(browsers[i]))
		}
	}
	open := p.ready(browsers[2])
	first := p.submit(browsers[0], drafts[0][0])
	shown := map[string]string{drafts[0][0]: first}
	if refused := p.submitUntilFull(browsers, drafts, shown); refused == 0 {
		t.Error("nothing was refused: the disk was not full")
	}
	for _, page := range []string{"/", "/painel", "/reclamacoes/" + first, "/reclamacoes/nova?rascunho=" + drafts[0][9] + "&passo=relato"} {
		if r := browsers[0].open(page); r.status != http.StatusOK {
			t.Errorf("full, %s answers %d", page, r.status)
		}
	}
	r := browsers[2].upload("/reclamacoes/nova?rascunho="+open+"&passo=documentos", nil, paper{"comprovante_relacao", "mais.txt", strings.Repeat("mais um papel ", 2000)})
	if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("full, a file is answered %d", r.status)
	}
	if err := os.Remove(filepath.Join(p.data, "filler")); err != nil {
		t.Fatal(err)
	}
	p.sendAgain(browsers, drafts, shown)
	for i, list := range drafts {
		for _, draft := range list {
			shown[draft] = p.submit(browsers[i], draft)
		}
	}
	p.checkWhole(shown, drafts)
	p.checkLedger(shown)
}

// submitUntilFull sends every draft while the disk is kept full, notes the protocols that were shown, and counts the refusals.
func (p *process) submitUntilFull(browsers []*browser, drafts [][]string, shown map[string]string) (refused int) {
	p.Helper()
	for i, list := range drafts {
		for _, draft := range list {
			p.fill()
			if protocol := p.submit(browsers[i], draft); protocol != "" {
				shown[draft] = protocol
			} else {
				refused++
			}
		}
	}
	p.Logf("%d shown, %d refused", len(shown), refused)
	return refused
}

// smallDisk is a file system of its own for one data folder.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount a small disk")
	}
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// fill leaves no room on the disk of the data folder.
func (p *process) fill() {
	p.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(p.data, &disk); err != nil {
		p.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(p.data, "filler"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(make([]byte, disk.Bavail*uint64(disk.Bsize))); err != nil && !errors.Is(err, syscall.ENOSPC) {
		p.Fatal(err)
	}
}

// Database and bucket are elsewhere, and the node's own disk is full: it takes neither files nor protocols, and says so.
func TestANodeWhoseOwnDiskIsFullIsNotReady(t *testing.T) { // quality.md 2
	bucket := blobtest.StartS3(t).Bucket(t)
	p := &process{TB: t, data: smallDisk(t, "16m"), addr: freeAddress(t), database: dbtest.PostgresURL(t), more: []string{"--blobs-url", bucket}}
	p.start()
	defer p.kill()
	health := newBrowser(t, "http://"+p.addr)
	p.fill()
	if r := health.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
		t.Errorf("full: %d %q", r.status, r.body)
	}
	if err := os.Remove(filepath.Join(p.data, "filler")); err != nil {
		t.Fatal(err)
	}
	if r := health.get("/saude/pronto"); r.status != http.StatusOK {
		t.Errorf("with room again: %d %q", r.status, r.body)
	}
}

// The program may open nothing more for a while: what needs a file is refused honestly, what is open goes on, who knocks
// waits, and when it may again all is as before, without a restart.
func TestWithoutFileHandlesNothingIsLost(t *testing.T) { // quality.md 2
	t.Parallel()
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	p.start()
	ana := newBrowser(t, "http://"+p.addr).signIn(cpfOf()["ana"])
	drafts, open, shown := []string{p.ready(ana), p.ready(ana)}, p.ready(ana), map[string]string{}
	more := func() reply {
		return ana.upload("/reclamacoes/nova?rascunho="+open+"&passo=documentos", nil, paper{"comprovante_relacao", "mais.txt", strings.Repeat("mais um papel ", 2000)})
	}
	p.mayOpen(3) // its standard streams, which it has
	if r := more(); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("a file is answered %d", r.status)
	}
	if r := ana.get("/reclamacoes/nova?rascunho=" + drafts[0] + "&passo=relato"); r.status != http.StatusOK {
		t.Errorf("a page is answered %d", r.status)
	}
	if protocol := p.submit(ana, drafts[0]); protocol != "" {
		shown[drafts[0]] = protocol
	}
	knocks, err := net.Dial("tcp", p.addr) // the system lets in whom the program cannot
	if err != nil {
		t.Fatal(err)
	}
	defer knocks.Close()
	fmt.Fprintf(knocks, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", p.addr)
	waitFor(t, "the program hears a knock and cannot open", func() bool { return strings.Contains(p.log.String(), "Accept error") })
	p.mayOpen(4096)
	if answer, err := http.ReadResponse(bufio.NewReader(knocks), nil); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("who knocked is answered %v, %v", answer, err)
	}
	if r := more(); r.status != http.StatusSeeOther {
		t.Errorf("afterwards a file is answered %d", r.status)
	}
	for _, draft := range drafts {
		if shown[draft] = p.submit(ana, draft); shown[draft] == "" {
			t.Errorf("afterwards %s is refused", draft)
		}
	}
	p.checkWhole(shown, [][]string{drafts})
	p.checkLedger(shown)
}

// mayOpen sets how many files and connections the running program may have open.
func (p *process) mayOpen(files int) {
	p.Helper()
	if out, err := exec.Command("prlimit", "--pid", fmt.Sprint(p.cmd.Process.Pid), fmt.Sprintf("--nofile=%d:", files)).CombinedOutput(); err != nil {
		p.Fatalf("prlimit: %v\n%s", err, out)
	}
}

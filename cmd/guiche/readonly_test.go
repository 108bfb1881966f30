package main

import (
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The folder of the files is read-only for a while, as after a wrong chmod or a disk that the kernel remounted: what is
// there can be read, a new file is refused honestly and nothing of the form is lost, complaints whose files are there go
// in, and when it may be written again all is as before, without a restart.
func TestAReadOnlyFolderIsReadAndSurvived(t *testing.T) { // quality 2
	t.Parallel()
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	p.asNobody()
	p.start()
	ana := newBrowser(t, "http://"+p.addr).signIn(cpfOf()["ana"])
	sent, complete, open := p.submit(ana, p.ready(ana)), p.ready(ana), p.ready(ana)
	file := firstFile(t, ana.get("/reclamacoes/"+sent).body)
	more := func() reply {
		return ana.upload("/reclamacoes/nova?rascunho="+open+"&passo=documentos", nil, paper{"outros", "mais.txt", strings.Repeat("mais um papel ", 2000)})
	}

	p.blobsMode(0o500)
	if r := more(); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "Tente de novo") {
		t.Errorf("read-only, a file is answered %d %s", r.status, r.body)
	}
	for _, page := range []string{file, "/painel", "/reclamacoes/" + sent, "/reclamacoes/nova?rascunho=" + open + "&passo=documentos"} {
		if r := ana.get(page); r.status != http.StatusOK {
			t.Errorf("read-only, %s answers %d", page, r.status)
		}
	}
	if r := ana.get("/saude/pronto"); r.status != http.StatusServiceUnavailable {
		t.Errorf("read-only, ready: %d", r.status)
	}
	if p.submit(ana, complete) == "" {
		t.Error("read-only, a complaint whose files are there is refused")
	}

	p.blobsMode(0o700)
	if r := more(); r.status != http.StatusSeeOther {
		t.Errorf("afterwards a file is answered %d", r.status)
	}
	if r := ana.get("/saude/pronto"); r.status != http.StatusOK {
		t.Errorf("afterwards, ready: %d", r.status)
	}
	if p.submit(ana, p.ready(ana)) == "" {
		t.Error("afterwards a complaint is refused")
	}
}

// asNobody makes the program run as a user without rights, as it should, where the tests run as root, who may write anywhere.
func (p *process) asNobody() {
	p.Helper()
	if os.Geteuid() != 0 {
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		p.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	if err := os.Chown(p.data, uid, gid); err != nil {
		p.Fatal(err)
	}
	program, err := exec.LookPath("guiche") // TestMain put it there
	if err != nil {
		p.Fatal(err)
	}
	for _, folder := range []string{filepath.Dir(p.data), filepath.Dir(program), filepath.Dir(filepath.Dir(program))} {
		if folder == "/" || folder == os.TempDir() {
			continue
		}
		if err := os.Chmod(folder, 0o711); err != nil {
			p.Fatal(err)
		}
	}
	p.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// blobsMode changes the folder of the files and all below it.
func (p *process) blobsMode(mode os.FileMode) {
	p.Helper()
	err := filepath.WalkDir(filepath.Join(p.data, "blobs"), func(name string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(name, mode)
		}
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
}

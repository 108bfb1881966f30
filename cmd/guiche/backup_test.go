package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"guiche/internal/audit"
	"guiche/internal/backup"
	"guiche/internal/blob/blobtest"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
)

// guiche runs a verb as an operator does.
func guiche(t testing.TB, args ...string) {
	t.Helper()
	if said, err := exec.Command("guiche", args...).CombinedOutput(); err != nil { // TestMain put it on the path
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

// handOver is the empty machine with the key file put back.
func handOver(t testing.TB, from, to string) {
	t.Helper()
	keys, err := os.ReadFile(filepath.Join(from, "guiche.key"))
	if err = errors.Join(err, os.MkdirAll(to, 0o700), os.WriteFile(filepath.Join(to, "guiche.key"), keys, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// People file while the backup is made; what was acknowledged before it began is on the machine restored from it, whole,
// although that machine has the other engine. The file itself says nothing.
func TestABackupUnderLoadComesUpOnTheOtherEngine(t *testing.T) { // quality 2 "restore"
	for engine, open := range engines() {
		t.Run(engine+" to the other", func(t *testing.T) {
			t.Parallel()
			p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: open(t)}
			file := filepath.Join(t.TempDir(), "guiche.backup")
			before, meanwhile := p.backUpWhileFiling(file)

			other := ""
			if p.database == "" {
				other = dbtest.PostgresURL(t)
			}
			again := &process{TB: t, data: t.TempDir(), addr: p.addr, database: other} // the same address: it is the provider's name
			handOver(t, p.data, again.data)
			guiche(t, "restore", file, "--data", again.data, "--database-url", other)
			guiche(t, "audit", "verify", "--data", again.data, "--database-url", other)
			again.start()
			again.has(before)
			again.givesNoneOf(append(before, meanwhile...))
			saysNothing(t, file, append(before, "guiche.db", "manifest", "complaint", "estante", "Ana", "4300034"))
		})
	}
}

// backUpWhileFiling gives the protocols that were shown before the backup began, and until the program ended.
func (p *process) backUpWhileFiling(file string) (before, meanwhile []string) {
	p.Helper()
	p.start()
	defer p.kill()
	ana, bruno := newBrowser(p, "http://"+p.addr).signIn(cpfOf()["ana"]), newBrowser(p, "http://"+p.addr).signIn(cpfOf()["bruno"])
	send := func(b *browser, draft string) string {
		sent := b.post(review(draft), url.Values{"declaracao": {"1"}})
		protocol, _, _ := strings.Cut(strings.TrimPrefix(sent.to, "/reclamacoes/"), "?")
		if sent.status != http.StatusSeeOther {
			p.Errorf("sent: %d %s", sent.status, sent.body)
		}
		return protocol
	}
	for range 8 {
		before = append(before, send(ana, p.ready(ana)))
	}
	var drafts []string
	for range 8 {
		drafts = append(drafts, p.ready(bruno))
	}
	var filing sync.WaitGroup
	done := make(chan struct{})
	filing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				if i == len(drafts) {
					drafts = append(drafts, p.ready(bruno))
				}
				meanwhile = append(meanwhile, send(bruno, drafts[i]))
			}
		}
	})
	guiche(p, "backup", file, "--data", p.data, "--database-url", p.database)
	close(done)
	filing.Wait()
	if p.Logf("%d filed before, %d meanwhile", len(before), len(meanwhile)); len(meanwhile) < 2 {
		p.Error("nobody filed meanwhile: this proves nothing")
	}
	return before, meanwhile
}

// givesNoneOf files a complaint, whose number nobody may hold already: also not who got it after the backup.
func (p *process) givesNoneOf(protocols []string) {
	p.Helper()
	ana := newBrowser(p, "http://"+p.addr).signIn(cpfOf()["ana"])
	if next := p.submit(ana, p.ready(ana)); next == "" || slices.Contains(protocols, next) {
		p.Errorf("%q was given again", next)
	}
}

// has looks for protocols as Ana, and opens every file.
func (p *process) has(protocols []string) {
	p.Helper()
	ana := newBrowser(p, "http://"+p.addr).signIn(cpfOf()["ana"])
	for _, protocol := range protocols {
		if r := ana.get("/reclamacoes/" + protocol); r.status != http.StatusOK {
			p.Errorf("%s: %d", protocol, r.status)
		}
	}
	d, err := db.Open(context.Background(), db.Options{Dir: p.data, URL: p.database, ReadOnly: true})
	if err != nil {
		p.Fatal(err)
	}
	defer d.Close()
	p.checkBlobs(d)
}

func saysNothing(t testing.TB, file string, secrets []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, cpf := range cpfOf() {
		if cpf != "" {
			secrets = append(secrets, cpf)
		}
	}
	for _, secret := range secrets {
		if len(secret) > 3 && bytes.Contains(content, []byte(secret)) {
			t.Errorf("%q is readable in the backup", secret)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v, %v", info, err)
	}
}

// While the files are saved one is taken out of a draft; another was lost before, and a third has gone bad.
func TestABackupTellsDeletedFilesFromLostOnes(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			s := openSite(t, open(t))
			newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			draft := s.draft(s.actor("ana"), nil)
			keys := s.column(`SELECT blob FROM attachment ORDER BY id`)
			d, err := s.readDatabase() // as another process
			s.must(err)
			defer d.Close()
			source, err := s.source(d)
			s.must(err)
			defer source.close()
			source.Folder = t.TempDir()
			each := source.EachFile
			source.EachFile = func(tx *db.Tx, f func(key, sha256 string) error) error {
				err := each(tx, f)
				lost, bad := filepath.Join(s.Data, "blobs", keys[1]), filepath.Join(s.Data, "blobs", keys[2])
				content, readErr := os.ReadFile(bad)
				content[len(content)-1] ^= 1
				return errors.Join(err, readErr, os.Remove(lost), os.WriteFile(bad, content, 0o600))
			}
			source.Told = func(table db.Copied, _, _ int64) {
				if table.Table == "secret_key" { // the last of the snapshot
					id := s.text(`SELECT id FROM attachment WHERE blob = $1`, keys[0])
					s.must(s.files.Remove(context.Background(), s.actor("ana").AccountID, draft, id))
				}
			}
			path := filepath.Join(t.TempDir(), "x.part")
			c, err := s.savePart(source.Source, path, true)
			s.must(err)
			if len(c.Gone) != 1 || c.Gone[0] != keys[0] || len(c.Missing) != 1 || c.Missing[0] != keys[1] || len(c.Damaged) != 1 || c.Damaged[0] != keys[2] {
				t.Errorf("gone %v, missing %v, damaged %v of %v", c.Gone, c.Missing, c.Damaged, keys)
			}
			if err := lacking(c); err == nil || !strings.Contains(err.Error(), keys[1]) {
				t.Errorf("said %v", err)
			}

			again := openRestored(t, s, path, "")
			if left := again.column(`SELECT blob FROM attachment ORDER BY id`); len(left) != 2 || left[0] != keys[1] {
				t.Errorf("rows of files after the restore: %v", left)
			}
		})
	}
}

// openRestored restores a backup of an installation into an empty folder and opens it.
func openRestored(t *testing.T, s *wholeSite, path, databaseURL string) *wholeSite {
	t.Helper()
	dir := t.TempDir()
	handOver(t, s.Data, dir)
	p := *s.program
	p.Data, p.DatabaseURL = dir, databaseURL
	blobs, err := p.openBlobs()
	s.must(err)
	_, err = p.target(blobs).Restore(t.Context(), backup.File{Path: path, Ring: s.keys})
	s.must(errors.Join(err, blobs.Close()))
	return openData(t, s.BaseURL, func(q *program) { q.Data, q.DatabaseURL = dir, databaseURL })
}

// Files go from one bucket to another, which has to be empty.
func TestABackupOfABucketIsRestoredIntoABucket(t *testing.T) {
	server := blobtest.StartS3(t)
	from, to := server.Bucket(t), server.Bucket(t)
	s := openSiteWith(t, func(p *program) { p.BlobsURL = from })
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	s.complain(s.actor("ana"), nil)
	file := filepath.Join(t.TempDir(), "guiche.backup")
	guiche(t, "backup", file, "--data", s.Data, "--blobs-url", from)
	dir := t.TempDir()
	handOver(t, s.Data, dir)
	guiche(t, "restore", file, "--data", dir, "--blobs-url", to)
	again := openData(t, "http://localhost", func(p *program) { p.Data, p.BlobsURL = dir, to })
	for _, key := range again.column(`SELECT blob FROM attachment`) {
		stored, err := again.files.Blobs.Open(t.Context(), key)
		s.must(err)
		stored.Close()
	}
	if n, err := audit.Verify(t.Context(), again.db); err != nil || n == 0 {
		t.Errorf("%d events, %v", n, err)
	}
	other := t.TempDir()
	handOver(t, s.Data, other)
	said, err := exec.Command("guiche", "restore", file, "--data", other, "--blobs-url", to).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "já há dados") {
		t.Errorf("a bucket with files: %v, %s", err, said)
	}
}

// Nothing stays of a backup that is stopped.
func TestABackupThatIsStoppedLeavesNothing(t *testing.T) {
	s := openData(t, "http://localhost", func(*program) {})
	source, err := s.source(s.db)
	s.must(err)
	defer source.close()
	folder := t.TempDir()
	source.Folder = folder
	ctx, stop := context.WithCancel(t.Context())
	s.program.Context = ctx
	source.Told = func(table db.Copied, _, _ int64) {
		if table.Table == "complaint" {
			stop()
		}
	}
	if _, err := s.savePart(source.Source, filepath.Join(folder, "x.part"), true); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

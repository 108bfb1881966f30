package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guiche/internal/config"
	"guiche/internal/db"
	"guiche/internal/secret"
	"guiche/internal/vault"
)

// sharedKeys makes the key file that several nodes of one installation have.
func sharedKeys(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "guiche.key")
	if _, err := secret.Make(path); err != nil {
		t.Fatal(err)
	}
	return path
}

const onceReadable = "52998224725"

// killedStart leaves a folder as a start does that is killed once it has sealed what was readable: in pages of the file that
// are free it still is.
func killedStart(t *testing.T, data string) (p *program, log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	p = &program{Context: t.Context(), Settings: config.Settings{Data: data}, now: time.Now, log: slog.New(slog.NewTextHandler(log, nil))}
	err := starting(p, func(d *db.DB) error {
		ring, err := p.openKeys(d)
		if err != nil {
			return err
		}
		perform(t, d, `INSERT INTO form_release (id, cpf, agency_id, reason, granted_by, granted_at, valid_to)
			SELECT id, '`+onceReadable+`', (SELECT min(id) FROM agency), '', '', 0, '' FROM municipality`)
		if n, err := vault.SealPlain(p, d, ring); n < 400 || err != nil {
			t.Fatalf("%d rows sealed, %v", n, err)
		}
		return nil
	})
	if err != nil || !readable(t, data) {
		t.Fatalf("this test cannot fail: %v", err)
	}
	log.Reset()
	return p, log
}

// starting opens the database, does the work and closes.
func starting(p *program, work func(*db.DB) error) error {
	d, err := p.openDatabase()
	if err != nil {
		return err
	}
	return errors.Join(work(d), d.Close())
}

func start(p *program) error {
	return starting(p, func(d *db.DB) error { _, err := p.openKeys(d); return err })
}

func readable(t *testing.T, data string) bool {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(data, "guiche.db"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(content, []byte(onceReadable))
}

func TestTheStartAfterOneThatWasKilledRemovesTheTraces(t *testing.T) {
	p, log := killedStart(t, t.TempDir())
	if err := start(p); err != nil || readable(t, p.Data) || !strings.Contains(log.String(), "gravado de novo") {
		t.Errorf("%v; it is readable: %v; said %s", err, readable(t, p.Data), log)
	}
	log.Reset()
	if err := start(p); err != nil || log.Len() > 0 {
		t.Errorf("once more: %v, %s", err, log)
	}
}

func TestTracesAreRemovedOnceThereIsRoomForIt(t *testing.T) {
	p, _ := killedStart(t, smallDisk(t, "64m"))
	(&process{TB: t, data: p.Data}).fill()
	filler := filepath.Join(p.Data, "filler")
	full, err := os.Stat(filler)
	if err = errors.Join(err, os.Truncate(filler, full.Size()-512<<10)); err != nil { // room to open the database, not to write it anew
		t.Fatal(err)
	}
	if err := start(p); err == nil || !strings.Contains(words(err), "Deixe livre") || !strings.Contains(words(err), "full") {
		t.Errorf("on a full disk: %v", err)
	}
	if err := errors.Join(os.Remove(filler), start(p)); err != nil || readable(t, p.Data) {
		t.Errorf("%v; it is readable: %v", err, readable(t, p.Data))
	}
}

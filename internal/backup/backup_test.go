package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"guiche/internal/backup"
	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/secret"
	"guiche/internal/secret/secrettest"
)

// saved is a small backup: a migrated database with a row that is hard to write, and two files.
func saved(t *testing.T, ring *secret.Ring) []byte {
	t.Helper()
	return savedOf(t, dbtest.SQLite(t), ring)
}

func savedOf(t *testing.T, d *db.DB, ring *secret.Ring) []byte {
	t.Helper()
	store := openStore(t)
	for _, key := range []string{"aa/one", "bb/two"} {
		if _, err := blob.Seal(store, ring).Put(t.Context(), key, strings.NewReader(strings.Repeat("conteúdo\n", 5000))); err != nil {
			t.Fatal(err)
		}
	}
	err := d.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO municipality (id, name, state, sort_key) VALUES ('4300001', $1, 'RS', '')`, "um; dois\nn;s3:três")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	s := backup.Source{DB: d, Blobs: store, Ring: ring, Now: time.Now, Folder: t.TempDir(), Told: silent,
		HasFile: func(*db.Tx, string) (bool, error) { return true, nil },
		EachFile: func(_ *db.Tx, f func(key, sha256 string) error) error {
			return errors.Join(f("aa/one", ""), f("bb/two", ""))
		}}
	if _, err := s.Write(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func silent(db.Copied, int64, int64) {}

func openStore(t *testing.T) *blob.Dir {
	t.Helper()
	store, err := blob.OpenDir(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// restored tries a file in an empty place, and tells what stays there.
func restored(t *testing.T, content []byte, ring *secret.Ring, database db.Options) (left int, err error) {
	t.Helper()
	path, store := filepath.Join(t.TempDir(), "x.backup"), openStore(t)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	target := backup.Target{Database: database, Blobs: store, Told: silent, Last: nothing, ForgetFile: func(*db.Tx, string) error { return nil }}
	_, err = target.Restore(context.Background(), backup.File{Path: path, Ring: ring})
	for range store.Keys(t.Context(), time.Now().Add(time.Hour)) {
		left++
	}
	if database.URL == "" {
		entries, _ := os.ReadDir(database.Dir)
		left += len(entries)
	}
	return left, err
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	ring := secrettest.Ring(t, 1)
	whole := saved(t, ring)
	flipped := func(at int) []byte {
		bad := bytes.Clone(whole)
		bad[at] ^= 1
		return bad
	}
	swapped := func(at int) []byte {
		bad := bytes.Clone(whole)
		bad[at] = "AB"[bytes.Count(bad[at:at+1], []byte("A"))]
		return bad
	}
	var stored bytes.Buffer // a file of the same installation
	w, err := age.Encrypt(&stored, ring)
	if err == nil {
		_, err = w.Write([]byte("um documento"))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		content []byte
		ring    *secret.Ring
		want    error // nil: it is restored
	}{
		{"a whole one", whole, ring, nil},
		{"a whole one, after a rotation of the keys", whole, secrettest.Ring(t, 2, 1), nil},
		{"another installation's keys", whole, secrettest.Ring(t, 2), backup.ErrKey},
		{"a bit of the first line", flipped(3), ring, backup.ErrNoBackup},
		{"a letter of the sealed key", swapped(bytes.Index(whole, []byte("\n---")) - 9), ring, backup.ErrDamaged},
		{"a bit of the manifest", flipped(300), ring, backup.ErrDamaged},
		{"a bit in the middle", flipped(len(whole) / 2), ring, backup.ErrDamaged},
		{"the last bit", flipped(len(whole) - 1), ring, backup.ErrDamaged},
		{"cut in the middle", whole[:len(whole)/2], ring, backup.ErrDamaged},
		{"cut at a block of its encryption", whole[:len(whole)-(len(whole)-220)%(64<<10+16)], ring, backup.ErrDamaged},
		{"its last byte cut off", whole[:len(whole)-1], ring, backup.ErrDamaged},
		{"a byte after it", append(bytes.Clone(whole), 'x'), ring, backup.ErrDamaged},
		{"an empty file", nil, ring, backup.ErrNoBackup},
		{"another kind of file", []byte(strings.Repeat("PK\x03\x04", 1000)), ring, backup.ErrNoBackup},
		{"a file that somebody sent", stored.Bytes(), ring, backup.ErrDamaged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			left, err := restored(t, test.content, test.ring, db.Options{Dir: t.TempDir()})
			if !errors.Is(err, test.want) || test.want != nil && left != 0 || test.want == nil && left == 0 {
				t.Errorf("got %v, %d left", err, left)
			}
		})
	}
}

func TestADatabaseThatIsInUseKeepsWhatItHas(t *testing.T) {
	ring := secrettest.Ring(t, 1)
	whole := saved(t, ring)
	url := dbtest.PostgresURL(t)
	if left, err := restored(t, whole, ring, db.Options{URL: url}); err != nil || left != 2 {
		t.Fatalf("into an empty one: %v, %d files", err, left)
	}
	if left, err := restored(t, whole, ring, db.Options{URL: url}); !errors.Is(err, db.ErrNotEmpty) || left != 0 {
		t.Errorf("again: %v, %d files", err, left)
	}
}

// A database comes to be in the empty folder, and a file beside those restored: what somebody made stays, and nothing else.
func TestAnInstallationThatBeganMeanwhileIsNotOverwritten(t *testing.T) {
	ring, dir, store := secrettest.Ring(t, 1), t.TempDir(), openStore(t)
	path, theirs := filepath.Join(t.TempDir(), "x.backup"), filepath.Join(dir, "guiche.db")
	if err := os.WriteFile(path, saved(t, ring), 0o600); err != nil {
		t.Fatal(err)
	}
	target := backup.Target{Database: db.Options{Dir: dir}, Blobs: store, Last: nothing, ForgetFile: func(*db.Tx, string) error { return nil },
		Told: func(_ db.Copied, files, _ int64) {
			if files == 2 {
				_ = os.WriteFile(theirs, []byte("deles"), 0o600)
				if _, err := store.Put(t.Context(), "ff/deles", strings.NewReader("deles")); err != nil {
					t.Error(err)
				}
			}
		}}
	if _, err := target.Restore(t.Context(), backup.File{Path: path, Ring: ring}); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	if content, err := os.ReadFile(theirs); err != nil || string(content) != "deles" {
		t.Errorf("their database: %q, %v", content, err)
	}
	var kept []string
	for key := range store.Keys(t.Context(), time.Now().Add(time.Hour)) {
		kept = append(kept, key)
	}
	if !slices.Equal(kept, []string{"ff/deles"}) {
		t.Errorf("files that stayed: %v", kept)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left: %v", entries)
	}
}

// unanswered is a store far away that keeps a file and whose answer is lost.
type unanswered struct{ *blob.Dir }

func (u unanswered) Put(ctx context.Context, key string, r io.Reader) (blob.Info, error) {
	info, err := u.Dir.Put(ctx, key, r)
	if key == "bb/two" && err == nil {
		err = errors.New("no answer")
	}
	return info, err
}

func TestAFileWhoseAnswerWasLostIsTakenBackToo(t *testing.T) {
	ring, store := secrettest.Ring(t, 1), openStore(t)
	path := filepath.Join(t.TempDir(), "x.backup")
	if err := os.WriteFile(path, saved(t, ring), 0o600); err != nil {
		t.Fatal(err)
	}
	target := backup.Target{Database: db.Options{Dir: t.TempDir()}, Blobs: unanswered{store}, Told: silent, Last: nothing, ForgetFile: func(*db.Tx, string) error { return nil }}
	if _, err := target.Restore(t.Context(), backup.File{Path: path, Ring: ring}); err == nil || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("got %v", err)
	}
	for key := range store.Keys(t.Context(), time.Now().Add(time.Hour)) {
		t.Errorf("%s stayed", key)
	}
}

func TestNobodyBeginsWhereABackupIsBeingRestored(t *testing.T) {
	ring, dir := secrettest.Ring(t, 1), t.TempDir()
	path := filepath.Join(t.TempDir(), "x.backup")
	if err := os.WriteFile(path, saved(t, ring), 0o600); err != nil {
		t.Fatal(err)
	}
	var began error
	target := backup.Target{Database: db.Options{Dir: dir}, Blobs: openStore(t), Last: nothing, ForgetFile: func(*db.Tx, string) error { return nil },
		Told: func(db.Copied, int64, int64) {
			d, err := db.Open(t.Context(), db.Options{Dir: dir})
			if began = err; err == nil {
				_ = d.Close()
			}
		}}
	if _, err := target.Restore(t.Context(), backup.File{Path: path, Ring: ring}); err != nil || !errors.Is(began, syscall.EWOULDBLOCK) {
		t.Errorf("restored: %v; began: %v", err, began)
	}
	d, err := db.Open(t.Context(), db.Options{Dir: dir})
	if err != nil {
		t.Fatalf("afterwards: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := restored(t, saved(t, ring), ring, db.Options{Dir: dir}); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Errorf("where somebody works: %v", err)
	}
}

// SQLite would lay the log that a database left over whatever is restored beside it.
func TestALogThatWasLeftIsData(t *testing.T) {
	ring := secrettest.Ring(t, 1)
	whole := saved(t, ring)
	for _, of := range []string{"-wal", "-shm", "-journal"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "guiche.db"+of), []byte("deles"), 0o600); err != nil {
			t.Fatal(err)
		}
		if left, err := restored(t, whole, ring, db.Options{Dir: dir}); !errors.Is(err, db.ErrNotEmpty) || left != 1 {
			t.Errorf("guiche.db%s: %v, %d left", of, err, left)
		}
	}
}

// A backup that the version before made comes back with what it had, and what came since is made from that.
func TestABackupOfAnOlderSchemaIsBroughtUp(t *testing.T) { // R-57, quality 2
	ring := secrettest.Ring(t, 1)
	old, err := db.Open(t.Context(), db.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = old.Close() })
	if err := old.MigrateTo(t.Context(), 13); err != nil { // before the words of searches had a table of their own
		t.Fatal(err)
	}
	err = old.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO complaint_search (id, text) VALUES ('um', 'casa azul')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	content, dir := savedOf(t, old, ring), t.TempDir()
	for name, database := range map[string]db.Options{"sqlite": {Dir: dir}, "postgres": {URL: dbtest.EmptyPostgresURL(t)}} {
		if _, err := restored(t, content, ring, database); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d, err := db.Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		err = errors.Join(d.Migrate(t.Context()), d.Read(t.Context(), func(tx *db.Tx) error {
			q := (&db.Query{}).Add(tx.Search("complaint_search"), tx.MatchQuery([]string{"azul"}), 5)
			ids, err := db.Column[string](tx, q.Text(), q.Args()...)
			if len(ids) != 1 {
				t.Errorf("%s: %v", name, ids)
			}
			return err
		}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func nothing(*db.Tx) error { return nil }

package attachment

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/secret/secrettest"
)

func transact(t testing.TB, s *Service, f func(*db.Tx) error) {
	t.Helper()
	if err := s.DB.Transact(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func TestTheSameFileSentTwiceForTheSameKindIsTakenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		first := receive(t, s, inDraft("nota.pdf", smallPDF))
		if again := receive(t, s, inDraft("outra.pdf", smallPDF)); again != first {
			t.Errorf("got %+v, want the first", again)
		}
		other := inDraft("nota.pdf", smallPDF)
		other.Kind = AddressProof
		elsewhere := inDraft("nota.pdf", smallPDF)
		elsewhere.DraftID = draftB
		if receive(t, s, other).ID == first.ID || receive(t, s, elsewhere).ID == first.ID {
			t.Error("another kind or draft is another file")
		}
		if n := blobs(t, s); n != 3 {
			t.Errorf("%d blobs for 3 files", n)
		}
	})
}

func TestManyAtOnceKeepTheLimitAndTakeDoublesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		s.Limits.Files = 10
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken, refused := map[string]bool{}, 0
		for i := range 40 {
			wg.Go(func() {
				a, err := s.Receive(ctx, inDraft("a.txt", fmt.Sprint("arquivo ", i/2))) // each one twice
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					taken[a.ID] = true
					return
				}
				wantFault(t, err, fault.Invalid, "já há 10 arquivos, o máximo")
				refused++
			})
		}
		wg.Wait()
		if n := len(drafted(t, s, draftA)); n != 10 || len(taken) != 10 || refused == 0 {
			t.Errorf("%d rows, %d taken, %d refused", n, len(taken), refused)
		}
		if n := blobs(t, s); n != 10 {
			t.Errorf("%d blobs for 10 files", n)
		}
	})
}

func TestAFullCaseRefusesBeforeReading(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	s.Limits.Files = 1
	receive(t, s, inMessage(ana, "um"))
	u := inMessage(ana, "")
	u.Reader = iotest.ErrReader(errors.New("must not be read"))
	_, err := s.Receive(ctx, u)
	wantFault(t, err, fault.Invalid, "“m.txt” não coube: já há 1 arquivos")
}

func TestADraftThatIsGoneOrSentOrOfAnotherTakesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		write(t, d, `UPDATE draft SET complaint_id = '`+caseA+`' WHERE id = '`+draftB+`'`)
		for name, change := range map[string]func(*Upload){
			"gone":         func(u *Upload) { u.DraftID = "draft-none" },
			"sent":         func(u *Upload) { u.DraftID = draftB },
			"another's":    func(u *Upload) { u.By = elisa },
			"no complaint": func(u *Upload) { u.DraftID, u.ComplaintID = "", nowhere },
		} {
			u := inDraft("a.pdf", smallPDF)
			change(&u)
			_, err := s.Receive(ctx, u)
			if !fault.Is(err, fault.NotFound) || fault.Text(err) == "" || blobs(t, s) != 0 {
				t.Errorf("%s: %v, %d blobs", name, err, blobs(t, s))
			}
		}
	})
}

func TestABrokenConnectionLeavesNothing(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	reset := errors.New("connection reset")
	for _, sent := range []int{0, 100, 500_000} {
		u := inDraft("a.pdf", "")
		u.Reader = io.MultiReader(strings.NewReader(smallPDF+strings.Repeat("x", sent)), iotest.ErrReader(reset))
		if sent == 0 {
			u.Reader = iotest.ErrReader(reset)
		}
		if _, err := s.Receive(ctx, u); !errors.Is(err, reset) || blobs(t, s) != 0 {
			t.Errorf("after %d bytes: %v, %d blobs", sent, err, blobs(t, s))
		}
	}
}

func TestTheFilesOfADraftMoveToTheCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		receive(t, s, inDraft("a.pdf", smallPDF))
		receive(t, s, inDraft("b.txt", "texto"))
		stays := inDraft("c.txt", "de outro rascunho")
		stays.DraftID = draftB
		receive(t, s, stays)
		transact(t, s, func(tx *db.Tx) error { return s.Adopt(tx, draftA, caseA) })
		all := filed(t, s, caseA)
		if len(all) != 2 || all[0].DraftID != "" || all[0].Name != "a.pdf" || len(drafted(t, s, draftA)) != 0 || len(drafted(t, s, draftB)) != 1 {
			t.Fatalf("got %+v", all)
		}
		err := s.Remove(ctx, ana, "", all[0].ID)
		wantFault(t, err, fault.NotFound, "já foi excluído ou enviado")
		if len(filed(t, s, caseA)) != 2 || len(filed(t, s, "")) != 0 {
			t.Error("a filed document was removed, or a case without id has files")
		}
	})
}

func TestFilesOfAMessageAreShownOnceItIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		mine, hers := receive(t, s, inMessage(ana, "meu")), receive(t, s, inMessage(elisa, "dela"))
		waiting := list(t, s, func(tx *db.Tx) ([]Attachment, error) { return s.Waiting(tx, caseA, ana) })
		if len(filed(t, s, caseA)) != 0 || len(waiting) != 1 || waiting[0] != mine {
			t.Fatalf("shown %v, waiting %v", filed(t, s, caseA), waiting)
		}
		for name, c := range map[string]struct {
			ids    []string
			caseID string
		}{
			"another's file": {[]string{mine.ID, hers.ID}, caseA}, "another case": {[]string{mine.ID}, caseB}, "an invented file": {[]string{"x"}, caseA},
		} {
			err := s.DB.Transact(ctx, func(tx *db.Tx) error { return s.Bind(tx, c.ids, c.caseID, messageA, ana) })
			if !fault.Is(err, fault.Conflict) || len(filed(t, s, caseA)) != 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		transact(t, s, func(tx *db.Tx) error { return s.Bind(tx, []string{mine.ID}, caseA, messageA, ana) })
		if all := filed(t, s, caseA); len(all) != 1 || all[0].MessageID != messageA {
			t.Errorf("got %+v", all)
		}
		err := s.DB.Transact(ctx, func(tx *db.Tx) error { return s.Bind(tx, []string{mine.ID}, caseA, "message-b", ana) })
		wantFault(t, err, fault.Conflict, "já foi enviado ou excluído")
		wantFault(t, s.Remove(ctx, ana, "", mine.ID), fault.NotFound, "já foi excluído ou enviado")
		wantFault(t, s.Remove(ctx, ana, "", hers.ID), fault.NotFound, "")
		if err := s.Remove(ctx, elisa, "", hers.ID); err != nil {
			t.Error(err)
		}
		transact(t, s, func(tx *db.Tx) error { return s.Bind(tx, nil, caseA, messageA, ana) })
	})
}

func TestOnlyTheSenderRemovesAFileFromADraft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		a := receive(t, s, inDraft("a.pdf", smallPDF))
		for name, err := range map[string]error{
			"another person": s.Remove(ctx, elisa, draftA, a.ID), "another draft": s.Remove(ctx, ana, draftB, a.ID), "no draft": s.Remove(ctx, ana, "", a.ID),
		} {
			if !fault.Is(err, fault.NotFound) || blobs(t, s) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Remove(ctx, ana, draftA, a.ID); err != nil || len(drafted(t, s, draftA)) != 0 || blobs(t, s) != 0 {
			t.Errorf("%v, %d blobs", err, blobs(t, s))
		}
	})
}

func TestADiscardedDraftTakesItsFilesAlongWhenTheDiscardHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		receive(t, s, inDraft("a.pdf", smallPDF))
		refused := errors.New("no")
		err := d.Transact(ctx, func(tx *db.Tx) error { return errors.Join(s.DeleteDraft(tx, draftA), refused) })
		if !errors.Is(err, refused) || len(drafted(t, s, draftA)) != 1 || blobs(t, s) != 1 {
			t.Fatalf("a failed discard took files: %v", err)
		}
		transact(t, s, func(tx *db.Tx) error { return s.DeleteDraft(tx, draftA) })
		if len(drafted(t, s, draftA)) != 0 || blobs(t, s) != 0 {
			t.Error("files were left")
		}
	})
}

func TestOthersThanTheSenderGetTheCopyWithoutPlace(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	sent := photo(binary.BigEndian, 6)
	a := receive(t, s, inDraft("foto.jpg", string(sent)))
	file, err := s.OpenFor(ctx, a, ana)
	if content(t, file, err) != string(sent) {
		t.Error("the sender must get the original")
	}
	file, err = s.OpenFor(ctx, a, elisa)
	copied := content(t, file, err)
	if strings.Contains(copied, "GPS") || turnOf([]byte(copied)) != 6 || !bytes.HasSuffix([]byte(copied), []byte{0xff, markEOI}) {
		t.Error("the copy must turn the same way and tell no place")
	}
}

func TestDamagedOrLostBytesAreNeverGivenOut(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	lost := receive(t, s, inDraft("a.pdf", smallPDF))
	if err := s.Blobs.Delete(ctx, lost.Blob); err != nil {
		t.Fatal(err)
	}
	flipped := receive(t, s, inDraft("b.txt", "texto"))
	if err := s.Blobs.Delete(ctx, flipped.Blob); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Blobs.Put(ctx, flipped.Blob, strings.NewReader("texto!")); err != nil {
		t.Fatal(err)
	}
	foreign := receive(t, s, inDraft("c.txt", "outro texto"))
	other := blob.Seal(s.Blobs.(*blob.Sealed).Store, secrettest.Ring(t, 2))
	if err := other.Delete(ctx, foreign.Blob); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Put(ctx, foreign.Blob, strings.NewReader("outro texto")); err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]Attachment{"lost": lost, "flipped": flipped, "sealed for others": foreign} {
		_, err := s.Open(ctx, a)
		wantFault(t, err, fault.Unavailable, "danificado")
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// dying is a disk that can no longer read a file from some byte on.
type dying struct {
	blob.Store
	from int64
}

type dyingFile struct {
	io.ReadSeekCloser
	from int64
}

func (d dying) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	file, err := d.Store.Open(ctx, key)
	return dyingFile{file, d.from}, err
}

func (f dyingFile) Read(p []byte) (int, error) {
	at, err := f.Seek(0, io.SeekCurrent)
	if err == nil && at+int64(len(p)) > f.from {
		return 0, &fs.PathError{Op: "read", Path: "blob", Err: syscall.EIO}
	}
	n, readErr := f.ReadSeekCloser.Read(p)
	return n, errors.Join(err, readErr)
}

// A file that cannot be read now is not called damaged: on another day, or from the mirror of the disk, it is whole.
func TestAFileThatTheDiskCannotReadIsUnavailable(t *testing.T) { // quality 2: EIO
	s := newService(t, dbtest.SQLite(t))
	a := receive(t, s, inDraft("a.pdf", smallPDF+strings.Repeat("x", 300<<10)))
	whole := s.Blobs.(*blob.Sealed)
	for _, from := range []int64{0, 200 << 10} {
		s.Blobs = blob.Seal(dying{whole.Store, from}, secrettest.Ring(t, 1))
		_, err := s.Open(ctx, a)
		wantFault(t, err, fault.Unavailable, "agora")
		if errors.Is(err, ErrDamaged) {
			t.Errorf("from byte %d: %v", from, err)
		}
	}
	s.Blobs = whole
	file, err := s.Open(ctx, a)
	if err != nil || file.Close() != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// BenchmarkReceive prints files of 200 kB taken a second, durable, by 16 senders.
func BenchmarkReceive(b *testing.B) {
	s := newService(b, dbtest.SQLite(b))
	for i := range b.N/20 + 1 {
		write(b, s.DB, fmt.Sprintf(`INSERT INTO draft (id, account_id, data, created_at, touched_at) VALUES ('bench-%d', '%s', '{}', 0, 0)`, i, ana))
	}
	page := strings.Repeat("x", 200<<10)
	var n atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			i := n.Add(1) - 1
			u := inDraft("a.pdf", smallPDF+fmt.Sprint(i)+page)
			u.DraftID = fmt.Sprint("bench-", i/20)
			if _, err := s.Receive(ctx, u); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

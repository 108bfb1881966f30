package main

import (
	"archive/zip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"guiche/internal/blob"
	"guiche/internal/fault"
)

// breaking is a store that falls silent after so many pieces of each file.
type breaking struct {
	blob.Store
	pieces int
}

func (b *breaking) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	file, err := b.Store.Open(ctx, key)
	return &breakingFile{file, b.pieces}, err
}

type breakingFile struct {
	io.ReadSeekCloser
	pieces int
}

func (f *breakingFile) Read(p []byte) (int, error) {
	if f.pieces--; f.pieces < 0 {
		return 0, fault.New(fault.Unavailable, "Tente de novo.")
	}
	return f.ReadSeekCloser.Read(p)
}

// Wherever the store falls silent, nobody takes half a file for a whole one: it is refused, or the connection breaks.
func TestADownloadThatBreaksDoesNotLookWhole(t *testing.T) {
	o := newOffice(t, "")
	protocol := o.against("ana", "A estante nunca chegou.")
	ana := newBrowser(t, o.BaseURL).signIn(cpfOf()["ana"])
	file := firstFile(t, ana.get("/reclamacoes/"+protocol).body)
	whole := ana.get(file).body
	store := &breaking{Store: o.files.Blobs}
	o.files.Blobs = store
	outcomes := map[string]int{}
	for store.pieces = range 5 {
		r, err := ana.try("GET", file, "")
		switch {
		case err != nil:
			outcomes["broken"]++
		case r.status == http.StatusServiceUnavailable:
			outcomes["refused"]++
		case r.status == http.StatusOK && r.body == whole:
			outcomes["whole"]++
		default:
			t.Errorf("%d pieces: %d, %d bytes of %d", store.pieces, r.status, len(r.body), len(whole))
		}
		if r, err = o.ines.try("GET", "/empresa/casos/"+protocol+"/arquivos.zip", ""); err == nil {
			wantWholeFiles(t, r.body)
		}
	}
	if len(outcomes) != 3 {
		t.Errorf("this proves nothing: %v", outcomes)
	}
}

func wantWholeFiles(t *testing.T, packed string) {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		if f.UncompressedSize64 == 0 {
			t.Errorf("%s is given with nothing in it", f.Name)
		}
	}
}

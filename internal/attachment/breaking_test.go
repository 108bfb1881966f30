package attachment

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"guiche/internal/blob"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
)

// breaking is a store whose connection breaks at one Read of each file, which looks like a file that was cut short.
type breaking struct {
	blob.Store
	good int // so many hold
}

func (b breaking) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	file, err := b.Store.Open(ctx, key)
	return &breakingFile{file, b.good}, err
}

type breakingFile struct {
	io.ReadSeekCloser
	good int
}

func (f *breakingFile) Read(p []byte) (int, error) {
	if f.good--; f.good < 0 {
		return 0, fault.Wrap(fault.Unavailable, "agora", io.ErrUnexpectedEOF)
	}
	return f.ReadSeekCloser.Read(p)
}

// A store that breaks while a file is looked at is no reason to refuse the file, or to call it damaged.
func TestAStoreThatBreaksMakesNoFileBad(t *testing.T) { // quality 2
	s := newService(t, dbtest.SQLite(t))
	whole := s.Blobs
	for name, sent := range map[string]string{
		"foto.jpg": string(photo(binary.BigEndian, 6)), "foto.png": string(notedPNG()), "foto.webp": string(notedWebP()),
		"voz.mp4": string(mp4("isom", box("moov", track("soun")))),
	} {
		var a Attachment
		err, n := errors.New("not tried"), 0
		for ; err != nil && n < 50; n++ {
			s.Blobs = breaking{whole, n}
			if a, err = s.Receive(ctx, inDraft(name, sent)); err != nil {
				wantFault(t, err, fault.Unavailable, "agora")
			}
		}
		if err != nil || n == 1 {
			t.Fatalf("%s: taken with %d reads: %v", name, n-1, err)
		}
		s.Blobs = whole
		file, err := s.OpenFor(ctx, a, elisa)
		want := content(t, file, err)
		for err, n = errors.New("not tried"), 0; err != nil && n < 50; n++ {
			s.Blobs = breaking{whole, n}
			got := ""
			if got, err = s.readFor(a, elisa); err == nil && got != want {
				t.Errorf("%s, %d reads: %d bytes of %d are given as the whole", name, n, len(got), len(want))
			} else if err != nil {
				wantFault(t, err, fault.Unavailable, "agora")
			}
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (s *Service) readFor(a Attachment, accountID string) (string, error) {
	file, err := s.OpenFor(ctx, a, accountID)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var text strings.Builder
	_, err = io.Copy(&text, file)
	return text.String(), err
}

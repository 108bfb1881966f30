package attachment

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"guiche/internal/blob"
	"guiche/internal/fault"
)

// ErrDamaged is in the error for bytes that are not those that were taken.
var ErrDamaged = errors.New("attachment: stored bytes differ from those received")

const (
	damaged = "Este arquivo está danificado ou falta no nosso armazenamento. Avise o Procon e diga o protocolo."
	notNow  = "Não conseguimos guardar ou abrir o arquivo agora. Tente de novo em alguns minutos."
)

// recalled is a stored file that remembers the store's own error: what looked into the file takes it for a bad file.
type recalled struct {
	io.ReadSeekCloser

	err error
}

func (r *recalled) Read(p []byte) (int, error) {
	n, err := r.ReadSeekCloser.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped one is a connection that broke
		r.err = fault.Wrap(fault.Unavailable, notNow, err)
	}
	return n, err
}

// Open gives the bytes as they were sent, after comparing their SHA-256. A file not scanned yet is fault.Conflict,
// one with a virus fault.Forbidden, a damaged one fault.Unavailable with ErrDamaged. The caller closes.
func (s *Service) Open(ctx context.Context, a Attachment) (io.ReadSeekCloser, error) {
	switch a.Scan {
	case Pending:
		return nil, fault.New(fault.Conflict, "Este arquivo ainda está sendo verificado contra vírus. Tente de novo em alguns minutos.")
	case Infected:
		return nil, fault.New(fault.Forbidden, "Este arquivo tem um vírus e não pode ser aberto. Peça a quem enviou outro arquivo.")
	}
	return s.openWhole(ctx, a)
}

// OpenFor is Open for the one who sent the file. Others get a copy of a photo without its EXIF and other notes
// (place, device, time), turned the same way up; every other kind of file as it is.
func (s *Service) OpenFor(ctx context.Context, a Attachment, accountID string) (io.ReadSeekCloser, error) {
	file, err := s.Open(ctx, a)
	if err != nil || accountID == a.By {
		return file, err
	}
	stored := &recalled{ReadSeekCloser: file}
	parts, err := cleanParts(stored, a.MediaType)
	if err = cmp.Or(stored.err, fault.Wrap(fault.Unavailable, damaged, err)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return newSplice(file, parts), nil
}

func (s *Service) openWhole(ctx context.Context, a Attachment) (io.ReadSeekCloser, error) {
	file, err := s.Blobs.Open(ctx, a.Blob)
	if fault.Is(err, fault.NotFound) || errors.Is(err, blob.ErrDamaged) {
		return nil, fault.Wrap(fault.Unavailable, damaged, fmt.Errorf("%w: %w", ErrDamaged, err))
	}
	if err != nil {
		return nil, err
	}
	if err := verify(file, a.SHA256); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// verify reads the file once before anybody gets its first byte; at 20 MB that takes some milliseconds.
func verify(file io.ReadSeeker, sum string) error {
	hash := sha256.New()
	_, err := io.Copy(hash, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if errors.Is(err, blob.ErrDamaged) {
		return fault.Wrap(fault.Unavailable, damaged, fmt.Errorf("%w: %w", ErrDamaged, err))
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, notNow, err)
	}
	if hex.EncodeToString(hash.Sum(nil)) != sum {
		return fault.Wrap(fault.Unavailable, damaged, ErrDamaged)
	}
	return nil
}

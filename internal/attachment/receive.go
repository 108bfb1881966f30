package attachment

import (
	"bytes"
	"context"
	"errors"
	"io"

	"guiche/internal/db"
	"guiche/internal/fault"
)

// Receive stores a file, durable when it returns. A refusal is fault.Invalid, with words that name the file and the
// field of its kind. The same content sent again for the same kind is the file taken first.
func (s *Service) Receive(ctx context.Context, u Upload) (Attachment, error) {
	if !u.Kind.Valid() || u.By == "" || !u.owned() {
		return Attachment{}, errors.New("attachment: upload without kind, sender or owner")
	}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return s.room(tx, u) }); err != nil {
		return Attachment{}, err
	}
	head, err := readHead(u.Reader)
	if err != nil {
		return Attachment{}, err
	}
	f, problem := sniff(head)
	if problem != "" {
		return Attachment{}, u.refuse(problem)
	}
	a := s.newAttachment(u, f)
	if err := s.store(ctx, u, &a, f, head); err != nil {
		return Attachment{}, err
	}
	return s.keep(ctx, u, a)
}

// owned tells whether exactly one owner is named.
func (u Upload) owned() bool {
	n := 0
	for _, id := range []string{u.DraftID, u.ComplaintID, u.RegistrationID} {
		if id != "" {
			n++
		}
	}
	return n == 1
}

func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, sniffBytes)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
		err = nil
	}
	return head[:n], err
}

func (s *Service) newAttachment(u Upload, f format) Attachment {
	id := db.NewID()
	a := Attachment{
		ID: id, DraftID: u.DraftID, ComplaintID: u.ComplaintID, RegistrationID: u.RegistrationID, Kind: u.Kind, Name: cleanName(u.Name, f),
		MediaType: f.media, Blob: blobKey(id), Scan: Unscanned, By: u.By, At: s.Now(),
	}
	if s.Scanner != nil {
		a.Scan = Pending
	}
	return a
}

// store streams the file into the blob store and looks at what can only be judged whole.
func (s *Service) store(ctx context.Context, u Upload, a *Attachment, f format, head []byte) error {
	body := &limited{r: io.MultiReader(bytes.NewReader(head), u.Reader), left: s.Limits.FileBytes, tooLarge: u.refuse(tooLarge(s.Limits.FileBytes))}
	var r io.Reader = body
	var t *textReader
	if f.media == textType {
		t = &textReader{r: body, notText: u.refuse(notText)}
		r = t
	}
	info, err := s.Blobs.Put(ctx, a.Blob, r)
	if err != nil {
		return err
	}
	a.Size, a.SHA256 = info.Size, info.SHA256
	if t != nil {
		a.MediaType = t.mediaType()
	}
	problem, err := s.inspect(ctx, a.Blob, f)
	if problem != "" {
		return errors.Join(u.refuse(problem), s.Blobs.Delete(context.WithoutCancel(ctx), a.Blob))
	}
	return err
}

// inspect judges what is stored: the size of an image in pixels, the tracks of an audio file.
func (s *Service) inspect(ctx context.Context, key string, f format) (problem string, err error) {
	if f.config == nil && !f.maybeVideo {
		return "", nil
	}
	file, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return "", err
	}
	stored := &recalled{ReadSeekCloser: file}
	if f.maybeVideo && !soundOnly(stored) {
		problem = refusedVideo
	}
	if f.config != nil {
		problem = tooManyPixels(stored, f, s.Limits.Pixels)
	}
	if stored.err != nil {
		return "", errors.Join(stored.err, file.Close())
	}
	return problem, file.Close()
}

func tooManyPixels(r io.Reader, f format, limit int64) string {
	config, err := f.config(r)
	switch {
	case err != nil || config.Width <= 0 || config.Height <= 0:
		return brokenImage
	case int64(config.Width)*int64(config.Height) > limit:
		return largeImage(limit)
	}
	return ""
}

// keep writes the row, unless the same file is there already. The bytes go again when there is no row for them;
// after a failure whose outcome is unknown they stay for Sweep to judge.
func (s *Service) keep(ctx context.Context, u Upload, a Attachment) (Attachment, error) {
	kept := a
	err := s.DB.Transact(ctx, func(tx *db.Tx) (err error) {
		kept, err = s.keepRow(tx, u, a)
		return err
	})
	refused := fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound)
	if refused || (err == nil && kept.ID != a.ID) {
		err = errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), a.Blob))
	}
	if err != nil {
		return Attachment{}, err
	}
	return kept, nil
}

func (s *Service) keepRow(tx *db.Tx, u Upload, a Attachment) (Attachment, error) {
	if err := lockOwner(tx, u, a.At); err != nil {
		return a, err
	}
	twin, err := findTwin(tx, a)
	if !fault.Is(err, fault.NotFound) {
		return twin, err
	}
	if err := s.room(tx, u); err != nil {
		return a, err
	}
	if err := insert(tx, a); err != nil {
		return a, err
	}
	if a.Scan != Pending {
		return a, nil
	}
	return a, s.enqueueScan(tx, a.ID)
}

func (s *Service) room(tx *db.Tx, u Upload) error {
	n, err := countOwned(tx, u)
	if err == nil && n >= s.Limits.Files {
		return u.refuse(tooMany(s.Limits.Files))
	}
	return err
}

// limited ends with an error when more than left bytes come.
type limited struct {
	r        io.Reader
	left     int64
	tooLarge error
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, l.tooLarge
	}
	return n, err
}

package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"guiche/internal/blob"
	"guiche/internal/db"
)

// Source is an installation to be saved. It may be in use.
type Source struct {
	DB    *db.DB
	Blobs blob.Store // as stored: sealed
	Ring  blob.Ring
	// EachFile goes over the files that rows name, with the SHA-256 of the content; HasFile asks for the row of one.
	EachFile func(tx *db.Tx, f func(key, sha256 string) error) error
	HasFile  func(tx *db.Tx, key string) (bool, error)
	Program  string // version
	Now      func() time.Time
	// Folder takes a file without a name, as large as the names of all files.
	Folder string
	// Told hears of each table, and of the files so far after each of them.
	Told func(table db.Copied, files, bytes int64)
}

// writer makes one backup.
type writer struct {
	Source
	tar      *tar.Writer
	contents Contents
	files    *list
}

// Write makes a backup; what it writes is a backup only when it returns without an error.
func (s Source) Write(ctx context.Context, to io.Writer) (Contents, error) {
	sealed, err := age.Encrypt(to, s.Ring)
	if err != nil {
		return Contents{}, err
	}
	w := &writer{Source: s, tar: tar.NewWriter(sealed), files: newList()}
	if err := w.all(ctx); err != nil {
		return Contents{}, err
	}
	return w.contents, errors.Join(w.tar.Close(), sealed.Close())
}

// all lets the database's snapshot go before the files are read, which may take hours.
func (w *writer) all(ctx context.Context) error {
	names, err := newSpool(w.Folder)
	if err != nil {
		return err
	}
	defer names.close()
	if err := w.DB.Read(db.Unhurried(ctx), func(tx *db.Tx) error { return w.database(ctx, tx, names) }); err != nil {
		return err
	}
	for name, err := range names.all() {
		if err = errors.Join(err, ctx.Err()); err == nil {
			err = w.file(ctx, name)
		}
		if err != nil {
			return err
		}
	}
	w.files.into(&w.contents)
	return w.json(contentsName, w.contents)
}

func (w *writer) database(ctx context.Context, tx *db.Tx, names *spool) error {
	schema, err := tx.Schema()
	if err != nil {
		return err
	}
	w.contents.Manifest = Manifest{Format: Format, Schema: schema, Program: w.Program, Engine: w.DB.Engine(), At: w.Now().UTC()}
	if err := w.json(manifestName, w.contents.Manifest); err != nil {
		return err
	}
	tables, err := tx.Tables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := errors.Join(ctx.Err(), w.table(tx, t)); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return w.EachFile(tx, names.add)
}

func (w *writer) table(tx *db.Tx, t db.Table) error {
	out := newPieces(w.tar, tablesIn+t.Name)
	dumped, err := tx.Dump(t, out)
	if err == nil {
		err = out.end()
	}
	if err != nil {
		return err
	}
	w.contents.Tables = append(w.contents.Tables, dumped)
	w.Told(dumped, 0, 0)
	return nil
}

func (w *writer) json(name string, what any) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return entry(w.tar, name, text)
}

func entry(to *tar.Writer, name string, content []byte) error {
	if err := to.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600}); err != nil {
		return err
	}
	_, err := to.Write(content)
	return err
}

// pieceSize is how much text of a table shares one entry: a tar wants each size before its bytes.
const pieceSize = 1 << 20

// pieces writes a table as entries of bounded size.
type pieces struct {
	to     *tar.Writer
	folder string
	n      int
	plain  int // bytes in packed
	buffer bytes.Buffer
	packed *gzip.Writer
}

func newPieces(to *tar.Writer, folder string) *pieces {
	p := &pieces{to: to, folder: folder}
	p.packed, _ = gzip.NewWriterLevel(&p.buffer, gzip.BestSpeed) // a level that there is
	return p
}

// Write implements io.Writer.
func (p *pieces) Write(text []byte) (int, error) {
	if p.plain >= pieceSize {
		if err := p.end(); err != nil {
			return 0, err
		}
	}
	p.plain += len(text)
	return p.packed.Write(text)
}

// end writes the last piece, which is the only one of an empty table.
func (p *pieces) end() error {
	if err := p.packed.Close(); err != nil {
		return err
	}
	p.n++
	err := entry(p.to, fmt.Sprintf("%s/%06d.gz", p.folder, p.n), p.buffer.Bytes())
	p.plain = 0
	p.buffer.Reset()
	p.packed.Reset(&p.buffer)
	return err
}

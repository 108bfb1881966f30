package backup

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"guiche/internal/db"
)

// entry is a table, which may be many entries, or a file.
func (w *walker) entry() error {
	if key, is := strings.CutPrefix(w.head.Name, filesIn); is {
		return w.oneFile(key)
	}
	if name := tableOf(w.head.Name); name != "" {
		return w.oneTable(name)
	}
	return w.judge(fmt.Errorf("unknown entry %q", w.head.Name))
}

// tableOf is the table of which an entry is a piece; empty: it is none.
func tableOf(entry string) string {
	name, is := strings.CutPrefix(entry, tablesIn)
	name, _, piece := strings.Cut(name, "/")
	if !is || !piece {
		return ""
	}
	return name
}

func (w *walker) oneFile(key string) error {
	sum, size := sha256.New(), w.head.Size
	if err := give(w.file, key, io.TeeReader(judged{w, w.tar}, sum)); err != nil {
		return err
	}
	w.files.add(key, size, sum.Sum(nil))
	return w.next()
}

// oneTable leaves the rows uncounted: who stores them counts them.
func (w *walker) oneTable(name string) error {
	sum := sha256.New()
	if err := give(w.table, name, io.TeeReader(&pieceReader{walker: w, table: name}, sum)); err != nil {
		return err
	}
	w.found.Tables = append(w.found.Tables, db.Copied{Table: name, Hash: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// give lets somebody read, and reads what was left.
func give(to func(name string, r io.Reader) error, name string, r io.Reader) error {
	if err := to(name, r); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// judged is an entry with its errors judged.
type judged struct {
	w *walker
	io.Reader
}

// Read implements io.Reader.
func (j judged) Read(p []byte) (int, error) {
	n, err := j.Reader.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped one is an entry cut short
		err = j.w.judge(err)
	}
	return n, err
}

// pieceReader reads the rows of one table from all its entries, and ends at the entry after them.
type pieceReader struct {
	*walker
	table string
	piece io.Reader // nil: at the beginning of an entry
}

// Read implements io.Reader.
func (p *pieceReader) Read(into []byte) (n int, err error) {
	for {
		if p.piece == nil && tableOf(p.head.Name) != p.table {
			return 0, io.EOF
		}
		if p.piece == nil {
			unpacked, err := gzip.NewReader(p.tar)
			if err != nil {
				return 0, p.judge(err)
			}
			p.piece = judged{p.walker, unpacked}
		}
		n, err = p.piece.Read(into)
		if err == io.EOF { //nolint:errorlint // the piece's own end
			p.piece, err = nil, p.next()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

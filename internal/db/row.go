package db

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
)

// Copied is what one table has: its rows and a SHA-256 over all of them in the order of their key.
type Copied struct {
	Table string
	Rows  int64
	Hash  string
}

// tally counts rows and sums them up.
type tally struct {
	sum  hash.Hash
	rows int64
	line []byte
}

func newTally() *tally { return &tally{sum: sha256.New()} }

// add takes a row in and gives its text, which is good until the next.
func (t *tally) add(row []any) (line []byte, err error) {
	if t.line, err = appendRow(t.line[:0], row); err != nil {
		return nil, err
	}
	t.rows++
	t.sum.Write(t.line) // never fails
	return t.line, nil
}

func (t *tally) of(table string) Copied {
	return Copied{table, t.rows, hex.EncodeToString(t.sum.Sum(nil))}
}

// appendRow writes a row so that no two different rows read the same: "n;" nothing, "i5;" a number, "s2:ab;" a text.
func appendRow(line []byte, row []any) ([]byte, error) {
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			line = append(line, 'n')
		case int64:
			line = strconv.AppendInt(append(line, 'i'), v, 10)
		case string:
			line = strconv.AppendInt(append(line, 's'), int64(len(v)), 10)
			line = append(append(line, ':'), v...)
		default:
			return nil, fmt.Errorf("a value of kind %T cannot be copied", v)
		}
		line = append(line, ';')
	}
	return append(line, '\n'), nil
}

// maxText bounds what a damaged length can ask for.
const maxText = 1 << 30

var errRow = errors.New("a row that cannot be read")

// readRow reads what appendRow wrote; io.EOF where there is no more.
func readRow(r *bufio.Reader, columns int) ([]any, error) {
	if _, err := r.Peek(1); err != nil {
		return nil, err
	}
	row := make([]any, columns)
	for i := range row {
		var err error
		if row[i], err = readValue(r); err != nil {
			return nil, fmt.Errorf("%w: %w", errRow, unexpected(err))
		}
	}
	return row, skip(r, '\n')
}

func readValue(r *bufio.Reader) (any, error) {
	kind, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	switch kind {
	case 'n':
		return nil, skip(r, ';')
	case 'i':
		return readNumber(r, ';')
	case 's':
		return readText(r)
	}
	return nil, errRow
}

func readNumber(r *bufio.Reader, end byte) (int64, error) {
	digits, err := r.ReadSlice(end)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(digits[:len(digits)-1]), 10, 64)
}

func readText(r *bufio.Reader) (any, error) {
	length, err := readNumber(r, ':')
	if err != nil {
		return nil, err
	}
	if length < 0 || length > maxText {
		return nil, errRow
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	return string(text), skip(r, ';')
}

func skip(r *bufio.Reader, want byte) error {
	got, err := r.ReadByte()
	if err == nil && got != want {
		err = errRow
	}
	return unexpected(err)
}

// unexpected keeps the end of a text within a row from being taken for the end of the rows.
func unexpected(err error) error {
	if err == io.EOF { //nolint:errorlint // the reader's own
		return io.ErrUnexpectedEOF
	}
	return err
}

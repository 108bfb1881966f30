package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"guiche/internal/db"
)

// Format is how this program lays out a backup; it reads older ones too.
const Format = 1

// Why a backup is not restored, beside db.ErrNotEmpty. Nothing was then changed.
var (
	ErrNoBackup = errors.New("not a backup")
	ErrKey      = errors.New("sealed with another key")
	ErrDamaged  = errors.New("damaged or cut short")
	ErrNewer    = errors.New("made by a newer program")
)

// Manifest is what a backup says of itself first.
type Manifest struct {
	Format  int       `json:"format"`
	Schema  int64     `json:"schema"` // of the database
	Program string    `json:"program"`
	Engine  string    `json:"engine"`
	At      time.Time `json:"at"`
}

// check refuses what this program does not know.
func (m Manifest) check() error {
	known, err := db.KnownSchema()
	if err == nil && (m.Format > Format || m.Schema > known) {
		err = fmt.Errorf("format %d, schema %d: %w", m.Format, m.Schema, ErrNewer)
	}
	return err
}

// Contents is what a backup adds up to.
type Contents struct {
	Manifest `json:"-"`

	Tables []db.Copied `json:"tables"`
	Files  int64       `json:"files"`
	Bytes  int64       `json:"bytes"` // of the files
	SHA256 string      `json:"sha256"`
	// Gone are files that were deleted, with their rows, while the backup was made.
	Gone []string `json:"gone,omitempty"`
	// Missing are files that rows name and the store did not have; Damaged those whose content is not what was sent.
	Missing []string `json:"missing,omitempty"`
	Damaged []string `json:"damaged,omitempty"`
}

// Rows counts those of all tables.
func (c Contents) Rows() (n int64) {
	for _, t := range c.Tables {
		n += t.Rows
	}
	return n
}

// adds tells whether what was read is what was written. Rows are counted by who stores them.
func (c Contents) adds(written Contents) bool {
	same := func(a, b db.Copied) bool { return a.Table == b.Table && a.Hash == b.Hash }
	return slices.EqualFunc(c.Tables, written.Tables, same) && c.Files == written.Files && c.Bytes == written.Bytes && c.SHA256 == written.SHA256
}

func (c Contents) table(name string) (db.Copied, bool) {
	at := slices.IndexFunc(c.Tables, func(t db.Copied) bool { return t.Table == name })
	if at < 0 {
		return db.Copied{}, false
	}
	return c.Tables[at], true
}

// The entries of the tar, in this order.
const (
	manifestName = "manifest.json"
	tablesIn     = "tables/" // NAME/000001.gz and so on
	filesIn      = "files/"
	contentsName = "contents.json"
)

// list adds up files: their names, sizes and hashes, in their order.
type list struct {
	files, bytes int64
	sum          hash.Hash
}

func newList() *list { return &list{sum: sha256.New()} }

func (l *list) add(key string, size int64, content []byte) {
	l.files, l.bytes = l.files+1, l.bytes+size
	fmt.Fprintf(l.sum, "%s %d %x\n", key, size, content)
}

func (l *list) into(c *Contents) {
	c.Files, c.Bytes, c.SHA256 = l.files, l.bytes, hex.EncodeToString(l.sum.Sum(nil))
}

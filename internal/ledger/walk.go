package ledger

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Tail is how many bytes of the end of each ledger are compared at the start: some two thousand lines, far more than a
// database holds apart from its main file, in a few milliseconds.
const Tail = 256 << 10

// Broken is a line that is not as it was written, or not where it was written.
type Broken struct {
	File string // its name in the folder
	At   int64  // where the line begins, in bytes
}

func (b Broken) String() string { return fmt.Sprintf("%s byte %d", b.File, b.At) }

// Walk reads every ledger of the folder, or the last reach bytes of each when reach is not 0, also beside a running
// program. It gives each entry whose line holds, in order, and returns the lines that do not. No folder has no entries.
func Walk(ctx context.Context, folder string, reach int64, each func(Entry) error) (broken []Broken, err error) {
	names, err := filepath.Glob(filepath.Join(folder, prefix+"*"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		found, err := walkFile(ctx, name, reach, each)
		if broken = append(broken, found...); err != nil {
			return broken, fmt.Errorf("ledger: %w", err)
		}
	}
	return broken, nil
}

func walkFile(ctx context.Context, name string, reach int64, each func(Entry) error) (broken []Broken, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	s := &scanner{r: bufio.NewReader(file)}
	if err := s.skipTo(file, reach); err != nil {
		return nil, err
	}
	for ctx.Err() == nil {
		at := s.at
		line, whole, err := s.line()
		if err != nil {
			return broken, err
		}
		if !whole {
			if e, _, damaged := endDamaged(s.before, line); damaged {
				broken, err = append(broken, Broken{filepath.Base(name), at}), each(e)
			}
			return broken, err
		}
		e, ok := read(s.before, line)
		s.before = lastWord(line)
		if !ok {
			broken = append(broken, Broken{filepath.Base(name), at})
		} else if err := each(e); err != nil {
			return broken, err
		}
	}
	return broken, ctx.Err()
}

// scanner reads lines and knows where it is. before is the sum of the last line.
type scanner struct {
	r      *bufio.Reader
	at     int64
	before string
}

// skipTo goes to the last reach bytes. The first whole line there is taken as it stands, for the next one to follow.
func (s *scanner) skipTo(file *os.File, reach int64) error {
	info, err := file.Stat()
	if err != nil || reach == 0 || info.Size() <= reach {
		return err
	}
	if s.at, err = file.Seek(-reach, io.SeekEnd); err != nil {
		return err
	}
	for range 2 {
		line, whole, err := s.line()
		if err != nil || !whole {
			return err
		}
		s.before = lastWord(line)
	}
	return nil
}

// line is the next line, or a buffer full of what cannot be one. whole is false at the end, also when something stands
// there that is not a whole line: it is being written, or was never finished.
func (s *scanner) line() (line string, whole bool, err error) {
	read, err := s.r.ReadSlice('\n')
	s.at += int64(len(read))
	switch {
	case errors.Is(err, io.EOF):
		return string(read), false, nil
	case err != nil && !errors.Is(err, bufio.ErrBufferFull):
		return "", false, err
	}
	return strings.TrimSuffix(string(read), "\n"), true, nil
}

package attachment

import (
	"errors"
	"io"
)

// part is a stretch of a cleaned file: bytes of the original, or literal ones.
type part struct {
	from, size int64
	literal    []byte
}

func original(from, to int64) part { return part{from: from, size: to - from} }
func literal(b []byte) part        { return part{literal: b, size: int64(len(b))} }

// splice reads parts of a file as if they were a file: a copy without metadata needs no memory.
type splice struct {
	file  io.ReadSeekCloser
	parts []part
	size  int64
	at    int64
}

func newSplice(file io.ReadSeekCloser, parts []part) *splice {
	s := &splice{file: file, parts: parts}
	for _, p := range parts {
		s.size += p.size
	}
	return s
}

func (s *splice) Close() error { return s.file.Close() }

func (s *splice) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, errors.New("attachment: seek before the beginning")
	}
	s.at = offset
	return offset, nil
}

func (s *splice) Read(p []byte) (int, error) {
	begin := int64(0)
	for _, part := range s.parts {
		if inside := s.at - begin; inside < part.size {
			n, err := s.readPart(part, inside, p)
			s.at += int64(n)
			return n, err
		}
		begin += part.size
	}
	return 0, io.EOF
}

func (s *splice) readPart(part part, inside int64, p []byte) (int, error) {
	if part.literal != nil {
		return copy(p, part.literal[inside:]), nil
	}
	if _, err := s.file.Seek(part.from+inside, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.file, p[:min(int64(len(p)), part.size-inside)])
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

package attachment

import (
	"encoding/binary"
	"io"
)

// maxBoxes bounds the walk over a hostile container.
const maxBoxes = 10_000

// tracks counts what an MP4 container holds.
type tracks struct{ boxes, sound, other int }

// soundOnly tells whether an MP4 container has sound and nothing to look at: phones record voice into containers
// that are named like video.
func soundOnly(r io.ReadSeeker) bool {
	end, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return false
	}
	var t tracks
	if err := t.walk(r, 0, end); err != nil {
		return false
	}
	return t.sound > 0 && t.other == 0
}

// walk visits the boxes between two offsets, and those inside the ones that lead to a track's handler.
func (t *tracks) walk(r io.ReadSeeker, at, end int64) error {
	for at+8 <= end {
		if t.boxes++; t.boxes > maxBoxes {
			return io.ErrUnexpectedEOF
		}
		size, kind, inner, err := boxHeader(r, at, end)
		if err != nil {
			return err
		}
		switch kind {
		case "moov", "trak", "mdia":
			err = t.walk(r, at+inner, at+size)
		case "hdlr":
			err = t.handler(r, at+inner)
		}
		if err != nil {
			return err
		}
		at += size
	}
	return nil
}

func boxHeader(r io.ReadSeeker, at, end int64) (size int64, kind string, inner int64, err error) {
	var b [16]byte
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return 0, "", 0, err
	}
	if _, err := io.ReadFull(r, b[:8]); err != nil {
		return 0, "", 0, err
	}
	size, kind, inner = int64(binary.BigEndian.Uint32(b[:])), string(b[4:8]), 8
	if size == 1 {
		if _, err := io.ReadFull(r, b[8:]); err != nil {
			return 0, "", 0, err
		}
		size, inner = int64(binary.BigEndian.Uint64(b[8:])), 16
	}
	if size == 0 {
		size = end - at
	}
	if size < inner || size > end-at {
		return 0, "", 0, io.ErrUnexpectedEOF
	}
	return size, kind, inner, nil
}

func (t *tracks) handler(r io.ReadSeeker, at int64) error {
	var b [12]byte // version and flags, predefined, handler type
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return err
	}
	switch string(b[8:]) {
	case "soun":
		t.sound++
	case "vide", "pict", "auxv":
		t.other++
	}
	return nil
}

package attachment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP0 = 0xe0
	markEXIF = 0xe1
	markICC  = 0xe2
	markDCT  = 0xee // Adobe: how the colours are coded
)

// jpegReader goes over a JPEG file and collects the parts to keep.
type jpegReader struct {
	r       *bufio.Reader
	at      int64
	parts   []part
	turned  bool // an orientation was kept already
	pending int  // marker that ended the last scan; 0: none
}

// jpegParts keeps what is needed to decode the picture up to its end, and of EXIF the orientation alone.
func jpegParts(r io.Reader) ([]part, error) {
	j := &jpegReader{r: bufio.NewReaderSize(r, 64<<10)}
	err := j.start()
	for err == nil {
		err = j.segment()
	}
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if errors.Is(err, errNotAnImage) || !ended {
		return nil, err
	}
	return j.parts, nil
}

func (j *jpegReader) start() error {
	var b [2]byte
	if err := j.read(b[:]); err != nil || b != [2]byte{0xff, markSOI} {
		return errors.Join(errNotAnImage, err)
	}
	return j.keep(original(0, 2))
}

func (j *jpegReader) read(b []byte) error {
	n, err := io.ReadFull(j.r, b)
	j.at += int64(n)
	return err
}

func (j *jpegReader) byte() (byte, error) {
	b, err := j.r.ReadByte()
	if err == nil {
		j.at++
	}
	return b, err
}

func (j *jpegReader) keep(p part) (err error) {
	j.parts, err = add(j.parts, p)
	return err
}

// marker finds the next marker; bytes that are none are passed over.
func (j *jpegReader) marker() (byte, error) {
	if j.pending != 0 {
		m := byte(j.pending)
		j.pending = 0
		return m, nil
	}
	for previous := byte(0); ; {
		b, err := j.byte()
		if err != nil {
			return 0, err
		}
		if previous == 0xff && b != 0xff && b != 0 {
			return b, nil
		}
		previous = b
	}
}

// segment handles one marker with what belongs to it; io.EOF after the end of the picture.
func (j *jpegReader) segment() error {
	m, err := j.marker()
	if err != nil {
		return err
	}
	begin := j.at - 2
	switch {
	case m == markEOI:
		return errors.Join(j.keep(original(begin, j.at)), io.EOF)
	case m <= 0xbf || m >= 0xd0 && m <= markSOI: // stands alone, or means nothing
		return nil
	}
	payload, err := j.payload()
	if err != nil {
		return err
	}
	if m == markEXIF {
		err = j.keepOrientation(payload)
	} else if keepsPicture(m, payload) {
		err = j.keep(original(begin, j.at))
	}
	if err == nil && m == markSOS {
		err = j.scan()
	}
	return err
}

func (j *jpegReader) payload() ([]byte, error) {
	var b [2]byte
	if err := j.read(b[:]); err != nil {
		return nil, err
	}
	length := int(binary.BigEndian.Uint16(b[:]))
	if length < 2 {
		return nil, io.ErrUnexpectedEOF
	}
	payload := make([]byte, length-2)
	return payload, j.read(payload)
}

// keepsPicture tells tables, frames, scans and the segments that say how colours are meant from notes.
func keepsPicture(marker byte, payload []byte) bool {
	switch {
	case marker < markAPP0:
		return true
	case marker == markAPP0:
		return bytes.HasPrefix(payload, []byte("JFIF\x00")) && len(payload) == 14 // without a thumbnail
	case marker == markICC:
		return bytes.HasPrefix(payload, []byte("ICC_PROFILE\x00"))
	case marker == markDCT:
		return bytes.HasPrefix(payload, []byte("Adobe"))
	}
	return false
}

// scan keeps compressed data up to the next marker that does not belong to it. A file may end within.
func (j *jpegReader) scan() error {
	begin := j.at
	for previous := byte(0); ; {
		b, err := j.byte()
		if err != nil {
			return errors.Join(j.keep(original(begin, j.at)), err)
		}
		restart := b >= 0xd0 && b <= 0xd7
		if previous == 0xff && b != 0 && b != 0xff && !restart {
			j.pending = int(b)
			return j.keep(original(begin, j.at-2))
		}
		previous = b
	}
}

// keepOrientation puts a small EXIF segment in the place of the first one that turns the picture.
func (j *jpegReader) keepOrientation(payload []byte) error {
	tiff, isEXIF := bytes.CutPrefix(payload, []byte("Exif\x00\x00"))
	turn := orientation(tiff)
	small := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	if !isEXIF || j.turned || turn < 2 || len(payload)+4 < len(small) {
		return nil
	}
	j.turned = true
	small[29] = turn
	return j.keep(literal(small))
}

// orientation is EXIF tag 0x0112 of the first directory: 1 upright, 2 to 8 turned or mirrored, 0 not told.
func orientation(tiff []byte) byte {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	offset := int64(order.Uint32(tiff[4:]))
	if offset+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[offset+2:]
	for range order.Uint16(tiff[offset:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			return upTo8(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 0
}

func upTo8(v uint16) byte {
	if v > 8 {
		return 0
	}
	return byte(v)
}

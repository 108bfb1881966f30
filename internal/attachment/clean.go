package attachment

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// maxParts bounds what a hostile image can make us remember; ordinary ones have a dozen.
const maxParts = 10_000

var errNotAnImage = errors.New("attachment: the image cannot be taken apart")

// cleanParts are the parts of a file that others may have. Nothing is decoded or compressed again. What follows the
// end of an image (a phone's hidden video, a second picture) is left out; a broken end is cut off.
func cleanParts(r io.ReadSeeker, media string) ([]part, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch media {
	case jpegType:
		return jpegParts(r)
	case pngType:
		return pngParts(r, size)
	case webpType:
		return webpParts(r, size)
	}
	return []part{original(0, size)}, nil
}

// add joins neighbours, so that parts stay few.
func add(parts []part, p part) ([]part, error) {
	if n := len(parts); n > 0 && p.literal == nil && parts[n-1].literal == nil && parts[n-1].from+parts[n-1].size == p.from {
		parts[n-1].size += p.size
		return parts, nil
	}
	if len(parts) == maxParts {
		return nil, errNotAnImage
	}
	return append(parts, p), nil
}

// pngParts keeps the chunks that change how the picture looks; not eXIf, tEXt, iTXt, zTXt, tIME and unknown ones.
func pngParts(r io.ReadSeeker, size int64) ([]part, error) {
	kept := []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI",
		"sBIT", "bKGD", "pHYs", "hIST", "sPLT", "acTL", "fcTL", "fdAT"}
	parts := []part{original(0, 8)}
	for at := int64(8); at+12 <= size; {
		var head [8]byte
		if err := readAt(r, at, head[:]); err != nil {
			return nil, err
		}
		end := at + 12 + int64(binary.BigEndian.Uint32(head[:]))
		kind := string(head[4:])
		if end > size {
			break
		}
		var err error
		if slices.Contains(kept, kind) {
			if parts, err = add(parts, original(at, end)); err != nil {
				return nil, err
			}
		}
		if kind == "IEND" {
			break
		}
		at = end
	}
	if size < 8 {
		return nil, errNotAnImage
	}
	return parts, nil
}

// webpParts leaves out EXIF, XMP and unknown chunks and corrects the two headers that speak of them.
func webpParts(r io.ReadSeeker, size int64) ([]part, error) {
	var riff [12]byte
	if err := readAt(r, 0, riff[:]); err != nil {
		return nil, err
	}
	size = min(size, 8+int64(binary.LittleEndian.Uint32(riff[4:])))
	parts, total := []part{literal(riff[:])}, int64(4)
	for at := int64(12); at+8 <= size; {
		p, end, err := webpChunk(r, at, size)
		if err != nil {
			return nil, err
		}
		if p.size > 0 {
			total += p.size
			if parts, err = add(parts, p); err != nil {
				return nil, err
			}
		}
		at = end
	}
	binary.LittleEndian.PutUint32(riff[4:], uint32(total))
	return parts, nil
}

// webpChunk is the chunk at an offset as it is kept (empty: not at all), and where the next one begins.
func webpChunk(r io.ReadSeeker, at, size int64) (part, int64, error) {
	var head [18]byte
	if err := readAt(r, at, head[:8]); err != nil {
		return part{}, 0, err
	}
	length := int64(binary.LittleEndian.Uint32(head[4:]))
	end := min(at+8+length+length&1, size)
	switch string(head[:4]) {
	case "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP":
		return original(at, end), end, nil
	case "VP8X":
		if length != 10 || end-at != 18 {
			return part{}, 0, errNotAnImage
		}
		err := readAt(r, at, head[:])
		const exif, xmp = 0x08, 0x04
		head[8] &^= exif | xmp
		return literal(head[:]), end, err
	}
	return part{}, end, nil
}

func readAt(r io.ReadSeeker, at int64, b []byte) error {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return err
	}
	_, err := io.ReadFull(r, b)
	return err
}

package attachment

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
)

// picture is 8 x 4, its left half red, so that a turn can be seen.
func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 8, 4))
	for i := range 32 {
		m.Set(i%8, i/8, map[bool]color.Color{true: color.RGBA{255, 0, 0, 255}, false: color.RGBA{0, 0, 255, 255}}[i%8 < 4])
	}
	return m
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func plainJPEG() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const secretPlace = "GPS-29.1234,-54.5678"

func jpegSegment(marker byte, payload string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))
	return append(b, payload...)
}

// exif is an APP1 payload with an orientation and a place, little or big endian.
func exif(order binary.AppendByteOrder, turn uint16) string {
	b := []byte("MM")
	if order.String() == "LittleEndian" {
		b = []byte("II")
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, count uint32, value uint16) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = order.AppendUint16(order.AppendUint16(order.AppendUint32(b, count), value), 0)
	}
	entry(0x0112, 3, 1, turn)
	entry(0x8825, 4, 1, 38)
	b = order.AppendUint32(b, 0)
	return "Exif\x00\x00" + string(b) + secretPlace
}

// photo is a JPEG as a telephone makes it: EXIF, XMP, MPF, a comment, and another picture behind the first.
func photo(order binary.AppendByteOrder, turn uint16) []byte {
	plain := plainJPEG()
	b := append([]byte{}, plain[:2]...)
	b = append(b, jpegSegment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")...)
	b = append(b, jpegSegment(0xe1, exif(order, turn))...)
	b = append(b, jpegSegment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secretPlace)...)
	b = append(b, jpegSegment(0xe2, "MPF\x00"+secretPlace)...)
	b = append(b, jpegSegment(0xe2, "ICC_PROFILE\x00\x01\x01profile")...)
	b = append(b, jpegSegment(0xed, "Photoshop 3.0\x00"+secretPlace)...)
	b = append(b, jpegSegment(0xfe, secretPlace)...)
	b = append(b, plain[2:]...)
	b = append(b, 0xff, markSOI)
	b = append(b, jpegSegment(0xdb, "a second picture "+secretPlace)...)
	return append(b, "ftypmp42 a hidden video "+secretPlace...)
}

func plainPNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngChunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind+data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+data)))
}

func notedPNG() []byte {
	plain := plainPNG()
	b := append([]byte{}, plain[:33]...) // signature and IHDR
	for _, kind := range []string{"eXIf", "tEXt", "iTXt", "zTXt", "tIME", "prVt"} {
		b = append(b, pngChunk(kind, secretPlace)...)
	}
	b = append(b, pngChunk("gAMA", "\x00\x00\xb1\x8f")...)
	return append(append(b, plain[33:]...), secretPlace...)
}

// plainWebP is a picture of one pixel, without loss.
func plainWebP() []byte {
	return must(base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="))
}

func webpWith(chunks ...string) []byte {
	body := "WEBP" + strings.Join(chunks, "")
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func webpPiece(kind, data string) string {
	b := string(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data)))) + data
	if len(data)%2 == 1 {
		b += "\x00"
	}
	return b
}

func notedWebP() []byte {
	return append(webpWith(
		webpPiece("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
		string(plainWebP()[12:]),
		webpPiece("EXIF", secretPlace+"x"), webpPiece("XMP ", secretPlace), webpPiece("note", secretPlace),
	), secretPlace...)
}

func box(kind, content string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8))) + kind + content
}

func track(handler string) string {
	return box("trak", box("tkhd", "\x00\x00\x00\x00")+box("mdia", box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00"+handler+"\x00\x00\x00\x00")))
}

func mp4(brand string, boxes ...string) []byte {
	return []byte(box("ftyp", brand+"\x00\x00\x02\x00"+"isomiso2"+brand) + strings.Join(boxes, ""))
}

// mp3 has frames of 417 bytes: MPEG 1, layer III, 128 kbit/s, 44.1 kHz.
func mp3(frames int) []byte {
	frame := append([]byte{0xff, 0xfb, 0x90, 0x64}, make([]byte, 413)...)
	return bytes.Repeat(frame, frames)
}

func ogg(codec string) []byte {
	return []byte("OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x13" + codec + strings.Repeat("\x00", 30))
}

func zipped(names ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f := must(w.Create(name))
		must(f.Write([]byte(`<?xml version="1.0"?><x/>`)))
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const (
	smallPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	webPage  = "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
	drawing  = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`
)

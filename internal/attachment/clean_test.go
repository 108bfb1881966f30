package attachment

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

func cleaned(t testing.TB, content []byte, media string) ([]byte, error) {
	t.Helper()
	file := nopCloser{bytes.NewReader(content)}
	parts, err := cleanParts(file, media)
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(newSplice(file, parts))
	if err != nil {
		t.Fatalf("reading the copy: %v", err)
	}
	return out, nil
}

func TestOthersGetNoPlaceFromAPicture(t *testing.T) { // quality.md 3, uploads
	for name, c := range map[string]struct {
		content []byte
		media   string
		config  func(io.Reader) (image.Config, error)
	}{
		"a photo": {photo(binary.BigEndian, 6), jpegType, nil},
		"a PNG":   {notedPNG(), pngType, nil},
		"a WebP":  {notedWebP(), webpType, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(c.content, []byte(secretPlace)) {
				t.Fatal("the sample has no secret to lose")
			}
			out, err := cleaned(t, c.content, c.media)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(out, []byte("GPS")) {
				t.Error("the place is still there")
			}
			f, _ := formatOf(c.media)
			before, err1 := f.config(bytes.NewReader(c.content))
			after, err2 := f.config(bytes.NewReader(out))
			if err1 != nil || err2 != nil || before != after {
				t.Errorf("the picture changed: %v %v, %v %v", before, after, err1, err2)
			}
			if f, problem := sniff(out); problem != "" || f.media != c.media {
				t.Errorf("the copy would be refused: %s", problem)
			}
		})
	}
}

func TestTheCopyOfAPhotoHasTheSamePixelsAndTheSameTurn(t *testing.T) {
	for turn := range uint16(10) {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			original := photo(order, turn)
			out, err := cleaned(t, original, jpegType)
			if err != nil {
				t.Fatal(err)
			}
			if !samePixels(t, original, out) {
				t.Errorf("turn %d: the pixels changed", turn)
			}
			want := byte(turn)
			if turn < 2 || turn > 8 {
				want = 0 // upright needs no note
			}
			if got := turnOf(out); got != want {
				t.Errorf("turn %d (%v): the copy says %d", turn, order, got)
			}
			if !bytes.Contains(out, []byte("ICC_PROFILE")) || !bytes.HasSuffix(out, []byte{0xff, markEOI}) {
				t.Error("the colours were lost, or something follows the end")
			}
		}
	}
}

func samePixels(t *testing.T, a, b []byte) bool {
	t.Helper()
	return bytes.Equal(pixels(t, a), pixels(t, b))
}

func pixels(t *testing.T, content []byte) []byte {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turnOf looks for the EXIF segment with other eyes than the code under test.
func turnOf(jpeg []byte) byte {
	at := bytes.Index(jpeg, []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"))
	if at < 0 {
		return 0
	}
	return jpeg[at+25]
}

func TestAPNGKeepsItsPixels(t *testing.T) {
	out, err := cleaned(t, notedPNG(), pngType)
	if err != nil || !samePixels(t, plainPNG(), out) {
		t.Fatalf("changed: %v", err)
	}
	for _, kind := range []string{"eXIf", "tEXt", "iTXt", "zTXt", "tIME", "prVt"} {
		if bytes.Contains(out, []byte(kind)) {
			t.Errorf("%s is still there", kind)
		}
	}
	if !bytes.Contains(out, []byte("gAMA")) {
		t.Error("the brightness was lost")
	}
}

func TestAWebPSaysNoMoreThatItHasNotes(t *testing.T) {
	out, err := cleaned(t, notedWebP(), webpType)
	if err != nil {
		t.Fatal(err)
	}
	if flags := out[20]; flags&0x0c != 0 {
		t.Errorf("flags %x", flags)
	}
	if size := binary.LittleEndian.Uint32(out[4:]); int(size) != len(out)-8 {
		t.Errorf("the header says %d bytes, there are %d", size, len(out)-8)
	}
}

func TestOtherKindsComeAsTheyAre(t *testing.T) {
	out, err := cleaned(t, []byte(smallPDF), "application/pdf")
	if err != nil || string(out) != smallPDF {
		t.Fatalf("got %q, %v", out, err)
	}
}

func TestABrokenPictureIsCutNotShownWhole(t *testing.T) {
	whole := photo(binary.LittleEndian, 6)
	for cut := range len(whole) {
		out, err := cleaned(t, whole[:cut], jpegType)
		if err == nil && bytes.Contains(out, []byte("GPS")) {
			t.Fatalf("cut at %d: the place is still there", cut)
		}
	}
}

func TestACopyCanBeReadLikeAFile(t *testing.T) {
	content := photo(binary.LittleEndian, 8)
	want, err := cleaned(t, content, jpegType)
	if err != nil {
		t.Fatal(err)
	}
	file := nopCloser{bytes.NewReader(content)}
	parts, err := cleanParts(file, jpegType)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(newSplice(file, parts), want); err != nil {
		t.Error(err)
	}
}

func TestSoundIsToldFromVideo(t *testing.T) {
	moov := func(tracks ...string) []byte {
		return mp4("isom", box("free", "xx"), box("moov", strings.Join(tracks, "")))
	}
	for name, c := range map[string]struct {
		content []byte
		want    bool
	}{
		"a recording":                {moov(track("soun")), true},
		"a recording with its text":  {moov(track("soun"), track("text")), true},
		"a film":                     {moov(track("vide"), track("soun")), false},
		"a film without sound":       {moov(track("vide")), false},
		"nothing inside":             {moov(), false},
		"only a header":              {mp4("isom"), false},
		"a box larger than the file": {append(mp4("isom", box("moov", track("soun"))), 0x7f, 0, 0, 0, 'm', 'd', 'a', 't'), false},
		"a box of no size":           {append(mp4("isom"), 0, 0, 0, 4, 'm', 'o', 'o', 'v'), false},
		"ten thousand boxes":         {mp4("isom", strings.Repeat(box("free", ""), maxBoxes), box("moov", track("soun"))), false},
	} {
		if got := soundOnly(bytes.NewReader(c.content)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, sample := range [][]byte{photo(binary.LittleEndian, 6), plainJPEG(), notedPNG(), plainPNG(), notedWebP(), plainWebP(), mp4("isom", box("moov", track("soun")))} {
		f.Add(sample)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		soundOnly(bytes.NewReader(content))
		for _, media := range []string{jpegType, pngType, webpType} {
			neverGrows(t, content, media)
		}
	})
}

func neverGrows(t *testing.T, content []byte, media string) {
	once, err := cleaned(t, content, media)
	if err != nil {
		return
	}
	if len(once) > len(content) {
		t.Fatalf("%s: grew from %d to %d bytes", media, len(content), len(once))
	}
	twice, err := cleaned(t, once, media)
	if err != nil || !bytes.Equal(once, twice) {
		t.Fatalf("%s: cleaning a clean copy changed it: %v", media, err)
	}
}

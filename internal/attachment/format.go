package attachment

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/webp"
)

// sniffBytes is how much of a file is looked at to tell what it is.
const sniffBytes = 3072

const (
	jpegType = "image/jpeg"
	pngType  = "image/png"
	webpType = "image/webp"
	textType = "text/plain"
)

// format is a kind of content that is taken. The first extension is the one a name gets.
type format struct {
	media      string
	extensions []string
	config     func(io.Reader) (image.Config, error)
	maybeVideo bool // the container may hold video: its tracks must be looked at
}

// formatOf is what is taken of the media types that content is recognised as.
func formatOf(media string) (f format, taken bool) {
	switch media {
	case "application/pdf":
		f = format{extensions: []string{".pdf"}}
	case jpegType:
		f = format{extensions: []string{".jpg", ".jpeg", ".jpe", ".jfif"}, config: jpeg.DecodeConfig}
	case pngType, "image/apng", "image/vnd.mozilla.apng":
		f, media = format{extensions: []string{".png"}, config: png.DecodeConfig}, pngType
	case webpType:
		f = format{extensions: []string{".webp"}, config: webp.DecodeConfig}
	case "image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence":
		f = format{extensions: []string{".heic", ".heif"}}
	case "audio/ogg":
		f = format{extensions: []string{".ogg", ".opus", ".oga"}}
	case "audio/mpeg":
		f = format{extensions: []string{".mp3"}}
	case "audio/x-m4a", "audio/mp4":
		f, media = format{extensions: []string{".m4a", ".m4b"}}, "audio/mp4"
	case "video/mp4", "video/3gpp":
		f, media = format{extensions: []string{".m4a"}, maybeVideo: true}, "audio/mp4"
	case textType:
		f = format{extensions: []string{".txt"}}
	}
	f.media = media
	return f, f.extensions != nil
}

// sniff judges a file by its beginning: either its format, or in words what it is instead.
func sniff(head []byte) (f format, problem string) {
	if len(head) == 0 {
		return f, emptyFile
	}
	start := textStart(head)
	markup := looksLikeMarkup(start)
	if markup {
		head = start // the library does not look behind a byte order mark
	}
	detected := mimetype.Detect(head)
	media, _, _ := strings.Cut(detected.String(), ";")
	if isText(detected) && !activeText(media) {
		media = textType
	}
	f, taken := formatOf(media)
	if taken && (markup || !startsRight(f.media, head)) {
		taken, media = false, ""
	}
	if !taken {
		return format{}, notTaken(media, markup)
	}
	return f, ""
}

// textStart passes over a byte order mark and blanks.
func textStart(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
}

func isText(m *mimetype.MIME) bool {
	for ; m != nil; m = m.Parent() {
		if m.Is(textType) {
			return true
		}
	}
	return false
}

// activeText is text that programs run or draw; other text (tables, mails, calendars) is taken as plain text.
func activeText(media string) bool {
	switch media {
	case "text/html", "text/xml", "image/svg+xml", "text/rtf", "text/javascript":
		return true
	}
	script := media == "text/x-php" || media == "text/x-lua" || media == "text/x-perl" || media == "text/x-python" ||
		media == "text/x-ruby" || media == "text/x-tcl" || media == "text/x-shellscript"
	return script || strings.Contains(media, "xml")
}

// looksLikeMarkup is stricter than the library: nothing may begin with a tag.
func looksLikeMarkup(head []byte) bool {
	if len(head) < 2 || head[0] != '<' {
		return false
	}
	c := head[1] | 0x20
	return head[1] == '!' || head[1] == '?' || head[1] == '/' || (c >= 'a' && c <= 'z')
}

// startsRight asks more than the library, which finds a PDF or a sound anywhere near the beginning.
func startsRight(media string, head []byte) bool {
	switch media {
	case "application/pdf":
		return bytes.HasPrefix(textStart(head), []byte("%PDF-"))
	case "audio/mpeg":
		return isMP3(head)
	}
	return true
}

// isMP3 wants an ID3v2 tag, or a layer III frame header with sane values followed by a second one.
func isMP3(head []byte) bool {
	if len(head) >= 10 && bytes.HasPrefix(head, []byte("ID3")) {
		return head[3] >= 2 && head[3] <= 4 && (head[6]|head[7]|head[8]|head[9])&0x80 == 0
	}
	size := mp3Frame(head)
	if size == 0 {
		return false
	}
	return len(head) < size+4 || mp3Frame(head[size:]) > 0
}

// mp3Frame is the length in bytes of the frame whose header begins b, or 0.
func mp3Frame(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe6 != 0xe2 || b[1]&0x18 == 0x08 {
		return 0
	}
	bitrate, rate, factor := mp3Bitrate(b), [...]int{44100, 48000, 32000, 0}[b[2]>>2&3], 144
	if b[1]&0x08 == 0 { // MPEG 2, and 2.5 at half of that
		rate, factor = rate/2, 72
		if b[1]&0x10 == 0 {
			rate /= 2
		}
	}
	if bitrate == 0 || rate == 0 {
		return 0
	}
	return factor*bitrate*1000/rate + int(b[2]>>1&1)
}

func mp3Bitrate(b []byte) int {
	if b[1]&0x08 == 0 {
		return [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}[b[2]>>4]
	}
	return [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}[b[2]>>4]
}

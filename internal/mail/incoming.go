package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the charsets that old mail programs still send
	netmail "github.com/emersion/go-message/mail"
)

// Limits of a mail that comes in.
const (
	IncomingLimit = 30 << 20 // bytes of the whole mail, as it travels
	maxParts      = 200
	maxDepth      = 10
	textLimit     = 1 << 20 // bytes of one text part; what is longer is cut
)

// ErrTooLarge is in the error about a mail over IncomingLimit; it wraps ErrInvalid.
var ErrTooLarge = fmt.Errorf("%w: larger than 30 MB", ErrInvalid)

// Incoming is a mail that somebody or something sent to us.
type Incoming struct {
	Kind    Kind
	ID      string // Message-ID without brackets; made from the mail's bytes when it has none
	From    string // its author's address; empty when there is none, or more than one
	Token   string // of the reply address it was sent to, in capitals; empty: none
	Answers string // ID of the mail of ours that it answers, as far as it says; may be empty
	Subject string // on one line
	Text    string // what its author wrote
	Quoted  string // what was folded away: quotes and signature
	Files   []File
	Return  Return // of a Bounce
}

// File is what was attached. Name may be empty and is not to be trusted; Data is empty when it could not be decoded.
type File struct {
	Name string
	Data []byte
}

// Read takes a mail apart. What no retry can read is ErrInvalid.
func (b *ReplyBox) Read(r io.Reader) (Incoming, error) {
	raw, err := io.ReadAll(io.LimitReader(r, IncomingLimit+1))
	if err != nil {
		return Incoming{}, fmt.Errorf("mail: read: %w", err)
	}
	if len(raw) > IncomingLimit {
		return Incoming{}, fmt.Errorf("mail: %w", ErrTooLarge)
	}
	e, err := message.Read(bytes.NewReader(raw))
	if unreadable(err) {
		return Incoming{}, fmt.Errorf("mail: %w: %w", ErrInvalid, err)
	}
	return b.take(e, raw)
}

// unreadable tells a broken mail from one in a charset or encoding that nobody knows, of which the rest can be read.
func unreadable(err error) bool {
	return err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)
}

func (b *ReplyBox) take(e *message.Entity, raw []byte) (Incoming, error) {
	h := netmail.Header{Header: e.Header}
	m := Incoming{From: author(h), Token: b.tokenIn(recipients(h)), Answers: b.idIn(h.Get("In-Reply-To") + " " + h.Get("References"))}
	if subject, err := h.Subject(); err == nil {
		m.Subject = oneLine(subject)
	}
	if m.ID = strings.Trim(oneLine(h.Get("Message-Id")), "<> "); m.ID == "" || len(m.ID) > 500 {
		sum := sha256.Sum256(raw)
		m.ID = "sha256-" + hex.EncodeToString(sum[:])
	}
	var parts body
	text, err := parts.read(e, 0)
	if err != nil {
		return Incoming{}, err
	}
	m.Text, m.Quoted = foldQuotes(clean(text))
	m.Files = parts.files
	m.Kind = b.kindOf(h)
	if m.Kind == Bounce {
		for _, f := range parts.files { // the whole mail, sent back
			parts.report.WriteString(string(f.Data[:min(len(f.Data), textLimit)]) + "\n")
		}
		m.Return, m.Files = b.returned(h, parts.report.String()+"\n"+text), nil
	}
	return m, nil
}

func author(h netmail.Header) string {
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 {
		return ""
	}
	return from[0].Address
}

// recipients is every header in which servers say to whom a mail went.
func recipients(h netmail.Header) string {
	var all []string
	for _, name := range []string{"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To"} {
		for fields := h.FieldsByKey(name); fields.Next(); {
			all = append(all, fields.Value())
		}
	}
	return strings.Join(all, " ")
}

var errTangled = errors.New("too many parts, or too deep")

// body is what the parts of a mail hold.
type body struct {
	parts  int
	files  []File
	report strings.Builder // what programs wrote for programs: delivery reports and the mail they are about
}

// read gathers files and reports, and gives the text of a part: of alternatives the plain one, else the HTML as text.
func (b *body) read(e *message.Entity, depth int) (string, error) {
	if b.parts++; b.parts > maxParts || depth > maxDepth {
		return "", fmt.Errorf("mail: %w: %w", ErrInvalid, errTangled)
	}
	media, params, err := e.Header.ContentType()
	if err != nil {
		media, params = "text/plain", nil
	}
	media = strings.ToLower(media)
	if parts := e.MultipartReader(); parts != nil {
		return b.readMany(parts, media, depth)
	}
	name, err := (&netmail.AttachmentHeader{Header: e.Header}).Filename()
	if err != nil {
		name = ""
	}
	disposition, _, err := e.Header.ContentDisposition()
	attached := err == nil && strings.EqualFold(disposition, "attachment") || name != ""
	switch {
	case isReport(media):
		b.report.WriteString(readText(e.Body) + "\n")
	case media == "text/plain" && !attached:
		return unflow(readText(e.Body), params), nil
	case media == "text/html" && !attached:
		return htmlText(readText(e.Body)), nil
	case !ignored(media):
		b.keep(name, e, media)
	}
	return "", nil
}

func (b *body) readMany(parts message.MultipartReader, media string, depth int) (string, error) {
	var texts []string
	for {
		part, err := parts.NextPart()
		if part == nil || unreadable(err) {
			break // the end, or a mail that was cut off: what came, counts
		}
		text, err := b.read(part, depth+1)
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if media == "multipart/alternative" && len(texts) > 0 {
			continue // the plainest form stands first
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "\n\n"), nil
}

// logoBytes: pictures smaller than this that stand inside a text are the logos of signatures.
const logoBytes = 16 << 10

func (b *body) keep(name string, e *message.Entity, media string) {
	data, err := io.ReadAll(e.Body)
	if err != nil {
		data = nil
	}
	inside := e.Header.Get("Content-Id") != "" && strings.HasPrefix(media, "image/")
	if inside && len(data) < logoBytes {
		return
	}
	if name == "" && media == "message/rfc822" {
		name = "mensagem.txt"
	}
	b.files = append(b.files, File{Name: oneLine(name), Data: data})
}

func isReport(media string) bool {
	switch media {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/global-headers":
		return true
	}
	return false
}

// ignored are parts that nobody sent on purpose.
func ignored(media string) bool {
	switch media {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/x-amp-html":
		return true
	}
	return false
}

func readText(r io.Reader) string {
	text, _ := io.ReadAll(io.LimitReader(r, textLimit)) // a text that breaks off is taken as far as it goes
	return string(text)
}

package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
)

// ErrInvalid is in every error about a message that no retry can make good.
var ErrInvalid = errors.New("invalid message")

// Sender sends one message, or says why not; see Temporary.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Address is a mailbox with the name shown beside it.
type Address struct{ Name, Address string }

// Message is one mail to one person.
type Message struct {
	ID      string // unique: letters, digits, '-', '_' and '.'; becomes Message-ID <ID@domain>
	From    string // name shown as the sender, such as the agency; empty: the sender's own
	To      Address
	ReplyTo string // mailbox for answers; may be empty
	Subject string
	Text    string
	HTML    string // may be empty
}

// checked returns m with names and subject on one line, or ErrInvalid. Addresses
// and the ID are refused rather than repaired: a repaired address is another one.
func (m Message) checked() (Message, error) {
	if !validID(m.ID) {
		return m, fmt.Errorf("mail: %w: the ID must be letters, digits, '-', '_' or '.'", ErrInvalid)
	}
	if !validAddress(m.To.Address) {
		return m, fmt.Errorf("mail: %w: the recipient's address", ErrInvalid)
	}
	if m.ReplyTo != "" && !validAddress(m.ReplyTo) {
		return m, fmt.Errorf("mail: %w: the reply address", ErrInvalid)
	}
	m.From, m.To.Name, m.Subject = oneLine(m.From), oneLine(m.To.Name), oneLine(m.Subject)
	if m.Subject == "" || strings.TrimSpace(m.Text) == "" {
		return m, fmt.Errorf("mail: %w: subject and text must not be empty", ErrInvalid)
	}
	return m, nil
}

func validID(id string) bool {
	if id == "" || len(id) > 128 || strings.HasPrefix(id, ".") || strings.HasSuffix(id, ".") || strings.Contains(id, "..") {
		return false
	}
	return strings.IndexFunc(id, notIDRune) < 0
}

func notIDRune(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
}

// validAddress accepts a bare mailbox only: no name, no comment, no list.
func validAddress(address string) bool {
	if len(address) > 254 || strings.IndexFunc(address, unicode.IsControl) >= 0 {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Name == "" && parsed.Address == address
}

// oneLine turns control characters and line ends into spaces, so that a header
// cannot be followed by one that a stranger wrote, and drops invisible marks.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == 0x2028, r == 0x2029:
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

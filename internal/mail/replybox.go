package mail

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ReplyBox is the mailbox that takes the answers to our mails, each at an address of its own: local+token@domain.
type ReplyBox struct {
	reply, from string
	token, ours *regexp.Regexp
}

// tokenLength is that of the tokens crypto/rand.Text gives. Servers may change the case of a local part, so tokens
// are compared in capitals.
const tokenLength = 26

// NewReplyBox knows the mailbox by its address, and the one that signs our mails, which may be the same.
func NewReplyBox(reply, from string) (*ReplyBox, error) {
	local, host, _ := strings.Cut(reply, "@")
	switch {
	case !validAddress(reply) || !validAddress(from):
		return nil, fmt.Errorf("mail: %w: the reply address", ErrInvalid)
	case strings.ContainsAny(local, `+"`):
		return nil, errors.New("mail: the reply address must not have a + of its own")
	case len(local)+1+tokenLength > 64:
		return nil, errors.New("mail: the part of the reply address before the @ must have at most 37 letters")
	}
	return &ReplyBox{
		reply: reply, from: from,
		token: regexp.MustCompile(`(?i)(?:^|[^a-z0-9.+_-])` + regexp.QuoteMeta(local) + `\+([a-z2-7]{26})@` + regexp.QuoteMeta(host) + `(?:$|[^a-z0-9.-])`),
		ours:  regexp.MustCompile(`(?i)<([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})@` + regexp.QuoteMeta(domain(from)) + `>`),
	}, nil
}

// Address is where the answer to one mail goes. The token must be one of crypto/rand.Text.
func (b *ReplyBox) Address(token string) string {
	local, host, _ := strings.Cut(b.reply, "@")
	return local + "+" + strings.ToLower(token) + "@" + host
}

// MessageID is the name that a mail of ours with this ID has on its way.
func (b *ReplyBox) MessageID(id string) string { return "<" + id + "@" + domain(b.from) + ">" }

// tokenIn is the token of a reply address that stands in a text, or empty.
func (b *ReplyBox) tokenIn(text string) string {
	if found := b.token.FindStringSubmatch(text); found != nil {
		return strings.ToUpper(found[1])
	}
	return ""
}

// idIn is the ID of one of our mails whose Message-ID stands in a text, or empty. Callers name their mails by UUIDv7 or
// by 32 hexadecimal digits.
func (b *ReplyBox) idIn(text string) string {
	if found := b.ours.FindStringSubmatch(text); found != nil {
		return strings.ToLower(found[1])
	}
	return ""
}

// wrote tells whether a Message-ID is one that we made: a UUIDv7, which no mail program uses. Bare digits are common.
func (b *ReplyBox) wrote(messageID string) bool {
	return strings.Contains(b.idIn("<"+strings.Trim(messageID, "<> ")+">"), "-")
}

// owns tells whether an address is one of ours: the mailbox, one of its reply addresses, or who signs our mails.
func (b *ReplyBox) owns(address string) bool {
	return strings.EqualFold(address, b.reply) || strings.EqualFold(address, b.from) || b.tokenIn(address) != ""
}

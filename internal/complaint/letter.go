package complaint

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/notice"
)

// Channel is how a letter reaches a company.
type Channel string

const (
	ByEmail  Channel = "email"  // with an access code
	ByPost   Channel = "post"   // with the code printed
	InPortal Channel = "portal" // the company has people here, who read it with their own account
)

// Label is what people read.
func (c Channel) Label() string {
	return map[Channel]string{ByEmail: "por e-mail", ByPost: "pelo correio", InPortal: "pelo portal das empresas"}[c]
}

// Letter is a numbered letter of the agency to the company of a case.
type Letter struct {
	ID, ComplaintID, AgencyID string
	Year                      int
	Number                    int64
	Channel                   Channel
	Email                     string     // where the code goes; by e-mail only
	Paper                     notice.CIP // what it says; only where one letter is read
	ClockRule                 string     // by which its deadline counts, also after a later delivery
	Tracking                  string     // the post's number
	IssuedAt, SentAt          time.Time  // SentAt zero: the mail has not left
	Failure                   string     // why it did not
	DeliveredOn, ReturnedOn   string     // days; empty: not known
	ReadAt                    time.Time  // when the company opened it
	Codes                     int        // access codes made for it; the last one opens
	CodeAt, CodeUntil         time.Time  // zero: no code
	CodeUsedAt                time.Time
}

// Title is the letter's number as printed, Ref the same in addresses.
func (l Letter) Title() string { return fmt.Sprintf("CIP %d/%06d", l.Year, l.Number) }
func (l Letter) Ref() string   { return fmt.Sprintf("%d-%06d", l.Year, l.Number) }

var letterShape = regexp.MustCompile(`^(\d{4})-(\d{6,12})$`)

// parseLetterRef reads a letter's number from an address.
func parseLetterRef(text string) (year int, number int64, ok bool) {
	m := letterShape.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	year, _ = strconv.Atoi(m[1])
	number, err := strconv.ParseInt(m[2], 10, 64)
	return year, number, err == nil
}

// State is where the letter is, in words.
func (l Letter) State() string {
	switch {
	case !l.ReadAt.IsZero():
		return "aberta pela empresa"
	case l.ReturnedOn != "":
		return "devolvida"
	case l.DeliveredOn != "":
		return "entregue"
	case l.Failure != "":
		return "o e-mail não pôde ser entregue"
	case l.Channel == ByEmail && l.SentAt.IsZero():
		return "e-mail na fila"
	case l.Channel == ByPost && l.Tracking == "":
		return "a postar"
	}
	return "enviada"
}

// CanRenew tells whether a new access code can be made: nobody used the one there is, and the letter did not come back.
func (l Letter) CanRenew() bool {
	return l.Channel != InPortal && l.CodeUsedAt.IsZero() && l.ReturnedOn == ""
}

// codeDays is how long a code opens after the company's last day.
const codeDays = 30

func codeUntil(due time.Time) time.Time { return calendar.Of(due).Add(codeDays).End().UTC() }

package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Entry is a protocol that was given to a person. Neither text may be empty or have spaces.
type Entry struct {
	At       time.Time
	Protocol string
	CaseID   string
}

func (e Entry) facts() string {
	return strconv.FormatInt(e.At.UnixMicro(), 10) + " " + e.Protocol + " " + e.CaseID
}

// sum binds the facts of a line to the sum of the line before it; the first line follows nothing.
func sum(before, facts string) string {
	h := sha256.Sum256([]byte(before + " " + facts))
	return hex.EncodeToString(h[:])
}

// lastWord is the sum of a line as it stands, also when the line was damaged, so that what follows can be judged.
func lastWord(line string) string { return line[strings.LastIndexByte(line, ' ')+1:] }

// read takes a line apart. ok is false when the line is not as it was written after that sum.
func read(before, line string) (e Entry, ok bool) {
	words := strings.Split(line, " ")
	if len(words) != 4 {
		return e, false
	}
	at, err := strconv.ParseInt(words[0], 10, 64)
	e = Entry{time.UnixMicro(at).UTC(), words[1], words[2]}
	return e, err == nil && sum(before, strings.TrimSuffix(line, " "+words[3])) == words[3]
}

// endDamaged tells whether what stands behind the last end of a line is a whole line whose own end was damaged, not one that
// was never finished: those were acknowledged.
func endDamaged(before, rest string) (e Entry, line string, damaged bool) {
	line = rest[:max(len(rest)-1, 0)]
	e, damaged = read(before, line)
	return e, line, damaged
}

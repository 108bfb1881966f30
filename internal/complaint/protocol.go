package complaint

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/ledger"
)

// Protocol numbers read YYYY.AAAA.NNNNNNN-DD: year, agency, sequence, and two check digits by ISO 7064 MOD 97-10
// over the fifteen digits before them. The cases of further companies in one attendance have the first one's
// number and /2 to /20. Knowing one gives access to nothing.

var protocolShape = regexp.MustCompile(`^(\d{4})\.?(\d{4})\.?(\d{7})-?(\d{2})(?:/(\d{1,2}))?$`)

// FormatProtocol makes the number of the n-th complaint of an agency in a year. agencyCode has four digits.
func FormatProtocol(year int, agencyCode string, n int64) string {
	digits := fmt.Sprintf("%04d%s%07d", year, agencyCode, n)
	return fmt.Sprintf("%04d.%s.%07d-%02d", year, agencyCode, n, 98-mod97(digits+"00"))
}

// ParseProtocol reads a number as people type it, with or without its marks, and gives its canonical form. ok is
// false when the shape or the check digits are wrong. The first case of an attendance may be typed with /1.
func ParseProtocol(text string) (protocol string, ok bool) {
	m := protocolShape.FindStringSubmatch(strings.ReplaceAll(strings.TrimSpace(text), " ", ""))
	if m == nil || mod97(m[1]+m[2]+m[3]+m[4]) != 1 {
		return "", false
	}
	protocol = m[1] + "." + m[2] + "." + m[3] + "-" + m[4]
	if m[5] == "" {
		return protocol, true
	}
	n, err := strconv.Atoi(m[5])
	if err != nil || n < 1 || n > maxSuppliers || m[5][0] == '0' {
		return "", false
	}
	if n > 1 {
		protocol += "/" + m[5]
	}
	return protocol, true
}

func mod97(digits string) int {
	rest := 0
	for _, d := range digits {
		rest = (rest*10 + int(d-'0')) % 97
	}
	return rest
}

// Lost are those of the protocols given to people whose case the database does not have, in their order.
func Lost(ctx context.Context, d *db.DB, given []ledger.Entry) (lost []ledger.Entry, err error) {
	has := make(map[string]string, len(given))
	err = d.Read(ctx, func(tx *db.Tx) error {
		return db.Chunks(len(given), func(from, to int) error {
			ids := make([]string, 0, to-from)
			for _, e := range given[from:to] {
				ids = append(ids, e.CaseID)
			}
			var q db.Query
			q.In(`SELECT id, protocol FROM complaint WHERE id IN`, ids)
			found, err := db.All(tx, func(r db.Row, e *ledger.Entry) error { return r.Scan(&e.CaseID, &e.Protocol) }, q.Text(), q.Args()...)
			for _, e := range found {
				has[e.CaseID] = e.Protocol
			}
			return err
		})
	})
	for _, e := range given {
		if has[e.CaseID] != e.Protocol {
			lost = append(lost, e)
		}
	}
	return lost, err
}

// Newest is when the newest case was made, by its id, or, without cases, when this program was: no right clock is before.
func Newest(ctx context.Context, d *db.DB) (newest time.Time, err error) {
	err = d.Look(ctx, func(tx *db.Tx) error {
		id, err := db.Scalar[string](tx, `SELECT coalesce(max(id), '') FROM complaint`)
		newest = db.Made(id)
		return err
	})
	if newest.IsZero() {
		newest = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	}
	return newest, err
}

// FiledSince are the cases that people filed from a moment on, the oldest first. It looks at the most first made since then,
// however many were loaded and not filed.
func FiledSince(ctx context.Context, d *db.DB, since time.Time, most int) (filed []ledger.Entry, err error) {
	err = d.Look(ctx, func(tx *db.Tx) error {
		filed, err = db.All(tx, func(r db.Row, e *ledger.Entry) error { return r.Scan(&e.CaseID, &e.Protocol) },
			`SELECT id, protocol FROM (SELECT id, protocol, filed_at, attendance_id FROM complaint WHERE id > $1 ORDER BY id LIMIT $2) AS made
				WHERE filed_at >= $3 AND attendance_id = ''`, db.FirstID(since), most, since.UnixMicro())
		return err
	})
	return filed, err
}

// SkipNumbers leaves out numbers after a restore, whose database does not know which were given after its backup:
// a thousand, and a quarter of the year's so far.
func SkipNumbers(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE protocol_counter SET last = last + $1 + last / 4`, skipped)
	return err
}

// skipped is how many numbers are left out behind the highest lost one: other nodes gave some in the same moments, and
// only their own ledgers say which.
const skipped = 1000

// KeepNumbers makes sure that the number of a lost protocol is never given to somebody else.
func KeepNumbers(ctx context.Context, d *db.DB, lost []ledger.Entry) error {
	highest := map[series]int64{}
	for _, e := range lost {
		if of, n, ok := numberOf(e.Protocol); ok {
			highest[of] = max(highest[of], n)
		}
	}
	return d.Transact(ctx, func(tx *db.Tx) error {
		for of, n := range highest {
			_, err := tx.Exec(`INSERT INTO protocol_counter (year, agency_code, last) VALUES ($1, $2, $3)
				ON CONFLICT (year, agency_code) DO UPDATE SET last = excluded.last WHERE protocol_counter.last < excluded.last`, of.year, of.agencyCode, n+skipped)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// numberOf is the series of a protocol and its number in it.
func numberOf(protocol string) (of series, n int64, ok bool) {
	canonical, ok := ParseProtocol(protocol)
	parts := strings.FieldsFunc(canonical, func(r rune) bool { return r == '.' || r == '-' })
	if !ok || len(parts) != 4 {
		return of, 0, false
	}
	year, yearErr := strconv.Atoi(parts[0])
	n, numberErr := strconv.ParseInt(parts[2], 10, 64)
	return series{year, parts[1]}, n, yearErr == nil && numberErr == nil
}

// Filed counts the complaints that people have filed, from the counts kept at every change.
func Filed(ctx context.Context, d *db.DB) (n int64, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		n, err = db.Scalar[int64](tx, `SELECT CAST((SELECT coalesce(sum(n), 0) FROM complaint_count) - (SELECT count(*) FROM complaint WHERE attendance_id <> '') AS BIGINT)`)
		return err
	})
	return n, err
}

package complaint

import (
	"encoding/json"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

const letterColumns = `id, complaint_id, agency_id, year, number, channel, email, clock_rule, tracking, issued_at, sent_at, failure, delivered_on, returned_on,
	read_at, codes, code_at, code_expires_at, code_used_at`

func scanLetter(r db.Row, l *Letter) error { return scanLetterAnd(r, l) }

// scanLetterAnd reads a letter and the columns that follow it.
func scanLetterAnd(r db.Row, l *Letter, more ...any) error {
	var issued, sent, read, made, expires, used int64
	err := r.Scan(append([]any{&l.ID, &l.ComplaintID, &l.AgencyID, &l.Year, &l.Number, &l.Channel, &l.Email, &l.ClockRule, &l.Tracking, &issued, &sent, &l.Failure,
		&l.DeliveredOn, &l.ReturnedOn, &read, &l.Codes, &made, &expires, &used}, more...)...)
	l.IssuedAt, l.SentAt, l.ReadAt, l.CodeAt, l.CodeUntil, l.CodeUsedAt = moment(issued), moment(sent), moment(read), moment(made), moment(expires), moment(used)
	return err
}

// scanPaper reads a letter with what it says.
func scanPaper(r db.Row, l *Letter) error {
	var paper string
	if err := scanLetterAnd(r, l, &paper); err != nil {
		return err
	}
	return json.Unmarshal([]byte(paper), &l.Paper)
}

// nextLetter is the next number of an agency's series this year; never used twice.
func nextLetter(tx *db.Tx, agencyID string, year int) (int64, error) {
	return db.Scalar[int64](tx, `INSERT INTO letter_counter (agency_id, kind, year, last) VALUES ($1, 'cip', $2, 1)
		ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = letter_counter.last + 1 RETURNING last`, agencyID, year)
}

func insertLetter(tx *db.Tx, by person.Actor, l Letter) error {
	paper, err := json.Marshal(l.Paper)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO letter (id, complaint_id, agency_id, kind, year, number, channel, email, paper, clock_rule, tracking, issued_by, issued_at)
		VALUES ($1, $2, $3, 'cip', $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		l.ID, l.ComplaintID, l.AgencyID, l.Year, l.Number, l.Channel, l.Email, string(paper), l.ClockRule, l.Tracking, by.AccountID, l.IssuedAt.UnixMicro())
	return err
}

// lastLetter is the newest letter of a case, for change.
func lastLetter(tx *db.Tx, complaintID string) (Letter, error) {
	return db.One(tx, scanLetter, `SELECT `+letterColumns+` FROM letter WHERE complaint_id = $1 ORDER BY issued_at DESC, id DESC LIMIT 1`+tx.ForUpdate(), complaintID)
}

func letterByRef(tx *db.Tx, complaintID, ref string) (Letter, error) {
	year, number, ok := parseLetterRef(ref)
	if !ok {
		return Letter{}, notFound()
	}
	l, err := db.One(tx, scanPaper, `SELECT `+letterColumns+`, paper FROM letter WHERE complaint_id = $1 AND year = $2 AND number = $3`, complaintID, year, number)
	if fault.Is(err, fault.NotFound) {
		return l, notFound()
	}
	return l, err
}

// letterOfCode is the letter that a code belongs to, by its hash; a used one too.
type letterOfCode struct {
	Letter
	hash, usedBy string
	tries        int
}

func scanCode(r db.Row, l *letterOfCode) error {
	return scanLetterAnd(r, &l.Letter, &l.hash, &l.usedBy, &l.tries)
}

// lettersByCodeName are those whose code begins so: one, or by a rare chance more.
func lettersByCodeName(tx *db.Tx, name string) ([]letterOfCode, error) {
	return db.All(tx, scanCode, `SELECT `+letterColumns+`, code_hash, code_used_by, code_tries FROM letter WHERE code_name = $1 AND code_name <> '' ORDER BY id`+tx.ForUpdate(), name)
}

func setCode(tx *db.Tx, letterID string, code accessCode, until, now time.Time) error {
	_, err := tx.Exec(`UPDATE letter SET codes = codes + 1, code_at = $2, code_name = $3, code_hash = $4, code_expires_at = $5, code_tries = 0, failure = '', sent_at = 0 WHERE id = $1`,
		letterID, now.UnixMicro(), code.name(), code.hash(), until.UnixMicro())
	return err
}

// bindCode gives one case to the account that typed its code, once.
func bindCode(tx *db.Tx, l Letter, accountID string, now, until time.Time) error {
	if _, err := tx.Exec(`UPDATE letter SET code_used_by = $2, code_used_at = $3 WHERE id = $1`, l.ID, accountID, now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO case_access (complaint_id, account_id, opened_at, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, complaint_id) DO UPDATE SET expires_at = excluded.expires_at`, l.ComplaintID, accountID, now.UnixMicro(), until.UnixMicro())
	return err
}

// countMiss keeps a wrong code: by the account that typed it, and by the codes that begin the same.
func countMiss(tx *db.Tx, accountID, name string, now time.Time) error {
	if _, err := tx.Exec(`DELETE FROM code_miss WHERE account_id = $1 AND at < $2`, accountID, now.Add(-missesIn).UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO code_miss (account_id, at, id) VALUES ($1, $2, $3)`, accountID, now.UnixMicro(), db.NewID()); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE letter SET code_tries = code_tries + 1 WHERE code_name = $1 AND code_name <> ''`, name)
	return err
}

func misses(tx *db.Tx, accountID string, now time.Time) (int, error) {
	return db.Scalar[int](tx, `SELECT count(*) FROM code_miss WHERE account_id = $1 AND at >= $2`, accountID, now.Add(-missesIn).UnixMicro())
}

package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/notice"
	"guiche/internal/person"
)

// Channel is how a letter goes to the company.
type Channel string

const (
	// ByPortal is for companies that have people here: they read it where they answer.
	ByPortal Channel = "portal"
	ByEmail  Channel = "email"
	ByPost   Channel = "post"
)

// Words say how the letter went, as a part of a sentence.
func (c Channel) Words() string {
	return map[Channel]string{ByPortal: "por este sistema", ByEmail: "por e-mail", ByPost: "pelo correio"}[c]
}

// Letter is a numbered letter to the company of a case.
type Letter struct {
	ID, ComplaintID, AgencyID string
	Year, Number              int64
	Channel                   Channel
	Email, Address            string
	Rule                      string // deadline rule and version in force at issue
	IssuedBy                  string
	IssuedAt                  time.Time
	Tracking                  string
	DeliveredOn, ReturnedOn   string    // days; empty: not known to be
	OpenedAt                  time.Time // zero: not yet
	CodeUntil                 time.Time // zero: no code in force
	CodeUsed                  bool
	CodeDead                  bool // wrong tries killed it
	data                      string
}

// Name is the letter's number as printed.
func (l Letter) Name() string { return fmt.Sprintf("CIP %04d/%06d", l.Year, l.Number) }

// Slug is the letter's number as an address has it.
func (l Letter) Slug() string { return fmt.Sprintf("%04d-%06d", l.Year, l.Number) }

// Travels tells whether the letter is on its way by post, for all that is known.
func (l Letter) Travels() bool {
	return l.Channel == ByPost && l.DeliveredOn == "" && l.ReturnedOn == ""
}

// Renewable tells whether the letter may get another code.
func (l Letter) Renewable() bool { return l.Channel != ByPortal && l.ReturnedOn == "" }

const letterColumns = `l.id, l.complaint_id, l.agency_id, l.year, l.number, l.channel, l.email, l.address, l.clock_rule, l.issued_by, l.issued_at, l.tracking,
	l.delivered_on, l.returned_on, l.opened_at, l.code_expires_at, l.code_used_by, l.code_tries, l.data`

func scanLetter(r db.Row, l *Letter) error {
	var issued, opened, until int64
	var used string
	var tries int
	err := r.Scan(&l.ID, &l.ComplaintID, &l.AgencyID, &l.Year, &l.Number, &l.Channel, &l.Email, &l.Address, &l.Rule, &l.IssuedBy, &issued, &l.Tracking,
		&l.DeliveredOn, &l.ReturnedOn, &opened, &until, &used, &tries, &l.data)
	l.IssuedAt, l.OpenedAt, l.CodeUntil = moment(issued), moment(opened), moment(until)
	l.CodeUsed, l.CodeDead = used != "", tries >= codeTries
	return err
}

// lettersOf are the letters of a case, newest first.
func lettersOf(tx *db.Tx, complaintID string) ([]Letter, error) {
	return db.All(tx, scanLetter, `SELECT `+letterColumns+` FROM letter l WHERE l.complaint_id = $1 ORDER BY l.issued_at DESC, l.id DESC`, complaintID)
}

// lastLetter is the newest letter of a case, for change.
func lastLetter(tx *db.Tx, complaintID string) (Letter, error) {
	l, err := db.One(tx, scanLetter, `SELECT `+letterColumns+` FROM letter l WHERE l.complaint_id = $1 ORDER BY l.issued_at DESC, l.id DESC LIMIT 1`+tx.ForUpdate(), complaintID)
	if fault.Is(err, fault.NotFound) {
		return l, fault.New(fault.Conflict, "Este caso não tem carta à empresa.")
	}
	return l, err
}

// nextLetter is the next number of an agency's series this year; never used twice.
func nextLetter(tx *db.Tx, agencyID string, year int) (int64, error) {
	return db.Scalar[int64](tx, `INSERT INTO letter_counter (agency_id, kind, year, last) VALUES ($1, 'cip', $2, 1)
		ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = letter_counter.last + 1 RETURNING last`, agencyID, year)
}

func insertLetter(tx *db.Tx, l Letter, paper notice.CIP) error {
	data, err := json.Marshal(paper)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO letter (id, complaint_id, agency_id, kind, year, number, channel, email, address, data, clock_rule, issued_by, issued_at, tracking)
		VALUES ($1,$2,$3,'cip',$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		l.ID, l.ComplaintID, l.AgencyID, l.Year, l.Number, string(l.Channel), l.Email, l.Address, string(data), l.Rule, l.IssuedBy, l.IssuedAt.UnixMicro(), l.Tracking)
	return err
}

// Paper is a letter as it was issued, for printing.
func (l Letter) Paper() (p notice.CIP, err error) {
	err = json.Unmarshal([]byte(l.data), &p)
	return p, err
}

// LetterOf is a letter of a case, by its slug, for an officer; it is a reading of the case.
func (s *Service) LetterOf(ctx context.Context, actor person.Actor, protocol, slug string) (Letter, error) {
	v, err := s.AsOfficer(ctx, actor, protocol, FromLink)
	if err != nil {
		return Letter{}, err
	}
	for _, l := range v.Letters {
		if l.Slug() == slug {
			return l, nil
		}
	}
	return Letter{}, notFound()
}

// LastLetter is the newest letter of the case; nil: there is none, or the reader does not see letters.
func (v Case) LastLetter() *Letter {
	if len(v.Letters) == 0 {
		return nil
	}
	return &v.Letters[0]
}

// readLetters records that the company read, where it answers, the letters that nobody of it had opened. Of
// those who read at once the first is recorded.
func (s *Service) readLetters(ctx context.Context, actor person.Actor, protocol string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		c, err := s.lock(tx, protocol)
		if err != nil || !c.Open() {
			return err
		}
		read, err := tx.Exec(`UPDATE letter SET opened_at = $2 WHERE complaint_id = $1 AND opened_at = 0 AND returned_on = ''`, c.ID, s.Now().UnixMicro())
		if err != nil || read == 0 {
			return err
		}
		return s.apply(tx, actor, AsSupplier, c, "", change{act: ActOpenLetter, data: map[string]any{"channel": ByPortal}})
	})
}

// widened is a row that has columns before and after those a scan knows.
type widened struct {
	db.Row
	before, after []any
}

func (w widened) Scan(known ...any) error {
	return w.Row.Scan(slices.Concat(w.before, known, w.after)...)
}

// noLetter stands for the columns of letterColumns in a row that is none.
const noLetter = `'', '', '', 0, 0, '', '', '', '', '', 0, '', '', '', 0, 0, '', 0, ''`

// beside reads, with one query, what an officer sees beside a case: the same person's other cases in the agency, those
// of the same attendance apart, and the letters to the company.
func (s *Service) beside(tx *db.Tx, v *Case) error {
	type line struct {
		Brief
		Letter
	}
	same, who := `consumer_cpf`, s.Secrets.Index(v.Consumer.CPF)
	if who == "" { // some providers give none
		same, who = `consumer_id`, v.Consumer.AccountID
	}
	lines, err := db.All(tx, func(r db.Row, out *line) error {
		var filed int64
		err := scanLetter(widened{Row: r, before: out.Brief.fields(&filed)}, &out.Letter)
		out.FiledAt = moment(filed)
		return err
	}, `SELECT o.*, `+noLetter+` FROM (SELECT protocol, state, outcome, supplier_name, filed_at, CASE WHEN supplier_name = $4 OR supplier_id = $5 THEN 1 ELSE 0 END,
			CASE WHEN id = $6 OR attendance_id = $6 THEN 1 ELSE 0 END AS sibling
			FROM complaint WHERE agency_id = $1 AND `+same+` = $2 AND id <> $3 ORDER BY sibling DESC, filed_at DESC LIMIT 20) AS o
		UNION ALL SELECT '', '', '', '', 0, 0, 0, `+letterColumns+` FROM letter l WHERE l.complaint_id = $3`,
		v.AgencyID, who, v.ID, v.SupplierName, v.SupplierID, v.root())
	for _, found := range lines {
		switch {
		case found.Protocol == "":
			v.Letters = append(v.Letters, found.Letter)
		case found.Sibling:
			v.Siblings = append(v.Siblings, found.Brief)
		default:
			v.Others = append(v.Others, found.Brief)
		}
	}
	slices.SortFunc(v.Letters, func(a, b Letter) int { return strings.Compare(b.ID, a.ID) })
	slices.SortFunc(v.Others, func(a, b Brief) int { return b.FiledAt.Compare(a.FiledAt) })
	slices.SortFunc(v.Siblings, func(a, b Brief) int { return a.FiledAt.Compare(b.FiledAt) })
	return err
}

// hereColumn tells whether somebody acts for the company of a case today, and so reads its letters here.
const hereColumn = `(SELECT count(*) FROM mandate m WHERE m.supplier_id = complaint.supplier_id AND m.ended_at IS NULL AND m.valid_to >= $2)`

// unreadColumn counts the letters to the company that nobody of it has opened.
const unreadColumn = `(SELECT count(*) FROM letter l WHERE l.complaint_id = complaint.id AND l.opened_at = 0 AND l.returned_on = '')`

// receiptColumn is the code by which anybody checks the receipt.
const receiptColumn = `coalesce((SELECT min(r.code) FROM verification r WHERE r.complaint_id = complaint.id AND r.kind = 'receipt'), '')`

// load reads a case for showing, with what its pages need besides, in one query.
func (s *Service) load(tx *db.Tx, protocol string) (v Case, err error) {
	canonical, known := ParseProtocol(protocol)
	if !known {
		return v, notFound()
	}
	var people int
	v.Complaint, err = db.One(tx, func(r db.Row, c *Complaint) error {
		return s.scanOpened(widened{Row: r, after: []any{&people, &v.unread, &v.ReceiptCode}}, c)
	},
		`SELECT `+columns+`, `+hereColumn+`, `+unreadColumn+`, `+receiptColumn+` FROM complaint WHERE protocol = $1`, canonical, calendar.Of(s.Now()).String())
	if fault.Is(err, fault.NotFound) {
		err = notFound()
	}
	v.CompanyHere = people > 0
	return v, err
}

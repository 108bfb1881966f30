package complaint

import (
	"cmp"
	"slices"
	"time"

	"guiche/internal/db"
)

// beside is a row of what stands beside a case, read with one query: another case, a letter, or the receipt's code.
type beside struct {
	kind, code string
	brief      Brief
	letter     Letter
}

// Each part of the query has the same columns: kind, code, those of a brief, those of a letter.
const (
	briefColumns = `protocol, state, outcome, supplier_name, filed_at`
	noBrief      = `'' AS protocol, '' AS state, '' AS outcome, '' AS supplier_name, 0 AS filed_at, 0 AS same`
	noLetter     = `'' AS id, '' AS complaint_id, '' AS agency_id, 0 AS year, 0 AS number, '' AS channel, '' AS email, '' AS clock_rule, '' AS tracking, 0 AS issued_at,
		0 AS sent_at, '' AS failure, '' AS delivered_on, '' AS returned_on, 0 AS read_at, 0 AS codes, 0 AS code_at, 0 AS code_expires_at, 0 AS code_used_at`
	siblingsPart = `SELECT 'sibling' AS kind, '' AS code, ` + briefColumns + `, 0 AS same, ` + noLetter + ` FROM complaint WHERE id = ? AND id <> ?
		UNION ALL SELECT 'sibling', '', ` + briefColumns + `, 0, ` + noLetter + ` FROM complaint WHERE attendance_id = ? AND attendance_id <> '' AND id <> ?`
	lettersPart = `UNION ALL SELECT 'letter', '', ` + noBrief + `, ` + letterColumns + ` FROM letter WHERE complaint_id = ?`
	receiptPart = `UNION ALL SELECT 'receipt', code, ` + noBrief + `, ` + noLetter + ` FROM verification WHERE complaint_id = ? AND kind = 'receipt'`
	othersPart  = `UNION ALL SELECT * FROM (SELECT 'other', '', ` + briefColumns + `, CASE WHEN supplier_name = ? OR supplier_id = ? THEN 1 ELSE 0 END AS same, ` + noLetter + `
		FROM complaint WHERE agency_id = ? AND `
)

func scanBeside(r db.Row, b *beside) error {
	var filed, issued, sent, read, made, expires, used int64
	l := &b.letter
	err := r.Scan(&b.kind, &b.code, &b.brief.Protocol, &b.brief.State, &b.brief.Outcome, &b.brief.SupplierName, &filed, &b.brief.SameSupplier,
		&l.ID, &l.ComplaintID, &l.AgencyID, &l.Year, &l.Number, &l.Channel, &l.Email, &l.ClockRule, &l.Tracking, &issued, &sent, &l.Failure,
		&l.DeliveredOn, &l.ReturnedOn, &read, &l.Codes, &made, &expires, &used)
	b.brief.FiledAt = time.UnixMicro(filed).UTC()
	l.IssuedAt, l.SentAt, l.ReadAt, l.CodeAt, l.CodeUntil, l.CodeUsedAt = moment(issued), moment(sent), moment(read), moment(made), moment(expires), moment(used)
	return err
}

// readBeside reads what stands beside a case for its reader: the other companies of the attendance for consumer and
// officers, the receipt's code for the consumer, letters and the person's other cases for officers.
func (v *Case) readBeside(tx *db.Tx, role Role) error {
	if role == AsSupplier {
		return nil
	}
	first := cmp.Or(v.AttendanceID, v.ID)
	q := (&db.Query{}).Add(siblingsPart, first, v.ID, first, v.ID)
	if role == AsConsumer {
		q.Add(receiptPart, v.ID)
	} else {
		q.Add(lettersPart, v.ID)
		v.addOthers(q, first)
	}
	rows, err := db.All(tx, scanBeside, q.Text(), q.Args()...)
	for _, b := range rows {
		switch b.kind {
		case "sibling":
			v.Siblings = append(v.Siblings, b.brief)
		case "letter":
			v.Letters = append(v.Letters, b.letter)
		case "receipt":
			v.ReceiptCode = b.code
		default:
			v.Others = append(v.Others, b.brief)
		}
	}
	slices.SortFunc(v.Siblings, func(a, b Brief) int {
		return cmp.Or(cmp.Compare(len(a.Protocol), len(b.Protocol)), cmp.Compare(a.Protocol, b.Protocol))
	})
	slices.SortFunc(v.Letters, func(a, b Letter) int { return b.IssuedAt.Compare(a.IssuedAt) })
	slices.SortStableFunc(v.Others, func(a, b Brief) int { return b.FiledAt.Compare(a.FiledAt) })
	return err
}

// addOthers asks for the person's other cases in this agency, those of the same attendance apart.
func (v *Case) addOthers(q *db.Query, first string) {
	same, who := `consumer_cpf`, v.Consumer.CPF
	if who == "" { // some providers give none
		same, who = `consumer_id`, v.Consumer.AccountID
	}
	q.Add(othersPart+same+` = ? AND id <> ? AND id <> ? AND attendance_id <> ? ORDER BY filed_at DESC LIMIT 20) AS others`,
		v.SupplierName, v.SupplierID, v.AgencyID, who, v.ID, first, first)
}

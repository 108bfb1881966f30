package complaint

import (
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/vault"
)

const columns = `id, protocol, agency_id, route, state, resume_state, outcome, version, officer_id, officer_name, confirm_jurisdiction,
	route_rule, route_why, due_at, clock_rule, clock_from_on, consumer_id, consumer_name, sealed, consumer_level, email,
	municipality_id, fact_in, coalesce(supplier_id, ''), supplier_name, supplier_cnpj,
	segment, area, subject, problem, bought_how, bought_on, amount_cents, contract_number, contacted_supplier, supplier_protocol, narrative,
	remedy, remedy_detail, filed_at, updated_at, remind_at, held_rule, held_from_on, unanswered, closed_at,
	party_at, agent_id, agent_name, answered_late, attendance_id`

// insertColumns are the same columns as a statement names them, with the hash of the CPF, and the places where phone and
// address were before they were sealed.
var insertColumns = strings.Replace(columns, "coalesce(supplier_id, '')", "supplier_id", 1) +
	`, consumer_cpf, phone, postcode, street, street_number, address_extra, district`

// scanComplaint leaves sealed what is: for acts and news that need nothing of it.
func scanComplaint(r db.Row, c *Complaint) error {
	var due, filed, updated, remind, closed, party int64
	err := r.Scan(&c.ID, &c.Protocol, &c.AgencyID, &c.Route, &c.State, &c.Resume, &c.Outcome, &c.Version, &c.OfficerID, &c.OfficerName, &c.ConfirmJurisdiction,
		&c.RouteRule, &c.RouteWhy, &due, &c.ClockRule, &c.ClockFromOn, &c.Consumer.AccountID, &c.Consumer.Name, &c.Consumer.sealed, &c.Consumer.Level, &c.Consumer.Email,
		&c.Consumer.Municipality, &c.FactIn, &c.SupplierID, &c.SupplierName, &c.SupplierCNPJ,
		&c.Segment, &c.Area, &c.Subject, &c.Problem, &c.BoughtHow, &c.BoughtOn, &c.AmountCents, &c.ContractNumber, &c.ContactedSupplier, &c.SupplierProtocol, &c.Narrative,
		&c.Remedy, &c.RemedyDetail, &filed, &updated, &remind, &c.HeldRule, &c.HeldFromOn, &c.Unanswered, &closed,
		&party, &c.AgentID, &c.AgentName, &c.Late, &c.AttendanceID)
	c.DueAt, c.FiledAt, c.UpdatedAt = time.UnixMicro(due).UTC(), time.UnixMicro(filed).UTC(), time.UnixMicro(updated).UTC()
	c.RemindAt = time.UnixMicro(remind).UTC()
	c.ClosedAt, c.PartyAt = moment(closed), moment(party)
	return err
}

// scanOpened is scanComplaint with what is sealed of the consumer.
func (s *Service) scanOpened(r db.Row, c *Complaint) error {
	if err := scanComplaint(r, c); err != nil {
		return err
	}
	known, err := vault.Open(s.Secrets, "complaint", c.ID, c.Consumer.sealed)
	to := &c.Consumer
	to.CPF, to.Phone, to.Postcode, to.Street, to.Number, to.Extra, to.District, to.sealed =
		known.CPF, known.Phone, known.Postcode, known.Street, known.Number, known.Extra, known.District, ""
	return err
}

func (s *Service) seal(id string, c Consumer) (string, error) {
	return vault.Personal{CPF: c.CPF, Phone: c.Phone, Postcode: c.Postcode, Street: c.Street, Number: c.Number, Extra: c.Extra, District: c.District}.Seal(s.Secrets, "complaint", id)
}

// moment is a stored instant of which 0 means never.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func (s *Service) byProtocol(tx *db.Tx, protocol, suffix string) (Complaint, error) {
	canonical, ok := ParseProtocol(protocol)
	if !ok {
		return Complaint{}, notFound()
	}
	c, err := db.One(tx, s.scanOpened, `SELECT `+columns+` FROM complaint WHERE protocol = $1`+suffix, canonical)
	if fault.Is(err, fault.NotFound) {
		return c, notFound()
	}
	return c, err
}

// lock loads a case for change; others who want to change it wait.
func (s *Service) lock(tx *db.Tx, protocol string) (Complaint, error) {
	return s.byProtocol(tx, protocol, tx.ForUpdate())
}

func (s *Service) insert(tx *db.Tx, c Complaint) error {
	rows, counts, err := s.newRows([]Complaint{c})
	if err != nil {
		return err
	}
	return insertRows(tx, rows, counts)
}

// insertRow is one new case as a statement gives it to both engines.
var insertRow = "(" + strings.Repeat("?,", 23) + "nullif(?,'')," + strings.Repeat("?,", 18) + "'','',0,?,?,'','',0,?,?,'','','','','','')"

// newRows are new cases as insertRow wants them, and what they add to the counts.
func (s *Service) newRows(cases []Complaint) (rows [][]any, counts tally, err error) {
	rows, counts = make([][]any, len(cases)), tally{}
	for i, c := range cases {
		sealed, err := s.seal(c.ID, c.Consumer)
		if err != nil {
			return nil, nil, err
		}
		rows[i] = []any{c.ID, c.Protocol, c.AgencyID, c.Route, c.State, c.Resume, c.Outcome, c.Version, c.OfficerID, c.OfficerName, bit(c.ConfirmJurisdiction),
			c.RouteRule, c.RouteWhy, c.DueAt.UnixMicro(), c.ClockRule, c.ClockFromOn, c.Consumer.AccountID, c.Consumer.Name, sealed, c.Consumer.Level, c.Consumer.Email,
			c.Consumer.Municipality, c.FactIn, c.SupplierID, c.SupplierName, c.SupplierCNPJ,
			c.Segment, c.Area, c.Subject, c.Problem, c.BoughtHow, c.BoughtOn, c.AmountCents, c.ContractNumber, bit(c.ContactedSupplier), c.SupplierProtocol, c.Narrative,
			c.Remedy, c.RemedyDetail, c.FiledAt.UnixMicro(), c.UpdatedAt.UnixMicro(), c.RemindAt.UnixMicro(), micros(c.ClosedAt), micros(c.PartyAt), c.AttendanceID, s.Secrets.Index(c.Consumer.CPF)}
		counts.move(Complaint{}, c)
	}
	return rows, counts, nil
}

// insertRows stores new cases with few statements, and counts them.
func insertRows(tx *db.Tx, rows [][]any, counts tally) error {
	if _, err := tx.ExecRows(`INSERT INTO complaint (`+insertColumns+`) VALUES`, insertRow, ``, rows); err != nil {
		return err
	}
	return counts.store(tx)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// changeable are the columns that acts may change, each as a row of values gives it to both engines.
var changeable = []struct{ name, value string }{
	{"agency_id", "?"}, {"route", "?"}, {"state", "?"}, {"resume_state", "?"}, {"outcome", "?"}, {"version", bigint}, {"officer_id", "?"}, {"officer_name", "?"},
	{"confirm_jurisdiction", bigint}, {"due_at", bigint}, {"clock_rule", "?"}, {"clock_from_on", "?"}, {"updated_at", bigint}, {"closed_at", bigint},
	{"remind_at", bigint}, {"held_rule", "?"}, {"held_from_on", "?"}, {"unanswered", bigint}, {"party_at", bigint}, {"agent_id", "?"}, {"agent_name", "?"},
	{"answered_late", bigint},
}

const bigint = "CAST(? AS BIGINT)"

// changeableValues are those of the columns of changeable, in their order.
func changeableValues(c Complaint) []any {
	return []any{c.AgencyID, string(c.Route), string(c.State), string(c.Resume), string(c.Outcome), c.Version, c.OfficerID, c.OfficerName,
		bit(c.ConfirmJurisdiction), c.DueAt.UnixMicro(), c.ClockRule, c.ClockFromOn, c.UpdatedAt.UnixMicro(), micros(c.ClosedAt),
		c.RemindAt.UnixMicro(), c.HeldRule, c.HeldFromOn, bit(c.Unanswered), micros(c.PartyAt), c.AgentID, c.AgentName,
		bit(c.Late)}
}

// updateParts are a statement that changes many cases, each if nobody changed it since it was loaded.
func updateParts() (before, row, after string) {
	names, values, sets := "id, was", "(?, "+bigint, ""
	for i, column := range changeable {
		names += ", " + column.name
		values += ", " + column.value
		if i > 0 {
			sets += ", "
		}
		sets += column.name + " = new." + column.name
	}
	return `WITH new (` + names + `) AS (VALUES`, values + ")", `) UPDATE complaint SET ` + sets + ` FROM new WHERE complaint.id = new.id AND complaint.version = new.was`
}

// update stores what acts may change, if nobody changed it since before was loaded, and keeps the counts.
func update(tx *db.Tx, before Complaint, c *Complaint, now time.Time) error {
	changed := []moved{{before: before, after: *c}}
	err := updateAll(tx, changed, now)
	*c = changed[0].after
	return err
}

// updateAll is update of many cases with few statements.
func updateAll(tx *db.Tx, cases []moved, now time.Time) error {
	rows, counts := make([][]any, len(cases)), tally{}
	for i := range cases {
		before, c := cases[i].before, &cases[i].after
		c.UpdatedAt = now
		if c.State != before.State || c.OfficerID != before.OfficerID || c.ConfirmJurisdiction != before.ConfirmJurisdiction || c.AgencyID != before.AgencyID {
			c.Version = before.Version + 1
		}
		rows[i] = append([]any{c.ID, before.Version}, changeableValues(*c)...)
		counts.move(before, *c)
	}
	start, row, end := updateParts()
	n, err := tx.ExecRows(start, row, end, rows)
	if err != nil {
		return err
	}
	if n != int64(len(cases)) {
		return fault.New(fault.Conflict, "Este caso mudou enquanto você trabalhava. Veja o que mudou e decida de novo.")
	}
	return counts.store(tx)
}

func insertMessage(tx *db.Tx, m Message) error {
	audience := "parties" // for programs from before thread
	if !AsConsumer.reads(m.Thread) {
		audience = "officers"
	}
	_, err := tx.Exec(`INSERT INTO message (id, complaint_id, author_id, author_name, author_role, audience, thread, body, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		m.ID, m.ComplaintID, m.AuthorID, m.AuthorName, m.AuthorRole, audience, m.Thread, m.Body, m.At.UnixMicro())
	return err
}

// messageColumns are a message with the typed answer it may be, and the promise the answer may have become.
const messageColumns = `m.id, m.complaint_id, m.author_id, m.author_name, m.author_role, m.thread, m.body, m.at,
	a.kind, coalesce(a.relief, ''), coalesce(a.amount_cents, 0), coalesce(a.due_on, ''), coalesce(a.late, 0), coalesce(p.state, '')`

const messageTables = `message m LEFT JOIN answer a ON a.message_id = m.id LEFT JOIN promise p ON p.message_id = m.id`

func scanMessage(r db.Row, m *Message) error {
	var at int64
	var kind *string
	var a Answer
	err := r.Scan(&m.ID, &m.ComplaintID, &m.AuthorID, &m.AuthorName, &m.AuthorRole, &m.Thread, &m.Body, &at,
		&kind, &a.Relief, &a.AmountCents, &a.DueOn, &a.Late, &a.Promise)
	m.At = time.UnixMicro(at).UTC()
	if kind != nil {
		a.ID, a.Kind, a.At = m.ID, AnswerKind(*kind), m.At
		m.Answer = &a
	}
	return err
}

func startPause(tx *db.Tx, c Complaint, on calendar.Day) error {
	_, err := tx.Exec(`INSERT INTO clock_pause (complaint_id, clock_from_on, from_on) VALUES ($1, $2, $3)
		ON CONFLICT (complaint_id, clock_from_on, from_on) DO UPDATE SET to_on = ''`, c.ID, c.HeldFromOn, on.String())
	return err
}

func endPause(tx *db.Tx, c Complaint, on calendar.Day) error {
	_, err := tx.Exec(`UPDATE clock_pause SET to_on = $3 WHERE complaint_id = $1 AND clock_from_on = $2 AND to_on = ''`, c.ID, c.HeldFromOn, on.String())
	return err
}

// pauses are the days on which the company's clock stood still, ended ones only.
func pauses(tx *db.Tx, c Complaint) ([]calendar.Suspension, error) {
	return db.All(tx, func(r db.Row, p *calendar.Suspension) error {
		var from, to string
		if err := r.Scan(&from, &to); err != nil {
			return err
		}
		var err error
		*p, err = calendar.ParseSuspension(from + ".." + to)
		return err
	}, `SELECT from_on, to_on FROM clock_pause WHERE complaint_id = $1 AND clock_from_on = $2 AND to_on <> '' ORDER BY from_on`, c.ID, c.HeldFromOn)
}

// lastNumber is the last of n new numbers of an agency this year; none is used twice, and gaps are allowed: so
// filings do not wait for each other's end.
func lastNumber(tx *db.Tx, year int, agencyCode string, n int) (last int64, err error) {
	err = tx.Aside(func(tx *db.Tx) error {
		last, err = db.Scalar[int64](tx, `INSERT INTO protocol_counter (year, agency_code, last) VALUES ($1, $2, $3)
			ON CONFLICT (year, agency_code) DO UPDATE SET last = protocol_counter.last + excluded.last RETURNING last`, year, agencyCode, n)
		return err
	})
	return last, err
}

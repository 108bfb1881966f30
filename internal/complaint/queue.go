package complaint

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/text"
)

// Filter says which cases of the actor's agency a queue shows. The zero Filter shows all open ones.
type Filter struct {
	State   State  // empty: every open state
	Officer string // "me", "none", or empty: anybody
	Due     string // "late", "today", "week", or empty: any
	Route   Route  // empty: both
	Text    string // words, a protocol number, a CPF or a CNPJ
	After   string // Next of the page before
	Limit   int    // at most 100; 0: 50
}

// QueueRow is one line of the queue.
type QueueRow struct {
	ID, Protocol, ConsumerName, SupplierName string
	Subject, Problem, Municipality           string // codes
	Route                                    Route
	State                                    State
	Outcome                                  Outcome
	OfficerID, OfficerName                   string
	ConfirmJurisdiction                      bool
	Version                                  int64
	DueAt, FiledAt                           time.Time
}

// QueuePage is a page of the queue with the counts of its views.
type QueuePage struct {
	Rows   []QueueRow
	Next   string // empty on the last page
	Counts Counts
}

// Counts are kept at write time and read, never counted.
type Counts struct {
	Open, Mine, Unassigned int64
	ByState                map[State]int64
}

const queueColumns = `c.id, c.protocol, c.consumer_name, c.supplier_name, c.subject, c.problem, c.municipality_id, c.route, c.state, c.outcome,
	c.officer_id, c.officer_name, c.confirm_jurisdiction, c.version, c.due_at, c.filed_at`

func scanQueueRow(r db.Row, q *QueueRow) error { return scanRow(r, q) }

// scanRow reads a line and the columns that follow it.
func scanRow(r db.Row, q *QueueRow, more ...any) error {
	var due, filed int64
	err := r.Scan(append([]any{&q.ID, &q.Protocol, &q.ConsumerName, &q.SupplierName, &q.Subject, &q.Problem, &q.Municipality, &q.Route, &q.State, &q.Outcome,
		&q.OfficerID, &q.OfficerName, &q.ConfirmJurisdiction, &q.Version, &due, &filed}, more...)...)
	q.DueAt, q.FiledAt = time.UnixMicro(due).UTC(), time.UnixMicro(filed).UTC()
	return err
}

// HasDue tells whether a clock is running.
func (q QueueRow) HasDue() bool { return q.DueAt.Before(NoDue) }

// Queue lists cases of the actor's agency, what runs out first on top.
func (s *Service) Queue(ctx context.Context, actor person.Actor, f Filter) (page QueuePage, err error) {
	if actor.Agency() == "" {
		return page, notFound()
	}
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 50
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		page.Rows, err = search(tx, f.Text, scanQueueRow, func(match matching) (*db.Query, error) { return s.queueQuery(tx, actor, f, match) })
		if err != nil {
			return err
		}
		page.Counts, err = counts(tx, actor)
		return err
	})
	if len(page.Rows) > f.Limit {
		page.Rows = page.Rows[:f.Limit]
		page.Next = cursorOf(page.Rows[f.Limit-1])
	}
	return page, err
}

// searchBound is how many of the newest hits a search looks at (Q-3: bounded time and memory).
const searchBound = 1000

func (s *Service) queueQuery(tx *db.Tx, actor person.Actor, f Filter, match matching) (*db.Query, error) {
	q := (&db.Query{}).Add(`SELECT ` + queueColumns)
	if err := s.find(tx, q, actor.Agency(), f.Text, match); err != nil {
		return nil, err
	}
	switch {
	case f.State != "":
		q.Add(`AND c.state = ?`, f.State)
	case strings.TrimSpace(f.Text) == "": // a search finds closed cases too
		q.Add(`AND c.state <> 'closed'`)
	}
	switch f.Officer {
	case "me":
		q.Add(`AND c.officer_id = ?`, actor.AccountID)
	case "none":
		q.Add(`AND c.officer_id = ''`)
	}
	if f.Route != "" {
		q.Add(`AND c.route = ?`, f.Route)
	}
	if until, limited := s.dueLimit(f.Due); limited {
		q.Add(`AND c.due_at <= ?`, until.UnixMicro())
	}
	if f.After != "" {
		due, id, err := parseCursor(f.After)
		if err != nil {
			return nil, err
		}
		q.Add(`AND (c.due_at, c.id) > (?, ?)`, due, id)
	}
	return q.Add(`ORDER BY c.due_at, c.id LIMIT ?`, f.Limit+1), nil
}

// find begins the query with what was searched: a number finds its case at once; words are looked up first, and only
// their newest hits are joined (a CROSS JOIN keeps that order on both engines).
func (s *Service) find(tx *db.Tx, q *db.Query, agencyID, typed string, match matching) error {
	protocol, isProtocol := ParseProtocol(typed)
	words := text.QueryWords(typed)
	switch {
	case strings.TrimSpace(typed) == "":
		q.Add(`FROM complaint c WHERE c.agency_id = ?`, agencyID)
	case isProtocol:
		q.Add(`FROM complaint c WHERE c.protocol = ? AND c.agency_id = ?`, protocol, agencyID)
	case cpfcnpj.ValidCPF(typed):
		q.Add(`FROM complaint c WHERE c.agency_id = ? AND c.consumer_cpf = ?`, agencyID, s.Secrets.Index(cpfcnpj.NormalizeCPF(typed)))
	case cpfcnpj.ValidCNPJ(typed):
		q.Add(`FROM complaint c WHERE c.agency_id = ? AND c.supplier_cnpj = ?`, agencyID, cpfcnpj.NormalizeCNPJ(typed))
	case len(words) == 0:
		q.Add(`FROM complaint c WHERE 1 = 0`)
	default:
		if err := addHits(tx, q, match(append([]string{agencyWord(agencyID)}, words...))); err != nil {
			return err
		}
		q.Add(`WHERE c.id = hit.id AND c.agency_id = ?`, agencyID)
	}
	return nil
}

// addHits begins the query with the newest cases that a search text matches.
func addHits(tx *db.Tx, q *db.Query, match string) error {
	q.Add(`FROM`)
	if err := tx.AddHits(q, "complaint_search", match, searchBound); err != nil {
		return err
	}
	q.Add(`hit CROSS JOIN complaint c`)
	return nil
}

// matching is how words are looked for: db.Tx's MatchQuery or MatchBeginning.
type matching func(words []string) string

// search looks for whole words, and only when that finds nothing for the last one as a beginning: the beginning of a
// common word costs a hundred times as much as the word (measured at 300,000 cases).
func search[T any](tx *db.Tx, typed string, scan func(db.Row, *T) error, query func(matching) (*db.Query, error)) (found []T, err error) {
	for _, match := range []matching{tx.MatchQuery, tx.MatchBeginning} {
		q, err := query(match)
		if err != nil {
			return nil, err
		}
		if found, err = db.All(tx, scan, q.Text(), q.Args()...); err != nil || len(found) > 0 || strings.TrimSpace(typed) == "" {
			return found, err
		}
	}
	return found, nil
}

// agencyWord stands in the search text of an agency's cases, so that the bound counts no other agency's.
func agencyWord(agencyID string) string {
	return "agencia" + strings.ReplaceAll(text.Fold(agencyID), " ", "")
}

func (s *Service) dueLimit(due string) (until time.Time, limited bool) {
	today := calendar.Of(s.Now())
	switch due {
	case "late":
		return s.Now(), true
	case "today":
		return today.End(), true
	case "week":
		return today.Add(7).End(), true
	}
	return time.Time{}, false
}

func cursorOf(r QueueRow) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", r.DueAt.UnixMicro(), r.ID))
}

func parseCursor(cursor string) (due int64, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %s", &due, &id)
	}
	if err == nil {
		err = uuid.Validate(id)
	}
	return due, id, fault.Wrap(fault.NotFound, "Esta página da fila não existe mais.", err)
}

func counts(tx *db.Tx, actor person.Actor) (Counts, error) {
	return sumCounts(tx, `SELECT state, CASE WHEN officer_id = $2 THEN 'me' WHEN officer_id = '' THEN 'none' ELSE 'other' END, sum(n)
		FROM complaint_count WHERE agency_id = $1 GROUP BY 1, 2`, actor.Agency(), actor.AccountID)
}

// sumCounts adds up what a query counts by state and by whose the cases are.
func sumCounts(tx *db.Tx, query string, args ...any) (Counts, error) {
	type count struct {
		state   State
		officer string
		n       int64
	}
	rows, err := db.All(tx, func(r db.Row, c *count) error { return r.Scan(&c.state, &c.officer, &c.n) }, query, args...)
	out := Counts{ByState: map[State]int64{}}
	for _, c := range rows {
		out.ByState[c.state] += c.n
		if c.state == Closed {
			continue
		}
		out.Open += c.n
		switch c.officer {
		case "me":
			out.Mine += c.n
		case "none":
			out.Unassigned += c.n
		}
	}
	return out, err
}

// indexForCompany makes a case findable by the people of the company that is party to it, by what they may read of it.
func indexForCompany(tx *db.Tx, c Complaint) error {
	if !c.IsParty() || c.SupplierID == "" {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO complaint_search (id, text) VALUES ($1, $2)`, companySearchRow(c, text.SearchText)...)
	return err
}

func companySearchRow(c Complaint, stemmed func(...string) string) []any {
	return []any{c.ID, companyWord(c.SupplierID) + " " + stemmed(c.Consumer.Name, c.Narrative, c.RemedyDetail, c.ContractNumber, c.SupplierProtocol, c.Protocol)}
}

// indexSearch makes the case findable, by the agency that has it now, by what people remember of it. A case that
// changes agency gets a row more: the older one names an agency whose officers it is hidden from.
func indexSearch(tx *db.Tx, c Complaint) error {
	_, err := tx.Exec(`INSERT INTO complaint_search (id, text) VALUES ($1, $2)`, searchRow(c, text.SearchText)...)
	return err
}

func searchRow(c Complaint, stemmed func(...string) string) []any {
	return []any{c.ID, agencyWord(c.AgencyID) + " " + stemmed(c.Consumer.Name, c.SupplierName, c.Narrative, c.RemedyDetail, c.ContractNumber, c.SupplierProtocol, c.Protocol)}
}

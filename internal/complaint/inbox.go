package complaint

import (
	"context"
	"slices"
	"strings"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/text"
)

// InboxFilter says which cases of a company its inbox shows. The zero filter shows all open ones.
type InboxFilter struct {
	States []State // empty: every open state
	Agent  string  // "me", "none", an account of the company, or empty: anybody
	Due    string  // "late", "today", "week", or empty: any
	Text   string  // words, a protocol number or a CPF
	After  string  // Next of the page before
	Limit  int     // at most 100; 0: 50
}

// InboxRow is one line of a company's inbox.
type InboxRow struct {
	QueueRow
	AgentID, AgentName string
	AgencyID           string
	Late               bool
}

// InboxPage is a page of the inbox with the counts of its views.
type InboxPage struct {
	Rows   []InboxRow
	Next   string // empty on the last page
	Counts Counts
}

const inboxColumns = queueColumns + `, c.agent_id, c.agent_name, c.agency_id, c.answered_late`

func scanInboxRow(r db.Row, row *InboxRow) error {
	return scanRow(r, &row.QueueRow, &row.AgentID, &row.AgentName, &row.AgencyID, &row.Late)
}

// Inbox lists the cases of a company the actor acts for, across all agencies, what runs out first on top.
func (s *Service) Inbox(ctx context.Context, actor person.Actor, supplierID string, f InboxFilter) (page InboxPage, err error) {
	if !actor.ActsFor(supplierID) {
		return page, notFound()
	}
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 50
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		page.Rows, err = search(tx, f.Text, scanInboxRow, func(match matching) (*db.Query, error) {
			return s.inboxQuery(tx, inboxColumns, actor, supplierID, f, match)
		})
		if err != nil {
			return err
		}
		page.Counts, err = inboxCounts(tx, actor, supplierID)
		return err
	})
	if len(page.Rows) > f.Limit {
		page.Rows = page.Rows[:f.Limit]
		page.Next = cursorOf(page.Rows[f.Limit-1].QueueRow)
	}
	return page, err
}

func (s *Service) inboxQuery(tx *db.Tx, columns string, actor person.Actor, supplierID string, f InboxFilter, match matching) (*db.Query, error) {
	q := (&db.Query{}).Add(`SELECT ` + columns)
	if err := s.findForCompany(tx, q, supplierID, f.Text, match); err != nil {
		return nil, err
	}
	q.Add(`AND c.party_at > 0`)
	if len(f.States) == 0 && strings.TrimSpace(f.Text) == "" || len(f.States) > 1 && !slices.Contains(f.States, Closed) {
		q.Add(`AND c.state <> 'closed'`) // a search finds closed cases too
	}
	if len(f.States) > 0 {
		q.In(`AND c.state IN`, texts(f.States))
	}
	switch f.Agent {
	case "":
	case "me":
		q.Add(`AND c.agent_id = ?`, actor.AccountID)
	case "none":
		q.Add(`AND c.agent_id = ''`)
	default:
		q.Add(`AND c.agent_id = ?`, f.Agent)
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

func texts(states []State) (list []string) {
	for _, state := range states {
		list = append(list, string(state))
	}
	return list
}

// findForCompany begins the query with what was searched, as find does for an agency.
func (s *Service) findForCompany(tx *db.Tx, q *db.Query, supplierID, typed string, match matching) error {
	protocol, isProtocol := ParseProtocol(typed)
	words := text.QueryWords(typed)
	switch {
	case strings.TrimSpace(typed) == "":
		q.Add(`FROM complaint c WHERE c.supplier_id = ?`, supplierID)
	case isProtocol:
		q.Add(`FROM complaint c WHERE c.protocol = ? AND c.supplier_id = ?`, protocol, supplierID)
	case cpfcnpj.ValidCPF(typed):
		q.Add(`FROM complaint c WHERE c.consumer_cpf = ? AND c.supplier_id = ?`, s.Secrets.Index(cpfcnpj.NormalizeCPF(typed)), supplierID)
	case len(words) == 0:
		q.Add(`FROM complaint c WHERE 1 = 0`)
	default:
		if err := addHits(tx, q, match(append([]string{companyWord(supplierID)}, words...))); err != nil {
			return err
		}
		q.Add(`WHERE c.id = hit.id AND c.supplier_id = ?`, supplierID)
	}
	return nil
}

// LastOpened is the protocol of the case that an access code opened to the actor last; fault.NotFound when there is none.
func (s *Service) LastOpened(ctx context.Context, actor person.Actor) (protocol string, err error) {
	if len(actor.Opened) == 0 {
		return "", notFound()
	}
	return s.protocolOf(ctx, actor.Opened[len(actor.Opened)-1])
}

// companyWord stands in the search text of what a company may find.
func companyWord(supplierID string) string {
	return "empresa" + strings.ReplaceAll(text.Fold(supplierID), " ", "")
}

func inboxCounts(tx *db.Tx, actor person.Actor, supplierID string) (Counts, error) {
	return sumCounts(tx, `SELECT state, CASE WHEN agent_id = $2 THEN 'me' WHEN agent_id = '' THEN 'none' ELSE 'other' END, sum(n)
		FROM inbox_count WHERE supplier_id = $1 GROUP BY 1, 2`, supplierID, actor.AccountID)
}

package complaint

import (
	"context"
	"time"

	"guiche/internal/db"
	"guiche/internal/person"
)

// ExportRow is one line of a company's list for spreadsheets.
type ExportRow struct {
	InboxRow
	Remedy      string // code
	AmountCents int64
	AnsweredAt  time.Time // of the latest answer; zero: none
	Rated       bool
	Solved      bool
	Score       int
}

const exportColumns = inboxColumns + `, c.remedy, c.amount_cents, coalesce((SELECT max(a.at) FROM answer a WHERE a.complaint_id = c.id), 0),
	coalesce((SELECT g.solved FROM rating g WHERE g.complaint_id = c.id), 0), coalesce((SELECT g.score FROM rating g WHERE g.complaint_id = c.id), 0)`

func scanExportRow(r db.Row, row *ExportRow) error {
	var answered int64
	err := scanRow(r, &row.QueueRow, &row.AgentID, &row.AgentName, &row.AgencyID, &row.Late, &row.Remedy, &row.AmountCents, &answered, &row.Solved, &row.Score)
	if row.Rated = row.Score > 0; answered > 0 {
		row.AnsweredAt = time.UnixMicro(answered).UTC()
	}
	return err
}

// exportBatch is how many lines are read at once: few enough to hold, and no reader keeps a writer waiting.
const exportBatch = 1000

// Export lists cases as Inbox does, a thousand at a time, with what a spreadsheet needs besides; next is After of the
// following batch, empty after the last.
func (s *Service) Export(ctx context.Context, actor person.Actor, supplierID string, f InboxFilter) (rows []ExportRow, next string, err error) {
	if !actor.ActsFor(supplierID) {
		return nil, "", notFound()
	}
	f.Limit = exportBatch
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err = search(tx, f.Text, scanExportRow, func(match matching) (*db.Query, error) {
			return s.inboxQuery(tx, exportColumns, actor, supplierID, f, match)
		})
		return err
	})
	if len(rows) > exportBatch {
		rows = rows[:exportBatch]
		next = cursorOf(rows[exportBatch-1].QueueRow)
	}
	return rows, next, err
}

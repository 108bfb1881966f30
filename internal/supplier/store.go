package supplier

import (
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/text"
)

const columns = `id, coalesce(cnpj, ''), trade_name, legal_name, segment, seat, registered_at, answer_days, notice_email, notice_phone, merged_into`

func scan(r db.Row, s *Supplier) error {
	var registered *int64
	err := r.Scan(&s.ID, &s.CNPJ, &s.TradeName, &s.LegalName, &s.Segment, &s.Seat, &registered, &s.AnswerDays, &s.NoticeEmail, &s.NoticePhone, &s.MergedInto)
	if registered != nil {
		s.RegisteredAt = time.UnixMicro(*registered).UTC()
	}
	return err
}

// name is one row of supplier_name.
type name struct {
	supplierID string
	kind       NameKind
	text       string
	folded     string
	registered bool // the supplier is; set by namesOf
}

func scanName(r db.Row, n *name) error {
	return r.Scan(&n.supplierID, &n.kind, &n.text, &n.folded, &n.registered)
}

func namesOf(tx *db.Tx, ids []string) ([]name, error) {
	q := (&db.Query{}).Add(`SELECT n.supplier_id, n.kind, n.name, n.folded, CASE WHEN s.registered_at IS NULL THEN 0 ELSE 1 END
		FROM supplier_name n JOIN supplier s ON s.id = n.supplier_id WHERE`).In(`n.supplier_id IN`, ids).Add(`ORDER BY n.supplier_id, n.kind, n.folded`)
	return db.All(tx, scanName, q.Text(), q.Args()...)
}

func byIDs(tx *db.Tx, ids []string) (map[string]Supplier, error) {
	q := (&db.Query{}).Add(`SELECT `+columns+` FROM supplier WHERE`).In(`id IN`, ids)
	list, err := db.All(tx, scan, q.Text(), q.Args()...)
	out := make(map[string]Supplier, len(list))
	for _, s := range list {
		out[s.ID] = s
	}
	return out, err
}

// NoticeAddress is where a company that is registered, or for which somebody acts on this day, is told of its cases
// besides its people; empty: it gave no address.
func NoticeAddress(tx *db.Tx, id string, on calendar.Day) (string, error) {
	return db.Scalar[string](tx, `SELECT coalesce(max(notice_email), '') FROM supplier WHERE id = $1 AND (registered_at IS NOT NULL
		OR EXISTS (SELECT 1 FROM mandate m WHERE m.supplier_id = supplier.id AND m.ended_at IS NULL AND m.valid_to >= $2))`, id, on.String())
}

// registered is the column registered_at: NULL for who is not.
func (s Supplier) registered() *int64 {
	if !s.Registered() {
		return nil
	}
	at := s.RegisteredAt.UnixMicro()
	return &at
}

func insert(tx *db.Tx, s Supplier, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO supplier (id, cnpj, trade_name, legal_name, segment, seat, registered_at, answer_days, notice_email, notice_phone, sort_key, created_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, s.CNPJ, s.TradeName, s.LegalName, s.Segment, s.Seat, s.registered(), s.AnswerDays, s.NoticeEmail, s.NoticePhone, text.Fold(s.TradeName), now.UnixMicro())
	if err != nil {
		return err
	}
	return insertNames(tx, s)
}

// update stores a supplier anew, with all its names and the search index over them; it is compared with the others again.
func update(tx *db.Tx, s Supplier) error {
	_, err := tx.Exec(`UPDATE supplier SET cnpj = nullif($2, ''), trade_name = $3, legal_name = $4, segment = $5, seat = $6, registered_at = $7, answer_days = $8,
		notice_email = $9, notice_phone = $10, sort_key = $11, compared_at = 0 WHERE id = $1`,
		s.ID, s.CNPJ, s.TradeName, s.LegalName, s.Segment, s.Seat, s.registered(), s.AnswerDays, s.NoticeEmail, s.NoticePhone, text.Fold(s.TradeName))
	if err == nil {
		err = deleteNames(tx, s.ID)
	}
	if err != nil {
		return err
	}
	return insertNames(tx, s)
}

func deleteNames(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM supplier_name WHERE supplier_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM supplier_gram WHERE supplier_id = $1`, id)
	return err
}

func insertNames(tx *db.Tx, s Supplier) error {
	for _, n := range s.names() {
		if _, err := tx.Exec(`INSERT INTO supplier_name (supplier_id, kind, name, folded) VALUES ($1, $2, $3, $4)`,
			n.supplierID, string(n.kind), n.text, n.folded); err != nil {
			return err
		}
	}
	return insertEntries(tx, s.ID, s.entries())
}

// insertEntries writes the search index of a supplier in one statement.
func insertEntries(tx *db.Tx, id string, entries []string) error {
	q := (&db.Query{}).Add(`INSERT INTO supplier_gram (gram, supplier_id) VALUES`)
	for i, entry := range entries {
		if i > 0 {
			q.Add(`, (?, ?)`, entry, id)
		} else {
			q.Add(`(?, ?)`, entry, id)
		}
	}
	_, err := tx.Exec(q.Text(), q.Args()...)
	return err
}

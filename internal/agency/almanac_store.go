package agency

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/db"
	"guiche/internal/text"
)

const (
	holidayColumns  = `id, place, name, month, day, after_easter, law, from_year, until_year, source, added_in, ended_in, by_name, at`
	deadlineColumns = `id, agency_id, route, state, version, amount, unit, valid_from, source, by_name, at`
)

func scanHoliday(r db.Row, h *Holiday) error {
	var at int64
	err := r.Scan(&h.ID, &h.Place, &h.Name, &h.When.Month, &h.When.Day, &h.When.AfterEaster, &h.Law, &h.From, &h.Until, &h.Source, &h.added, &h.ended, &h.By, &at)
	h.At = instant(at)
	return err
}

func scanClosure(r db.Row, c *Closure) error {
	var from, to string
	var at int64
	if err := r.Scan(&c.ID, &from, &to, &c.Why, &c.added, &c.removed, &c.By, &at); err != nil {
		return err
	}
	c.At, c.Removed = instant(at), c.removed != 0
	if err := c.From.UnmarshalText([]byte(from)); err != nil {
		return fmt.Errorf("closure %s: %w", c.ID, err)
	}
	return c.To.UnmarshalText([]byte(to))
}

func scanDeadline(r db.Row, d *Deadline) error {
	var at int64
	err := r.Scan(&d.ID, &d.AgencyID, &d.Route, &d.State, &d.Version, &d.Amount, &d.Unit, &d.ValidFrom, &d.Source, &d.By, &at)
	d.At = instant(at)
	return err
}

// instant is the zero time for what came with the program.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// holidaysOf are all that were ever kept in a municipality: the country's, the state's and its own.
func holidaysOf(tx *db.Tx, municipality string) ([]Holiday, error) {
	return db.All(tx, scanHoliday, `SELECT `+holidayColumns+` FROM holiday WHERE place IN ('', $1, $2) ORDER BY month, day, after_easter, from_year, id`,
		municipality[:min(2, len(municipality))], municipality)
}

func closuresOf(tx *db.Tx, agencyID string) ([]Closure, error) {
	return db.All(tx, scanClosure, `SELECT id, from_on, to_on, why, added_in, removed_in, by_name, at FROM closure WHERE agency_id = $1 ORDER BY from_on, id`, agencyID)
}

func deadlinesOf(tx *db.Tx, agencyID string) ([]Deadline, error) {
	return db.All(tx, scanDeadline, `SELECT `+deadlineColumns+` FROM deadline_rule WHERE agency_id IN ('', $1) ORDER BY route, state, valid_from, at, id`, agencyID)
}

// newEdition makes every node read its almanacs anew, and makes those who change them take turns.
func newEdition(tx *db.Tx, at time.Time) (int64, error) {
	return db.Scalar[int64](tx, `UPDATE calendar_edition SET edition = CASE WHEN edition >= $1 THEN edition + 1 ELSE $1 END WHERE one = 1 RETURNING edition`, at.UnixMicro())
}

func insertHoliday(tx *db.Tx, h Holiday, byID string) error {
	_, err := tx.Exec(`INSERT INTO holiday (`+holidayColumns+`, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO NOTHING`,
		h.ID, h.Place, h.Name, int(h.When.Month), h.When.Day, h.When.AfterEaster, h.Law, h.From, h.Until, h.Source, h.added, h.ended, h.By, micros(h.At), byID)
	return err
}

// SeedHolidays stores those of the holidays that are missing: what people changed since is kept. The first ones are
// known from the beginning; what a later program brings is a change like others.
func SeedHolidays(tx *db.Tx, holidays []calendar.Holiday) error {
	kept, err := db.Column[string](tx, `SELECT id FROM holiday`)
	if err != nil {
		return err
	}
	for _, h := range holidays {
		row := Holiday{Holiday: h, ID: seededID(h), Source: "conferido na preparação do programa"}
		if slices.Contains(kept, row.ID) {
			continue
		}
		edition, err := newEdition(tx, time.UnixMicro(0))
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			row.added = edition
		}
		if err := insertHoliday(tx, row, ""); err != nil {
			return fmt.Errorf("holiday %s: %w", h.Name, err)
		}
	}
	return nil
}

// seededID is the same for the same law of the same place in every version of the program.
func seededID(h calendar.Holiday) string {
	place := h.Place
	if place == "" {
		place = "br"
	}
	return fmt.Sprintf("%s-%s-%d", place, strings.ReplaceAll(text.Fold(h.Name), " ", "-"), h.From)
}

// AddDeadline stores a deadline rule unless there is one with its id: rules are never changed.
func AddDeadline(tx *db.Tx, d Deadline) error {
	known, err := db.Scalar[int64](tx, `SELECT count(*) FROM deadline_rule WHERE id = $1`, d.ID)
	if err != nil || known > 0 {
		return err
	}
	if _, err := newEdition(tx, time.UnixMicro(0)); err != nil {
		return err
	}
	return insertDeadline(tx, d, "")
}

func insertDeadline(tx *db.Tx, d Deadline, byID string) error {
	_, err := tx.Exec(`INSERT INTO deadline_rule (`+deadlineColumns+`, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
		d.ID, d.AgencyID, d.Route, d.State, d.Version, d.Amount, string(d.Unit), d.ValidFrom, d.Source, d.By, micros(d.At), byID)
	return err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

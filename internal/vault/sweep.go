package vault

import (
	"context"
	"strings"

	"guiche/internal/db"
	"guiche/internal/secret"
)

// batch is how many rows share one transaction of Seal and Reseal.
const batch = 500

// table holds something about a person in its column sealed.
type table struct {
	name   string
	cpf    string   // column with the hash of the CPF
	hashed []string // more columns that hold a hash
	blank  []field  // columns that are empty, because what was there is sealed
}

// field is where the value of a column belongs in what is sealed.
type field struct {
	column string
	of     func(*Personal) *string
}

var phone = field{"phone", func(p *Personal) *string { return &p.Phone }}

var tables = []table{
	{name: "account", cpf: "cpf", hashed: []string{"subject"}, blank: []field{phone}},
	{name: "role_grant", cpf: "cpf"},
	{name: "mandate", cpf: "cpf"},
	{name: "form_release", cpf: "cpf"},
	{name: "registration", cpf: "cpf"},
	{name: "invitation", cpf: "cpf"},
	{name: "complaint", cpf: "consumer_cpf", blank: []field{
		phone,
		{"postcode", func(p *Personal) *string { return &p.Postcode }},
		{"street", func(p *Personal) *string { return &p.Street }},
		{"street_number", func(p *Personal) *string { return &p.Number }},
		{"address_extra", func(p *Personal) *string { return &p.Extra }},
		{"district", func(p *Personal) *string { return &p.District }},
	}},
}

// SealPlain seals the rows of before there was a key, and tells how many. It can be stopped at any moment and begun
// again. What it sealed leaves the disk with Rewrite.
func SealPlain(ctx context.Context, d *db.DB, ring *secret.Ring) (sealed int, err error) {
	for _, t := range tables {
		for n := batch; n == batch; sealed += n {
			if n, err = t.sealBatch(ctx, d, ring); err != nil {
				return sealed, err
			}
		}
	}
	n, err := sealTexts(ctx, d, ring)
	return sealed + n, err
}

// plainRow is a row that is not sealed.
type plainRow struct {
	id     string
	hashed []string
	Personal
}

func (t table) sealBatch(ctx context.Context, d *db.DB, ring *secret.Ring) (n int, err error) {
	err = d.Transact(ctx, func(tx *db.Tx) error {
		rows, err := db.All(tx, t.scan, `SELECT `+strings.Join(t.columns(), ", ")+` FROM `+t.name+` WHERE sealed = '' ORDER BY id LIMIT $1`+tx.ForUpdate(), batch)
		n = len(rows)
		for _, row := range rows {
			if err := t.seal(tx, ring, row); err != nil {
				return err
			}
		}
		if err != nil || n == 0 {
			return err
		}
		return oweRewrite(tx)
	})
	return n, err
}

// columns are all that change, after the id: those with hashes first.
func (t table) columns() []string {
	columns := append([]string{"id", t.cpf}, t.hashed...)
	for _, blank := range t.blank {
		columns = append(columns, blank.column)
	}
	return columns
}

func (t table) scan(r db.Row, row *plainRow) error {
	row.hashed = make([]string, len(t.hashed))
	to := []any{&row.id, &row.CPF}
	for i := range t.hashed {
		to = append(to, &row.hashed[i])
	}
	for _, blank := range t.blank {
		to = append(to, blank.of(&row.Personal))
	}
	return r.Scan(to...)
}

func (t table) seal(tx *db.Tx, ring *secret.Ring, row plainRow) error {
	sealed, err := row.Seal(ring, t.name, row.id)
	if err != nil {
		return err
	}
	q := (&db.Query{}).Add(`UPDATE `+t.name+` SET sealed = ?, `+t.cpf+` = ?`, sealed, ring.Index(row.CPF))
	for i, column := range t.hashed {
		q.Add(`, `+column+` = ?`, ring.Index(row.hashed[i]))
	}
	for _, blank := range t.blank {
		q.Add(`, ` + blank.column + ` = ''`)
	}
	q.Add(`WHERE id = ?`, row.id)
	_, err = tx.Exec(q.Text(), q.Args()...)
	return err
}

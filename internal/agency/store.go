package agency

import (
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/text"
)

const (
	agencyColumns = `id, coalesce(code, ''), kind, name, short_name, municipality_id, installed, address, hours, phone, site, email,
		brand, brand_strong, brand_soft, source, source_on`
	ruleColumns = `id, kind, residence, fact_in, supplier_seat, presence, coalesce(agency_id, ''), valid_from, valid_to, reason, source`
)

func scanAgency(r db.Row, a *Agency) error {
	return r.Scan(&a.ID, &a.Code, &a.Kind, &a.Name, &a.ShortName, &a.Municipality, &a.Installed, &a.Address, &a.Hours, &a.Phone, &a.Site, &a.Email,
		&a.Brand.Main, &a.Brand.Strong, &a.Brand.Soft, &a.Source, &a.SourceOn)
}

func scanRule(r db.Row, rule *Rule) error {
	return r.Scan(&rule.ID, &rule.Kind, &rule.Residence, &rule.FactIn, &rule.SupplierSeat, &rule.Presence, &rule.AgencyID,
		&rule.ValidFrom, &rule.ValidTo, &rule.Reason, &rule.Source)
}

func scanMunicipality(r db.Row, m *Municipality) error { return r.Scan(&m.ID, &m.State, &m.Name) }

// ByID is one agency inside a transaction; fault.NotFound when there is none.
func ByID(tx *db.Tx, id string) (Agency, error) {
	a, err := db.One(tx, scanAgency, `SELECT `+agencyColumns+` FROM agency WHERE id = $1`, id)
	if fault.Is(err, fault.NotFound) {
		return a, fault.Wrap(fault.NotFound, "Não conhecemos este órgão.", err)
	}
	return a, err
}

func stateAgency(tx *db.Tx) (Agency, error) {
	a, err := db.One(tx, scanAgency, `SELECT `+agencyColumns+` FROM agency WHERE kind = 'state' ORDER BY id LIMIT 1`)
	if fault.Is(err, fault.NotFound) {
		return a, errNoState
	}
	return a, err
}

func municipality(tx *db.Tx, id string) (Municipality, error) {
	m, err := db.One(tx, scanMunicipality, `SELECT id, state, name FROM municipality WHERE id = $1`, id)
	if fault.Is(err, fault.NotFound) {
		return m, fault.Wrap(fault.NotFound, "Não conhecemos este município. Escreva o nome dele de novo.", err)
	}
	return m, err
}

// ground is what a decision rests on, besides the question: the rules of a residence and the agencies they name.
type ground struct {
	Directory
	rules []Rule
}

// load reads the ground of a residence; empty: of another state. A municipality that does not exist is fault.NotFound.
func load(tx *db.Tx, residence string) (g ground, err error) {
	if g.rules, err = db.All(tx, scanRule, `SELECT `+ruleColumns+` FROM jurisdiction_rule WHERE residence = $1`, residence); err != nil {
		return g, err
	}
	agencies, err := db.All(tx, scanAgency, `SELECT `+agencyColumns+` FROM agency
		WHERE kind = 'state' OR id IN (SELECT agency_id FROM jurisdiction_rule WHERE residence = $1)`, residence)
	if err != nil {
		return g, err
	}
	g.ByID = map[string]Agency{}
	for _, a := range agencies {
		g.ByID[a.ID] = a
		if a.Kind == State {
			g.State = a
		}
	}
	if g.State.ID == "" {
		return g, errNoState
	}
	if residence != "" {
		_, err = municipality(tx, residence)
	}
	return g, err
}

// PutMunicipality stores a municipality, or its new name.
func PutMunicipality(tx *db.Tx, m Municipality) error {
	_, err := tx.Exec(`INSERT INTO municipality (id, state, name, sort_key) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, name = excluded.name, sort_key = excluded.sort_key`,
		m.ID, m.State, m.Name, text.Fold(m.Name))
	return err
}

// AddAgency stores an agency unless there is one with its id: what people changed since then is kept.
func AddAgency(tx *db.Tx, a Agency) error {
	_, err := tx.Exec(`INSERT INTO agency (id, code, kind, name, short_name, municipality_id, installed, address, hours, phone, site, email,
			brand, brand_strong, brand_soft, source, source_on)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (id) DO NOTHING`,
		a.ID, a.Code, string(a.Kind), a.Name, a.ShortName, a.Municipality, bit(a.Installed), a.Address, a.Hours, a.Phone, a.Site, a.Email,
		a.Brand.Main, a.Brand.Strong, a.Brand.Soft, a.Source, a.SourceOn)
	return err
}

// Install makes an agency that is known work on this installation, under a code of four digits that its protocol
// numbers carry. One that works here already stays as it is.
func Install(tx *db.Tx, id, code string, brand Brand) error {
	_, err := tx.Exec(`UPDATE agency SET installed = 1, code = $2, brand = $3, brand_strong = $4, brand_soft = $5 WHERE id = $1 AND installed = 0`,
		id, code, brand.Main, brand.Strong, brand.Soft)
	return err
}

// AddRule stores a jurisdiction rule unless there is one with its id: what people changed since then is kept.
func AddRule(tx *db.Tx, r Rule) error {
	_, err := tx.Exec(`INSERT INTO jurisdiction_rule (id, kind, residence, fact_in, supplier_seat, presence, agency_id, valid_from, valid_to, reason, source)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
		r.ID, string(r.Kind), r.Residence, r.FactIn, r.SupplierSeat, r.Presence, r.AgencyID, r.ValidFrom, r.ValidTo, r.Reason, r.Source)
	return err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

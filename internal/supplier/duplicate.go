package supplier

import (
	"cmp"
	"context"
	"slices"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/text"
)

// Likeness is why two suppliers may be one.
type Likeness string

// The reasons, the surest first.
const (
	SameRoot    Likeness = "root"
	SameName    Likeness = "name"
	SimilarName Likeness = "similar"
)

// Label is the reason in words people read.
func (l Likeness) Label() string {
	return map[Likeness]string{SameRoot: "mesma raiz de CNPJ", SameName: "mesmo nome", SimilarName: "nome parecido"}[l]
}

// Pair are two suppliers that may be one.
type Pair struct {
	A, B Supplier
	Why  Likeness
}

const (
	// CompareJob is the kind of the job that looks for duplicates.
	CompareJob = "supplier.compare"
	// comparedAtOnce bounds one run, likeEnough how many others one supplier is paired with.
	comparedAtOnce = 200
	likeEnough     = 10
	// similar is how well a name must fit to be shown to a manager.
	similar = 0.8
)

// Compare looks for suppliers like those that are new or renamed. Each is compared once, in a transaction of its own.
func (s *Service) Compare(ctx context.Context) error {
	var ids []string
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = db.Column[string](tx, `SELECT id FROM supplier WHERE compared_at = 0 ORDER BY id LIMIT $1`, comparedAtOnce)
		return err
	})
	for _, id := range ids {
		if err == nil {
			err = s.DB.Transact(ctx, func(tx *db.Tx) error { return s.compare(tx, id) })
		}
	}
	return err
}

func (s *Service) compare(tx *db.Tx, id string) error {
	company, err := Get(tx, id)
	if err != nil {
		return err
	}
	likes, err := likesOf(tx, company)
	if err != nil {
		return err
	}
	for other, why := range likes {
		if _, err := tx.Exec(`INSERT INTO supplier_pair (a_id, b_id, why, found_at) VALUES ($1, $2, $3, $4) ON CONFLICT (a_id, b_id) DO NOTHING`,
			min(company.ID, other), max(company.ID, other), string(why), s.Now().UnixMicro()); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`UPDATE supplier SET compared_at = $2 WHERE id = $1`, id, s.Now().UnixMicro())
	return err
}

// likesOf are the ids of suppliers that may be the same, each with the surest reason.
func likesOf(tx *db.Tx, of Supplier) (map[string]Likeness, error) {
	likes := map[string]Likeness{}
	note := func(id string, why Likeness) {
		if _, noted := likes[id]; !noted && id != of.ID && len(likes) < likeEnough {
			likes[id] = why
		}
	}
	siblings, err := group(tx, of)
	if err != nil {
		return nil, err
	}
	for _, other := range siblings {
		note(other.ID, SameRoot)
	}
	var folded []string
	for _, n := range of.names() {
		folded = append(folded, n.folded)
	}
	q := (&db.Query{}).Add(`SELECT DISTINCT supplier_id FROM supplier_name WHERE`).In(`folded IN`, folded).Add(`LIMIT ?`, likeEnough+1)
	same, err := db.Column[string](tx, q.Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	for _, id := range same {
		note(id, SameName)
	}
	near, err := nearNames(tx, of)
	for _, id := range near {
		note(id, SimilarName)
	}
	return likes, err
}

// nearNames are suppliers found by the trade name as people find them, where it fits well.
func nearNames(tx *db.Tx, of Supplier) ([]string, error) {
	words := significant(foldedName(of))
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 {
		return nil, nil
	}
	x := index{tx}
	counts, err := x.count(words)
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, try := range []func() ([]candidate, error){
		func() ([]candidate, error) { return x.withAll(words, words, counts, likeEnough) },
		func() ([]candidate, error) { return x.withSome(words) },
	} {
		list, err := try()
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	var ids []string
	for _, c := range found {
		if c.score >= similar {
			ids = append(ids, c.id)
		}
	}
	return ids, nil
}

// shownPairs is how many pairs a page lists.
const shownPairs = 50

// Duplicates are pairs that nobody has settled yet, the oldest first.
func (s *Service) Duplicates(ctx context.Context, manager person.Actor) (list []Pair, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = openPairs(tx)
		return err
	})
	return list, err
}

type pairRow struct {
	a, b string
	why  Likeness
}

func openPairs(tx *db.Tx) ([]Pair, error) {
	rows, err := db.All(tx, func(r db.Row, p *pairRow) error { return r.Scan(&p.a, &p.b, &p.why) },
		`SELECT a_id, b_id, why FROM supplier_pair WHERE settled_at = 0 ORDER BY found_at, a_id, b_id LIMIT $1`, shownPairs)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var ids []string
	for _, p := range rows {
		ids = append(ids, p.a, p.b)
	}
	companies, err := byIDs(tx, ids)
	var list []Pair
	for _, p := range rows {
		list = append(list, Pair{companies[p.a], companies[p.b], p.why})
	}
	return list, err
}

// pairsOf are the suppliers that may be the same as one.
func pairsOf(tx *db.Tx, id string) ([]Supplier, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM supplier WHERE merged_into = '' AND id IN (
			SELECT b_id FROM supplier_pair WHERE a_id = $1 AND settled_at = 0 UNION SELECT a_id FROM supplier_pair WHERE b_id = $1 AND settled_at = 0) ORDER BY trade_name, id`, id)
}

// Similar are suppliers that may be the one a request names: the same root, the same or a similar name.
func (s *Service) Similar(ctx context.Context, manager person.Actor, r Registration) (list []Pair, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return nil, err
	}
	asked := Supplier{ID: r.SupplierID, CNPJ: r.CNPJ, TradeName: r.TradeName, LegalName: r.LegalName}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		likes, err := likesOf(tx, asked)
		if err != nil || len(likes) == 0 {
			return err
		}
		var ids []string
		for id := range likes {
			ids = append(ids, id)
		}
		companies, err := byIDs(tx, ids)
		for id, why := range likes {
			list = append(list, Pair{asked, companies[id], why})
		}
		return err
	})
	sortPairs(list)
	return list, err
}

// Different says that two suppliers are not one; they are not proposed again.
func (s *Service) Different(ctx context.Context, manager person.Actor, a, b string) error {
	if err := s.MayManage(ctx, manager); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		n, err := settle(tx, a, b, s.Now())
		if err != nil || n == 0 {
			return err
		}
		if err := s.lock(tx, min(a, b)); err != nil {
			return err
		}
		return s.record(tx, manager, asManager, min(a, b), "different", "", map[string]any{"from": max(a, b)})
	})
}

func settle(tx *db.Tx, a, b string, at time.Time) (int64, error) {
	return tx.Exec(`UPDATE supplier_pair SET settled_at = $3 WHERE a_id = $1 AND b_id = $2 AND settled_at = 0`, min(a, b), max(a, b), at.UnixMicro())
}

// foldedName is the trade name as the index has it.
func foldedName(s Supplier) string { return text.Fold(s.TradeName) }

func sortPairs(list []Pair) {
	order := []Likeness{SameRoot, SameName, SimilarName}
	slices.SortFunc(list, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Why), slices.Index(order, b.Why)), cmp.Compare(a.B.TradeName, b.B.TradeName), cmp.Compare(a.B.ID, b.B.ID))
	})
}

// errSelf is a merger of a supplier with itself.
func errSelf() error { return fault.New(fault.Invalid, "Escolha duas empresas diferentes.") }

package supplier

import (
	"cmp"
	"context"
	"slices"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/text"
)

// Merge says that one supplier is really another: its names become aliases of the other, its cases and people go
// there, and its row stays only to lead old links on. There is no way back; the record shows it for ever. The fault is
// Conflict when either was merged before, unless by this very form.
func (s *Service) Merge(ctx context.Context, manager person.Actor, from, to, reason string) error {
	if err := s.MayManage(ctx, manager); err != nil {
		return err
	}
	if from == to {
		return errSelf()
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	return s.DB.Transact(db.Unhurried(ctx), func(tx *db.Tx) error { return s.merge(tx, manager, from, to, reason) })
}

func (s *Service) merge(tx *db.Tx, manager person.Actor, from, to, reason string) error {
	for _, id := range []string{min(from, to), max(from, to)} {
		if err := s.lock(tx, id); err != nil {
			return err
		}
	}
	gone, err := unmerged(tx, from)
	if fault.Is(err, fault.Conflict) && gone.ID == to {
		if done, err := repeats(tx, manager, from, "merge", reason); done || err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	stays, err := unmerged(tx, to)
	if err != nil {
		return err
	}
	if err := s.join(tx, gone, stays); err != nil {
		return err
	}
	if err := s.moveMandates(tx, manager, from, to); err != nil {
		return err
	}
	if err := s.Merged(tx, from, to); err != nil {
		return err
	}
	facts := map[string]any{"from": from, "to": to, "name": gone.TradeName, "cnpj": gone.CNPJ}
	if err := s.record(tx, manager, asManager, from, "merge", reason, facts); err != nil {
		return err
	}
	return s.record(tx, manager, asManager, to, "merge", reason, facts)
}

// join makes one supplier of two: what the one that stays lacks, it takes from the other.
func (s *Service) join(tx *db.Tx, gone, stays Supplier) error {
	if err := deleteNames(tx, gone.ID); err != nil {
		return err
	}
	cnpj := gone.CNPJ
	if stays.CNPJ == "" {
		stays.CNPJ, cnpj = gone.CNPJ, ""
	}
	if _, err := tx.Exec(`UPDATE supplier SET merged_into = $2, registered_at = NULL, compared_at = $3, cnpj = nullif($4, '') WHERE id = $1`,
		gone.ID, stays.ID, s.Now().UnixMicro(), cnpj); err != nil {
		return err
	}
	stays.Aliases = slices.Concat(stays.Aliases, gone.otherNames(stays))
	stays.Segment, stays.Seat = cmp.Or(stays.Segment, gone.Segment), cmp.Or(stays.Seat, gone.Seat)
	stays.NoticeEmail, stays.NoticePhone = cmp.Or(stays.NoticeEmail, gone.NoticeEmail), cmp.Or(stays.NoticePhone, gone.NoticePhone)
	if !stays.Registered() {
		stays.RegisteredAt = gone.RegisteredAt
	}
	if err := update(tx, stays); err != nil {
		return err
	}
	return s.repoint(tx, gone.ID, stays.ID)
}

// otherNames are the names of a supplier that another does not have.
func (s Supplier) otherNames(than Supplier) (names []string) {
	for _, n := range s.names() {
		has := func(own name) bool { return own.folded == n.folded }
		if !slices.ContainsFunc(than.names(), has) && !slices.ContainsFunc(names, func(other string) bool { return text.Fold(other) == n.folded }) {
			names = append(names, n.text)
		}
	}
	return names
}

// repoint lets everything of this package that names the one name the other.
func (s *Service) repoint(tx *db.Tx, from, to string) error {
	for _, statement := range []string{
		`UPDATE supplier SET merged_into = $2 WHERE merged_into = $1 AND merged_into <> ''`,
		`UPDATE registration SET supplier_id = $2 WHERE supplier_id = $1 AND state = 'pending'`,
		`UPDATE invitation SET supplier_id = $2 WHERE supplier_id = $1 AND ended_at = 0`,
		`INSERT INTO terms_acceptance (supplier_id, version, account_id, name, at)
			SELECT $2, version, account_id, name, at FROM terms_acceptance WHERE supplier_id = $1 ON CONFLICT (supplier_id, version) DO NOTHING`,
	} {
		if _, err := tx.Exec(statement, from, to); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE supplier_pair SET settled_at = $2 WHERE (a_id = $1 OR b_id = $1) AND settled_at = 0`, from, s.Now().UnixMicro())
	return err
}

// moveMandates lets who acts for the one act for the other; of two roles the higher stays.
func (s *Service) moveMandates(tx *db.Tx, by person.Actor, from, to string) error {
	leaving, err := s.People.MandateHolders(tx, from, s.today())
	if err != nil {
		return err
	}
	there, err := s.People.MandateHolders(tx, to, s.today())
	if err != nil {
		return err
	}
	for _, h := range leaving {
		already := slices.IndexFunc(there, func(t person.MandateHolder) bool { return t.CPF == h.CPF })
		if already < 0 || there[already].Role != person.Lead && h.Role == person.Lead {
			if err := s.People.GrantMandate(tx, by, h.CPF, to, h.Role, h.Basis, h.ValidTo); err != nil {
				return err
			}
		}
		if _, err := s.People.EndMandate(tx, by, h.CPF, from); err != nil {
			return err
		}
	}
	return nil
}

// Both are two suppliers as they are before a merger; fault.NotFound when either does not exist.
func (s *Service) Both(ctx context.Context, manager person.Actor, a, b string) (first, second Supplier, err error) {
	if err := s.MayManage(ctx, manager); err != nil {
		return first, second, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if first, err = Get(tx, a); err != nil {
			return err
		}
		second, err = Get(tx, b)
		return err
	})
	if err == nil && first.ID == second.ID {
		err = fault.New(fault.Conflict, "Estas duas já são uma só empresa.")
	}
	return first, second, err
}
